"""How fast data is read and duplicates are found, beside other ways and beside what is possible.

    python benchmarks/curation.py                      on the embedded archive
    python benchmarks/curation.py ARCHIVE.tar.gz       on another one
    python benchmarks/curation.py --images 529114      on one as large as the original
    python benchmarks/curation.py --only overlap       one of archive, overlap, neighbours

Prints the tables of docs/benchmarks.md. Times are medians of --runs runs, in which the ways take
turns; CPU seconds are those of all cores, other processes that a way starts included.
"""

import argparse
import io
import os
import pickle
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import xxhash
from matplotlib import pyplot as plt
from measuring import Ways, describe_machine, measure, take_turns, title
from numpy.typing import NDArray
from tqdm import tqdm

from utils import png
from utils.archives import letter_of, load_letters
from utils.dataset import FULL_SIZES, normalize, stack_letters
from utils.neighbours import NEAR, nearest
from utils.overlap import find_equal
from utils.targz import gunzip, members
from utils.workers import cores

EMBEDDED = Path(__file__).parents[1] / "utils" / "embedded" / "notMNIST_large.tar.gz"
TRAIN, VALID, TEST = FULL_SIZES
SAMPLE, SAMPLE_REFERENCE = 2_000, 10_000  # for all pairs at once
SEED = 133


def main() -> None:
    options = parse_options()
    print(describe_machine(zlib=zlib.ZLIB_RUNTIME_VERSION))
    with tempfile.TemporaryDirectory(prefix="curation-") as name:
        folder, archive = Path(name), options.archive
        if options.images:
            archive = repeated(archive, options.images, folder / "repeated.tar.gz")
        if options.only in (None, "archive"):
            archive_to_arrays(archive, options.runs, folder)
        if options.only in (None, "overlap"):
            exact_overlap(many_images(archive, TRAIN + VALID + TEST), options.runs)
        if options.only in (None, "neighbours"):
            nearest_images(many_images(archive, TRAIN + VALID + TEST), options.queries)
            perceptual_hash(archive)


# ---------------------------------------------------------------- from archive to arrays


def archive_to_arrays(archive: Path, runs: int, folder: Path) -> None:
    """load_letters beside the classic way, and beside what nothing built on zlib can go below."""
    packed = compressed_pixels(archive)
    unpacked = folder / "unpacked"
    ways: Ways = {
        "classic: extract, list, plt.imread, float, pickle": lambda: classic(archive, unpacked),
        "load_letters on one core": lambda: on_one_core(archive),
        f"load_letters on {cores()} cores": lambda: load_letters(archive, progress=False),
        "floor: decompress the tar, inflate the pixels": lambda: floor(archive, packed),
    }
    times = take_turns(ways, runs, after=lambda: shutil.rmtree(unpacked, ignore_errors=True))
    slow, _, ours, limit = times.values()
    title(
        f"{len(packed):,} images from a tar.gz of {archive.stat().st_size / 1e6:,.1f} MB to arrays "
        f"(median of {runs})"
    )
    print(f"{'':52}{'wall s':>9}{'CPU s':>9}{'images/s':>11}{'x floor':>9}")
    for name, spent in times.items():
        rate, ratio = len(packed) / spent.wall, spent.wall / limit.wall
        print(f"{name:52}{spent.wall:9.2f}{spent.cpu:9.2f}{rate:11,.0f}{ratio:9.2f}")
    print(
        f"\nload_letters is {slow.wall / ours.wall:.1f} times as fast as the classic way "
        f"({slow.cpu / ours.cpu:.1f} in CPU seconds)\nand takes {ours.wall / limit.wall:.2f} times "
        f"the floor ({ours.cpu / limit.cpu:.2f} in CPU seconds)."
    )
    print(peak_memory(archive))


def classic(archive: Path, folder: Path) -> None:
    """Read the images into pickles in `folder` as a first program would, step after step."""
    with tarfile.open(archive) as tar:
        # the fastest of the filters, where there are any (Python 3.11.4)
        tar.extraction_filter = getattr(tarfile, "fully_trusted_filter", None)
        tar.extractall(folder)
    for letter_folder in sorted(path for path in folder.rglob("?") if path.is_dir()):
        files = sorted(os.listdir(letter_folder))  # noqa: PTH208, faster than iterdir
        images = np.empty((len(files), 28, 28), np.float32)
        count = 0
        for file in files:
            try:
                values = plt.imread(letter_folder / file).astype(float)  # from 0 to 1
            except (OSError, SyntaxError, ValueError):
                continue
            if values.shape == (28, 28):
                images[count] = values - 0.5
                count += 1
        with letter_folder.with_suffix(".pickle").open("wb") as target:
            pickle.dump(images[:count], target, pickle.HIGHEST_PROTOCOL)


