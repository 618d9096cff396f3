"""Letters come out of an archive as they went in; damage and oddities are told, not hidden."""

import gzip
import io
import itertools
import struct
import tarfile
import threading
import tracemalloc
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from small_archives import (
    letter_members,
    png_bytes,
    random_letters,
    write_archive,
    write_tar,
)

from utils import archives, png, png_filters, targz
from utils.archives import LETTERS, load_letters
from utils.errors import DataError
from utils.idx import write_idx

# ---------------------------------------------------------------- PNG


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_with_filters(rows: bytes, pieces: int = 1) -> bytes:
    """A PNG file around rows that are filtered already, its pixels in several IDAT chunks."""
    packed = zlib.compress(rows)
    step = -(-len(packed) // pieces)
    data = [chunk(b"IDAT", packed[i : i + step]) for i in range(0, len(packed), step)]
    return png.BEGINNING + chunk(b"tEXt", b"a\0b") + b"".join(data) + chunk(b"IEND", b"")


def test_every_filter_is_undone_as_pillow_does() -> None:
    rng = np.random.default_rng(0)
    stored = rng.integers(0, 256, (60, 28, 29), dtype=np.uint8)
    stored[:, :, 0] = rng.integers(0, 5, (60, 28))  # a filter for each row, all kinds mixed
    stored[:5, :, 0] = np.arange(5)[:, None]  # and images with one filter throughout
    files = [png_with_filters(image.tobytes(), pieces=1 + i % 3) for i, image in enumerate(stored)]
    pixels = png_filters.unfilter(b"".join(png.inflate(file) for file in files))
    expected = np.stack([np.asarray(Image.open(io.BytesIO(file))) for file in files])
    np.testing.assert_array_equal(pixels, expected)
    assert pixels.dtype == np.uint8


def test_no_image_gives_no_pixels() -> None:
    assert png_filters.unfilter(b"").shape == (0, 28, 28)


GOOD = png_bytes(random_letters(1)["A"][0])
COLOUR = png_bytes(np.zeros((28, 28, 3), np.uint8))
SIXTEEN_BIT = png_bytes(np.zeros((28, 28), np.uint16))
WIDE = png_bytes(np.zeros((28, 29), np.uint8))


def interlaced() -> bytes:
    header = GOOD[16:28] + b"\1"
    return GOOD[:8] + chunk(b"IHDR", header) + GOOD[33:]


UNREADABLE = {
    "empty": (b"", "empty"),
    "text": (b"this is not an image", "not a PNG"),
    "jpeg": (b"\xff\xd8\xff\xe0" + bytes(100), "not a PNG"),
    "header_cut": (GOOD[:20], "truncated"),
    "pixels_cut": (GOOD[:-30], "truncated"),
    "end_missing": (GOOD[:-12], "truncated"),
    "bit_flipped": (GOOD[:60] + bytes([GOOD[60] ^ 1]) + GOOD[61:], "checksum"),
    "header_flipped": (GOOD[:31] + bytes([GOOD[31] ^ 1]) + GOOD[32:], "header"),
    "too_few_rows": (png_with_filters(bytes(27 * 29)), "damaged"),
    "filter_9": (png_with_filters(b"\x09" + bytes(28 * 29 - 1)), "damaged"),
    "not_zlib": (png.BEGINNING + chunk(b"IDAT", b"xyz") + chunk(b"IEND", b""), "decompress"),
    "no_pixels": (png.BEGINNING + chunk(b"IEND", b""), "decompress"),
    "colour": (COLOUR, "8-bit colour instead of 8-bit gray"),
    "sixteen_bit": (SIXTEEN_BIT, "16-bit gray instead of 8-bit gray"),
    "wide": (WIDE, "29x28 pixels instead of 28x28"),
    "interlaced": (interlaced(), "interlaced"),
    "huge": (GOOD + bytes(100_000), "too large"),
}


@pytest.mark.parametrize("name", [name for name in UNREADABLE if name != "huge"])
def test_the_reason_is_given(name: str) -> None:
    data, reason = UNREADABLE[name]
    with pytest.raises(ValueError, match=reason):
        png.inflate(data)


# ---------------------------------------------------------------- whole archives


def test_letters_come_back_with_their_names(tmp_path: Path) -> None:
    images = random_letters(7)
    loaded = load_letters(write_tar(tmp_path / "x.tar.gz", letter_members(images)), progress=False)
    assert list(loaded.images) == list(loaded.names) == list(LETTERS)
    for letter in LETTERS:
        np.testing.assert_array_equal(loaded.images[letter], images[letter])
        assert loaded.images[letter].dtype == np.uint8
        assert loaded.names[letter] == [f"notMNIST_large/{letter}/{i:05d}.png" for i in range(7)]
    assert loaded.unreadable == []


@pytest.mark.parametrize("tar_format", [tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_long_and_foreign_names_survive(tmp_path: Path, tar_format: int) -> None:
    long = f"folder/{'x' * 200}/A/{'y' * 180}.png"
    korean = "한글 폴더/A/글꼴.png"
    members = [(long, GOOD), (korean, GOOD), *letter_members(random_letters(1))]
    loaded = load_letters(write_tar(tmp_path / "x.tar.gz", members, tar_format), progress=False)
    assert loaded.names["A"] == [long, korean, "notMNIST_large/A/00000.png"]


def test_ustar_names_of_two_parts_survive(tmp_path: Path) -> None:
    name = f"{'x' * 120}/A/{'y' * 80}.png"
    members = [(name, GOOD), *letter_members(random_letters(1))]
    path = write_tar(tmp_path / "x.tar.gz", members, tarfile.USTAR_FORMAT)
    assert load_letters(path, progress=False).names["A"][0] == name


def test_depth_order_and_neighbours_do_not_matter(tmp_path: Path) -> None:
    images = random_letters(3)
    members = letter_members(images, "some/where/deep")[::-1]
    folder = tarfile.TarInfo("some/where/deep/A/")
    folder.type = tarfile.DIRTYPE
    members[0:0] = [("README", b"read me"), ("some/K/x.png", GOOD), ("some/AB/x.png", GOOD)]
    path = write_tar(tmp_path / "x.tar.gz", [folder, *members])
    loaded = load_letters(path, progress=False)
    for letter in LETTERS:
        np.testing.assert_array_equal(loaded.images[letter], images[letter][::-1])
    assert loaded.unreadable == []


def test_unreadable_files_are_skipped_and_listed(tmp_path: Path) -> None:
    images = random_letters(2)
    members = letter_members(images)
    for name, (data, _) in UNREADABLE.items():
        members.insert(5, (f"notMNIST_large/B/{name}.png", data))
    loaded = load_letters(write_tar(tmp_path / "x.tar.gz", members), progress=False)
    for letter in LETTERS:
        np.testing.assert_array_equal(loaded.images[letter], images[letter])
    listed = dict(line.split(": ", 1) for line in loaded.unreadable)
    for name, (_, reason) in UNREADABLE.items():
        assert reason in listed.pop(f"notMNIST_large/B/{name}.png")
    assert listed == {}


def test_links_devices_and_paths_that_lead_out_are_ignored_and_listed(tmp_path: Path) -> None:
    odd: list[tarfile.TarInfo] = []
    for name, kind in (
        ("x/A/symlink.png", tarfile.SYMTYPE),
        ("x/A/hardlink.png", tarfile.LNKTYPE),
        ("x/A/device.png", tarfile.CHRTYPE),
        ("x/A/fifo.png", tarfile.FIFOTYPE),
    ):
        info = tarfile.TarInfo(name)
        info.type, info.linkname = kind, "/etc/passwd"
        info.size = 3_000  # such an entry has no data, whatever it claims
        odd.append(info)
    paths = ["/tmp/A/absolute.png", "x/../../A/out.png", "../A/out.png", "C:\\A/drive.png"]
    members = [*odd, *((name, GOOD) for name in paths), *letter_members(random_letters(1))]
    loaded = load_letters(write_tar(tmp_path / "x.tar.gz", members), progress=False)
    assert {letter: len(images) for letter, images in loaded.images.items()} == dict.fromkeys(
        LETTERS, 1
    )
    listed = dict(line.rsplit(": ", 1) for line in loaded.unreadable)
    assert set(listed) == {info.name for info in odd} | set(paths)
    assert "link" in listed["x/A/symlink.png"]
    assert "absolute" in listed["/tmp/A/absolute.png"]
    assert "leads out" in listed["../A/out.png"]
    assert sorted(tmp_path.iterdir()) == [tmp_path / "x.tar.gz"]


def test_more_images_than_one_batch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "BATCH", 4)
    monkeypatch.setattr(targz, "READ", 100)  # and pieces that end anywhere
    monkeypatch.setattr(targz, "LARGEST_PIECE", 700)
    images = random_letters(10)
    loaded = load_letters(write_tar(tmp_path / "x.tar.gz", letter_members(images)), progress=False)
    for letter in LETTERS:
        np.testing.assert_array_equal(loaded.images[letter], images[letter])


def test_a_letter_without_images_is_an_error(tmp_path: Path) -> None:
    images = random_letters(1)
    members = [(name, data) for name, data in letter_members(images) if "/G/" not in name]
    members.append(("notMNIST_large/G/x.png", b""))
    path = write_tar(tmp_path / "x.tar.gz", members)
    with pytest.raises(DataError, match="no readable image of the letter G") as caught:
        load_letters(path, progress=False)
    assert str(path) in str(caught.value)


def cut(share: float):
    return lambda data: data[: int(len(data) * share)]


def flip(data: bytes) -> bytes:
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 0x55]) + data[middle + 1 :]


