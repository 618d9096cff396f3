"""The curated data set: values, balance, shuffling, and a file that is never half written."""

import errno
import os
import pickle
import shutil
import threading
from pathlib import Path

import numpy as np
import pytest
from small_archives import as_letter_images, random_letters, write_archive

from utils import dataset as module
from utils.archives import LETTERS, LetterImages
from utils.dataset import (
    Dataset,
    largest_sizes,
    load_dataset,
    normalize,
    prepare_dataset,
    save_dataset,
    split,
    stack_letters,
    to_pixels,
)
from utils.errors import DataError

BYTES = np.arange(256, dtype=np.uint8)


def letters(per_letter: int, seed: int = 0) -> LetterImages:
    return as_letter_images(random_letters(per_letter, seed))


def keys(images: np.ndarray) -> list[bytes]:
    return [to_pixels(image).tobytes() for image in images]


@pytest.fixture(scope="module")
def small_dataset() -> Dataset:
    return split(letters(20), letters(5, seed=1))


# ---------------------------------------------------------------- values


def test_normalize_is_the_formula_in_float32() -> None:
    images = normalize(BYTES)
    assert images.dtype == np.float32
    assert images[0] == -0.5
    assert images[255] == 0.5
    np.testing.assert_allclose(images, (BYTES - 127.5) / 255, rtol=0, atol=1e-7)


def test_normalize_leaves_its_argument_alone() -> None:
    pixels = BYTES.copy()
    normalize(pixels)
    np.testing.assert_array_equal(pixels, BYTES)


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.float16])
def test_to_pixels_is_the_inverse(dtype: type) -> None:
    images = normalize(BYTES).astype(dtype)
    before = images.copy()
    np.testing.assert_array_equal(to_pixels(images), BYTES)
    assert to_pixels(images).dtype == np.uint8
    np.testing.assert_array_equal(images, before)


def test_to_pixels_clips_instead_of_wrapping() -> None:
    np.testing.assert_array_equal(to_pixels(np.array([-0.6, 0.6])), [0, 255])


def test_stack_letters_labels_by_position() -> None:
    images = {letter: np.full((i + 1, 28, 28), i, np.uint8) for i, letter in enumerate(LETTERS)}
    shuffled = dict(sorted(images.items(), reverse=True))  # the order of the keys does not matter
    stacked, labels = stack_letters(shuffled)
    assert stacked.shape == (55, 28, 28)
    assert stacked.dtype == np.uint8
    assert labels.dtype == np.int32
    np.testing.assert_array_equal(stacked[:, 0, 0], labels)
    np.testing.assert_array_equal(np.bincount(labels), np.arange(1, 11))


# ---------------------------------------------------------------- split


def test_sets_are_balanced_typed_and_sized(small_dataset: Dataset) -> None:
    for images, labels, per_letter in (
        (small_dataset.train_dataset, small_dataset.train_labels, 18),
        (small_dataset.valid_dataset, small_dataset.valid_labels, 2),
        (small_dataset.test_dataset, small_dataset.test_labels, 5),
    ):
        assert images.shape == (10 * per_letter, 28, 28)
        assert images.dtype == np.float32
        assert labels.dtype == np.int32
        assert images.min() >= -0.5
        assert images.max() <= 0.5
        np.testing.assert_array_equal(np.bincount(labels), [per_letter] * 10)


def test_every_image_keeps_its_label_and_comes_from_its_source(small_dataset: Dataset) -> None:
    for source, sets in ((letters(20), ("train", "valid")), (letters(5, seed=1), ("test",))):
        label_of = {
            image.tobytes(): label
            for label, letter in enumerate(LETTERS)
            for image in source.images[letter]
        }
        for name in sets:
            images = keys(getattr(small_dataset, f"{name}_dataset"))
            labels = getattr(small_dataset, f"{name}_labels")
            assert [label_of[image] for image in images] == labels.tolist()


def test_no_image_is_drawn_twice(small_dataset: Dataset) -> None:
    train, valid = keys(small_dataset.train_dataset), keys(small_dataset.valid_dataset)
    assert len(set(train) | set(valid)) == len(train) + len(valid) == 200


def test_sets_are_shuffled(small_dataset: Dataset) -> None:
    for labels in (small_dataset.train_labels, small_dataset.valid_labels):
        assert np.count_nonzero(np.diff(labels)) > len(labels) * 0.7  # sorted would give 9


def test_the_seed_decides() -> None:
    large, small = letters(20), letters(5)
    first, again, other = (split(large, small, seed=seed) for seed in (1, 1, 2))
    for one, two, three in zip(first, again, other, strict=True):
        np.testing.assert_array_equal(one, two)
        assert not np.array_equal(one, three)


def test_the_rarest_letter_decides_the_default_sizes() -> None:
    large, small = letters(20), letters(5)
    large.images["D"] = large.images["D"][:11]
    small.images["J"] = small.images["J"][:3]
    assert [len(labels) for labels in split(large, small)[1::2]] == [100, 10, 30]


