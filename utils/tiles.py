"""Many small images as one picture: rows of framed tiles with captions, for all three notebooks."""

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
from numpy.typing import NDArray

from utils.figures import subplots


def tiles(
    images: NDArray[np.generic], captions: Sequence[str], title: str, columns: int = 10
) -> None:
    """Show images, (n, 28, 28) of pixels or of [-0.5, 0.5], in rows, each under its caption."""
    if len(captions) == 0:
        print(f"{title}: none found.")
        return
    rows = -(-len(captions) // columns)
    missing = rows * columns - len(captions)
    filled = np.pad(brightness(images), ((0, missing), (0, 0), (0, 0)), constant_values=np.nan)
    texts = [*captions, *[""] * missing]
    sheet(
        filled.reshape(rows, columns, *images.shape[1:]),
        [texts[start : start + columns] for start in range(0, len(texts), columns)],
        title,
    )


def sheet(
    images: NDArray[np.float64],
    captions: Sequence[Sequence[str]],
    title: str,
    row_names: Sequence[str] = (),
) -> None:
    """Show brightnesses (rows, columns, 28, 28) as framed tiles, each under its caption.

    All tiles are one picture in one pair of axes, which draws ten times faster than axes for each.
    """
    rows, columns, side, _ = images.shape
    lines = [max(text.count("\n") + 1 if text else 0 for text in row) for row in captions]
    width, text_height = side + 6, 11
    tops = np.cumsum([0] + [4 + text_height * count + side + 2 for count in lines])
    picture = np.full((tops[-1], columns * width - 4), np.nan)
    size = (picture.shape[1] * 0.025 + 0.7, picture.shape[0] * 0.025 + 0.4)
    _, axes = subplots(figsize=size, layout="constrained")
    for row in range(rows):
        top = tops[row] + 4 + text_height * lines[row]
        for column in range(columns):
            left = column * width
            if not np.isnan(images[row, column]).any():
                picture[top - 1 : top + side + 1, left : left + side + 2] = 0.5  # the frame
                picture[top : top + side, left + 1 : left + side + 1] = images[row, column]
            place = (left + side / 2 + 0.5, top - 3)
            axes.text(*place, captions[row][column], ha="center", va="bottom", size=9)
    cmap = plt.get_cmap("gray").with_extremes(bad="white")
    axes.imshow(picture, cmap=cmap, vmin=0, vmax=1, interpolation="nearest")
    centres = [tops[row] + 4 + text_height * lines[row] + side / 2 for row in range(rows)]
    axes.set_xticks([])
    axes.set_yticks(centres if row_names else [], list(row_names))
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    axes.set_title(title)


def brightness(images: NDArray[np.generic]) -> NDArray[np.float64]:
    """Return bytes, or values in [-0.5, 0.5], as brightness from 0 (black) to 1 (white)."""
    values = images.astype(np.float64)
    return values / 255 if images.dtype == np.uint8 else values + 0.5
