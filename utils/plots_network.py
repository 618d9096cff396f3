"""The plots of notebook 1-2. Each function draws one figure; Jupyter shows it below the cell.

Colours are those of Okabe and Ito (2008), which readers with any colour vision can tell apart.
Every figure has a white background of its own, so it reads the same in a light and a dark theme.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter
from numpy.typing import NDArray

from utils.figures import subplots
from utils.sources import LETTERS
from utils.tiles import tiles

BLUE, ORANGE, GREEN, PURPLE, GRAY = "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#767676"
COLORS = (BLUE, ORANGE, GREEN, PURPLE)
MARKERS = ("o", "s", "^", "D")
LINES = ("-", "--", ":", "-.")
REGIONS = ListedColormap(["#CCE3F0", "#FAECCC"])  # pale BLUE and ORANGE


class NotTrained(RuntimeError):
    """A cell needs a model that has not been trained yet; the message says which cell to run."""

    def _render_traceback_(self) -> list[str]:
        """IPython shows this sentence instead of a traceback."""
        return [f"NotTrained: {self}"]


def after_training(names: Mapping[str, object], *needed: str) -> None:
    """Raise `NotTrained` unless all `needed` are among the `names` of the notebook."""
    missing = ", ".join(repr(name) for name in needed if name not in names)
    if missing:
        raise NotTrained(
            f"there is no {missing} yet. Run the training cell (below the heading Train it) to its "
            "end first; it needs build_model and the tasks before it."
        )


def letters(
    images: NDArray[np.floating],
    labels: NDArray[np.integer],
    predictions: NDArray[np.integer] | None = None,
    columns: int = 10,
) -> None:
    """Show images (n, 784) with their letters; with `predictions`, as "letter read as letter"."""
    if len(images) == 0:
        print("there is nothing to show")
        return
    captions = [LETTERS[label] for label in labels[: len(images)]]
    title = ""
    if predictions is not None:
        pairs = zip(captions, predictions, strict=False)
        captions = [f"{letter} read as {LETTERS[prediction]}" for letter, prediction in pairs]
        title = "Letters that the network misreads"
    tiles(images.reshape(-1, 28, 28), captions, title, columns)


def gates(weights: Mapping[str, tuple[NDArray[np.floating], float]]) -> None:
    """Show for each gate ("AND", "OR") the line that its w (2,) and b draw between the corners."""
    figure, grid = _figure(1, len(weights), (3.6 * len(weights), 3.4))
    corners = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    for axes, (gate, (w, b)) in zip(grid.flat, weights.items(), strict=True):
        truth = corners.all(axis=1) if gate == "AND" else corners.any(axis=1)
        _regions(axes, partial(_positive, w=w, b=b), (-0.5, 1.5), (-0.5, 1.5))
        _classes(axes, corners, truth.astype(int), size=110)
        axes.set_title(gate)
    figure.suptitle("The line on which the perceptron changes its answer")


def _positive(points: NDArray, w: NDArray, b: float) -> NDArray:
    """Return whether each of points (n, 2) lies on the positive side of the line w, b."""
    return points @ np.ravel(w) + np.ravel(b) > 0


def decision_regions(
    classify: Callable[[NDArray[np.float64]], NDArray[np.integer]],
    points: NDArray[np.floating],
    labels: NDArray[np.integer],
    title: str,
) -> None:
    """Show which class, 0 or 1, `classify` gives to each place of the plane, and points (n, 2)."""
    low, high = points.min(axis=0) - 0.5, points.max(axis=0) + 0.5
    classify(points.astype(np.float64))  # what stops here leaves no empty figure behind
    _, grid = _figure(1, 1, (5.2, 4.2))
    axes = grid[0, 0]
    _regions(axes, classify, (low[0], high[0]), (low[1], high[1]))
    _classes(axes, points, labels, size=110 if len(points) < 10 else 22)
    axes.legend(loc="center left", bbox_to_anchor=(1, 0.5), frameon=False)
    axes.set_title(title)


def curves(
    z: NDArray[np.floating],
    functions: Mapping[str, tuple[NDArray[np.floating], NDArray[np.floating]]],
) -> None:
    """Show activations beside their derivatives; `functions` maps a name to both at z (n,)."""
    figure, grid = _figure(1, 2, (8.4, 3.4))
    for number, (name, pair) in enumerate(functions.items()):
        for axes, curve in zip(grid.flat, pair, strict=True):
            axes.plot(z, curve, color=COLORS[number], ls=LINES[number], lw=2, label=name)
    for axes, title in zip(grid.flat, ("activation", "its derivative"), strict=True):
        axes.axhline(0, color=GRAY, lw=0.6)
        axes.axvline(0, color=GRAY, lw=0.6)
        axes.set(title=title, xlabel="z")
    grid[0, 0].set_ylim(-1.3, 3.3)
    figure.legend(*grid[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=3)


def maxout(
    x: NDArray[np.floating],
    W: NDArray[np.floating],
    b: NDArray[np.floating],
    result: NDArray[np.floating],
) -> None:
    """Show a maxout unit of one input: the result (N, 1) for x (N, 1), and its pieces, dashed.

    W has shape (K, 1, 1) and b (K, 1).
    """
    _, grid = _figure(1, 1, (5.6, 3.6))
    axes = grid[0, 0]
    for number, (slope, shift) in enumerate(zip(W.ravel(), b.ravel(), strict=True)):
        label = "its pieces" if number == 0 else None
        axes.plot(x, slope * x + shift, color=GRAY, ls="--", lw=1, label=label)
    axes.plot(x, result, color=BLUE, lw=3, label="one maxout unit")
    axes.plot(x, x**2, color=ORANGE, ls=":", lw=2, label="$x^2$")
    axes.set(xlabel="x", ylim=(-1.2, 4.2), title="A maxout unit bends where its pieces meet")
    axes.legend(loc="center left", bbox_to_anchor=(1, 0.5), frameon=False)


def jacobian(table: NDArray[np.floating], probabilities: NDArray[np.floating]) -> None:
    """Show a table of slopes (C, C) with its numbers: purple is positive, orange negative."""
    count = len(probabilities)
    _, grid = _figure(1, 1, (4.6, 3.6))
    axes = grid[0, 0]
    largest = float(np.abs(table).max()) or 1.0
    picture = axes.imshow(table, cmap="PuOr", vmin=-largest, vmax=largest)
    for row, column in np.ndindex(count, count):
        value = table[row, column]
        color = "white" if abs(value) > 0.6 * largest else "black"
        axes.text(column, row, f"{value:.3f}", ha="center", va="center", color=color)
    axes.set_xticks(range(count), [f"$z_{{{j}}}$" for j in range(count)])
    axes.set_yticks(range(count), [f"$p_{{{i}}}$ = {p:.3f}" for i, p in enumerate(probabilities)])
    axes.set(xlabel="the logit that is raised", title="The Jacobian of softmax")
    axes.tick_params(length=0)
    axes.figure.colorbar(picture, ax=axes, label="slope")


def falling_losses(curves: Mapping[str, Sequence[float]]) -> None:
    """Show the training losses of several optimizers by epoch, one curve per name."""
    _, grid = _figure(1, 1, (7, 3.6))
    axes = grid[0, 0]
    for number, (name, losses) in enumerate(curves.items()):
        epochs = np.arange(1, len(losses) + 1)
        axes.semilogy(
            epochs, losses, color=COLORS[number % 4], ls=LINES[number % 4],
            marker=MARKERS[number % 4], ms=4, label=name,
        )  # fmt: skip
    axes.set(xlabel="epoch", ylabel="training loss", title="How fast the loss falls")
    axes.grid(alpha=0.3, which="both")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.legend(loc="center left", bbox_to_anchor=(1, 0.5), frameon=False)


def spread_per_layer(spreads: Mapping[str, Sequence[float]]) -> None:
    """Show the standard deviation of the activations, layer by layer, one curve per name."""
    _, grid = _figure(1, 1, (7, 3.6))
    axes = grid[0, 0]
    for number, (name, values) in enumerate(spreads.items()):
        layers = np.arange(1, len(values) + 1)
        axes.semilogy(
            layers,
            np.maximum(values, 1e-12),
            color=COLORS[number % 4],
            ls=LINES[number % 4],
            marker=MARKERS[number % 4],
            label=name,
        )
    axes.set(xlabel="layer", ylabel="standard deviation", title="What is left of the signal")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.legend(loc="center left", bbox_to_anchor=(1, 0.5), frameon=False)


def gradient_errors(groups: Mapping[str, Mapping[str, NDArray[np.floating]]]) -> None:
    """Show the relative error of every gradient entry: {group: {weight's name: errors}}.

    The bands are where a right gradient lies (below 1e-6) and where a wrong one does (over 1e-2).
    """
    _, grid = _figure(1, 1, (7.6, 3.8))
    axes = grid[0, 0]
    axes.axhspan(1e-13, 1e-6, color=GREEN, alpha=0.12, lw=0)
    axes.axhspan(1e-2, 2, color=ORANGE, alpha=0.2, lw=0)
    names = list(next(iter(groups.values())))
    jitter = np.random.default_rng(0)
    for number, (group, errors) in enumerate(groups.items()):
        shift = (number - (len(groups) - 1) / 2) * 0.36
        places, heights = [], []
        for place, name in enumerate(names):
            values = np.ravel(errors[name])
            places.append(place + shift + jitter.uniform(-0.12, 0.12, values.size))
            heights.append(np.maximum(values, 1e-12))
        axes.scatter(
            np.concatenate(places),
            np.concatenate(heights),
            s=14,
            color=(BLUE, "#D55E00")[number % 2],
            marker=("o", "x")[number % 2],
            label=group,
        )
    axes.text(len(names) - 0.45, 2e-13, "right", ha="right", va="bottom", color="#00573F")
    axes.text(len(names) - 0.45, 1.4e-2, "wrong", ha="right", va="bottom", color="#7A5200")
    axes.set_yscale("log")
    axes.set(ylim=(1e-13, 2), xlim=(-0.5, len(names) - 0.4))
    axes.set_xticks(range(len(names)), [f"d{name}" for name in names])
    axes.set_ylabel("relative error")
    axes.set_title("Gradient check: each dot is one entry of a gradient")
    axes.legend(loc="center left", bbox_to_anchor=(1, 0.5), frameon=False)


def learning_curves(history: Mapping[str, Sequence[float]]) -> None:
    """Show a training's losses and accuracies by epoch.

    `history` holds equally long lists: "loss", "valid loss", "train accuracy", "valid accuracy".
    """
    figure, grid = _figure(1, 2, (9, 3.5))
    epochs = np.arange(1, len(history["loss"]) + 1)
    for axes, title, keys in (
        (grid[0, 0], "loss", ("loss", "valid loss")),
        (grid[0, 1], "accuracy", ("train accuracy", "valid accuracy")),
    ):
        for key, color, line, marker, name in zip(
            keys, (BLUE, ORANGE), LINES, MARKERS, ("training", "validation"), strict=False
        ):
            axes.plot(epochs, history[key], color=color, ls=line, marker=marker, ms=4, label=name)
        axes.set(xlabel="epoch", ylabel=title)
        axes.grid(alpha=0.3)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    grid[0, 1].yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    figure.legend(*grid[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=2)
    figure.suptitle("Learning curves")


def weights_as_images(
    weights: NDArray[np.floating], names: Sequence[str] | None, title: str, columns: int = 10
) -> None:
    """Show each column of weights (784, n) as an image: purple is positive, orange negative."""
    count = weights.shape[1]
    rows = -(-count // columns)
    mosaic = np.full((rows * 30, columns * 30), np.nan)  # 28 x 28 pixels and a margin of 2
    for number, tile in enumerate(weights.T.reshape(count, 28, 28)):
        top, left = number // columns * 30, number % columns * 30
        mosaic[top : top + 28, left : left + 28] = tile
    largest = float(np.quantile(np.abs(weights), 0.995)) or 1.0
    figure, grid = _figure(1, 1, (columns * 0.85 + 1, rows * 0.83 + 0.6))
    axes = grid[0, 0]
    picture = axes.imshow(mosaic[:-2, :-2], cmap="PuOr", vmin=-largest, vmax=largest)
    axes.set(xticks=[], yticks=[])
    axes.spines[:].set_visible(False)
    if names is not None:
        axes.set_xticks(np.arange(len(names)) * 30 + 13.5, names)
        axes.tick_params(length=0)
    figure.colorbar(picture, ax=axes, label="weight")
    axes.set_title(title)


def _figure(rows: int, columns: int, size: tuple[float, float]) -> tuple[Figure, NDArray]:
    """Return a white figure and its axes, (rows, columns)."""
    return subplots(rows, columns, figsize=size, layout="constrained", squeeze=False)


def _regions(
    axes: Axes,
    classify: Callable[[NDArray[np.float64]], NDArray],
    x_range: tuple[float, float],
    y_range: tuple[float, float],
) -> None:
    """Colour the plane by the class, 0 or 1, of each of 200 x 200 places."""
    across, up = np.linspace(*x_range, 200), np.linspace(*y_range, 200)
    places = np.stack(np.meshgrid(across, up), axis=-1).reshape(-1, 2)
    answers = np.asarray(classify(places)).reshape(200, 200).astype(int)
    axes.pcolormesh(across, up, answers, cmap=REGIONS, vmin=0, vmax=1, shading="nearest")
    if answers.min() < answers.max():
        axes.contour(across, up, answers, levels=[0.5], colors="black", linewidths=1)
    axes.set(xlabel="$x_1$", ylabel="$x_2$")


def _classes(axes: Axes, points: NDArray, labels: NDArray, size: float) -> None:
    """Mark points (n, 2) by their class, 0 or 1, in colour and shape."""
    for label, color, marker in ((0, BLUE, "o"), (1, "#B45F00", "s")):
        chosen = points[np.asarray(labels) == label]
        axes.scatter(
            chosen[:, 0],
            chosen[:, 1],
            s=size,
            color=color,
            marker=marker,
            edgecolor="white",
            linewidth=0.6,
            label=f"class {label}",
            zorder=3,
        )