@pytest.mark.parametrize(
    ("large", "small", "sizes"),
    [
        (52_900, 1_872, (200_000, 10_000, 10_000)),  # the official archives
        (21_000, 1_000, (200_000, 10_000, 10_000)),
        (20_999, 999, (199_990, 10_000, 9_990)),
        (5_000, 500, (45_000, 5_000, 5_000)),  # like the embedded ones
        (4_500, 500, (40_500, 4_500, 5_000)),
        (400, 100, (3_600, 400, 1_000)),  # 5,000 images in IDX files
        (2, 1, (10, 10, 10)),
    ],
)
def test_default_sizes(large: int, small: int, sizes: tuple[int, int, int]) -> None:
    assert largest_sizes(large, small) == sizes


def test_sizes_can_be_chosen() -> None:
    sets = split(letters(20), letters(5), sizes=(100, 20, 30))
    assert [len(labels) for labels in sets[1::2]] == [100, 20, 30]


@pytest.mark.parametrize(
    ("sizes", "says"),
    [
        ((100, 20, 55), "cannot be balanced"),
        ((100, 0, 50), "cannot be balanced"),
        ((100, -10, 50), "cannot be balanced"),
        ((190, 20, 50), "training and validation together: 21 of each letter .* has 20"),
        ((100, 20, 60), "the test: 6 of each letter .* has 5"),
    ],
)
def test_sizes_that_cannot_be(sizes: tuple[int, int, int], says: str) -> None:
    with pytest.raises(DataError, match=says):
        split(letters(20), letters(5), sizes)


def test_swapped_and_tiny_archives_are_told() -> None:
    with pytest.raises(DataError, match="swapped"):
        split(letters(5), letters(20))
    with pytest.raises(DataError, match="Too few images"):
        split(letters(1), letters(1))


# ---------------------------------------------------------------- the file


def test_a_saved_data_set_comes_back_exactly(tmp_path: Path, small_dataset: Dataset) -> None:
    path = tmp_path / "new" / "folder" / "notMNIST.npz"
    save_dataset(small_dataset, path)
    for name, array in load_dataset(path)._asdict().items():
        np.testing.assert_array_equal(array, getattr(small_dataset, name))
        assert array.dtype == getattr(small_dataset, name).dtype
    assert [entry.name for entry in path.parent.iterdir()] == ["notMNIST.npz"]
    with np.load(path, allow_pickle=False) as stored:
        assert {stored[name].dtype for name in stored if name.endswith("dataset")} == {
            np.dtype(np.uint8)
        }


def test_arrays_that_students_make_are_taken(tmp_path: Path, small_dataset: Dataset) -> None:
    own = Dataset(*(array.astype(np.float64 if i % 2 == 0 else np.int64)
                    for i, array in enumerate(small_dataset)))  # fmt: skip
    save_dataset(own, tmp_path / "x.npz")
    np.savez(tmp_path / "floats.npz", **own._asdict())  # or saved without our help
    for name in ("x.npz", "floats.npz"):
        loaded = load_dataset(tmp_path / name)
        for array, expected in zip(loaded, small_dataset, strict=True):
            assert array.dtype == expected.dtype
            np.testing.assert_array_equal(array, expected)


def broken(dataset: Dataset) -> dict[str, tuple[Dataset, str]]:
    train, labels = dataset.train_dataset, dataset.train_labels
    with_nan = train.copy()
    with_nan[3, 4, 5] = np.nan
    replace = dataset._replace
    return {
        "bytes": (replace(train_dataset=to_pixels(train)), "train_dataset should hold images"),
        "range": (replace(train_dataset=train * 255), "values from -127.5 to 127.5"),
        "nan": (replace(train_dataset=with_nan), "train_dataset should hold"),
        "flat": (replace(valid_dataset=dataset.valid_dataset.reshape(-1, 784)), r"\(20, 784\)"),
        "count": (replace(train_labels=labels[:-1]), "train_labels should hold 180 labels"),
        "float": (replace(train_labels=labels + 0.5), "dtype float64"),
        "one_hot": (replace(test_labels=np.eye(10, dtype=int)[dataset.test_labels]), "test_labels"),
        "from_one": (replace(train_labels=labels + 1), "values from 1 to 10"),
        "negative": (replace(train_labels=labels - 1), "values from -1 to 8"),
        "empty": (replace(test_dataset=dataset.test_dataset[:0]), "test_dataset should hold"),
        "letters": (replace(train_labels=np.array(list(LETTERS * 18))), "dtype <U1"),
    }


@pytest.mark.parametrize("kind", list(broken(split(letters(20), letters(5)))))
def test_arrays_that_do_not_fit_are_refused(
    tmp_path: Path, small_dataset: Dataset, kind: str
) -> None:
    path = tmp_path / "notMNIST.npz"
    save_dataset(small_dataset, path)
    before = path.read_bytes()
    wrong, says = broken(small_dataset)[kind]
    with pytest.raises(DataError, match=says) as caught:
        save_dataset(wrong, path)
    assert "was not saved" in str(caught.value)
    assert path.read_bytes() == before
    np.savez(path, **wrong._asdict())  # and the same arrays in a file that somebody else wrote
    if kind != "bytes":  # which is what the file should hold
        with pytest.raises(DataError, match=says) as caught:
            load_dataset(path)
        assert f"{path} cannot be used" in str(caught.value)


