"""Draw `utils/images/numpy_network.png`, the picture that opens notebook 1-2: the network.

Run `python -m coursekit.pictures.numpy_network` to draw it again.
"""

import io
from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Rectangle
from PIL import Image

from utils.plots_network import BLUE, GRAY, GREEN

matplotlib.use("Agg")

PATH = Path(__file__).resolve().parents[2] / "utils" / "images" / "numpy_network.png"
MIDDLE = 21.5
LAYERS = (  # x, circles, units, name, color
    (30, 9, "784 inputs", "x", GRAY),
    (54, 7, "256 hidden units", "a1", BLUE),
    (78, 6, "128 hidden units", "a2", BLUE),
    (101, 10, "10 classes", "probs", GREEN),
)


def draw(path: Path = PATH) -> None:
    """Write the picture as a PNG of about 1,400 x 520 pixels."""
    figure = Figure(figsize=(11.2, 4.2), facecolor="white")
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, 112), ylim=(0, 42))
    axes.axis("off")
    _letter(axes)
    heights = [_heights(count) for _, count, _, _, _ in LAYERS]
    for number in range(3):
        left, right = LAYERS[number][0], LAYERS[number + 1][0]
        for low in heights[number]:
            for high in heights[number + 1]:
                axes.plot([left, right], [low, high], color="#BBBBBB", lw=0.5, zorder=1)
        box = {"facecolor": "white", "edgecolor": "none", "alpha": 0.9, "pad": 1.5}
        axes.text(
            (left + right) / 2,
            MIDDLE,
            f"W{number + 1}, b{number + 1}",
            ha="center",
            va="center",
            size=13,
            weight="bold",
            bbox=box,
        )
    for (x, _, units, name, color), places in zip(LAYERS, heights, strict=True):
        for y in places:
            axes.add_patch(Circle((x, y), 0.85, facecolor=color, edgecolor="white", zorder=2))
        axes.text(x, 7.6, units, ha="center", va="center", size=11, color="#444444")
        axes.text(x, 34.8, name, ha="center", va="center", size=13, family="monospace")
    for letter, y in zip("ABCDEFGHIJ", reversed(heights[3]), strict=True):
        axes.text(103.5, y, letter, ha="left", va="center", size=11, color="black")
    _way(axes, 39, 22, 107, "forward: x @ W + b, ReLU, …, softmax")
    _way(axes, 3, 107, 22, "backward: from the loss to dW3, db3, dW2, db2, dW1, db1")
    path.parent.mkdir(parents=True, exist_ok=True)
    drawn = io.BytesIO()
    figure.savefig(drawn, dpi=125)
    Image.open(drawn).convert("RGB").quantize(64).save(path, optimize=True)


def _heights(count: int) -> list[float]:
    """Return the heights of `count` circles, evenly spread around the middle."""
    return [float(MIDDLE + 2.4 * y) for y in np.arange(count) - (count - 1) / 2]


def _letter(axes: Axes) -> None:
    """Draw the input, a white letter on black, and the arrow that makes it a row of numbers."""
    axes.add_patch(Rectangle((3, MIDDLE - 7), 14, 14, facecolor="black", edgecolor="none"))
    axes.text(
        10,
        MIDDLE - 0.4,
        "A",
        color="white",
        ha="center",
        va="center",
        size=58,
        family="serif",
    )
    axes.text(10, 7.6, "28 x 28 pixels", ha="center", va="center", size=11, color="#444444")
    axes.annotate(
        "",
        (27, MIDDLE),
        (18.5, MIDDLE),
        arrowprops={"arrowstyle": "-|>", "color": "#666666", "lw": 2},
    )


def _way(axes: Axes, y: float, start: float, end: float, text: str) -> None:
    axes.annotate(
        "",
        (end, y),
        (start, y),
        arrowprops={"arrowstyle": "-|>", "color": "#666666", "lw": 2},
    )
    box = {"facecolor": "white", "edgecolor": "none", "pad": 4}
    axes.text((start + end) / 2, y, text, ha="center", va="center", size=12, bbox=box)


if __name__ == "__main__":
    draw()
