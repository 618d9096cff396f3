"""The benchmarks compare like with like, and run on whatever they are given."""

import sys
from pathlib import Path
from typing import Any

import curation
import numpy as np
import pytest
import torch
import training
from measuring import Spent, median
from small_archives import letter_members, random_letters, write_tar

from utils.archives import LETTERS, load_letters
from utils.dataset import Dataset


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    members = letter_members(random_letters(20))
    members.insert(7, ("notMNIST_large/C/broken.png", b"no image"))
    return write_tar(tmp_path / "notMNIST_large.tar.gz", members)


def test_the_classic_way_reads_the_same_images(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pickled: list[np.ndarray] = []
    monkeypatch.setattr(curation.pickle, "dump", lambda images, *_: pickled.append(images))
    curation.classic(archive, tmp_path / "unpacked")
    ours = load_letters(archive, progress=False).images
    for letter, images in zip(LETTERS, pickled, strict=True):
        np.testing.assert_array_equal(np.rint((images + 0.5) * 255), ours[letter])


def test_the_floor_is_that_of_the_images_that_can_be_read(archive: Path) -> None:
    packed = curation.compressed_pixels(archive)
    assert len(packed) == 200
    curation.floor(archive, packed)


def test_a_larger_archive_holds_the_same_images_again(archive: Path, tmp_path: Path) -> None:
    larger = curation.repeated(archive, 450, tmp_path / "larger.tar.gz")
    loaded = load_letters(larger, progress=False)
    names = [name for letter in LETTERS for name in loaded.names[letter]]
    assert len(names) + len(loaded.unreadable) == len(set(names)) + 3 == 450
    once = load_letters(archive, progress=False).images["A"]
    np.testing.assert_array_equal(loaded.images["A"], np.concatenate([once] * 3))


def test_the_average_hash_counts_bits() -> None:
    half = np.zeros((1, 28, 28), np.uint8)
    half[:, :14] = 255
    assert curation.average_hash(half).reshape(8, 8).sum(axis=1).tolist() == [8] * 4 + [0] * 4
    images = np.concatenate([half, 255 - half, half])
    assert curation.all_hamming(images, half).tolist() == [[0], [64], [0]]


def test_all_tables_are_printed(
    archive: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    sizes = {"TRAIN": 600, "VALID": 50, "TEST": 50, "SAMPLE": 20, "SAMPLE_REFERENCE": 60}
    for name, count in sizes.items():
        monkeypatch.setattr(curation, name, count)
    command = ["curation.py", str(archive), "--runs", "1", "--queries", "100", "--images", "300"]
    monkeypatch.setattr(sys, "argv", command)
    curation.main()
    said = capsys.readouterr().out
    for part in ("298 images from a tar.gz", "x floor", "Memory", "find_equal", "(measured)"):
        assert part in said
    assert "near-twins missed" in said


# ---------------------------------------------------------------- training


@pytest.fixture
def letters() -> Dataset:
    rng = np.random.default_rng(5)

    def some(count: int) -> tuple[Any, Any]:
        images = rng.uniform(-0.5, 0.5, (count, 28, 28)).astype(np.float32)
        return images, rng.integers(0, 10, count).astype(np.int32)

    return Dataset(*some(300), *some(50), *some(50))


class Clock:
    """A clock of ours in place of the real one: it stands still unless it is told to go on."""

    def __init__(self) -> None:
        self.time = 0.0

    def __call__(self) -> Spent:
        return Spent(self.time, 2 * self.time)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(training, "now", clock)
    return clock


class Reader(torch.nn.Module):
    """Answers 0 for every image; `clock` goes on by 100 seconds whenever it is asked."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self.clock, self.dropout = clock, torch.nn.Dropout()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        assert not self.dropout.training, "the watch looks before the model is in its new mode"
        self.clock.time += 100
        return torch.eye(10)[torch.zeros(len(x), dtype=torch.int64)]


def watch(clock: Clock, right: int, target: float = 0.93, cap: float = 60) -> training.Watch:
    """A watch over ten test images of which a `Reader` reads `right`."""
    labels = torch.tensor([0] * right + [1] * (10 - right))
    return training.Watch(torch.zeros(10, 784), labels, target, cap, clock())


def test_the_watch_does_not_count_the_time_in_which_it_looks(clock: Clock) -> None:
    watching = watch(clock, right=5)
    model = watching.over(Reader(clock))
    for _ in range(3):
        model.train()
        clock.time += 10
        model.eval()
        model.eval()  # a validation of its own, a second time
    assert watching.result() == training.Trained(Spent(30, 60), 3, 0.5, reached=False)


def test_the_watch_stops_a_training_at_its_target_or_at_its_cap(clock: Clock) -> None:
    watching = watch(clock, right=10)
    clock.time += 20
    with pytest.raises(training.Stopped):
        watching.over(Reader(clock)).train(False)
    assert watching.result() == training.Trained(Spent(20, 40), 1, 1.0, reached=True)
    watching = watch(clock, right=5)
    clock.time += 61
    with pytest.raises(training.Stopped):
        watching.over(Reader(clock)).eval()
    assert not watching.result().reached


def test_the_median_is_that_of_each_clock() -> None:
    assert median([Spent(1, 9), Spent(3, 7), Spent(2, 8)]) == Spent(2, 8)


def test_numpy_and_torch_train_the_same_network(
    letters: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "REG", 0.5)  # so that a bias with a penalty would be seen
    x, y = letters.train_dataset.reshape(300, 784), letters.train_labels
    notebook = training.numpy_reference()
    ours, theirs = (
        train(notebook, x, y) for train in (training.train_in_numpy, training.train_in_torch)
    )
    assert {name: array.shape for name, array in theirs.items()} == {
        "W1": (784, 256), "b1": (256,), "W2": (256, 128), "b2": (128,), "W3": (128, 10), "b3": (10,)
    }  # fmt: skip
    for name, array in ours.items():
        assert array.dtype == np.float32
        np.testing.assert_allclose(array, theirs[name], atol=1e-6, err_msg=name)


def test_the_classic_loader_yields_the_rows(letters: Dataset) -> None:
    rows = training.Rows(letters.train_dataset, letters.train_labels)
    images, labels = next(iter(training.DataLoader(rows, batch_size=len(rows))))
    np.testing.assert_array_equal(images.numpy(), letters.train_dataset.reshape(300, 784))
    assert images.dtype == torch.float32 and labels.dtype == torch.int64
    assert labels.tolist() == letters.train_labels.tolist()


def test_the_tables_of_training_are_printed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """On a thousand letters; this also runs the notebooks' reference solutions as they are."""
    threads = torch.get_num_threads()
    monkeypatch.setattr(sys, "argv", ["training.py", "--quick"])
    try:
        training.main()
    finally:
        torch.set_num_threads(threads)
    said = capsys.readouterr().out
    assert "One training step, 784-256-128-10, 128 images" in said
    assert "Time until 60% test accuracy, 1,000 training images" in said
    assert "classic recipe, 784-1024-10" in said and "classic recipe, 784-4x1024-10" in said
    reference = next(line for line in said.splitlines() if line.startswith("reference, median"))
    assert float(reference.split()[-3].rstrip("%")) >= 25, "the reference learned nothing"
