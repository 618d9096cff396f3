"""HTML of a submission made harmless: an allow-list of tags, and no picture but those it brings.

A grader's browser shows what students wrote, with the right to change marks. So nothing of it acts,
loads anything, or takes for itself a name (an id, a class) that the page's own parts go by.
"""

import base64
import mimetypes
import re
import secrets
from collections.abc import Iterator, Mapping
from functools import partial
from html import unescape
from typing import Any
from urllib.parse import unquote

from bleach.css_sanitizer import ALLOWED_CSS_PROPERTIES, CSSSanitizer
from bleach.html5lib_shim import Filter
from bleach.sanitizer import Cleaner
from pygments.token import STANDARD_TYPES

from coursekit.course import REPOSITORY
from coursekit.pages.budget import Budget
from coursekit.pages.rasters import raster_uri

_TEXT_TAGS = ["a", "abbr", "b", "br", "code", "del", "em", "i", "img", "kbd", "mark", "s", "small"]
_TEXT_TAGS += ["span", "strong", "sub", "sup", "u"]
_BLOCK_TAGS = ["blockquote", "details", "div", "dl", "dt", "dd", "figcaption", "figure", "hr", "li"]
_BLOCK_TAGS += ["h1", "h2", "h3", "h4", "h5", "h6", "ol", "p", "pre", "summary", "ul"]
_BLOCK_TAGS += ["table", "tbody", "td", "th", "thead", "tr", "caption"]
_ATTRIBUTES = {
    "a": ["href"],
    "img": ["src", "alt", "width", "height"],
    "details": ["open"],
    "ol": ["start"],
    "td": ["colspan", "rowspan"],
    "th": ["colspan", "rowspan"],
}
_CLASSES = frozenset({"highlight", *STANDARD_TYPES.values()})
"""Those of highlighted code."""

_LINK = re.compile(r"(https?://|mailto:|#)[^\x00-\x20]*|[\w./%-]*", re.IGNORECASE)
_PICTURE_OF_THE_COURSE = re.compile(r"utils/images/[\w-]+\.(png|svg|jpg|gif)")
_INLINE_PICTURE = re.compile(r"data:image/(?:png|jpeg|jpg|gif|webp);base64,([A-Za-z0-9+/]+={0,2})")
_CSS = CSSSanitizer(allowed_css_properties=ALLOWED_CSS_PROPERTIES - {"cursor"})  # it loads files


class Pictures:
    """The pictures that one piece of a page may show, each once: attached, inline, the course's."""

    def __init__(self, budget: Budget, attachments: object = None) -> None:
        """`attachments` are those of the cell, in nbformat's form or any other."""
        self._budget = budget
        self._attachments = attachments if isinstance(attachments, Mapping) else {}
        self._inline: list[str] = []
        self._inline_name = f"attachment:{secrets.token_hex(8)}-"  # nobody can write it
        self._shown: set[str] = set()

    def take_out(self, text: str) -> str:
        """Put a short address in place of each inline picture: parsers need not read megabytes."""

        def kept(found: re.Match[str]) -> str:
            self._inline.append(found[1])
            return f"{self._inline_name}{len(self._inline) - 1}"

        return _INLINE_PICTURE.sub(kept, text)

    def put_back(self, html: str) -> str:
        """Say in words that a picture stood where its address is left in a text."""
        return re.sub(rf"{self._inline_name}\d+", "(a picture as base64 text)", html)

    def address(self, url: str) -> tuple[str, str]:
        """Return what an image's `src` becomes, and, if that is nothing, why."""
        if url in self._shown:
            return "", "it is shown above"
        if _PICTURE_OF_THE_COURSE.fullmatch(url) and (REPOSITORY / url).is_file():
            content = base64.b64encode((REPOSITORY / url).read_bytes()).decode()
            found: str | None = f"data:{mimetypes.guess_type(url)[0]};base64,{content}"
        elif url.startswith("attachment:"):
            contents = self._contents(url)
            if not contents:
                return "", "it is not in the notebook"
            found = next((uri for uri in map(raster_uri, contents) if uri), None)
        elif inline := _INLINE_PICTURE.fullmatch(url):
            found = raster_uri(inline[1])
        else:
            return "", "only pictures pasted into the notebook are shown"
        if found is None:
            return "", "only PNG, JPEG, GIF and WebP of up to 6 MB are shown"
        if not self._budget.take_picture(len(found)):
            return "", "there are too many pictures for one page"
        self._shown.add(url)
        return found, ""

    def _contents(self, url: str) -> list[Any]:
        """Return the base64 texts, one for each type, that an `attachment:` address stands for."""
        if url.startswith(self._inline_name):
            return [self._inline[int(url.removeprefix(self._inline_name))]]
        name = url.removeprefix("attachment:")
        attached = self._attachments.get(name) or self._attachments.get(unquote(name))
        return list(attached.values()) if isinstance(attached, Mapping) else []


def sanitized(html: str, pictures: Pictures) -> str:
    """Return `html` with what may stand on a page; what may not is shown as text."""
    cleaner = Cleaner(
        tags=_TEXT_TAGS + _BLOCK_TAGS,
        attributes=_is_allowed,
        protocols=["http", "https", "mailto", "data", "attachment"],
        css_sanitizer=_CSS,
        filters=[partial(_ShowPictures, pictures=pictures)],
    )
    return str(cleaner.clean(html))


def _is_allowed(tag: str, name: str, value: str) -> bool:
    if name == "class":
        return all(word in _CLASSES for word in value.split())
    if name == "href":
        return bool(_LINK.fullmatch(unescape(value).strip()))
    return name in ("style", "title") or name in _ATTRIBUTES.get(tag, [])


class _ShowPictures(Filter):
    """Gives each image its picture, or puts a sentence in its place."""

    def __init__(self, source: Any, pictures: Pictures) -> None:
        super().__init__(source)
        self._pictures = pictures

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for token in super().__iter__():
            if token.get("name") == "img" and token["type"] in ("EmptyTag", "StartTag"):
                yield from self._image(token)
            else:
                yield token

    def _image(self, token: dict[str, Any]) -> Iterator[dict[str, Any]]:
        attributes = token["data"]
        url, why = self._pictures.address(str(attributes.get((None, "src"), "")).strip())
        if url:
            attributes[None, "src"] = url
            attributes.setdefault((None, "alt"), "a picture without a description")
            yield token
            return
        described = str(attributes.get((None, "alt")) or "without a description")[:200]
        yield {"type": "StartTag", "name": "span", "data": {(None, "class"): "no-picture"}}
        yield {"type": "Characters", "data": f"[picture: {described}; {why}]"}
        yield {"type": "EndTag", "name": "span", "data": {}}
