"""Which pictures a student pasted into a text: what pages can show, and what is left out.

JupyterLab keeps a pasted picture in its cell: `{"image.png": {"image/png": "<base64>"}}`. Only
pictures of four kinds stay, and of those the beginning is read, no more: a student's bytes reach no
decoder here, and drawings in SVG are programs.
"""

import base64
import binascii
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

MOST_PICTURES = 20
"""Pictures that are kept of one notebook's texts."""

MOST_BYTES = 20_000_000
"""Bytes that all pictures in one notebook's texts may have together."""

LARGEST_PICTURE = 5_000_000
"""Bytes of one picture."""

MOST_PIXELS = 50_000_000
"""Pixels of one picture: a browser holds four bytes for each, however small the file."""

_LONGEST_NAME = 200


@dataclass
class Pictures:
    """Takes the pictures of one notebook, cell by cell, as long as there is room for them."""

    left: int = MOST_PICTURES
    bytes_left: int = MOST_BYTES
    problems: list[str] = field(default_factory=list)
    """What was left out of the cell that was asked for last, one sentence's end each."""

    def of(self, attachments: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
        """Return the pictures among a cell's attachments, in the notebook format's own form."""
        self.problems = []
        kept = {}
        for name, bundle in attachments.items():
            picture = _picture(bundle)
            if isinstance(picture, str):
                self._leave_out(name, picture)
            elif len(name) > _LONGEST_NAME or not _is_text(name):
                self._leave_out(name, "it has a name that no text can use")
            elif self.left == 0 or len(picture.content) > self.bytes_left:
                self._leave_out(name, "there are too many pictures")
            else:
                self.left -= 1
                self.bytes_left -= len(picture.content)
                kept[name] = {picture.kind: base64.b64encode(picture.content).decode()}
        return kept

    def _leave_out(self, name: str, why: str) -> None:
        shown = "".join(filter(str.isprintable, name[:40])) or "without a name"
        self.problems.append(f"the attachment {shown} was left out: {why}")


@dataclass(frozen=True)
class _Picture:
    kind: str
    content: bytes


def _picture(bundle: Mapping[str, str]) -> _Picture | str:
    """Return the picture in an attachment, or why there is none."""
    images = [text for kind, text in bundle.items() if kind.lower().startswith("image/")]
    why = "it is no picture"
    for text in images:
        if len(text) > 2 * LARGEST_PICTURE:
            why = _TOO_LARGE
            continue
        try:
            content = base64.b64decode("".join(text.split()), validate=True)
            kind, width, height = _kind_and_size(content)
        except (binascii.Error, ValueError, struct.error, IndexError):
            why = "it is no picture of the kinds PNG, JPEG, GIF and WebP"
            continue
        if len(content) <= LARGEST_PICTURE and 0 < width * height <= MOST_PIXELS:
            return _Picture(kind, content)
        why = _TOO_LARGE
    return why


_TOO_LARGE = (
    f"it is larger than {LARGEST_PICTURE // 1_000_000} MB or {MOST_PIXELS // 1_000_000} megapixels"
)


def _kind_and_size(content: bytes) -> tuple[str, int, int]:
    """Return a picture's MIME type, width and height, as its first bytes say.

    Raises `ValueError`, `IndexError` or `struct.error` for what is no picture.
    """
    if content.startswith(b"\x89PNG\r\n\x1a\n") and content[12:16] == b"IHDR":
        return ("image/png", *struct.unpack(">II", content[16:24]))
    if content[:6] in (b"GIF87a", b"GIF89a"):
        return ("image/gif", *struct.unpack("<HH", content[6:10]))
    if content.startswith(b"\xff\xd8\xff"):
        return ("image/jpeg", *_jpeg_size(content))
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return ("image/webp", *_webp_size(content))
    raise ValueError("no picture")


def _jpeg_size(content: bytes) -> tuple[int, int]:
    for marker, place in _jpeg_segments(content):
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", content[place + 3 : place + 7])
            return width, height
    raise ValueError("no frame")


def _jpeg_segments(content: bytes) -> Iterator[tuple[int, int]]:
    """Yield each segment's marker and where its length stands, up to the picture's data."""
    place = 2
    while content[place] == 0xFF and content[place + 1] != 0xDA:
        if content[place + 1] == 0xFF:  # a byte that fills
            place += 1
            continue
        yield content[place + 1], place + 2
        (length,) = struct.unpack(">H", content[place + 2 : place + 4])
        place += 2 + max(2, length)


def _webp_size(content: bytes) -> tuple[int, int]:
    match content[12:16]:
        case b"VP8 " if content[23:26] == b"\x9d\x01\x2a":
            width, height = struct.unpack("<HH", content[26:30])
            return width & 0x3FFF, height & 0x3FFF
        case b"VP8L" if content[20] == 0x2F:
            (bits,) = struct.unpack("<I", content[21:25])
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case b"VP8X":
            width, height = content[24:27], content[27:30]
            return int.from_bytes(width, "little") + 1, int.from_bytes(height, "little") + 1
    raise ValueError("no WebP")


def _is_text(name: str) -> bool:
    """Return whether a file can hold a name: half a surrogate pair is valid JSON, and no text."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return bool(name)
