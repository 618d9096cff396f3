"""Vary a letter's raster the way the designs of real notMNIST differ: weight, slant, effects.

Every function takes and returns a bilevel raster (height, width), True = ink; the result is cropped
by `vary`, which also refuses a variant that has lost its letter.
"""

from collections.abc import Callable

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from coursekit.embedded.render import Raster, crop

EFFECT_SHARE = 0.16
SLANT_SHARE = 0.15
ROTATION_SHARE = 0.08
EROSION_SHARE = 0.12
MEAN_DILATION = 2.0  # raster pixels on each side, drawn for rows and columns separately


def vary(raster: Raster, rng: Generator, effects: bool = True) -> Raster:
    """Return a random variant of `raster`, or `raster` itself when nothing legible came out."""
    result = raster
    if rng.random() < SLANT_SHARE:
        result = slant(result, rng)
    if rng.random() < ROTATION_SHARE:
        result = rotate(result, rng)
    result = change_weight(result, rng)
    if effects and rng.random() < EFFECT_SHARE:
        result = EFFECTS[int(rng.integers(len(EFFECTS)))](result, rng)
    cropped = crop(result)
    return cropped if cropped is not None and _legible(cropped, raster) else raster


def change_weight(raster: Raster, rng: Generator) -> Raster:
    """Make strokes a little heavier, more in one direction than in the other, or lighter."""
    if rng.random() < EROSION_SHARE:
        return erode(raster, 1 + int(rng.integers(3)))
    across, down = (int(value) for value in rng.geometric(1 / (1 + MEAN_DILATION), 2) - 1)
    if not across and not down:  # a variant that changes nothing would be one more exact copy
        across = 1 + int(rng.integers(3))
    return dilate(raster, min(across, 9), min(down, 9))


def dilate(raster: Raster, across: int, down: int) -> Raster:
    """Grow the ink by `across` pixels left and right and `down` pixels up and down."""
    if not across and not down:
        return raster
    grown = np.pad(raster, ((down, down), (across, across))).view(np.uint8)
    grown = ndimage.maximum_filter1d(grown, 2 * across + 1, axis=1)
    return ndimage.maximum_filter1d(grown, 2 * down + 1, axis=0).view(np.bool_)


def erode(raster: Raster, by: int) -> Raster:
    """Shrink the ink by `by` pixels on every side."""
    kept = ndimage.minimum_filter(np.pad(raster, by).view(np.uint8), 2 * by + 1)
    return kept.view(np.bool_)


def slant(raster: Raster, rng: Generator) -> Raster:
    """Shear to the right (rarely to the left) by up to 25 degrees."""
    shear = np.tan(np.radians(rng.uniform(5, 25))) * (1 if rng.random() < 0.85 else -1)
    return _affine(raster, np.array([[1, shear], [0, 1]]))


def rotate(raster: Raster, rng: Generator) -> Raster:
    """Turn by up to 15 degrees either way."""
    angle = np.radians(rng.uniform(-15, 15))
    cosine, sine = np.cos(angle), np.sin(angle)
    return _affine(raster, np.array([[cosine, -sine], [sine, cosine]]))


def outline(raster: Raster, rng: Generator) -> Raster:
    """Keep the contour only, 4 to 8 pixels wide."""
    width = int(rng.integers(4, 9))
    grown = np.pad(raster, width)
    return grown & ~_shrunk(grown, width)


def inline(raster: Raster, rng: Generator) -> Raster:
    """Cut a light line along the middle of the strokes."""
    border, gap = int(rng.integers(3, 7)), int(rng.integers(4, 8))
    ring = _shrunk(raster, border) & ~_shrunk(raster, border + gap)
    return raster & ~ring


def contour(raster: Raster, rng: Generator) -> Raster:
    """Draw a second line around the letter."""
    gap, width = int(rng.integers(4, 8)), int(rng.integers(3, 7))
    inner = np.pad(raster, gap + width)
    return inner | (_grown(inner, gap + width) & ~_grown(inner, gap))


def shadow(raster: Raster, rng: Generator) -> Raster:
    """Drop a solid shadow behind the letter, separated by a light line, or only the shadow."""
    depth = int(rng.integers(8, 22))
    room = np.pad(raster, depth + 6)
    step_x, step_y = (1 if rng.random() < 0.75 else -1), (1 if rng.random() < 0.75 else -1)
    cast = np.zeros_like(room)
    for distance in range(1, depth + 1):
        cast |= np.roll(room, (step_y * distance, step_x * distance), (0, 1))
    gap = int(rng.integers(2, 6))
    visible = cast & ~_grown(room, gap)
    if rng.random() < 0.35:  # the letter itself is light, with a thin contour
        return visible | (room & ~_shrunk(room, 4))
    return visible | room