def cut_inside(data: bytes) -> bytes:
    return gzip.compress(gzip.decompress(data)[: 20 * 512 + 100])


def cut_inside_header(data: bytes) -> bytes:
    return gzip.compress(gzip.decompress(data)[:100])


def bad_header(data: bytes) -> bytes:
    tar = bytearray(gzip.decompress(data))
    tar[3] ^= 1  # in the first name; gzip's own checksum is made anew
    return gzip.compress(bytes(tar))


def negative_size(data: bytes) -> bytes:
    """A header that would send a careless reader backwards for ever; its checksum is right."""
    tar = bytearray(gzip.decompress(data))
    tar[124:136] = b"-0000001000\0"
    tar[148:156] = b" " * 8
    tar[148:156] = b"%06o\0 " % sum(tar[:512])
    return gzip.compress(bytes(tar))


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (cut(0.6), "is truncated"),
        (cut(0.999), "is truncated"),
        (lambda data: data[:-4], "is truncated"),
        (cut(0.0), "is truncated"),
        (lambda data: data[:-6] + b"??" + data[-4:], "incorrect data check"),
        (flip, "damaged"),
        (lambda data: gzip.decompress(data), "not a tar.gz"),
        (lambda data: b"<html>Log in to the network</html>", "not a tar.gz"),
        (lambda data: gzip.compress(b"no tar at all, " * 100), "not a tar.gz"),
        (lambda data: gzip.compress(b"no tar"), "truncated inside a header"),
        (cut_inside, "truncated inside notMNIST_large/"),
        (cut_inside_header, "truncated inside a header"),
        (bad_header, "checksum"),
        (negative_size, "checksum"),
    ],
)
def test_damaged_archives_are_refused(tmp_path: Path, damage, says: str) -> None:
    path = write_tar(tmp_path / "notMNIST_large.tar.gz", letter_members(random_letters(40)))
    data = damage(path.read_bytes())
    path.write_bytes(data)
    with pytest.raises(DataError, match=says) as caught:
        load_letters(path, progress=False)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert path.read_bytes() == data  # reading never changes anything
    assert not [thread for thread in threading.enumerate() if "ThreadPool" in thread.name]


