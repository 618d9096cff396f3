"""The nearest images are those that a search through all pairs finds."""

from collections.abc import Callable

import numpy as np
import pytest

from utils import neighbours
from utils.dataset import normalize
from utils.neighbours import nearest, rms


def sets(seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Images and reference (n, 28, 28) uint8; some images are copies or nearly so."""
    rng = np.random.default_rng(seed)
    reference = rng.integers(0, 256, (53, 28, 28), dtype=np.uint8)
    images = rng.integers(0, 256, (31, 28, 28), dtype=np.uint8)
    images[3] = reference[7]
    images[10:20] = reference[20:30] ^ 3  # each pixel changed by 3 at most
    return images, reference


def all_pairs(images: np.ndarray, reference: np.ndarray) -> np.ndarray:
    """The definition: RMS differences (n, N), pixels divided by 255, in float64."""
    difference = (images[:, None].astype(np.float64) - reference[None].astype(np.float64)) / 255
    return np.sqrt((difference**2).mean(axis=(2, 3)))


@pytest.fixture(params=[(1024, 4096), (7, 10), (1, 1), (31, 53)])
def block_sizes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neighbours, "IMAGES", request.param[0])
    monkeypatch.setattr(neighbours, "REFERENCES", request.param[1])


@pytest.mark.parametrize("convert", [lambda pixels: pixels, normalize])
def test_nearest_is_what_a_search_through_all_pairs_finds(
    block_sizes: None, convert: Callable[[np.ndarray], np.ndarray]
) -> None:
    images, reference = sets()
    expected = all_pairs(images, reference)
    found = nearest(convert(images), convert(reference), progress=False)
    assert found.position.tolist() == expected.argmin(axis=1).tolist()
    np.testing.assert_allclose(found.distance, expected.min(axis=1), rtol=1e-5, atol=1e-7)
    assert found.distance.dtype == np.float32
    assert found.distance[3] == 0
    assert (found.distance[10:20] < neighbours.NEAR).all()
    assert (found.distance[20:] > neighbours.NEAR).all()


def test_bytes_and_numbers_may_meet() -> None:
    images, reference = sets()
    mixed = nearest(images, normalize(reference), progress=False)
    assert mixed.position.tolist() == nearest(images, reference, progress=False).position.tolist()
    assert mixed.distance[3] == 0


def test_any_of_equally_near_ones_may_be_found(block_sizes: None) -> None:
    images, reference = sets()
    found = nearest(images, np.concatenate([reference, reference]), progress=False)
    expected = all_pairs(images, reference).argmin(axis=1)
    assert (found.position % len(reference)).tolist() == expected.tolist()


def test_arguments_stay_as_they_are() -> None:
    images, reference = (normalize(pixels) for pixels in sets())
    before = images.copy(), reference.copy()
    nearest(images, reference, progress=False)
    np.testing.assert_array_equal(images, before[0])
    np.testing.assert_array_equal(reference, before[1])


def test_the_distance_of_black_and_white_is_1() -> None:
    black, white = np.zeros((1, 28, 28), np.uint8), np.full((1, 28, 28), 255, np.uint8)
    assert nearest(black, white, progress=False) == (1, 0)
    half = white.copy()
    half[:, :14] = 0
    assert rms(black, half, np.array([0])) == pytest.approx(np.sqrt(0.5))


def test_the_bar_counts_the_reference(capsys: pytest.CaptureFixture[str], monkeypatch) -> None:
    monkeypatch.delenv("TQDM_DISABLE", raising=False)
    images, reference = sets()
    nearest(images, reference)
    assert "53.0/53.0" in capsys.readouterr().err
    nearest(images, reference, progress=False)
    assert capsys.readouterr().err == ""


def test_no_images_have_no_neighbours() -> None:
    images, reference = sets()
    found = nearest(images[:0], reference, progress=False)
    assert found.distance.shape == found.position.shape == (0,)


@pytest.mark.parametrize(
    "reference", [np.zeros((0, 28, 28), np.uint8), np.zeros((5, 14, 14), np.uint8)]
)
def test_sets_that_do_not_fit_together(reference: np.ndarray) -> None:
    images, _ = sets()
    with pytest.raises(ValueError, match="cannot be found"):
        nearest(images, reference, progress=False)
