"""The plots of notebook 1-1. Each function draws one figure; Jupyter shows it below the cell.

Colours are those of Okabe and Ito (2008), which readers with any colour vision can tell apart.
Every figure has a white background of its own, so it reads the same in a light and a dark theme.
"""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import NullLocator, PercentFormatter
from numpy.typing import NDArray

from utils.figures import subplots
from utils.sources import LETTERS
from utils.tiles import brightness, sheet, tiles

BLUE, ORANGE, GREEN, PURPLE, GRAY = "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#767676"
COLORS = (BLUE, ORANGE, GREEN, PURPLE)
MARKERS = ("o", "s", "^", "D")
LINES = ("-", "--", ":", "-.")


def mosaic(image: NDArray[np.uint8], letters: Sequence[str], title: str) -> None:
    """Show a mosaic with one row of images per letter, uint8 (rows * 28, columns * 28)."""
    height, width = image.shape
    side = height / len(letters)
    _, axes = _figure(width / side * 0.42 + 0.5, len(letters) * 0.42 + 0.5)
    axes.imshow(image, cmap="gray", vmin=0, vmax=255, interpolation="nearest")
    for line in np.arange(1, width / side):
        axes.axvline(line * side - 0.5, color=GRAY, lw=0.5)
    for line in range(1, len(letters)):
        axes.axhline(line * side - 0.5, color=GRAY, lw=0.5)
    axes.set_xticks([])
    axes.set_yticks((np.arange(len(letters)) + 0.5) * side - 0.5, list(letters))
    axes.tick_params(length=0)
    axes.set_ylabel("letter")
    axes.set_title(title)


def mean_images_compared(rows: Mapping[str, NDArray[np.floating]]) -> None:
    """Show a row of ten mean images, each (10, 28, 28) in 0 to 255, for every name in `rows`."""
    images = np.stack([brightness(means / 255 - 0.5) for means in rows.values()])
    captions = [list(LETTERS)] + [[""] * len(LETTERS)] * (len(rows) - 1)
    sheet(images, captions, "Mean image of every letter", list(rows))


def class_balance(counts: Mapping[str, NDArray[np.integer]]) -> None:
    """Show the number of images per letter as bars, a panel for every set in `counts`."""
    figure, panels = subplots(
        1, len(counts), figsize=(4.4 * len(counts), 3), layout="constrained", squeeze=False
    )
    for axes, (name, count), color in zip(panels.flat, counts.items(), COLORS, strict=False):
        axes.bar(range(len(count)), count, color=color)
        axes.set_xticks(range(len(LETTERS)), list(LETTERS))
        axes.set_xlabel("letter")
        axes.set_title(f"{name} ({int(np.sum(count)):,} images)")
    panels[0, 0].set_ylabel("number of images")
    figure.suptitle("Class balance")


def labelled_samples(
    images: NDArray[np.generic], labels: NDArray[np.integer], title: str, columns: int = 12
) -> None:
    """Show up to 24 images, (n, 28, 28), each under the letter that its label stands for."""
    captions = [LETTERS[label] for label in labels[:24]]
    tiles(images[:24], captions, title, columns)


def pairs(
    upper: NDArray[np.generic],
    lower: NDArray[np.generic],
    names: tuple[str, str],
    captions: Sequence[str],
    title: str,
) -> None:
    """Show pairs of images, (n, 28, 28) each, one above the other, under a caption per pair."""
    if len(captions) == 0:
        print(f"{title}: none found.")
        return
    images = np.stack([brightness(upper), brightness(lower)])
    sheet(images, [list(captions), [""] * len(captions)], title, names)


def duplicates(
    first: tuple[NDArray[np.uint8], NDArray[np.integer]],
    second: tuple[NDArray[np.uint8], NDArray[np.integer]],
    names: tuple[str, str],
    only_contradictions: bool = False,
    most: int = 12,
) -> None:
    """Show up to `most` images of one set with an equal image of the other set below them.

    A set is a pair of images, uint8 (n, 28, 28), and labels, (n,). With `only_contradictions`,
    just those pairs of equal images are shown whose labels differ.
    """
    positions: dict[bytes, list[int]] = {}
    for position, image in enumerate(second[0]):
        positions.setdefault(image.tobytes(), []).append(position)
    found: list[tuple[int, int]] = []
    for i, image in enumerate(first[0]):
        twins = positions.pop(image.tobytes(), [])  # each bitmap is shown once
        if only_contradictions:
            twins = [j for j in twins if second[1][j] != first[1][i]]
        found += [(i, twins[0])] if twins else []
    left, right = np.array(found[:most], dtype=int).reshape(-1, 2).T
    captions = [
        f"{LETTERS[a]}" if a == b else f"{LETTERS[a]} / {LETTERS[b]}"
        for a, b in zip(first[1][left], second[1][right], strict=True)
    ]
    what = "Equal images with contradicting labels" if only_contradictions else "Equal images"
    different = "a single one" if len(found) == 1 else f"{len(found):,} different ones"
    title = f"{what}: {different}" if found else what
    pairs(first[0][left], second[0][right], names, captions, title)