def test_pieces_may_end_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.gz"
    for size in range(0, 3_000, 101):
        content = np.random.default_rng(size).bytes(10) + bytes(size)
        path.write_bytes(gzip.compress(content))
        for read, largest in ((5, 7), (5, 1000), (300, 7), (300, 1000)):
            monkeypatch.setattr(targz, "READ", read)
            monkeypatch.setattr(targz, "LARGEST_PIECE", largest)
            pieces = list(targz.gunzip(path))
            assert b"".join(pieces) == content
            assert max(map(len, pieces)) <= largest


def test_an_archive_of_joined_gzip_files_is_read_to_its_end(tmp_path: Path) -> None:
    path = write_archive(tmp_path / "x.tar.gz", 5)
    tar = gzip.decompress(path.read_bytes())
    path.write_bytes(gzip.compress(tar[:30_000]) + gzip.compress(tar[30_000:]) + bytes(512))
    assert len(load_letters(path, progress=False).images["J"]) == 5


def test_missing_archives_are_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"nothing\.tar\.gz does not exist"):
        load_letters(tmp_path / "nothing.tar.gz", progress=False)
    (tmp_path / "folder.tar.gz").mkdir()
    with pytest.raises(DataError, match="cannot be read"):
        load_letters(tmp_path / "folder.tar.gz", progress=False)


