"""Markdown cells as HTML that needs no network and does nothing, for feedback and formgrader.

A TA's browser shows what students wrote, with the right to change marks: HTML passes an allow-list,
so that no script of a submission runs there.
"""

import base64
import mimetypes
import re
import secrets
from html import escape
from typing import Any

from bleach.css_sanitizer import CSSSanitizer
from bleach.sanitizer import Cleaner
from jinja2 import pass_context
from jinja2.runtime import Context
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from coursekit.course import REPOSITORY
from coursekit.mathml import to_mathml

_PICTURE = re.compile(r"utils/images/[\w-]+\.(png|svg|jpg|gif)")

_TEXT_TAGS = ["a", "abbr", "b", "br", "code", "del", "em", "i", "img", "kbd", "mark", "s", "small"]
_TEXT_TAGS += ["span", "strong", "sub", "sup", "u"]
_BLOCK_TAGS = ["blockquote", "details", "div", "dl", "dt", "dd", "figcaption", "figure", "hr", "li"]
_BLOCK_TAGS += ["h1", "h2", "h3", "h4", "h5", "h6", "ol", "p", "pre", "summary", "ul"]
_BLOCK_TAGS += ["table", "tbody", "td", "th", "thead", "tr"]
_ATTRIBUTES = {
    "*": ["class", "id", "style", "title"],
    "a": ["href"],
    "img": ["src", "alt", "width", "height"],
    "details": ["open"],
    "ol": ["start"],
}


@pass_context
def markdown2html(context: Context, source: str) -> str:
    """Return the HTML of a markdown cell: nbconvert's, made harmless, formulas as MathML.

    Takes the place of nbconvert's filter of the same name.
    """
    attachments = context.get("cell", {}).get("attachments", {})
    renderer = _Renderer(attachments)
    html = _CLEANER.clean(str(MarkdownWithMath(renderer=renderer).render(source)))
    return renderer.fill_in(html)


_CLEANER = Cleaner(
    tags=_TEXT_TAGS + _BLOCK_TAGS,
    attributes=_ATTRIBUTES,
    protocols=["http", "https", "mailto"],
    css_sanitizer=CSSSanitizer(),
)


class _Renderer(IPythonRenderer):
    """Renders markdown with a placeholder for each piece of HTML that is ours, not the writer's."""

    def __init__(self, attachments: dict[str, Any]) -> None:
        super().__init__(escape=False, attachments=attachments, exclude_anchor_links=True)
        self._placeholder = secrets.token_hex(8)  # nobody can write it
        self._ours: list[str] = []

    def fill_in(self, html: str) -> str:
        """Put our pieces in their places; inside a tag (an alternative text) leave them out."""

        def piece_or_tag(found: re.Match[str]) -> str:
            tag, number = found.groups()
            return re.sub(placeholder, "", tag) if tag else self._ours[int(number)]

        placeholder = rf"{self._placeholder}-(\d+)-"
        return re.sub(rf'(<\w(?:[^>"]|"[^"]*")*>)|{placeholder}', piece_or_tag, html)

    def block_math(self, body: str) -> str:
        return self._formula(body, f"$${body}$$", block=True)

    def inline_math(self, body: str) -> str:
        return self._formula(body, f"${body}$", block=False)

    def latex_environment(self, name: str, body: str) -> str:
        formula = f"\\begin{{{name}}}{body}\\end{{{name}}}"
        return self._formula(formula, formula, block=True)

    def image(self, text: str, url: str, title: str | None = None) -> str:
        """Embed a picture of the student package; any other file could be one of the grader's."""
        if not _PICTURE.fullmatch(url) or not (REPOSITORY / url).is_file():
            return str(super().image(text, url, title))
        content = base64.b64encode((REPOSITORY / url).read_bytes()).decode()
        kind = mimetypes.guess_type(url)[0]
        return self._keep(f'<img src="data:{kind};base64,{content}" alt="{escape(text)}">')

    def _formula(self, formula: str, written: str, *, block: bool) -> str:
        """Keep a formula as MathML, or as it was written where that cannot be made."""
        return self._keep(to_mathml(formula, block=block) or f"<code>{escape(written)}</code>")

    def _keep(self, html: str) -> str:
        self._ours.append(html)
        return f"{self._placeholder}-{len(self._ours) - 1}-"
