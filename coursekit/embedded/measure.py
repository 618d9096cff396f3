"""Measure a set of letter images, and draw a contact sheet of it: the figures in docs/data.md."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from coursekit.embedded.judge import accuracy, train_network
from coursekit.hidden import load_hidden_set, load_scoring_set
from utils.archives import LETTERS, load_letters
from utils.dataset import stack_letters, to_pixels
from utils.idx import read_idx_pair

Labelled = tuple[NDArray[np.uint8], NDArray[np.integer]]


def pixel_figures(images: NDArray[np.uint8]) -> dict[str, float]:
    """Return mean and standard deviation (of 255) and the shares of five ranges of pixel values."""
    count = np.bincount(images.reshape(-1), minlength=256) / images.size
    return {
        "mean": float(images.mean() / 255),
        "standard deviation": float(images.std() / 255),
        "P(0)": float(count[0]),
        "P(1-9)": float(count[1:10].sum()),
        "P(10-245)": float(count[10:246].sum()),
        "P(246-254)": float(count[246:255].sum()),
        "P(255)": float(count[255]),
    }


def white_squares(images: NDArray[np.uint8], labels: NDArray[np.integer]) -> float:
    """Return the share of all I that are nothing but a white square."""
    of_i = images[labels == LETTERS.index("I")]
    return float((of_i.reshape(len(of_i), -1).min(1) == 255).mean())


def repeated(images: NDArray[np.uint8]) -> float:
    """Return the share of images of which the set holds at least one more exact copy."""
    _, inverse, count = np.unique(_rows(images), return_inverse=True, return_counts=True)
    return float((count[inverse] > 1).mean())


def found_in(images: NDArray[np.uint8], others: NDArray[np.uint8]) -> float:
    """Return the share of `images` with an exact copy in `others`."""
    return float(np.isin(_rows(images), _rows(others)).mean())


def contact_sheet(labelled: Labelled, target: Path, columns: int = 40, seed: int = 7) -> None:
    """Draw `columns` random images of each letter, a row per letter, as a gray PNG."""
    images, labels = labelled
    rng = np.random.default_rng(seed)
    sheet = np.full((len(LETTERS) * 30, columns * 30), 96, np.uint8)
    for row in range(len(LETTERS)):
        chosen = rng.choice(np.flatnonzero(labels == row), columns, replace=False)
        for column, index in enumerate(chosen):
            sheet[row * 30 + 1 : row * 30 + 29, column * 30 + 1 : column * 30 + 29] = images[index]
    Image.fromarray(sheet).quantize(64).save(target, optimize=True)


def embedded_sets(folder: Path) -> dict[str, Labelled]:
    """Return the images and labels of the embedded large and small set and of the hidden ones."""
    sets: dict[str, Labelled] = {
        name: stack_letters(load_letters(folder / f"notMNIST_{name}.tar.gz", False).images)
        for name in ("large", "small")
    }
    for name, (images, labels) in (("tests", load_hidden_set()), ("scores", load_scoring_set())):
        sets[name] = to_pixels(images), labels
    return sets


def report(folder: Path, real: Path | None, sheet: Path | None, epochs: int) -> str:
    """Return the figures of the embedded sets as Markdown; `real` is a pair of IDX files."""
    sets = embedded_sets(folder)
    if real is not None:
        sets["real"] = read_idx_pair(real)
    if sheet is not None:
        contact_sheet(sets["large"], sheet)
    lines = [f"| | {' | '.join(sets)} |", "|---|" + "---|" * len(sets)]

    def line(name: str, values: list[str]) -> None:
        lines.append(f"| {name} | {' | '.join(values)} |")

    line("images", [f"{len(images):,}" for images, _ in sets.values()])
    figures = {name: pixel_figures(images) for name, (images, _) in sets.items()}
    for key in figures["large"]:
        line(key, [f"{figures[name][key]:.3f}" for name in sets])
    line("I that are white squares", [f"{white_squares(*pair):.1%}" for pair in sets.values()])
    line("images with an exact copy in their set", [f"{repeated(x):.1%}" for x, _ in sets.values()])
    large = sets["large"]
    line(
        "images with an exact copy in large",
        [
            "" if name == "large" else f"{found_in(x, large[0]):.1%}"
            for name, (x, _) in sets.items()
        ],
    )
    if epochs:
        network = train_network(*large, epochs=epochs)
        line(
            "accuracy of a network trained on large",
            ["" if name == "large" else f"{accuracy(network, *s):.2%}" for name, s in sets.items()],
        )
    return "\n".join(lines)


def _rows(images: NDArray[np.uint8]) -> NDArray[np.void]:
    """Return each image's bytes as one value, so that NumPy can compare whole images."""
    flat = np.ascontiguousarray(images.reshape(len(images), -1))
    return flat.view(np.dtype((np.void, flat.shape[1]))).reshape(-1)
