"""Whatever lies in data/, it is used or told in one sentence, and an earlier result survives."""

import gzip
import io
import lzma
import os
import shutil
import subprocess
import sys
import tarfile
import textwrap
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from small_archives import letter_members, png_bytes, random_letters, write_archive, write_tar

from utils.archives import LETTERS, load_letters
from utils.dataset import load_dataset, prepare_dataset, save_dataset, split
from utils.errors import DataError
from utils.idx import write_idx
from utils.sources import LARGE, SMALL, get_archives

NPZ = "notMNIST.npz"


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with two good archives and the result of an earlier curation."""
    monkeypatch.setenv("NOTMNIST_SOURCE", "local")
    folder = tmp_path / "data"
    write_archive(folder / LARGE, 12)
    write_archive(folder / SMALL, 4, seed=1)
    prepare_dataset(folder / NPZ)
    return folder


def curate(data: Path) -> None:
    """What notebook 1-1 does."""
    archives = get_archives(data)
    large, small = load_letters(archives.large), load_letters(archives.small)
    save_dataset(split(large, small), data / NPZ)


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


# ---------------------------------------------------------------- archives that cannot be used


def truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])


def cut_when_packed(path: Path) -> None:
    """As when tar was interrupted: good gzip around half a tar."""
    tar = gzip.decompress(path.read_bytes())
    path.write_bytes(gzip.compress(tar[: len(tar) // 2 // 512 * 512 + 700]))


def swapped(path: Path) -> None:
    other = path.with_name(SMALL if path.name == LARGE else LARGE)
    aside = path.with_name("aside")
    path.rename(aside)
    other.rename(path)
    aside.rename(other)


def a_copy_of_the_other(path: Path) -> None:
    shutil.copy(path.with_name(SMALL if path.name == LARGE else LARGE), path)


def a_web_page(path: Path) -> None:
    path.write_text("<html>Please log in to the network of the dormitory.</html>" * 3_000)


def a_plain_tar(path: Path) -> None:
    with tarfile.open(path, "w") as archive:
        for name, file in letter_members(random_letters(12)):
            info = tarfile.TarInfo(name)
            info.size = len(file)
            archive.addfile(info, io.BytesIO(file))


def an_xz_file(path: Path) -> None:
    path.write_bytes(lzma.compress(os.urandom(200_000)))


def a_zip_file(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for name, file in letter_members(random_letters(12)):
            archive.writestr(name, file)


def without_a_folder(path: Path) -> None:
    write_tar(path, [m for m in letter_members(random_letters(12)) if "/G/" not in m[0]])


def with_an_empty_folder(path: Path) -> None:
    folder = tarfile.TarInfo("notMNIST_large/G/")
    folder.type = tarfile.DIRTYPE
    members = [m for m in letter_members(random_letters(12)) if "/G/" not in m[0]]
    write_tar(path, [folder, *members])


def with_a_folder_of_broken_files(path: Path) -> None:
    write_tar(
        path,
        [
            (name, file[:-20] if "/G/" in name else file)
            for name, file in letter_members(random_letters(12))
        ],
    )


def images_changed(change: Callable[[np.ndarray], np.ndarray]) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        letters = random_letters(12)
        members = [
            (f"x/{letter}/{i}.png", png_bytes(change(image)))
            for letter in letters
            for i, image in enumerate(letters[letter])
        ]
        write_tar(path, members)

    return write


def other_letters(path: Path) -> None:
    letters = dict(zip("KLMNOPQRST", random_letters(12).values(), strict=True))
    write_tar(path, letter_members(letters))


def one_image_of_a_letter(path: Path) -> None:
    letters = random_letters(12)
    letters["G"] = letters["G"][:1]
    write_tar(path, letter_members(letters))


COLOUR = images_changed(lambda image: np.stack([image] * 3, axis=2))
SIXTEEN_BIT = images_changed(lambda image: image.astype(np.uint16) * 257)
LARGER = images_changed(lambda image: np.kron(image, np.ones((2, 2), np.uint8)))

BAD: dict[str, tuple[str, Callable[[Path], None], str]] = {
    "large truncated": (LARGE, truncated, f"{LARGE} is truncated"),
    "small truncated": (SMALL, truncated, f"{SMALL} is truncated"),
    "large cut when packed": (LARGE, cut_when_packed, f"{LARGE} is truncated inside"),
    "swapped": (LARGE, swapped, "Have the two been swapped"),
    "small twice": (LARGE, a_copy_of_the_other, "is one a copy of the other"),
    "large twice": (SMALL, a_copy_of_the_other, "is one a copy of the other"),
    "web page": (LARGE, a_web_page, f"{LARGE} is damaged or not a tar.gz file"),
    "plain tar": (LARGE, a_plain_tar, f"{LARGE} is damaged or not a tar.gz file"),
    "xz": (LARGE, an_xz_file, f"{LARGE} is damaged or not a tar.gz file"),
    "zip": (LARGE, a_zip_file, f"{LARGE} is damaged or not a tar.gz file"),
    "missing": (SMALL, Path.unlink, f"{SMALL} is missing"),
    "no folder G": (LARGE, without_a_folder, "no readable image of the letter G. It"),
    "empty folder G": (LARGE, with_an_empty_folder, "no readable image of the letter G. It"),
    "broken folder G": (
        LARGE,
        with_a_folder_of_broken_files,
        r"letter G \(12 could not be read, the first is .*/G/00000.png: the file is truncated\)",
    ),
    "colour": (LARGE, COLOUR, "letter A .* 8-bit colour instead of 8-bit gray"),
    "16 bit": (LARGE, SIXTEEN_BIT, "letter A .* 16-bit gray instead of 8-bit gray"),
    "56 x 56": (LARGE, LARGER, "letter A .* 56x56 pixels instead of 28x28"),
    "other letters": (LARGE, other_letters, "no readable image of the letter A. It"),
    "one G": (LARGE, one_image_of_a_letter, "every letter needs at least 2 .* the rarest has 1"),
}


@pytest.mark.parametrize("name", list(BAD))
def test_a_bad_archive_is_told_and_the_earlier_result_is_still_there(data: Path, name: str) -> None:
    archive, damage, says = BAD[name]
    damage(data / archive)
    before = contents(data)
    with pytest.raises(DataError, match=says) as caught:
        curate(data)
    assert "\n" not in str(caught.value)
    assert contents(data) == before
    assert len(load_dataset(data / NPZ).train_labels) == 110


# ---------------------------------------------------------------- archives that can, in part


def test_odd_entries_among_good_ones_are_left_out_and_listed(data: Path, tmp_path: Path) -> None:
    victim = tmp_path / "victim.png"
    victim.write_bytes(b"precious")
    link, hard_link = tarfile.TarInfo("x/A/link.png"), tarfile.TarInfo("x/B/hard.png")
    link.type, link.linkname = tarfile.SYMTYPE, str(victim)
    hard_link.type, hard_link.linkname = tarfile.LNKTYPE, "/etc/passwd"
    image = np.zeros((28, 28), np.uint8)
    odd = {
        str(victim): (png_bytes(image), "an absolute path"),
        "x/A/../../../../victim.png": (png_bytes(image), "leads out of the archive"),
        "x/C/colour.png": (png_bytes(np.zeros((28, 28, 4), np.uint8)), "colour with alpha"),
        "x/D/deep.png": (png_bytes(image.astype(np.uint16)), "16-bit gray"),
        "x/E/wide.png": (png_bytes(image[:, :20]), "20x28 pixels"),
        "x/F/empty.png": (b"", "the file is empty"),
    }
    members = [(name, file) for name, (file, _) in odd.items()]
    write_tar(data / LARGE, [link, hard_link, *members, *letter_members(random_letters(12))])
    before = contents(tmp_path)
    loaded = load_letters(data / LARGE, progress=False)
    assert {len(images) for images in loaded.images.values()} == {12}
    listed = dict(line.rsplit(": ", 1) for line in loaded.unreadable)
    assert listed.keys() == odd.keys() | {link.name, hard_link.name}
    assert all(reason in listed[name] for name, (_, reason) in odd.items())
    assert contents(tmp_path) == before  # nothing is ever written where an archive says
    curate(data)


# ---------------------------------------------------------------- a disk that is full

FULL_DISK = """
import os, sys
from pathlib import Path

