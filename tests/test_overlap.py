"""Equal images are found, all of them and nothing else, even where hashes collide."""

import itertools

import numpy as np
import pytest

from utils import overlap
from utils.overlap import find_equal, hash_words, image_hashes


def with_copies(seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Images, some of which occur in the reference, and the reference, which repeats itself."""
    rng = np.random.default_rng(seed)
    reference = rng.integers(0, 256, (300, 28, 28), dtype=np.uint8)
    reference[200:250] = reference[:50]
    images = rng.integers(0, 256, (100, 28, 28), dtype=np.uint8)
    images[10:60] = reference[rng.integers(0, 300, 50)]
    return images, reference


def first_equal(images: np.ndarray, reference: np.ndarray) -> list[int]:
    """The definition, in the slow way."""
    known: dict[bytes, int] = {}
    for i, image in enumerate(reference):
        known.setdefault(image.tobytes(), i)
    return [known.get(image.tobytes(), -1) for image in images]


def test_the_first_equal_image_is_found() -> None:
    images, reference = with_copies()
    found = find_equal(images, reference)
    assert found.tolist() == first_equal(images, reference)
    assert (found >= 0).sum() == 50
    assert found.dtype == np.int64


def test_repeated_images_of_one_set() -> None:
    _, reference = with_copies()
    repeated = find_equal(reference, reference) < np.arange(len(reference))
    assert np.flatnonzero(repeated).tolist() == list(range(200, 250))


@pytest.mark.parametrize("poor", [lambda hashes: hashes % 7, lambda hashes: hashes * 0])
def test_collisions_change_nothing(poor, monkeypatch: pytest.MonkeyPatch) -> None:
    images, reference = with_copies()
    monkeypatch.setattr(overlap, "hash_words", lambda words: poor(hash_words(words)))
    assert find_equal(images, reference).tolist() == first_equal(images, reference)


def test_one_pixel_makes_a_difference() -> None:
    image = np.zeros((1, 28, 28), np.uint8)
    others = np.repeat(image, 784 * 2, axis=0).reshape(784, 2, 784)
    others[range(784), 0, range(784)] = 1
    others[range(784), 1, range(784)] = 128  # the highest bit of a byte
    others = others.reshape(-1, 28, 28)
    assert (find_equal(image, others) == -1).all()
    assert len(set(image_hashes(others).tolist())) == len(others)


def test_images_that_differ_in_high_bits_only_do_not_collide() -> None:
    """The weak side of sums modulo 2^64: here all differences are multiples of 2^31."""
    bits = np.array(list(itertools.product([0, 128], repeat=14)), np.uint8)
    images = np.zeros((len(bits), 28, 28), np.uint8)
    images[:, 0, 3::4], images[:, 1, 3::4] = bits[:, :7], bits[:, 7:]
    assert len(set(image_hashes(images).tolist())) == len(images)


def test_the_hash_is_the_formula() -> None:
    words = np.random.default_rng(1).integers(0, 2**32, (5, 196), dtype=np.uint32)
    factors = np.random.default_rng(overlap.SEED).integers(0, 2**64, 196, dtype=np.uint64)
    expected = [
        sum(int(x) * int(a) for x, a in zip(row, factors, strict=True)) % 2**64 for row in words
    ]
    assert hash_words(words).tolist() == expected


@pytest.mark.parametrize("dtype", [np.uint8, np.float32, np.float64, np.int16])
@pytest.mark.parametrize("shape", [(28, 28), (3, 5), (1,), ()])
def test_any_dtype_and_shape(dtype: type, shape: tuple[int, ...]) -> None:
    rng = np.random.default_rng(2)
    reference = rng.integers(0, 2, (40, *shape)).astype(dtype)
    images = rng.integers(0, 2, (30, *shape)).astype(dtype)
    assert find_equal(images, reference).tolist() == first_equal(images, reference)


def test_memory_order_does_not_matter() -> None:
    images, reference = with_copies()
    turned = np.asfortranarray(images)[::-1]
    assert find_equal(turned, reference).tolist() == first_equal(images, reference)[::-1]


def test_empty_sets() -> None:
    images, reference = with_copies()
    assert (find_equal(images, reference[:0]) == -1).all()
    assert find_equal(images[:0], reference).shape == (0,)
    assert find_equal(images[:0], reference[:0]).shape == (0,)


@pytest.mark.parametrize("other", [np.zeros((3, 28, 28), np.float32), np.zeros((3, 784), np.uint8)])
def test_sets_that_cannot_be_compared(other: np.ndarray) -> None:
    images, _ = with_copies()
    with pytest.raises(ValueError, match="cannot equal"):
        find_equal(images, other)
