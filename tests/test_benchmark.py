"""The benchmark compares like with like, and runs on whatever archive it is given."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from small_archives import letter_members, random_letters, write_tar

from utils.archives import LETTERS, load_letters

FILE = Path(__file__).parents[1] / "benchmarks" / "curation.py"


@pytest.fixture(scope="module")
def benchmark() -> ModuleType:
    specification = importlib.util.spec_from_file_location("curation_benchmark", FILE)
    assert specification is not None and specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    members = letter_members(random_letters(20))
    members.insert(7, ("notMNIST_large/C/broken.png", b"no image"))
    return write_tar(tmp_path / "notMNIST_large.tar.gz", members)


def test_the_classic_way_reads_the_same_images(
    benchmark: ModuleType, archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pickled: list[np.ndarray] = []
    monkeypatch.setattr(benchmark.pickle, "dump", lambda images, *_: pickled.append(images))
    benchmark.classic(archive, tmp_path / "unpacked")
    ours = load_letters(archive, progress=False).images
    for letter, images in zip(LETTERS, pickled, strict=True):
        np.testing.assert_array_equal(np.rint((images + 0.5) * 255), ours[letter])


def test_the_floor_is_that_of_the_images_that_can_be_read(
    benchmark: ModuleType, archive: Path
) -> None:
    packed = benchmark.compressed_pixels(archive)
    assert len(packed) == 200
    benchmark.floor(archive, packed)


def test_a_larger_archive_holds_the_same_images_again(
    benchmark: ModuleType, archive: Path, tmp_path: Path
) -> None:
    larger = benchmark.repeated(archive, 450, tmp_path / "larger.tar.gz")
    loaded = load_letters(larger, progress=False)
    names = [name for letter in LETTERS for name in loaded.names[letter]]
    assert len(names) + len(loaded.unreadable) == len(set(names)) + 3 == 450
    once = load_letters(archive, progress=False).images["A"]
    np.testing.assert_array_equal(loaded.images["A"], np.concatenate([once] * 3))


def test_the_average_hash_counts_bits(benchmark: ModuleType) -> None:
    half = np.zeros((1, 28, 28), np.uint8)
    half[:, :14] = 255
    assert benchmark.average_hash(half).reshape(8, 8).sum(axis=1).tolist() == [8] * 4 + [0] * 4
    images = np.concatenate([half, 255 - half, half])
    assert benchmark.all_hamming(images, half).tolist() == [[0], [64], [0]]


def test_all_tables_are_printed(
    benchmark: ModuleType,
    archive: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    sizes = {"TRAIN": 600, "VALID": 50, "TEST": 50, "SAMPLE": 20, "SAMPLE_REFERENCE": 60}
    for name, count in sizes.items():
        monkeypatch.setattr(benchmark, name, count)
    command = ["curation.py", str(archive), "--runs", "1", "--queries", "100", "--images", "300"]
    monkeypatch.setattr(sys, "argv", command)
    benchmark.main()
    said = capsys.readouterr().out
    for part in ("298 images from a tar.gz", "x floor", "Memory", "find_equal", "(measured)"):
        assert part in said
    assert "near-twins missed" in said
