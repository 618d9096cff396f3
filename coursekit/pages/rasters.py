"""Pictures that a submission may bring onto a page: PNG, JPEG, GIF and WebP, of bounded size.

What a picture is, its bytes say; the name and the type it comes with are not believed.
"""

import base64
import io
import warnings

from PIL import Image

MOST_CHARACTERS = 8_000_000
"""Of base64 text: a picture of 6 MB."""

MOST_PIXELS = 50_000_000
"""A browser needs four bytes for each, however small the file is."""

_KINDS = {"PNG": "image/png", "JPEG": "image/jpeg", "GIF": "image/gif", "WEBP": "image/webp"}


def raster_uri(content: object) -> str | None:
    """Return base64 text (or lines of it) as a `data:` address; None if it is no such picture."""
    if isinstance(content, list) and all(isinstance(line, str) for line in content):
        content = "".join(content)
    if not isinstance(content, str) or len(content) > MOST_CHARACTERS:
        return None
    text = "".join(content.split())
    kind = _kind(text)
    return f"data:{kind};base64,{text}" if kind else None


def _kind(text: str) -> str | None:
    """Return the media type of a picture, by its first bytes; None if it has none of ours."""
    try:
        content = base64.b64decode(text, validate=True)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the size is looked at here
            with Image.open(io.BytesIO(content), formats=list(_KINDS)) as image:
                small = image.width * image.height <= MOST_PIXELS
                return _KINDS.get(str(image.format)) if small else None
    except Exception:  # a parser of foreign bytes may stumble in any way
        return None