def test_a_missing_file_says_where_to_begin(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"Run notebook 1-1 first, or call prepare_dataset\(\)"):
        load_dataset(tmp_path / "notMNIST.npz")


class Trap:
    """Leaves a mark when it is unpickled."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple:
        return Path.touch, (self.mark,)


@pytest.mark.parametrize("kind", ["objects", "pickle", "pickled_npy"])
def test_pickles_are_refused_and_not_run(tmp_path: Path, small_dataset: Dataset, kind: str) -> None:
    path, mark = tmp_path / "notMNIST.npz", tmp_path / "mark"
    trap = np.array([Trap(mark)], dtype=object)
    if kind == "objects":
        np.savez(path, **small_dataset._asdict() | {"train_labels": trap})
    elif kind == "pickle":
        path.write_bytes(pickle.dumps(Trap(mark)))
    else:
        with path.open("wb") as file:
            np.save(file, trap)
    with pytest.raises(DataError, match="damaged or holds other data"):
        load_dataset(path)
    assert not mark.exists()


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[: len(data) // 2],
        lambda data: data[:-10],
        lambda data: b"",
        lambda data: b"not an archive",
        lambda data: data[:5000] + bytes(100) + data[5100:],
    ],
)
def test_a_damaged_file_is_told_and_kept(tmp_path: Path, small_dataset: Dataset, damage) -> None:
    path = tmp_path / "notMNIST.npz"
    save_dataset(small_dataset, path)
    path.write_bytes(damage(path.read_bytes()))
    before = path.read_bytes()
    for function in (load_dataset, prepare_dataset):
        with pytest.raises(DataError, match="damaged or holds other data") as caught:
            function(path)
        assert str(path) in str(caught.value)
    assert path.read_bytes() == before


def test_missing_arrays_are_named(tmp_path: Path, small_dataset: Dataset) -> None:
    arrays = small_dataset._asdict()
    del arrays["valid_labels"]
    np.savez(tmp_path / "x.npz", **arrays)
    with pytest.raises(DataError, match="valid_labels"):
        load_dataset(tmp_path / "x.npz")


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EACCES])
def test_a_failed_write_keeps_the_earlier_file(
    tmp_path: Path, small_dataset: Dataset, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    path = tmp_path / "notMNIST.npz"
    save_dataset(small_dataset, path)
    before = path.read_bytes()

    def fails(file, **arrays: object) -> None:
        file.write(b"half of it")
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(module.np, "savez", fails)
    with pytest.raises(DataError, match="could not be written") as caught:
        save_dataset(small_dataset, path)
    full = number != errno.EACCES
    assert ("Free some space" in str(caught.value)) == full
    assert "before is unchanged" in str(caught.value)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_an_interrupted_write_keeps_the_earlier_file(
    tmp_path: Path, small_dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "notMNIST.npz"
    save_dataset(small_dataset, path)
    before = path.read_bytes()

    def interrupted(file, **arrays: object) -> None:
        file.write(b"half of it")
        raise KeyboardInterrupt

    monkeypatch.setattr(module.np, "savez", interrupted)
    with pytest.raises(KeyboardInterrupt):
        save_dataset(small_dataset, path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_a_file(tmp_path: Path, small_dataset: Dataset) -> None:
    (tmp_path / "data").write_text("a file")
    with pytest.raises(DataError, match="could not be written"):
        save_dataset(small_dataset, tmp_path / "data" / "notMNIST.npz")


# ---------------------------------------------------------------- all in one


def test_prepare_makes_the_data_set_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NOTMNIST_SOURCE", "local")
    path = tmp_path / "data" / "notMNIST.npz"
    with pytest.raises(DataError, match="is missing"):
        prepare_dataset(path)
    write_archive(path.with_name("notMNIST_large.tar.gz"), 10)
    write_archive(path.with_name("notMNIST_small.tar.gz"), 4)
    capsys.readouterr()
    made = prepare_dataset(path)
    said = capsys.readouterr().out
    assert "not there yet" in said
    assert "90 training, 10 validation and 40 test images" in said
    shutil.rmtree(path.parent / "nothing", ignore_errors=True)
    for archive in path.parent.glob("*.tar.gz"):
        archive.unlink()
    again = prepare_dataset(path)
    assert capsys.readouterr().out == ""
    for one, two in zip(made, again, strict=True):
        np.testing.assert_array_equal(one, two)


def test_two_at_once_leave_a_good_file(tmp_path: Path, small_dataset: Dataset) -> None:
    path = tmp_path / "notMNIST.npz"
    save_dataset(small_dataset, path)
    problems: list[Exception] = []

    def read() -> None:
        try:
            for _ in range(20):
                load_dataset(path)
        except Exception as problem:
            problems.append(problem)

    reader = threading.Thread(target=read)
    reader.start()
    for _ in range(20):
        save_dataset(small_dataset, path)
    reader.join()
    assert problems == []
