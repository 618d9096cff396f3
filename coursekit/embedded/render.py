"""Render a letter as notMNIST does: cropped tight and stretched to 28x28, without a margin.

Studying real images showed how they were made: a bilevel raster of about 160 pixels, without
hinting, reduced with Lanczos-3. The filter's ringing is visible as pixel values 1 to 9 and 246 to
254, which the images rendered here have as well.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFont

LETTERS = "ABCDEFGHIJ"
RASTER_HEIGHT = 160  # pixels of the bilevel raster, before it is reduced
MAX_WIDTH = 800
SIZE = 28
UNMAPPED = "\U0010fffd"  # a code point that fonts leave empty: it shows the font's .notdef glyph

Raster = NDArray[np.bool_]


def open_font(path: Path, height: int = RASTER_HEIGHT) -> ImageFont.FreeTypeFont:
    """Return the font, sized so that its capital E is about `height` pixels high.

    Raises OSError when FreeType cannot read the file or the font has no outline to scale.
    """
    probe = ImageFont.truetype(path, height, layout_engine=ImageFont.Layout.BASIC)
    _, top, _, bottom = probe.getbbox("E")
    size = round(height * height / max(bottom - top, height / 10))
    return ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)


def letter_raster(font: ImageFont.FreeTypeFont, letter: str) -> Raster | None:
    """Return the letter as a tightly cropped bilevel raster (height, width), True = ink.

    None when nothing is drawn, or when the glyph is far too wide to be a letter.
    """
    mask = font.getmask(letter, mode="L")
    width, height = mask.size
    if not 0 < width <= 4 * MAX_WIDTH or not 0 < height <= 4 * MAX_WIDTH:
        return None
    gray = np.frombuffer(bytes(mask), np.uint8).reshape(height, width)
    return crop(gray >= 128)


def crop(raster: Raster) -> Raster | None:
    """Return the part of `raster` inside the bounding box of its ink, or None without ink."""
    rows, columns = np.flatnonzero(raster.any(1)), np.flatnonzero(raster.any(0))
    if not rows.size:
        return None
    return raster[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def to_image(raster: Raster) -> NDArray[np.uint8]:
    """Stretch a raster (height, width) to an image (28, 28) uint8, white ink on black."""
    pixels = Image.fromarray(raster.astype(np.uint8) * 255)
    return np.asarray(pixels.resize((SIZE, SIZE), Image.Resampling.LANCZOS))


def font_rasters(path: Path) -> list[Raster] | str:
    """Return the rasters of A to J, or the reason why this font cannot be used.

    A usable font opens, maps A to J to ten different glyphs, none blank and none .notdef.
    """
    try:
        font = open_font(path)
        missing = letter_raster(font, UNMAPPED)
        rasters = [letter_raster(font, letter) for letter in LETTERS]
    except (OSError, ValueError, MemoryError) as error:
        return f"cannot be rendered ({error})"
    found = [raster for raster in rasters if raster is not None]
    if len(found) < len(LETTERS):
        return "a letter is blank"
    if missing is not None and any(np.array_equal(raster, missing) for raster in found):
        return "a letter is missing (.notdef)"
    if len({(raster.shape, raster.tobytes()) for raster in found}) < len(LETTERS):
        return "two letters look the same"
    return found
