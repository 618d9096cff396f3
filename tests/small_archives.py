"""Archives of a few random images, laid out like notMNIST, for tests of the data helpers."""

import io
import tarfile
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from utils.archives import LETTERS, LetterImages


def random_letters(per_letter: int, seed: int = 0) -> dict[str, NDArray[np.uint8]]:
    """Smooth random images (per_letter, 28, 28) for each letter, no two alike."""
    rng = np.random.default_rng(seed)
    noise = rng.integers(0, 256, (len(LETTERS), per_letter, 28, 28))
    smooth = np.cumsum(noise, axis=3) // np.arange(1, 29)  # gives PNG's filters something to do
    return dict(zip(LETTERS, smooth.astype(np.uint8), strict=True))


def as_letter_images(images: dict[str, NDArray[np.uint8]]) -> LetterImages:
    """What load_letters would return for these images."""
    names = {
        letter: [f"{letter}/{i:05d}.png" for i in range(len(images[letter]))] for letter in images
    }
    return LetterImages(images, names, [])


def png_bytes(image: NDArray) -> bytes:
    """An image as PNG, written by Pillow."""
    file = io.BytesIO()
    Image.fromarray(image).save(file, "PNG")
    return file.getvalue()


def letter_members(
    images: dict[str, NDArray[np.uint8]], folder: str = "notMNIST_large"
) -> list[tuple[str, bytes]]:
    """(name in the archive, PNG) of every image, A first."""
    return [
        (f"{folder}/{letter}/{i:05d}.png", png_bytes(image))
        for letter in images
        for i, image in enumerate(images[letter])
    ]


def write_tar(
    path: Path,
    members: Iterable[tuple[str, bytes] | tarfile.TarInfo],
    tar_format: int = tarfile.GNU_FORMAT,
) -> Path:
    """A tar.gz of these files, written by Python's tarfile."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(path, "w:gz", format=tar_format) as archive:
        for member in members:
            if isinstance(member, tarfile.TarInfo):
                archive.addfile(member)
                continue
            name, data = member
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return path


def write_archive(path: Path, per_letter: int, seed: int = 0) -> Path:
    """A good tar.gz with `per_letter` random images of each letter."""
    folder = path.name.removesuffix(".tar.gz")
    return write_tar(path, letter_members(random_letters(per_letter, seed), folder))