def overlap_bars(overlaps: Mapping[str, tuple[int, float]]) -> None:
    """Show {name: (count, percent)} as horizontal bars."""
    _, axes = _figure(8, 0.5 * len(overlaps) + 1.1)
    names = list(overlaps)
    bars = axes.barh(names, [percent for _, percent in overlaps.values()], color=BLUE, height=0.6)
    axes.bar_label(
        bars,
        [f"{percent:.1f} % ({count:,} images)" for count, percent in overlaps.values()],
        padding=4,
    )
    axes.invert_yaxis()
    axes.set_xlim(0, max(1.0, *(percent for _, percent in overlaps.values())) * 1.35)
    axes.set_xlabel("share of the first set that also occurs in the second (%)")
    axes.set_title("Overlap by exact equality")


def distance_histogram(distances: NDArray[np.floating], threshold: float) -> None:
    """Show how far each image is from its nearest training image, in RMS pixel difference."""
    _, axes = _figure(8, 3.4)
    bins = np.arange(0, max(0.2, float(distances.max(initial=0))) + 0.02, 0.01)
    axes.hist(distances, bins=bins.tolist(), color=BLUE, edgecolor="white", lw=0.4)
    axes.axvline(threshold, color="black", lw=2, ls="--", label=f"near-duplicate below {threshold}")
    axes.set_yscale("symlog", linthresh=1)
    axes.set_xlabel("RMS difference to the nearest training image (black to white is 1)")
    axes.set_ylabel("number of images")
    axes.set_title("How close is the nearest training image?")
    axes.legend(frameon=False)


def accuracy_by_training_size(curves: Mapping[str, Mapping[int, float]]) -> None:
    """Show {name: {training size: accuracy}} as curves over a logarithmic axis."""
    _, axes = _figure(8, 4)
    for number, (name, curve) in enumerate(curves.items()):
        axes.plot(
            list(curve),
            list(curve.values()),
            color=COLORS[number % len(COLORS)],
            marker=MARKERS[number % len(MARKERS)],
            ls=LINES[number % len(LINES)],
            label=name,
        )
    sizes = sorted({size for curve in curves.values() for size in curve})
    if len(curves) == 1:
        points = list(next(iter(curves.values())).items())
        for size, accuracy in points:
            last = size == points[-1][0]  # a rising curve leaves room below its points on the right
            axes.annotate(
                f"{accuracy:.1%}",
                (size, accuracy),
                (0, 9) if last else (7, -5),
                textcoords="offset points",
                ha="center" if last else "left",
                va="bottom" if last else "top",
            )
        axes.margins(x=0.08, y=0.18)
    axes.set_xscale("log")
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xticks(sizes, [f"{size:,}" for size in sizes])
    axes.yaxis.set_major_formatter(PercentFormatter(1.0))
    axes.set_xlabel("number of training images (logarithmic)")
    axes.set_ylabel("accuracy")
    axes.set_title("Logistic regression: accuracy against training size")
    axes.grid(color="#dddddd")
    axes.set_axisbelow(True)
    axes.legend(frameon=False)


def accuracy_bars(accuracies: Mapping[str, Mapping[str, float]]) -> None:
    """Show {model: {set: accuracy}} as groups of horizontal bars, one group per set."""
    sets = list(next(iter(accuracies.values())))
    _, axes = _figure(8, 0.3 * len(sets) * len(accuracies) + 1.3)
    height = 0.8 / len(accuracies)
    for number, (model, scores) in enumerate(accuracies.items()):
        bars = axes.barh(
            np.arange(len(sets)) + (number - (len(accuracies) - 1) / 2) * height,
            [scores[name] for name in sets],
            height * 0.9,
            color=COLORS[number % len(COLORS)],
            hatch=("", "//", "..", "xx")[number % 4],
            edgecolor="white",
            label=model,
        )
        axes.bar_label(bars, [f"{scores[name]:.1%}" for name in sets], padding=4)
    axes.invert_yaxis()
    axes.set_yticks(range(len(sets)), sets)
    axes.set_xlim(0, 1.12)
    axes.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    axes.set_xlabel("accuracy")
    axes.set_title("What a model that memorizes gains from the overlap")
    axes.figure.legend(loc="outside lower center", ncols=len(accuracies), frameon=False)


def _figure(width: float, height: float) -> tuple[plt.Figure, Axes]:
    return subplots(figsize=(width, height), layout="constrained")