def test_memory_stays_small_however_much_there_is_to_skip(tmp_path: Path) -> None:
    images = letter_members(random_letters(1))
    path = write_tar(tmp_path / "x.tar.gz", [("A/bomb.png", bytes(80_000_000)), *images])
    assert path.stat().st_size < 1_000_000
    tracemalloc.start()
    loaded = load_letters(path, progress=False)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert loaded.unreadable == ["A/bomb.png: too large for an image of 28x28 pixels"]
    assert peak < 30_000_000


def test_the_bar_runs_to_the_size_of_the_archive(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TQDM_DISABLE", raising=False)
    path = write_archive(tmp_path / "x.tar.gz", 3)
    load_letters(path)
    shown = capsys.readouterr().err
    assert "x.tar.gz" in shown
    assert "100%" in shown
    load_letters(path, progress=False)
    assert capsys.readouterr().err == ""


# ---------------------------------------------------------------- IDX through the same door


def write_pair(folder: Path, images: np.ndarray, labels: np.ndarray) -> Path:
    path = folder / "train-images-idx3-ubyte.gz"
    write_idx(path, images)
    write_idx(folder / "train-labels-idx1-ubyte.gz", labels.astype(np.uint8))
    return path


def test_idx_labels_become_letters(tmp_path: Path) -> None:
    images = np.concatenate(list(random_letters(2).values()))
    labels = np.arange(20) % 10
    loaded = load_letters(write_pair(tmp_path, images, labels), progress=False)
    for label, letter in enumerate(LETTERS):
        np.testing.assert_array_equal(loaded.images[letter], images[[label, label + 10]])
        assert loaded.names[letter] == [f"image {label}", f"image {label + 10}"]


@pytest.mark.parametrize(
    ("images", "labels", "says"),
    [
        (np.zeros((20, 32, 32), np.uint8), np.arange(20) % 10, "32x32 pixels"),
        (np.zeros((26, 28, 28), np.uint8), np.arange(26), "labels of .* reach 25"),
        (np.zeros((9, 28, 28), np.uint8), np.arange(9), "no readable image of the letter J"),
        (np.zeros((0, 28, 28), np.uint8), np.arange(0), "no readable image of the letter A"),
    ],
)
def test_other_idx_data_is_refused(tmp_path: Path, images, labels, says: str) -> None:
    with pytest.raises(DataError, match=says):
        load_letters(write_pair(tmp_path, images, labels), progress=False)


# ---------------------------------------------------------------- the embedded archives

EMBEDDED = Path(__file__).parents[1] / "utils" / "embedded"


@pytest.mark.parametrize("name", ["notMNIST_large.tar.gz", "notMNIST_small.tar.gz"])
def test_the_embedded_archives_read_as_tarfile_and_pillow_read_them(name: str) -> None:
    if not (EMBEDDED / name).is_file():
        pytest.skip(f"utils/embedded/{name} is not there yet")
    loaded = load_letters(EMBEDDED / name, progress=False)
    found = {
        file: image
        for letter in LETTERS
        for file, image in zip(loaded.names[letter], loaded.images[letter], strict=True)
    }
    listed = {line.split(": ", 1)[0] for line in loaded.unreadable}
    compared = 0
    with tarfile.open(EMBEDDED / name) as archive:
        for number, member in enumerate(itertools.islice(archive, 8_000)):
            if not member.isfile():
                continue
            assert (member.name in found) != (member.name in listed)
            if number % 97 == 0 and member.name in found:
                file = archive.extractfile(member)
                assert file is not None
                np.testing.assert_array_equal(np.asarray(Image.open(file)), found[member.name])
                compared += 1
    assert compared > 10
