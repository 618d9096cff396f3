"""Pictures for part 3: letters, learning curves, the confusion matrix, mistakes, weights, sweeps.

Every function draws a new figure; colours are from the Okabe-Ito palette (2008),
which people with any colour vision can tell apart, and lines also differ in their markers.
"""

import time
from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from IPython.display import DisplayHandle
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike, NDArray

from utils.figures import subplots
from utils.tiles import tiles

LETTERS = "ABCDEFGHIJ"
COLORS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#000000", "#767676")
MARKERS = "osD^vP"
LINES = ("-", "--", ":", "-.")


def show_letters(
    images: ArrayLike, titles: Sequence[str] | None = None, columns: int = 10, title: str = ""
) -> None:
    """Draw images (n, 784) or (n, 28, 28) in rows of `columns`, each below its title if given."""
    grid = np.asarray(images).reshape(-1, 28, 28)
    tiles(grid, titles[: len(grid)] if titles else [""] * len(grid), title, columns)


def plot_curves(
    curves: Mapping[str, Sequence[float]],
    ylabel: str,
    title: str = "",
    mark: tuple[float, str] | None = None,
) -> None:
    """Draw one line per name over epochs 1, 2, ...; `mark`: (epoch, words) of a vertical line."""
    figure, axis = subplots(figsize=(7, 4))
    several = len(curves) > 1
    for i, (name, values) in enumerate(curves.items()):
        epochs = range(1, len(values) + 1)
        # The first line is wide and its markers are hollow, so that an equal line shows through.
        wide = several and i == 0
        axis.plot(
            epochs, values, color=COLORS[i % 6], marker=MARKERS[i % 6], linestyle=LINES[i % 4],
            linewidth=4 if wide else 1.5, markersize=13 if wide else 5, markeredgewidth=2,
            markerfacecolor="none" if wide else None, alpha=0.7 if wide else 1, label=name,
        )  # fmt: skip
    if mark:
        axis.axvline(mark[0], color="0.4", linestyle="--", linewidth=1)
        axis.annotate(
            mark[1], (mark[0], 0.04), xycoords=("data", "axes fraction"), xytext=(5, 0),
            textcoords="offset points", color="0.25",
        )  # fmt: skip
    axis.set(xlabel="epoch", ylabel=ylabel, title=title)
    axis.xaxis.set_major_locator(MaxNLocator(integer=True))
    axis.grid(alpha=0.3)
    axis.legend()
    figure.tight_layout()


class LiveCurves:
    """Learning curves that grow while a cell trains, in one figure that is drawn again and again.

    `add(name, value)` appends the next epoch's value to the curve `name`; `finish(...)` draws the
    last state. Curves differ in colour, marker and line.
    """

    def __init__(self, ylabel: str, title: str = "") -> None:
        self.curves: dict[str, list[float]] = {}
        self.ylabel, self.title = ylabel, title
        self._handle: DisplayHandle | None = None
        self._next_drawing = 0.0

    def add(self, name: str, value: float) -> None:
        self.curves.setdefault(name, []).append(value)
        if time.monotonic() > self._next_drawing:
            self._draw({})

    def finish(self, kept: Mapping[str, int] | None = None) -> None:
        """Draw all that was added; `kept` maps a curve's name to the epoch that gets a ring."""
        self._draw(kept or {})

    def _draw(self, kept: Mapping[str, int]) -> None:
        start = time.monotonic()
        figure = _curves_figure(self.curves, kept, self.ylabel, self.title)
        if self._handle is None:
            self._handle = DisplayHandle()
            self._handle.display(figure)
        else:
            self._handle.update(figure)
        plt.close(figure)  # or the figure would be shown once more at the end of the cell
        end = time.monotonic()
        self._next_drawing = end + max(1.0, 20 * (end - start))  # 5 % of the time is for drawing


def plot_sweep(rows: Mapping[str, Mapping[str, Any]], parameter: str, title: str = "") -> None:
    """Draw the best validation accuracy over the values of one parameter, evenly spaced.

    `rows` maps each value, as text, to a row with its "accuracy".
    """
    accuracies = [row["accuracy"] for row in rows.values()]
    best = int(np.argmax(accuracies))
    figure, axis = subplots(figsize=(6, 3.4))
    axis.plot(range(len(rows)), accuracies, color=COLORS[0], marker="o", label="accuracy")
    axis.plot(best, accuracies[best], color=COLORS[1], marker="D", markersize=10, linestyle="none")
    axis.annotate(
        f"{accuracies[best]:.1%}", (best, accuracies[best]), xytext=(0, -18),
        textcoords="offset points", ha="center",
    )  # fmt: skip
    axis.set_xticks(range(len(rows)), list(rows))
    axis.set(xlabel=parameter.replace("_", " "), ylabel="best validation accuracy", title=title)
    axis.margins(x=0.12, y=0.25)
    axis.grid(alpha=0.3)
    figure.tight_layout()


