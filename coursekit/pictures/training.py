"""Draw `utils/images/training.png`, the picture that opens notebook 1-3: the training loop.

Run `python -m coursekit.pictures.training` to draw it again.
"""

import itertools
from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyArrowPatch, FancyBboxPatch, Rectangle

matplotlib.use("Agg")

PATH = Path(__file__).resolve().parents[2] / "utils" / "images" / "training.png"
BLUE, ORANGE, GREEN, INK = "#0072B2", "#D55E00", "#009E73", "#333333"
TOP, BOTTOM = 23.5, 6.5  # the heights of the training row and of the row below it


def draw(path: Path = PATH) -> None:
    """Write the picture as a PNG of about 1,290 x 425 pixels."""
    figure = Figure(figsize=(11.2, 3.7), facecolor="white")
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, 112), ylim=(0, 37))
    axes.axis("off")
    axes.text(10, 34.4, "in the epoch", ha="center", va="center", size=14, weight="bold")

    _letters(axes, 10, TOP)
    _caption(axes, 10, TOP - 6.6, "DataLoader", "shuffled mini-batches")
    _network(axes, 42, TOP)
    _caption(axes, 42, TOP - 6.6, "model", "in training mode")
    _box(axes, 72, TOP, "cross-\nentropy", BLUE)
    _box(axes, 99, TOP, "optimizer\n.step()", ORANGE)
    _arrow(axes, (18.5, TOP), (32, TOP), "images")
    _arrow(axes, (52, TOP), (65, TOP), "logits")
    _arrow(axes, (79, TOP), (92, TOP), "gradients\nby backward()")
    _labels(axes)
    bend = "arc3,rad=0.13"
    _arrow(axes, (99, TOP + 4.6), (46, TOP + 6.0), "", ORANGE, bend)
    axes.text(72, 34.9, "new parameters", ha="center", va="center", size=11, color=ORANGE)

    for left, right in ((3, 40.5), (43.5, 109)):
        axes.plot([left, right], [13.0, 13.0], color="#bbbbbb", lw=1, ls="--")
    axes.text(10, BOTTOM, "after the epoch", ha="center", va="center", size=14, weight="bold")
    _box(axes, 42, BOTTOM, "validation\naccuracy", GREEN)
    _arrow(axes, (42, TOP - 10.2), (42, BOTTOM + 3.9), "")
    axes.text(43.4, 11.7, "in evaluation mode", va="center", size=10.5, color="#444444")
    _box(axes, 72, BOTTOM + 2.2, "better\nthan before?", INK, height=5.6)
    _arrow(axes, (49, BOTTOM + 2.2), (65, BOTTOM + 2.2), "")
    _arrow(axes, (79, BOTTOM + 2.2), (93, BOTTOM + 2.2), "yes: save")
    _file(axes, 98, BOTTOM + 2.2, "best.pt")
    _arrow(axes, (49, BOTTOM - 3.2), (93, BOTTOM - 3.2), "")
    axes.text(72, BOTTOM - 4.9, "every epoch: save", ha="center", size=10.5, color="#444444")
    _file(axes, 98, BOTTOM - 3.2, "last.pt")
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=115, metadata={"Software": ""})


def _caption(axes: Axes, x: float, y: float, title: str, text: str) -> None:
    axes.text(x, y, title, ha="center", va="center", size=12, weight="bold", color=INK)
    axes.text(x, y - 2.2, text, ha="center", va="center", size=10.5, color="#444444")


def _box(axes: Axes, x: float, y: float, text: str, color: str, height: float = 7.6) -> None:
    box = FancyBboxPatch(
        (x - 6.5, y - height / 2),
        13,
        height,
        boxstyle="round,pad=0,rounding_size=1.2",
        facecolor="white",
        edgecolor=color,
        lw=2.2,
    )
    axes.add_patch(box)
    axes.text(x, y, text, ha="center", va="center", size=12, color=INK)


def _arrow(
    axes: Axes,
    start: tuple[float, float],
    end: tuple[float, float],
    text: str,
    color: str = "#666666",
    bend: str = "arc3,rad=0",
) -> None:
    axes.add_patch(
        FancyArrowPatch(
            start,
            end,
            arrowstyle="-|>",
            mutation_scale=15,
            lw=2,
            color=color,
            connectionstyle=bend,
            shrinkA=0,
            shrinkB=0,
        )
    )
    middle = (start[0] + end[0]) / 2
    axes.text(middle, start[1] + 0.9, text, ha="center", va="bottom", size=10.5, color="#444444")


def _letters(axes: Axes, x: float, y: float) -> None:
    """A small stack of letters, white on black."""
    for k, letter in enumerate("CAB"):
        left, bottom = x - 6.5 + 2.6 * k, y - 1.0 - 1.5 * k
        axes.add_patch(Rectangle((left, bottom), 6.4, 6.0, facecolor="black", edgecolor="white"))
        axes.text(
            left + 3.2,
            bottom + 2.7,
            letter,
            color="white",
            ha="center",
            va="center",
            size=21,
            family=("DejaVu Sans", "DejaVu Serif", "DejaVu Sans Mono")[k],
            weight="bold",
        )


def _network(axes: Axes, x: float, y: float) -> None:
    """A fully connected network of 4, 5 and 3 units."""
    layers = [
        [(x + dx, y + dy) for dy in np.linspace(-spread, spread, units)]
        for dx, units, spread in ((-8, 4, 3.6), (0, 5, 4.6), (8, 3, 2.6))
    ]
    for left, right in itertools.pairwise(layers):
        for a in left:
            for b in right:
                axes.plot([a[0], b[0]], [a[1], b[1]], color="#bbbbbb", lw=0.8, zorder=1)
    for layer, color in zip(layers, (INK, BLUE, GREEN), strict=True):
        for center in layer:
            axes.add_patch(Circle(center, 0.85, facecolor=color, edgecolor="white", zorder=2))


def _labels(axes: Axes) -> None:
    """The way of the labels, past the model and into the loss."""
    axes.plot([10, 10, 68], [TOP + 5.4, 31, 31], color="#666666", lw=2, solid_joinstyle="round")
    _arrow(axes, (68, 31), (68, TOP + 4), "")
    axes.text(25.2, 31.6, "labels", ha="center", va="bottom", size=10.5, color="#444444")


def _file(axes: Axes, x: float, y: float, name: str) -> None:
    axes.add_patch(
        Rectangle((x - 4.5, y - 2), 9, 4, facecolor="#f2efe6", edgecolor="#666666", lw=1.5)
    )
    axes.text(x, y, name, ha="center", va="center", size=10.5, color=INK)


if __name__ == "__main__":
    draw()