def on_one_core(archive: Path) -> None:
    """load_letters as it works where there are no other cores."""
    with patch("utils.archives.cores", lambda: 1):
        load_letters(archive, progress=False)


def floor(archive: Path, packed: list[bytes]) -> None:
    """What cannot be avoided: decompress the archive, and the pixels of each image in it."""
    for _ in gunzip(archive):
        pass
    for data in packed:
        zlib.decompress(data, bufsize=png.SIDE * png.ROW)


def compressed_pixels(archive: Path) -> list[bytes]:
    """The IDAT data of every image that can be read."""
    packed = list[bytes]()
    for member in members(archive):
        data, position, pixels = member.data or b"", len(png.BEGINNING), b""
        with suppress(ValueError):
            png.inflate(data)
            while position < len(data):
                length, kind = png.CHUNK.unpack_from(data, position)
                body = position + png.CHUNK.size
                if kind == b"IDAT":
                    pixels += data[body : body + length]
                position = body + length + png.CHECKSUM.size
            packed.append(pixels)
    return packed


def peak_memory(archive: Path) -> str:
    """How much memory loading takes in a fresh process, in words."""
    if not Path("/proc/self/status").exists():
        return "The memory it needs is measured on Linux only."
    program = (
        "import re, sys\n"
        "from pathlib import Path\n"
        "from utils.archives import load_letters\n"
        "status = Path('/proc/self/status')\n"
        "def memory(key):\n"
        "    return int(re.search(key + r':\\s+(\\d+)', status.read_text())[1])\n"
        "before = memory('VmRSS')\n"
        "letters = load_letters(sys.argv[1], progress=False)\n"
        "print(memory('VmHWM') - before, memory('VmRSS') - before)"
    )
    command = [sys.executable, "-c", program, str(archive.resolve())]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    peak, held = (int(kilobytes) * 1024 / 1e6 for kilobytes in said)
    return f"Memory that it takes: {peak:,.0f} MB at most, {held:,.0f} MB to hold what it returns."


def repeated(archive: Path, images: int, target: Path) -> Path:
    """An archive with that many images: those of `archive` again and again, in other folders."""
    originals = [
        (member.name, member.data)
        for member in members(archive)
        if member.data is not None and letter_of(member.name)
    ]
    with (
        tarfile.open(target, "w:gz", compresslevel=6, format=tarfile.USTAR_FORMAT) as tar,
        tqdm(total=images, desc="making the archive", unit=" files", leave=False) as bar,
    ):
        for number in range(images):
            name, data = originals[number % len(originals)]
            info = tarfile.TarInfo(f"copy{number // len(originals):03d}/{name}")
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
            bar.update()
    return target


# ---------------------------------------------------------------- exact overlap


def exact_overlap(images: NDArray[np.uint8], runs: int) -> None:
    """How many of the last 20,000 images occur among the first 200,000."""
    train, others = images[:TRAIN].copy(), images[TRAIN:].copy()
    others[::8] = train[: len(others[::8])]
    digest = xxhash.xxh3_64_intdigest

    def with_a_set(hash_of: Callable[[Any], int]) -> int:
        known = {hash_of(image) for image in train}
        return sum(hash_of(image) in known for image in others)

    floors: Ways = {
        "read all images once": lambda: [
            part.reshape(-1).view("u8").max() for part in (train, others)
        ],
        "xxh3_64 of every image": lambda: [
            [digest(image) for image in part] for part in (train, others)
        ],
    }
    ways: Ways = {
        "find_equal: hash, sort, compare the bytes": lambda: (find_equal(others, train) >= 0).sum(),
        "the notebook's: hash(image.tobytes()) and a set": lambda: with_a_set(
            lambda image: hash(image.tobytes())
        ),
        "the same with xxh3_64": lambda: with_a_set(digest),
    }
    counts = {name: way() for name, way in ways.items()}
    assert len(set(counts.values())) == 1, f"the ways disagree: {counts}"
    times = take_turns(floors | ways, 2 * runs + 1)
    limit = sum(times[name].wall for name in floors)
    title(f"Exact overlap of {len(others):,} images with {len(train):,}, 784 bytes each")
    print(f"{'':52}{'wall s':>9}{'x floor':>9}")
    for name, spent in times.items():
        print(f"{name:52}{spent.wall:9.3f}{spent.wall / limit:9.2f}")
    print(f"{'floor: the first two together':52}{limit:9.3f}{1:9.2f}")