def box(raster: Raster, rng: Generator) -> Raster:
    """Knock the letter out of a solid shape, or frame it, as on a button, a key or a card.

    The shape is a box, a round box, an ellipse, a diamond or a heart; now and then it stands inside
    another box, or the letter is small and off its centre.
    """
    shapes = (_square, _rounded, _ellipse, _diamond, _heart)
    shape = shapes[int(rng.integers(len(shapes)))]
    margin = float(rng.uniform(0.12, 0.4)) + (0 if shape in (_square, _rounded) else 0.25)
    above, below, left, right = (margin for _ in range(4))
    if shape in (_square, _rounded) and rng.random() < 0.3:
        above, below, left, right = (float(value) for value in rng.uniform(0.15, 1.1, 4))
    height = len(raster)
    width = max(raster.shape[1], height // 3)  # the sides of an I need as much room
    room = np.pad(
        raster,
        (
            (int(height * above) + 2, int(height * below) + 2),
            (int(width * left) + 2, int(width * right) + 2),
        ),
    )
    solid = shape(room.shape)
    kind = rng.random()
    if kind < 0.25:  # a frame around a solid letter
        wall = int(rng.integers(4, 10))
        frame = np.pad(solid, wall)
        return (frame & ~_shrunk(frame, wall)) | np.pad(room, wall)
    if kind < 0.4:  # a light line between the shape and a box around it
        wall = int(rng.integers(4, 10))
        inner = np.pad(solid, wall + 6)
        return ~(_grown(inner, wall) & ~inner) & ~np.pad(room, wall + 6)
    return solid & ~room


def grunge(raster: Raster, rng: Generator) -> Raster:
    """Eat spots out of the ink, as worn type or spray paint does."""
    spots = _noise(raster.shape, rng, float(rng.uniform(1.5, 6)))
    return raster & (spots < np.quantile(spots, rng.uniform(0.65, 0.9)))


def splatter(raster: Raster, rng: Generator) -> Raster:
    """Add spots of ink around the letter."""
    pad = int(rng.integers(4, 16))
    room = np.pad(raster, pad)
    spots = _noise(room.shape, rng, float(rng.uniform(1.5, 4)))
    return room | (spots > np.quantile(spots, rng.uniform(0.93, 0.985)))


def stripes(raster: Raster, rng: Generator) -> Raster:
    """Cut light stripes through the ink: level, upright or diagonal."""
    height, width = raster.shape
    rows, columns = np.arange(height)[:, None], np.arange(width)[None, :]
    direction = ((1, 0), (1, 0), (0, 1), (1, 1), (1, -1))[int(rng.integers(5))]
    position = direction[0] * rows + direction[1] * columns
    period = int(rng.integers(8, 36))
    return raster & ((position % period) >= period * rng.uniform(0.15, 0.5))


def half(raster: Raster, rng: Generator) -> Raster:
    """Turn the letter inside out on one side of a level or upright line."""
    height, width = raster.shape
    room = np.pad(raster, ((6, 6), (6, 6)))
    line = rng.uniform(0.35, 0.65)
    if rng.random() < 0.5:
        side = (np.arange(height + 12) > line * (height + 12))[:, None]
    else:
        side = (np.arange(width + 12) > line * (width + 12))[None, :]
    return room ^ side


def rough(raster: Raster, rng: Generator) -> Raster:
    """Shake the contour, as a torn or hand-cut letter's."""
    pad = 8
    room = np.pad(raster, pad)
    size, scale = float(rng.uniform(2, 8)), float(rng.uniform(2, 8))
    places = np.indices(room.shape).astype(np.float32)
    places[0] += scale * _noise(room.shape, rng, size)
    places[1] += scale * _noise(room.shape, rng, size)
    return ndimage.map_coordinates(room.view(np.uint8), places, order=0).view(np.bool_)


def pixels(raster: Raster, rng: Generator) -> Raster:
    """Redraw the letter with 6 to 14 big pixels."""
    side = int(rng.integers(6, 15))
    small = Image.fromarray(raster.astype(np.uint8) * 255)
    coarse = np.asarray(small.resize((side, side), Image.Resampling.BOX)) >= 110
    large = np.repeat(np.repeat(coarse, 12, 0), 12, 1)
    if rng.random() < 0.3:  # separate squares or dots
        large[::12] = False
        large[:, ::12] = False
    return large


def blobs(raster: Raster, rng: Generator) -> Raster:
    """Round every corner off, and let narrow gaps run together."""
    soft = ndimage.gaussian_filter(np.pad(raster, 12).astype(np.float32), rng.uniform(3, 9))
    return soft > rng.uniform(0.35, 0.5)


def wave(raster: Raster, rng: Generator) -> Raster:
    """Let rows swing from side to side, or columns up and down."""
    upright = rng.random() < 0.5
    work = raster.T if upright else raster
    swing = rng.uniform(3, 12)
    pad = int(swing) + 1
    room = np.pad(work, ((0, 0), (pad, pad)))
    turns, phase = rng.uniform(0.5, 3), rng.uniform(0, 2 * np.pi)
    shift = swing * np.sin(2 * np.pi * turns * np.arange(len(room)) / len(room) + phase)
    columns = (np.arange(room.shape[1])[None, :] + np.rint(shift)[:, None].astype(int)) % (
        room.shape[1]
    )
    moved = np.take_along_axis(room, columns, axis=1)
    return moved.T if upright else moved


def perspective(raster: Raster, rng: Generator) -> Raster:
    """Move the four corners, as a letter on a wall seen from one side."""
    height, width = raster.shape
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], float)
    moved = corners + rng.uniform(0, 0.28, (4, 2)) * [width, height] * (
        [[1, 1], [-1, 1], [-1, -1], [1, -1]]
    )
    rows = list[list[float]]()
    for (x, y), (u, v) in zip(moved, corners, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y])
    coefficients = np.linalg.solve(np.array(rows), corners.reshape(-1))
    picture = Image.fromarray(raster.astype(np.uint8) * 255)
    bent = picture.transform(
        (width, height), Image.Transform.PERSPECTIVE, [float(value) for value in coefficients]
    )
    return np.asarray(bent) >= 128


