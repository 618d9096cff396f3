"""Draw `utils/images/curation.png`, the picture that opens notebook 1-1: the way of the data.

Run `python -m coursekit.pictures.curation` to draw it again.
"""

from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyBboxPatch, Rectangle

from utils.plots_curation import BLUE, GRAY, GREEN, ORANGE

matplotlib.use("Agg")

PATH = Path(__file__).resolve().parents[2] / "utils" / "images" / "curation.png"
STYLES = (
    {"family": "DejaVu Sans", "weight": "bold"},
    {"family": "DejaVu Serif", "style": "italic"},
    {"family": "DejaVu Sans Mono"},
    {"family": "DejaVu Serif", "weight": "bold"},
    {"family": "STIXGeneral", "style": "italic"},
)


def draw(path: Path = PATH) -> None:
    """Write the picture as a PNG of about 1,400 x 420 pixels."""
    figure = Figure(figsize=(11.2, 3.1), facecolor="white")
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, 112), ylim=(0, 31))
    axes.axis("off")
    stages = (
        (11, "get and load", "two archives of\nletters, A to J", _archives),
        (34, "look", "pictures, ranges,\ncounts", _mosaic),
        (57, "split and shuffle", "labels stay with\ntheir images", _split),
        (80, "find the overlap", "images that stand\nin two sets", _overlap),
        (102, "learn", "accuracy against\ntraining size", _curve),
    )
    for number, (x, title, text, icon) in enumerate(stages, start=1):
        icon(axes, x)
        axes.text(x, 8.4, f"{number}. {title}", ha="center", va="center", size=13, weight="bold")
        axes.text(x, 3.6, text, ha="center", va="center", size=11, color="#444444")
        if number < len(stages):
            axes.annotate(
                "",
                (x + 13.2, 20),
                (x + 9.6, 20),
                arrowprops={"arrowstyle": "-|>", "color": "#666666", "lw": 2},
            )
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=125, metadata={"Software": ""})


def _tile(axes: Axes, x: float, y: float, side: float, letter: str, style: int) -> None:
    """Draw a white letter on a black square whose lower left corner is (x, y)."""
    axes.add_patch(Rectangle((x, y), side, side, facecolor="black", edgecolor="none"))
    axes.text(
        x + side / 2,
        y + side * 0.46,
        letter,
        color="white",
        ha="center",
        va="center",
        size=side * 4.6,
        **STYLES[style % len(STYLES)],  # type: ignore[arg-type]
    )


def _archives(axes: Axes, x: float) -> None:
    for left, bottom, width, height, name in (
        (x - 8.5, 14, 10.5, 12, "large"),
        (x + 3, 14, 6.5, 7.5, "small"),
    ):
        box = FancyBboxPatch(
            (left, bottom),
            width,
            height,
            boxstyle="round,pad=0,rounding_size=0.9",
            facecolor="#f2efe6",
            edgecolor="#666666",
            lw=1.5,
        )
        axes.add_patch(box)
        axes.text(
            left + width / 2,
            bottom + height / 2,
            f"{name}\n.tar.gz",
            ha="center",
            va="center",
            size=10,
        )


def _mosaic(axes: Axes, x: float) -> None:
    side = 3.8
    for row, letter in enumerate("ABC"):
        for column in range(4):
            corner = (x - 8 + column * (side + 0.25), 22.5 - row * (side + 0.25))
            _tile(axes, *corner, side, letter, row + 2 * column)


def _split(axes: Axes, x: float) -> None:
    for left, count, color, name in (
        (x - 8.3, 4, BLUE, "train"),
        (x - 1.8, 2, ORANGE, "valid"),
        (x + 4.7, 2, GREEN, "test"),
    ):
        for height in range(count):
            axes.add_patch(
                Rectangle((left, 16 + height * 2.6), 4.6, 2.2, facecolor=color, edgecolor="none")
            )
        axes.text(left + 2.3, 14, name, ha="center", va="center", size=10, color="#333333")


def _overlap(axes: Axes, x: float) -> None:
    axes.add_patch(Circle((x - 3, 20), 6.2, facecolor=BLUE, alpha=0.35, edgecolor=BLUE, lw=1.5))
    axes.add_patch(Circle((x + 4, 20), 5.0, facecolor=GREEN, alpha=0.35, edgecolor=GREEN, lw=1.5))
    _tile(axes, x - 0.6, 18.3, 3.4, "G", 1)
    axes.text(x - 6, 20, "train", ha="center", va="center", size=10)
    axes.text(x + 6, 20, "test", ha="center", va="center", size=10)


def _curve(axes: Axes, x: float) -> None:
    axes.plot([x - 7, x - 7, x + 7], [26.5, 14, 14], color="#666666", lw=1.5)
    steps = np.linspace(-5.5, 5.5, 4)
    heights = 14 + np.array([3.5, 7.4, 9.4, 10.4])
    axes.plot(x + steps, heights, color=BLUE, lw=2, marker="o", ms=7)
    axes.plot([x - 7, x + 7], [25.6, 25.6], color=GRAY, lw=1, ls="--")


if __name__ == "__main__":
    draw()