def confusion_matrix(labels: ArrayLike, predictions: ArrayLike) -> NDArray[np.int64]:
    """Count how often each letter (row) was read as each letter (column); (10, 10) int64."""
    pairs = 10 * np.asarray(labels, dtype=np.int64) + np.asarray(predictions, dtype=np.int64)
    return np.bincount(pairs, minlength=100).reshape(10, 10)


def plot_confusion(matrix: NDArray[np.int64], title: str = "") -> None:
    """Draw a confusion matrix with its counts; the colour shows the mistakes, not the diagonal."""
    mistakes = matrix.copy()
    np.fill_diagonal(mistakes, 0)
    most = max(1, int(mistakes.max()))
    figure, axis = subplots(figsize=(6.6, 5.6))
    picture = axis.imshow(mistakes, cmap="Blues", vmin=0, vmax=most)
    figure.colorbar(picture, label="mistakes", shrink=0.8, ticks=MaxNLocator(integer=True))
    for i, j in np.ndindex(10, 10):
        color = "white" if mistakes[i, j] > 0.6 * most else "black" if matrix[i, j] else "0.6"
        weight = "bold" if i == j else "normal"
        axis.text(
            j, i, f"{matrix[i, j]}", ha="center", va="center", color=color, fontsize=8,
            fontweight=weight,
        )  # fmt: skip
    axis.set_xticks(range(10), LETTERS)
    axis.set_yticks(range(10), LETTERS)
    axis.set(xlabel="read as", ylabel="letter", title=title)
    figure.tight_layout()


def show_mistakes(
    images: ArrayLike, labels: ArrayLike, probabilities: ArrayLike, count: int = 20
) -> None:
    """Draw the misread letters that the network was surest about, as "letter read as other".

    `images` (n, 784) or (n, 28, 28), `labels` (n,), `probabilities` (n, 10).
    """
    truth, p = np.asarray(labels), np.asarray(probabilities)
    read = p.argmax(axis=1)
    wrong = np.flatnonzero(read != truth)
    worst = wrong[np.argsort(-p[wrong].max(axis=1), kind="stable")][:count]
    titles = [f"{LETTERS[truth[i]]} as {LETTERS[read[i]]}\n{p[i].max():.0%}" for i in worst]
    show_letters(np.asarray(images)[worst], titles, title="misread, with the network's confidence")


def show_weights(
    weights: ArrayLike, count: int = 20, title: str = "first layer's weights, one image per unit"
) -> None:
    """Draw the first `count` rows of a first layer's weights (units, 784) as images.

    Blue pulls a unit down where the letter is white, orange pushes it up; each image has its own
    scale.
    """
    images = np.asarray(weights)[:count].reshape(-1, 28, 28)
    rows = max(1, -(-len(images) // 10))
    figure, axes = subplots(rows, 10, figsize=(9.5, rows + 0.4), squeeze=False)
    for axis in axes.flat:
        axis.set_axis_off()
    for axis, image in zip(axes.flat, images, strict=False):
        limit = float(np.abs(image).max()) or 1.0
        axis.imshow(image, cmap="PuOr_r", vmin=-limit, vmax=limit)
    figure.suptitle(title)
    figure.tight_layout()


def _curves_figure(
    curves: Mapping[str, Sequence[float]], kept: Mapping[str, int], ylabel: str, title: str
) -> Figure:
    """Return a new figure with one line per name over epochs 1, 2, ..., and the rings of `kept`."""
    figure, axis = subplots(figsize=(7.5, 4.4))
    for i, (name, values) in enumerate(curves.items()):
        color = COLORS[i % 6]
        axis.plot(
            range(1, len(values) + 1), values, color=color, marker=MARKERS[i % 6],
            linestyle=LINES[i % 4], markersize=5, label=name.replace("_", " "),
        )  # fmt: skip
        if name in kept:
            axis.plot(
                kept[name], values[kept[name] - 1], "o", markersize=14, markerfacecolor="none",
                markeredgecolor=color, markeredgewidth=1.5,
            )  # fmt: skip
    if kept:
        axis.plot([], [], "o", markersize=11, markerfacecolor="none", color="0.3", label="kept")
    axis.set(xlabel="epoch", ylabel=ylabel, title=title)
    axis.xaxis.set_major_locator(MaxNLocator(integer=True))
    axis.grid(alpha=0.3)
    axis.legend()
    figure.tight_layout()
    return figure