Effect = Callable[[Raster, Generator], Raster]

EFFECTS: tuple[Effect, ...] = (
    outline,
    outline,
    inline,
    contour,
    shadow,
    shadow,
    box,
    box,
    grunge,
    splatter,
    stripes,
    half,
    rough,
    rough,
    pixels,
    blobs,
    wave,
    perspective,
    perspective,
)


def _square(shape: tuple[int, ...]) -> Raster:
    return np.ones(shape, np.bool_)


def _rounded(shape: tuple[int, ...]) -> Raster:
    y, x = _plane(shape)
    return x**6 + y**6 <= 1


def _ellipse(shape: tuple[int, ...]) -> Raster:
    y, x = _plane(shape)
    return x**2 + y**2 <= 1


def _diamond(shape: tuple[int, ...]) -> Raster:
    y, x = _plane(shape)
    return np.abs(x) + np.abs(y) <= 1.15


def _heart(shape: tuple[int, ...]) -> Raster:
    y, x = _plane(shape)
    top = 1.25 * (0.1 - 1.15 * y)
    return (1.3 * x**2 + top**2 - 0.9) ** 3 - 1.3 * x**2 * top**3 <= 0


def _plane(shape: tuple[int, ...]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return y as a column and x as a row, both from -1 to 1 across `shape`."""
    y, x = (np.linspace(-1, 1, side) for side in shape)
    return y[:, None], x[None, :]


def _legible(variant: Raster, original: Raster) -> bool:
    """Say whether a variant still has ink and, unless the letter was solid, still has holes."""
    ink = float(variant.mean())
    return ink > 0.03 and (ink < 0.92 or float(original.mean()) > 0.85)


def _shrunk(raster: Raster, by: int) -> Raster:
    """Shrink the ink by about `by` pixels with rounded corners; the shape stays the same."""
    distance = ndimage.distance_transform_cdt(np.pad(raster, 1), "chessboard")
    return distance[1:-1, 1:-1] > by


def _grown(raster: Raster, by: int) -> Raster:
    """Grow the ink by about `by` pixels; the shape stays the same."""
    return ndimage.maximum_filter(raster.view(np.uint8), 2 * by + 1).view(np.bool_)


def _noise(shape: tuple[int, ...], rng: Generator, size: float) -> NDArray[np.float32]:
    """Return smooth noise (float32) of unit variance with spots of about `size` pixels."""
    noise = ndimage.gaussian_filter(rng.standard_normal(shape, np.float32), size)
    return noise / noise.std()


def _affine(raster: Raster, matrix: NDArray[np.float64]) -> Raster:
    """Map (x, y) by `matrix` around the centre, with room for what sticks out."""
    height, width = raster.shape
    corners = np.abs(matrix) @ np.array([width, height])
    size = (int(corners[0]) + 2, int(corners[1]) + 2)
    inverse = np.linalg.inv(matrix)
    offset = np.array([width, height]) / 2 - inverse @ (np.array(size) / 2)
    picture = Image.fromarray(raster.astype(np.uint8) * 255)
    moved = picture.transform(
        size,
        Image.Transform.AFFINE,
        (*inverse[0], float(offset[0]), *inverse[1], float(offset[1])),
        Image.Resampling.BILINEAR,
    )
    return np.asarray(moved) >= 128