def many_images(archive: Path, count: int) -> NDArray[np.uint8]:
    """`count` images (count, 28, 28) in random order; where the archive has fewer, shifted ones."""
    pixels, _ = stack_letters(load_letters(archive, progress=False).images)
    pixels = pixels[np.random.default_rng(SEED).permutation(len(pixels))]
    images = np.empty((count, 28, 28), np.uint8)
    for turn, start in enumerate(range(0, count, len(pixels))):
        part = pixels[: count - start]
        images[start : start + len(part)] = np.roll(part, (turn // 5, turn % 5), axis=(1, 2))
    return images


# ---------------------------------------------------------------- near-duplicates


def nearest_images(images: NDArray[np.uint8], queries: int) -> None:
    """The nearest of 200,000 images for each of 20,000, or for some and extrapolated."""
    train, others = images[:TRAIN], images[TRAIN:]
    chosen = others[:queries]
    spent = measure(lambda: nearest(chosen, train))
    title(f"Nearest of {len(train):,} images, exact, by blocks of matrix products")
    print(f"{len(chosen):,} images: {spent.wall:.1f} s, {spent.cpu:.1f} s CPU (measured)")
    if len(chosen) < len(others):
        whole = spent.wall * len(others) / len(chosen)
        print(f"{len(others):,} images: {whole:.1f} s (extrapolated)")


def perceptual_hash(archive: Path) -> None:
    """What a perceptual hash says about pairs whose distance is known."""
    images = many_images(archive, SAMPLE + SAMPLE_REFERENCE)
    some, reference = images[:SAMPLE], images[SAMPLE:]
    twins = all_distances(some, reference) <= NEAR
    differing = all_hamming(some, reference)
    title(f"Average hash of 64 bits, {twins.size:,} pairs, {twins.sum():,} of them near-twins")
    print(f"{'called equal':24}{'pairs':>12}{'near-twins among them':>24}{'near-twins missed':>20}")
    for bits in (0, 2, 5, 10):
        called = differing <= bits
        right, missed = (called & twins).sum(), (~called & twins).sum()
        shares = right / max(1, called.sum()), missed / max(1, twins.sum())
        name = f"up to {bits} bits differ"
        print(f"{name:24}{called.sum():12,}{shares[0]:24.1%}{shares[1]:20.1%}")
    print(f"(near-twins: the RMS difference of the pixels is at most {NEAR})")


def all_distances(images: NDArray[np.uint8], reference: NDArray[np.uint8]) -> NDArray[np.float32]:
    x, r = (normalize(part).reshape(len(part), -1) for part in (images, reference))
    squares = (x**2).sum(axis=1)[:, None] + (r**2).sum(axis=1) - 2 * x @ r.T
    return np.sqrt(np.maximum(squares, 0) / x.shape[1])


def all_hamming(images: NDArray[np.uint8], reference: NDArray[np.uint8]) -> NDArray[np.float32]:
    """In how many of 64 bits the average hashes of each pair differ."""
    a, b = average_hash(images), average_hash(reference)
    return a.sum(axis=1)[:, None] + b.sum(axis=1) - 2 * a @ b.T


def average_hash(images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Which cells of an 8x8 grid are lighter than their mean, as 0 or 1, (n, 64)."""
    padded = np.pad(images, ((0, 0), (2, 2), (2, 2)), mode="edge").astype(np.float32)
    cells = padded.reshape(len(images), 8, 4, 8, 4).mean(axis=(2, 4)).reshape(len(images), 64)
    return (cells > cells.mean(axis=1, keepdims=True)).astype(np.float32)


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("archive", nargs="?", type=Path, default=EMBEDDED)
    parser.add_argument("--images", type=int, help="repeat the archive to this many images")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--queries", type=int, default=2_000, help="for nearest, 20,000 at most")
    parser.add_argument("--only", choices=("archive", "overlap", "neighbours"))
    return parser.parse_args()


if __name__ == "__main__":
    main()
