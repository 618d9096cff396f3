"""Render the fonts listed in the provenance table into the sets."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from coursekit.embedded.archive import encode_png, file_name, write_archive
from coursekit.embedded.provenance import HIDDEN_SUBSETS, Row
from coursekit.embedded.render import (
    LETTERS,
    Raster,
    font_rasters,
    letter_raster,
    open_font,
    to_image,
)
from coursekit.embedded.variants import vary
from utils.errors import DataError

# Files that cannot be read, as in the original: empty, cut off, or not a picture at all.
UNREADABLE: dict[str, dict[str, tuple[str, ...]]] = {
    "large": {"A": ("empty", "cut", "text"), "B": ("cut",), "D": ("empty",)},
    "small": {"A": ("empty",), "F": ("cut",)},
}


class Image:
    """One image of a set: its letter, the name of its font's file, and its pixels."""

    __slots__ = ("font_file", "letter", "pixels")

    def __init__(self, letter: str, font_file: str, pixels: NDArray[np.uint8]) -> None:
        self.letter, self.font_file, self.pixels = letter, font_file, pixels


def build(rows: Sequence[Row], root: Path, out: Path, hidden: Path, jobs: int = 1) -> None:
    """Write both archives to the folder `out` and the hidden sets to the folder `hidden`.

    `root` holds one folder per unpacked package. Raises `DataError` naming a font that is missing.
    """
    out.mkdir(parents=True, exist_ok=True)
    hidden.mkdir(parents=True, exist_ok=True)
    for name in ("large", "small"):
        images = list(render_set([row for row in rows if row.subset == name], root, jobs))
        if images:
            top = f"notMNIST_{name}"
            files = [
                (f"{top}/{image.letter}/{file_name(image.font_file)}", encode_png(image.pixels))
                for image in tqdm(images, desc=f"{name}: PNG", unit="image")
            ]
            write_archive(out / f"{top}.tar.gz", files + _unreadable(name, images, files))
    for name in HIDDEN_SUBSETS:
        images = list(render_set([row for row in rows if row.subset == name], root, jobs))
        if images:
            labels = [LETTERS.index(image.letter) for image in images]
            write_hidden(hidden / f"{name}.npz", [image.pixels for image in images], labels)


def write_hidden(
    file: Path, images: Sequence[NDArray[np.uint8]], labels: Sequence[int | np.integer]
) -> None:
    """Write images (n, 28, 28) uint8 and labels (n,) uint8; the same ones give the same bytes."""
    with file.open("wb") as opened:  # an open file: NumPy then stores no time of its own
        np.savez_compressed(
            opened, images=np.stack(list(images)), labels=np.array(labels, np.uint8)
        )


def render_set(rows: Sequence[Row], root: Path, jobs: int = 1) -> Iterator[Image]:
    """Yield the images that `rows` describe, in their order; font file names are made unique."""
    taken = Counter[str]()
    work = partial(render_row, root=root)
    with ProcessPoolExecutor(jobs, get_context("fork")) as pool:
        results = map(work, rows) if jobs == 1 else pool.map(work, rows, chunksize=16)
        for row, images in tqdm(
            zip(rows, results, strict=True), "fonts", len(rows), unit="font", disable=None
        ):
            path = Path(row.path)
            taken[path.name] += 1
            twin = "" if taken[path.name] == 1 else f" ({taken[path.name]})"
            for (letter, variant), pixels in zip(row.images(), images, strict=True):
                mark = "" if variant == "0" else f" v{variant}"
                yield Image(letter, path.stem + twin + mark + path.suffix, pixels)


def render_row(row: Row, root: Path) -> list[NDArray[np.uint8]]:
    """Return the images (28, 28) uint8 of one font, in the order of `row.images()`."""
    path = root / row.package / row.path
    rasters = font_rasters(path) if path.is_file() else "it is missing"
    if isinstance(rasters, str):
        raise DataError(
            f"The font {row.path} of the package {row.package} cannot be used: {rasters}. The "
            f"table was made with version {row.version}; fetch that one, or run `select` again."
        )
    small_letters = lower_case(path) if "a" in row.variants.split() else {}
    plain = dict(zip(LETTERS, rasters, strict=True))
    return [
        to_image(small_letters[letter] if variant == "a" else variant_of(plain[letter], variant))
        for letter, variant in row.images()
    ]


def variant_of(raster: Raster, variant: str) -> Raster:
    """Return variant "0" (the raster itself), "1", "2", ... of a letter.

    The seed comes from the raster, so that the same drawing in two fonts gives the same images.
    """
    if variant == "0":
        return raster
    content = np.packbits(raster).tobytes() + f"{raster.shape} {variant}".encode()
    seed = int.from_bytes(hashlib.sha256(content).digest()[:8], "big")
    return vary(raster, np.random.default_rng(seed))


def lower_case(path: Path) -> dict[str, Raster]:
    """Return the lower-case letters that the font draws, keyed by their capitals."""
    font = open_font(path)
    drawn = {letter: letter_raster(font, letter.lower()) for letter in LETTERS}
    return {letter: raster for letter, raster in drawn.items() if raster is not None}


def _unreadable(
    name: str, images: Sequence[Image], files: Sequence[tuple[str, bytes]]
) -> list[tuple[str, bytes]]:
    """Return the few broken files of a set, named after fonts as all others are."""
    broken = list[tuple[str, bytes]]()
    for letter, kinds in UNREADABLE[name].items():
        own = [i for i, image in enumerate(images) if image.letter == letter]
        for number, kind in enumerate(kinds):
            chosen = own[(number + 1) * len(own) // (len(kinds) + 2)]
            whole = files[chosen][1]
            content = {"empty": b"", "cut": whole[: len(whole) // 2], "text": b"no picture\n"}[kind]
            font = Path(images[chosen].font_file)
            path = f"notMNIST_{name}/{letter}/{file_name(f'{font.stem} Damaged{font.suffix}')}"
            broken.append((path, content))
    return broken