from small_archives import as_letter_images, random_letters
from utils.dataset import load_dataset, save_dataset, split
from utils.errors import DataError
from utils.idx import write_idx
from utils.sources import get_archives

disk = Path(sys.argv[1])
target = disk / "notMNIST.npz"
small = split(as_letter_images(random_letters(10)), as_letter_images(random_letters(5)))
large = split(as_letter_images(random_letters(200)), as_letter_images(random_letters(50)))
save_dataset(small, target)
before = target.read_bytes()

def refused(what, action):
    names = sorted(path.name for path in disk.rglob("*"))
    try:
        action()
    except DataError as problem:
        print(f"{what}: {problem}")
    else:
        sys.exit(f"{what}: no error, although the disk is full")
    assert target.read_bytes() == before
    assert len(load_dataset(target).train_labels) == len(small.train_labels)
    left = sorted(path.name for path in disk.rglob("*") if path.is_file())
    assert left == [name for name in names if (disk / name).is_file()], left

refused("save", lambda: save_dataset(large, target))
refused("embedded", lambda: get_archives(disk, "embedded"))
"""


def test_a_disk_that_becomes_full_half_way_leaves_the_earlier_result(tmp_path: Path) -> None:
    """On a real file system of one megabyte, which only this process sees."""
    disk, script = tmp_path / "disk", tmp_path / "script.py"
    disk.mkdir()
    script.write_text(FULL_DISK)
    mount = f'mount -t tmpfs -o size=1m tmpfs "{disk}" || exit 77; exec "$@"'
    command = ["unshare", "--map-root-user", "--mount", "sh", "-c", mount, "sh"]
    here = Path(__file__).parent
    try:
        ran = subprocess.run(
            [*command, sys.executable, str(script), str(disk)],
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONPATH": f"{here}:{here.parent}"},
        )
    except FileNotFoundError:
        pytest.skip("a small file system needs the command unshare (Linux)")
    if ran.returncode == 77 or "unshare" in ran.stderr:
        pytest.skip(f"a small file system cannot be mounted here: {ran.stderr.strip()}")
    assert ran.returncode == 0, ran.stderr + ran.stdout
    save, embedded = ran.stdout.splitlines()
    assert f"save: {disk / NPZ} could not be written: the disk (or your quota) is full" in save
    assert "Free some space and run this again. The file that was there before is unchanged" in save
    assert f"{disk / LARGE} could not be written: the disk (or your quota) is full" in embedded


@pytest.mark.skipif(sys.platform == "win32", reason="limits on the size of files need POSIX")
def test_a_file_that_may_not_grow_leaves_the_earlier_result(data: Path) -> None:
    """The same with a limit instead of a disk, which needs no rights: ulimit -f."""
    write_archive(data / LARGE, 60)
    before = contents(data)
    script = textwrap.dedent(
        f"""
        import resource
        from pathlib import Path
        from test_bad_input import curate
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
        curate(Path({str(data)!r}))
        """
    )
    here = Path(__file__).parent
    ran = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": f"{here}:{here.parent}"},
    )
    assert f"{data / NPZ} could not be written: File too large" in ran.stderr
    assert "before is unchanged" in ran.stderr
    assert contents(data) == before


# ---------------------------------------------------------------- digits in place of letters


def write_digits(folder: Path, name: str, counts: list[int], seed: int) -> np.ndarray:
    """A pair of IDX files as MNIST has them: classes of different sizes, in random order.

    The first pixel of each image says which digit it is. Returns the labels.
    """
    rng = np.random.default_rng(seed)
    labels = rng.permutation(np.repeat(np.arange(10, dtype=np.uint8), counts))
    images = rng.integers(0, 256, (len(labels), 28, 28), dtype=np.uint8)
    images[:, 0, 0] = 20 * labels
    folder.mkdir(exist_ok=True)
    write_idx(folder / f"{name}-images-idx3-ubyte.gz", images)
    write_idx(folder / f"{name}-labels-idx1-ubyte.gz", labels)
    return labels


def test_mnist_goes_through_the_same_door(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("NOTMNIST_SOURCE")
    data = tmp_path / "data"
    digits = write_digits(data, "train", [30, 34, 29, 31, 29, 27, 30, 31, 29, 30], seed=0)
    write_digits(data, "t10k", [9, 11, 10, 10, 9, 8, 9, 10, 9, 10], seed=1)

    train = load_letters(get_archives(data).large, progress=False)
    assert "labels 0 to 9 stand where A to J do" in capsys.readouterr().out
    for digit, letter in enumerate(LETTERS):
        assert len(train.images[letter]) == (digits == digit).sum()
        assert (train.images[letter][:, 0, 0] == 20 * digit).all()

    dataset = prepare_dataset(data / NPZ)  # what notebooks 1-2 and 1-3 begin with
    assert [len(labels) for labels in dataset[1::2]] == [250, 20, 80]  # the rarest has 27 and 8
    for images, labels in zip(dataset[::2], dataset[1::2], strict=True):
        stored = (images[:, 0, 0] * 255 + 127.5).round()
        np.testing.assert_array_equal(stored, 20 * labels)  # a digit's label is the digit
        assert set(np.bincount(labels)) == {len(labels) // 10}


def test_bad_idx_files_leave_the_earlier_result(data: Path) -> None:
    write_digits(data, "train", [12] * 10, seed=0)
    write_digits(data, "t10k", [4] * 10, seed=1)
    curate(data)
    path = data / "train-images-idx3-ubyte.gz"
    path.write_bytes(path.read_bytes()[:-1000])
    before = contents(data)
    with pytest.raises(DataError, match=r"train-images-idx3-ubyte\.gz is damaged or truncated"):
        curate(data)
    assert contents(data) == before
