"""The visible checks of notebook 1-1: one function per task, called on what you wrote.

Every check runs your function on small made-up data whose right answer is known from the way the
data was made, so reading this file explains the task but does not solve it.
"""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from utils.checks.common import (
    CheckFailed,
    as_array,
    call,
    expect,
    expect_close,
    expect_shape,
    fail,
    keeping,
    passed,
)
from utils.checks.pieces import builds_on

SIDE = 28
"""Height and width of a notMNIST image in pixels."""


# --- Exercise 1: look at the images -------------------------------------------------------------


def letter_mosaic(function: Callable[..., Any]) -> None:
    """Check a mosaic with one row per letter and random images of that letter in it."""
    task = "letter_mosaic"
    letters = {"B": noise(9, 1), "C": noise(7, 2), "A": noise(8, 3)}
    columns = 5

    with keeping(task, images=letters):
        result = call(task, function, letters, columns, np.random.default_rng(0))
    mosaic = expect_shape(
        numpy_array(result, task, "the mosaic"),
        (len(letters) * SIDE, columns * SIDE),
        task,
        f"the mosaic of 3 letters and {columns} columns",
    )
    expect(
        mosaic.dtype == np.uint8, task, f"the pixels should stay uint8, but are {mosaic.dtype} now."
    )
    tiles = mosaic.reshape(len(letters), SIDE, columns, SIDE).swapaxes(1, 2)
    home = {image.tobytes(): letter for letter in letters for image in letters[letter]}
    for row, letter in enumerate(letters):
        found = [home.get(tile.tobytes()) for tile in tiles[row]]
        if None in found:
            fail(
                task,
                f"the tile in row {row}, column {found.index(None)} is none of the images. "
                "A reshape alone does not put images side by side: it fills the mosaic pixel row "
                "by pixel row. Join the images of a row along their width, then the rows along "
                "their height.",
            )
        expect(
            set(found) == {letter},
            task,
            f"row {row} should show nothing but letter {letter}, since the rows follow the order "
            f"of the dict ({', '.join(letters)}); it shows other letters.",
        )
        expect(
            len({tile.tobytes() for tile in tiles[row]}) == columns,
            task,
            f"row {row} shows the same image more than once; draw without replacement.",
        )
    again = as_array(
        call(task, function, letters, columns, np.random.default_rng(0)), task, "the mosaic"
    )
    expect(
        np.array_equal(again, mosaic),
        task,
        "two calls with generators of the same seed differ. Draw from the argument rng only, so "
        "that a result can be repeated.",
    )
    other = expect_shape(
        call(task, function, letters, columns, np.random.default_rng(1)),
        mosaic.shape,
        task,
        "the mosaic",
    )
    expect(
        not np.array_equal(other, mosaic),
        task,
        "another seed shows the very same images. Pick random ones with rng: the first images of "
        "an archive need not be typical of it.",
    )
    position = {image.tobytes(): i for images in letters.values() for i, image in enumerate(images)}
    rows = [
        [position.get(tile.tobytes(), -1) for tile in row]
        for one in (mosaic, other)
        for row in one.reshape(len(letters), SIDE, columns, SIDE).swapaxes(1, 2)
    ]
    expect(
        any(rows[i] != rows[j] for i, j in ((0, 1), (0, 2), (3, 4), (3, 5))),
        task,
        "every row shows the images at the same positions. Draw anew for each letter, from all of "
        "its images.",
    )
    expect(
        any(np.ptp(row) >= columns for row in rows),
        task,
        "every row shows images that are neighbours in the archive. Draw each image at random.",
    )
    rng = np.random.default_rng(2)
    twice = [
        as_array(call(task, function, letters, columns, rng), task, "the mosaic") for _ in range(2)
    ]
    expect(
        not np.array_equal(twice[0], twice[1]),
        task,
        "two calls with one generator show the same images. Draw from rng itself, so that it moves "
        "on, not from a copy or a new generator.",
    )
    all_of_them = {"J": noise(4, 29), "H": noise(6, 30)}
    full = expect_shape(
        call(task, function, all_of_them, 4, np.random.default_rng(3)),
        (2 * SIDE, 4 * SIDE),
        task,
        "the mosaic of 2 letters and 4 columns",
    )
    shown = {tile.tobytes() for tile in full[:SIDE].reshape(SIDE, 4, SIDE).swapaxes(0, 1)}
    expect(
        shown == {image.tobytes() for image in all_of_them["J"]},
        task,
        "where a letter has just as many images as there are columns, its row should show all of "
        "them. Can the first and the last image be drawn?",
    )
    passed(task, f"{len(letters)} rows of {columns} different images")


# --- Exercise 2: look at the arrays -------------------------------------------------------------


def describe_array(function: Callable[..., Any]) -> None:
    """Check the summary of an array: shape, dtype, range, mean and standard deviation."""
    task = "describe_array"
    for array in described():
        with keeping(task, array=array):
            result = call(task, function, array)
        expect(result is not None, task, "the function returns None; return the dict.")
        expect(
            isinstance(result, dict),
            task,
            f"the result should be a dict, but is a {type(result).__name__}.",
        )
        wanted = {"shape", "dtype", "minimum", "maximum", "mean", "std"}
        missing = sorted(wanted - set(result))
        expect(not missing, task, f"the dict has no entry for {', '.join(missing)}.")
        more = sorted(str(key) for key in set(result) - wanted)
        expect(not more, task, f"the dict has entries that were not asked for: {', '.join(more)}.")
        kind = f"of a {array.dtype} array of shape {array.shape}"
        expect(
            tuple(result["shape"]) == array.shape,
            task,
            f"the shape {kind} is not {result['shape']}.",
        )
        expect(
            str(result["dtype"]) == str(array.dtype),
            task,
            f"the dtype {kind} is not {result['dtype']!r}.",
        )
        expect_close(result["minimum"], array.min(), task, f"the minimum {kind}", rtol=1e-6)
        expect_close(result["maximum"], array.max(), task, f"the maximum {kind}", rtol=1e-6)
        expect_close(
            result["mean"],
            array.mean(dtype=np.float64),
            task,
            f"the mean {kind}",
            rtol=1e-4,
            atol=1e-5,
        )
        expect_close(
            result["std"],
            array.std(dtype=np.float64),
            task,
            f"the standard deviation {kind}",
            rtol=1e-4,
            mistakes={
                "the variance was not followed by a square root": array.var(),
                "the sum of squares was divided by N - 1, not by N": array.std(ddof=1),
                "the deviations were computed in the dtype of the array; in whole numbers from 0 "
                "to 255, a negative one starts again at the top": np.sqrt(
                    ((array - array.mean().astype(array.dtype)) ** 2).mean()
                ),
                "it is the mean of the images' own deviations; take one, over all pixels of all "
                "images": np.mean([image.std() for image in array]),
                "the sum of squares was divided by the pixels of one image, not of all": np.sqrt(
                    array.var() * len(array)
                ),
            },
        )
    passed(task, "uint8, float32 and int64")


def described() -> Iterator[NDArray[Any]]:
    """Yield arrays of several shapes and dtypes, whose extremes are no limits of their dtypes."""
    pixels = noise(6, 4).clip(9, 240)
    pixels[0, 0, 0], pixels[-1, -1, -1] = 250, 3  # the first is the largest, the last the smallest
    yield pixels
    normalized = (noise(5, 5)[:, :4] / 320 - 0.35).astype(np.float32)
    normalized[0, 0, 0], normalized[-1, -1, -1] = -0.4, 0.48
    yield normalized
    yield np.array([300, -70, 12_000, 5, 41, 41, 900])


def mean_images(function: Callable[..., Any]) -> None:
    """Check the mean image of every letter."""
    task = "mean_images"
    bright = noise(300, 8) // 8 + 224  # their sum exceeds what 16 bits can hold
    letters = {"A": noise(30, 6), "B": noise(20, 7), "C": bright, "D": noise(1, 31)}
    right = np.stack([images.mean(axis=0) for images in letters.values()])
    wrapped = np.stack(
        [images.sum(axis=0, dtype=np.uint8) / len(images) for images in letters.values()]
    )
    with keeping(task, images=letters):
        result = call(task, function, letters)
    result = expect_close(
        numpy_array(result, task, "the result"),
        right,
        task,
        "the array of mean images",
        rtol=1e-5,
        mistakes={
            "the pixels were added up as uint8, which starts again at 0 after 255": wrapped,
            "the pixels were added up as uint16, which starts again at 0 after 65535": np.stack(
                [images.sum(axis=0, dtype=np.uint16) / len(images) for images in letters.values()]
            ),
            "one mean was taken over all letters together": np.broadcast_to(
                np.concatenate(list(letters.values())).mean(axis=0), right.shape
            ),
            "the mean was cut down to whole numbers": np.floor(right),
            "the values were divided by 255; bytes from 0 to 255 are asked for": right / 255,
            "the pixels were normalized; bytes from 0 to 255 are asked for": (right - 127.5) / 255,
            "of each letter, only as many images were used as the rarest letter has": np.stack(
                [images[:1].mean(axis=0) for images in letters.values()]
            ),
        },
    )
    passed(task, f"shape {result.shape}")


# --- Exercise 3: class balance ------------------------------------------------------------------


def class_counts(function: Callable[..., Any]) -> None:
    """Check the number of images of each class, empty classes included."""
    task = "class_counts"
    for classes, seed in ((10, 9), (6, 10), (12, 32)):
        right = np.random.default_rng(seed).integers(1, 30, classes)
        right[[1, classes - 1]] = 0  # a class may be missing, the last one too
        if classes > 10:
            right[[0, 4]] = 0, 300  # the first one as well; and more than a byte can count
        labels = np.repeat(np.arange(classes, dtype=np.int32), right)
        labels = np.random.default_rng(seed).permutation(labels)
        given = () if classes == 10 else (classes,)
        with keeping(task, labels=labels):
            result = call(task, function, labels, *given)
        result = numpy_array(result, task, "the result")
        expect(
            result.ndim != 1 or len(result) >= classes,
            task,
            "a class without a single image has no entry. It counts 0 images, and position k "
            "should always belong to label k, up to the last of the classes.",
        )
        expect(
            result.ndim != 1 or len(result) <= classes,
            task,
            f"for classes={classes} the result has {len(result)} entries. The argument classes "
            "says how many there are.",
        )
        expect_close(
            result,
            right,
            task,
            f"the array of counts of {classes} classes",
            rtol=0,
            mistakes={
                "shares were returned instead of counts": right / right.sum(),
                "the counts were kept in bytes, which start again at 0 after 255": right % 256,
                "every class was counted once only; counts[labels] += 1 adds 1 to each class, "
                "however often its label occurs": right > 0,
                "the counts are sorted by size; entry k belongs to label k": np.sort(right)[::-1],
            },
        )
        expect(
            result.dtype.kind in "iu",
            task,
            f"counts are whole numbers, but the dtype of the result is {result.dtype}.",
        )
    passed(task, "also for a class that is missing")


# --- Exercise 4: images and labels belong together ----------------------------------------------


def shuffle_together(function: Callable[..., Any]) -> None:
    """Check that images and labels move by one and the same random permutation."""
    task = "shuffle_together"
    count = 300
    images = noise(count, 11)
    images[:, 0, 0], images[:, 0, 1] = np.divmod(np.arange(count), 256)  # each carries its number
    labels = (np.arange(count) * 7 % 10).astype(np.int32)

    with keeping(task, images=images, labels=labels):
        shuffled, moved = two_results(
            call(task, function, images, labels, np.random.default_rng(0)), task
        )
        again, again_labels = two_results(
            call(task, function, images, labels, np.random.default_rng(0)), task
        )
    shuffled = numpy_array(shuffled, task, "the first result")
    moved = numpy_array(moved, task, "the second result")
    shuffled = expect_shape(shuffled, images.shape, task, "the array of shuffled images")
    moved = expect_shape(moved, labels.shape, task, "the array of shuffled labels")
    for array, given, what in ((shuffled, images, "images"), (moved, labels, "labels")):
        expect(
            array.dtype == given.dtype,
            task,
            f"the {what} should keep their dtype {given.dtype}, but are {array.dtype} now.",
        )
    order = numbers_of(shuffled)
    expect(
        sorted(order) == list(range(count)) and np.array_equal(shuffled, images[order]),
        task,
        "some images are lost, doubled or altered; a permutation holds every index exactly once.",
    )
    expect(
        not np.array_equal(order, np.arange(count)),
        task,
        "the images are in their old order still.",
    )
    expect(
        len(set(np.diff(order) % count)) > 1,
        task,
        "the images were only shifted (or turned round): neighbours are still neighbours. Draw a "
        "random permutation.",
    )
    if not np.array_equal(moved, labels[order]):
        if np.array_equal(moved, labels):
            fail(task, "the images moved, but the labels stayed where they were.")
        if np.array_equal(np.sort(moved), np.sort(labels)):
            fail(
                task,
                "images and labels were shuffled by two different permutations. Draw one, and "
                "index both arrays with it.",
            )
        fail(task, "the labels returned are not a reordering of the labels given.")
    other, _ = two_results(call(task, function, images, labels, np.random.default_rng(1)), task)
    expect(
        not np.array_equal(as_array(other, task, "the shuffled images"), shuffled),
        task,
        "another seed gives the same order; draw the permutation from the argument rng.",
    )
    expect(
        np.array_equal(again, shuffled) and np.array_equal(again_labels, moved),
        task,
        "two calls with generators of the same seed differ. Draw from the argument rng only, so "
        "that a result can be repeated.",
    )
    rng = np.random.default_rng(2)
    first, last = set[int](), set[int]()
    orders = set[tuple[int, ...]]()
    for _ in range(4):
        some, some_labels = two_results(call(task, function, images[:41], labels[:41], rng), task)
        some = expect_shape(some, (41, SIDE, SIDE), task, "the array of shuffled images")
        order = numbers_of(some)
        expect(
            sorted(order) == list(range(41)) and np.array_equal(some_labels, labels[order]),
            task,
            "with 41 images, some are lost or have lost their labels. Does the size of the arrays "
            "given decide how many indices there are?",
        )
        orders.add(tuple(order))
        first.add(int(order[0]))
        last.add(int(order[-1]))
    expect(
        len(orders) > 1,
        task,
        "calls with one generator give the same order. Draw from rng itself, so that it moves on, "
        "not from a copy or a new generator.",
    )
    expect(
        first != {0} and last != {40},
        task,
        "the first or the last image always stays where it was. Let every image move.",
    )
    one, one_label = two_results(
        call(task, function, images[:1].copy(), labels[:1].copy(), rng), task
    )
    expect(
        np.array_equal(one, images[:1]) and np.array_equal(one_label, labels[:1]),
        task,
        "a single image and its label should come back as they are.",
    )
    passed(task, f"{count} pairs kept")


def numbers_of(images: NDArray[Any]) -> NDArray[np.int64]:
    """Return the number that each image of `shuffle_together`'s check carries in two pixels."""
    return images[:, 0, 0].astype(np.int64) * 256 + images[:, 0, 1].astype(np.int64)


def count_broken_pairs(function: Callable[..., Any]) -> None:
    """Check the number of (image, label) pairs that do not occur in the source."""
    task = "count_broken_pairs"
    pool = near_twins(40, 12)
    source, strangers = pool[::2].copy(), pool[1::2].copy()
    labels = np.arange(40, dtype=np.int32) % 10
    source[7] = source[3]  # one bitmap under two labels, 7 and 3: both pairs are in the source
    order = np.append(np.random.default_rng(13).permutation(np.arange(1, 39))[:28], (0, 39))
    images, paired = source[order], labels[order]

    def count(some_images: NDArray[np.uint8], some_labels: NDArray[np.int32]) -> int:
        arguments = {
            "images": some_images,
            "labels": some_labels,
            "source_images": source,
            "source_labels": labels,
        }
        with keeping(task, **arguments):
            result = call(task, function, *arguments.values())
        value = as_array(result, task, "the result")
        expect(
            value.ndim == 0,
            task,
            f"the result should be one number, how many, not an array of shape {value.shape}.",
        )
        return int(value)

    found = count(images, paired)
    expect(
        found != len(images),
        task,
        "all pairs are called broken in a shuffled copy in which none is. Were the pairs counted "
        "that DO occur in the source?",
    )
    expect(
        found == 0,
        task,
        f"{pairs_are(found)} called broken in a shuffled copy in which none is. The pairs may "
        "stand in any order, there may be fewer of them than in the source, and the source may "
        "know one image under two labels.",
    )
    swapped = paired.copy()
    first, second = np.flatnonzero(paired == 1)[0], np.flatnonzero(paired == 2)[0]
    swapped[[first, second]] = swapped[[second, first]]
    found = count(images, swapped)
    expect(
        found == 2,
        task,
        f"the labels of two images were exchanged, so two pairs are broken, but {pairs_are(found)} "
        "reported. "
        "An image and its label have to be looked up together.",
    )
    strange = images.copy()
    strange[4] = noise(1, 14)[0]
    found = count(strange, paired)
    expect(
        found == 1,
        task,
        f"one image is not in the source at all, but {pairs_are(found)} reported as broken.",
    )
    strange[9], relabelled = strange[4], paired.copy()
    relabelled[9] = relabelled[4]
    found = count(strange, relabelled)
    expect(
        found == 2,
        task,
        f"a broken pair stands twice among the images, but {pairs_are(found)} reported as broken. "
        "Every one of the n pairs counts, also when two of them are equal.",
    )
    strange = images.copy()
    ends = [0, 12, len(images) - 1]
    strange[ends] = strangers[order[ends]]
    found = count(strange, paired)
    expect(
        found != 0,
        task,
        "three images were altered a little, two pixels of each were exchanged, and no pair is "
        "reported as broken. Look up the whole image, as bytes, not a sum or a part of it.",
    )
    expect(
        found == len(ends),
        task,
        f"three images were altered, the first and the last among them, but {pairs_are(found)} "
        "reported as broken. Look at all pairs, and at every pixel of each.",
    )
    found = count(source[:1].copy(), labels[:1].copy())
    expect(
        found == 0, task, "one pair alone, the first of the source, is called broken, but is not."
    )
    found = count(np.tile(strangers, (8, 1, 1)), np.tile(labels, 8))
    expect(
        found == 320,
        task,
        f"all of 320 pairs are broken, but {pairs_are(found)} reported as broken.",
    )
    passed(task, "a shuffle, an exchange of two labels and strange images were told apart")


# --- Exercise 5: overlap ------------------------------------------------------------------------


def count_overlap(function: Callable[..., Any]) -> None:
    """Check how many images, and what percentage of them, occur in the reference too."""
    task = "count_overlap"
    for dtype in (np.uint8, np.float32):
        pool = near_twins(40, 15).astype(dtype)
        pool, strangers = pool[::2].copy(), pool[1::2].copy()
        reference = pool[[*range(12), 3, 3, 3, *range(12, 25)]]
        images = pool[[0, 30, 3, 31, 3, 32, 3, 33, 34, 35, 36, 24]]  # five images overlap
        with keeping(task, images=images, reference=reference):
            count, percent = two_results(call(task, function, images, reference), task)
        expect_close(
            count,
            5,
            task,
            f"the number of overlapping {np.dtype(dtype)} images",
            rtol=0,
            mistakes={
                "different bitmaps were counted (the size of a set); here every image counts, "
                "also when two of them are equal": 3,
                "the images that do NOT occur in the reference were counted": 7,
                "the images of the reference that occur among the images were counted": 6,
                "different images are called equal; hash the whole image, as bytes, not a sum or "
                "a mean of it": len(images),
            },
        )
        expect_close(
            percent,
            500 / 12,
            task,
            "the percentage",
            rtol=1e-6,
            mistakes={
                "a fraction was returned instead of a percentage": 5 / 12,
                "it was divided by the size of the reference instead of the number of images": 500
                / len(reference),
                "the percentage was rounded": round(500 / 12, 2),
                "the percentage was rounded to a tenth": round(500 / 12, 1),
                "the percentage was cut down to a whole number": 500 // 12,
            },
        )
        none, _ = two_results(call(task, function, pool[30:], reference), task)
        expect_close(none, 0, task, "the overlap of two sets that share nothing", rtol=0)
        mirrored = np.ascontiguousarray(reference[:, :, ::-1])
        found, _ = two_results(call(task, function, mirrored, reference), task)
        expect(
            float(as_array(found, task, "the count").sum()) == 0,
            task,
            "images are called equal to their mirror images, which have the same pixels at other "
            "places. Hash the whole image, as bytes, not a sum or a mean of it.",
        )
        found, _ = two_results(call(task, function, strangers[:25], reference), task)
        expect(
            float(as_array(found, task, "the count").sum()) == 0,
            task,
            "images are called equal that differ in two pixels. Hash the whole image, as bytes, "
            "not a sum or a part of it.",
        )
        one, percent = two_results(call(task, function, pool[24:25].copy(), reference), task)
        expect_close([one, percent], [1, 100], task, "the overlap of a single image", rtol=1e-6)
        found, percent = two_results(
            call(task, function, np.repeat(pool[3:4], 300, axis=0), pool[3:4].copy()), task
        )
        expect_close(
            [found, percent], [300, 100], task, "the overlap of 300 times the same image", rtol=1e-6
        )
    passed(task, "equal images are found, doubled ones counted twice")


def sanitize(function: Callable[..., Any]) -> None:
    """Check that exactly the images that occur in the reference are gone, with their labels."""
    task = "sanitize"
    pool = near_twins(40, 16)
    pool, strangers = pool[::2].copy(), pool[1::2].copy()
    reference = pool[:25]
    chosen = np.array([30, 3, 31, 3, 32, 24, 33, 31, 0, 35])
    kept = chosen[chosen >= 25]
    images, labels = pool[chosen], (chosen % 10).astype(np.int32)

    with keeping(task, images=images, labels=labels, reference=reference):
        left, left_labels = two_results(call(task, function, images, labels, reference), task)
    left = numpy_array(left, task, "the first result")
    left_labels = numpy_array(left_labels, task, "the second result")
    expect(
        left.shape[:1] != (len(chosen) - len(kept),),
        task,
        "it seems that the overlapping images were kept and the others removed.",
    )
    expect(
        left.shape[:1] != (len(set(kept)),),
        task,
        "an image that occurs twice in images, but not in the reference, should stay (both times).",
    )
    left = expect_shape(left, (len(kept), SIDE, SIDE), task, "the array of sanitized images")
    expect(
        np.array_equal(left, pool[kept])
        or sorted(image.tobytes() for image in left) != sorted(map(bytes, pool[kept])),
        task,
        "the right images are left, but not in their old order.",
    )
    expect(
        np.array_equal(left, pool[kept]),
        task,
        "the images left are not the ones without a twin in the reference.",
    )
    expect(
        left_labels.shape != labels.shape,
        task,
        "the labels of the images that were removed are still there.",
    )
    left_labels = expect_shape(left_labels, (len(kept),), task, "the array of sanitized labels")
    expect(
        np.array_equal(left_labels, kept % 10),
        task,
        "the labels left do not belong to the images left. Pick both with the same mask.",
    )
    sanitized_cases(function, pool, strangers)
    passed(task, f"{len(kept)} of {len(chosen)} images kept")


def sanitized_cases(
    function: Callable[..., Any], pool: NDArray[np.uint8], strangers: NDArray[np.uint8]
) -> None:
    """Check `sanitize` where all, none, the first and last, or near-twins only are in question."""
    task = "sanitize"
    reference = pool[:25]
    for images, kept, what in (
        (pool[[0, 30, 31, 24]], [1, 2], "the first and the last image occur in the reference"),
        (pool[[24]], [], "the only image occurs in the reference"),
        (pool[5:9].copy(), [], "all images occur in the reference, so that none is left"),
        (pool[30:].copy(), list(range(10)), "no image occurs in the reference"),
        (
            strangers[:25],
            list(range(25)),
            "every image differs in two pixels from one of the reference, and is another image",
        ),
    ):
        given = (images / np.float32(255)).astype(np.float32)
        labels = (np.arange(len(images)) * 3 % 10).astype(np.int32)
        with keeping(task, images=given, labels=labels):
            left, left_labels = two_results(
                call(
                    task, function, given, labels, (reference / np.float32(255)).astype(np.float32)
                ),
                task,
            )
        left = numpy_array(left, task, "the first result")
        left_labels = numpy_array(left_labels, task, "the second result")
        where = f"where {what}"
        left = expect_shape(left, (len(kept), SIDE, SIDE), task, f"the array of images, {where},")
        left_labels = expect_shape(left_labels, (len(kept),), task, f"that of labels, {where},")
        expect(
            np.array_equal(left, given[kept]) and np.array_equal(left_labels, labels[kept]),
            task,
            f"{where}, the images or labels left are not the right ones.",
        )
        expect(
            left.dtype == given.dtype and left_labels.dtype == labels.dtype,
            task,
            f"{where}, the dtypes are {left.dtype} and {left_labels.dtype}; images and labels "
            "should keep theirs.",
        )
        expect(
            not np.shares_memory(left, given) and not np.shares_memory(left_labels, labels),
            task,
            f"{where}, the arrays given come back themselves. Return new ones.",
        )


def nearest_rms(function: Callable[..., Any]) -> None:
    """Check the distance to the nearest reference image, and which one it is."""
    task = "nearest_rms"
    random = np.random.default_rng(17)
    contrast = np.linspace(0.3, 1, 53, dtype=np.float32)  # lengths differ, not directions alone
    reference = random.uniform(-0.5, 0.5, (53, SIDE, SIDE)).astype(np.float32)
    reference *= contrast[:, None, None]
    reference[1] = reference[0] * 2.5  # the same drawing with more contrast
    twins = np.append(random.permutation(np.arange(2, 52))[:9], (0, 1, 52))
    size = np.linspace(0.01, 0.12, 12, dtype=np.float32)  # the twins differ by this RMS exactly
    steps = np.tile(np.array([-2, 2, 0, 0, 0, 0, 0, 0], np.float32), (12, SIDE * SIDE // 8))
    steps = random.permuted(steps, axis=1).reshape(12, SIDE, SIDE)  # their mean square is 1
    images = reference[twins] + size[:, None, None] * steps
    table = np.sqrt(((images[:, None] - reference) ** 2).mean(axis=(2, 3)))  # (12, 53)
    with keeping(task, images=images, reference=reference):
        distance, index = two_results(call(task, function, images, reference), task)
    expect_close(
        numpy_array(distance, task, "the first result"),
        size,
        task,
        "the RMS difference",
        rtol=0,
        atol=1e-3,
        mistakes={
            "the square root is missing": size**2,
            "the squared differences were added up, not averaged over the 784 pixels": size * SIDE,
            "absolute differences were averaged, not squared ones": size / 2,
            "the mean over all reference images was taken, not the smallest": table.mean(axis=1),
            "it is the distance to the farthest image, not to the nearest": table.max(axis=1),
            "each image was compared with the reference image at its own position only": (
                table.diagonal()
            ),
            "a part of the sum is missing; besides -2 x·r it has the square of x and that of r": (
                np.sqrt(np.maximum(table.min(axis=1) ** 2 - (images**2).mean(axis=(1, 2)), 0))
            ),
        },
    )
    index = numpy_array(index, task, "the second result")
    index = expect_shape(index, (12,), task, "the array of positions")
    expect(np.array_equal(index, twins), task, "the positions do not point at the nearest images.")
    expect(
        index.dtype.kind in "iu",
        task,
        f"positions are whole numbers, but their dtype is {index.dtype}.",
    )
    backwards = np.ascontiguousarray(reference[::-1])
    far, _ = two_results(call(task, function, images[:3], backwards), task)
    expect_close(far, size[:3], task, "the RMS difference of three images", rtol=0, atol=1e-3)
    nearest_of_many(function, reference)
    passed(task, "distances and positions")


def nearest_of_many(function: Callable[..., Any], reference: NDArray[np.float32]) -> None:
    """Check `nearest_rms` on equal images, and where either set takes more than one block."""
    task = "nearest_rms"
    random = np.random.default_rng(33)
    white = np.full((1, SIDE, SIDE), 0.5, np.float32)
    same = np.concatenate([white, reference, reference[:1], white])
    distance, index = two_results(
        call(task, function, same, np.concatenate([reference, white])), task
    )
    expect_close(
        distance,
        np.zeros(len(same)),
        task,
        "the RMS difference of an image that the reference holds itself",
        rtol=0,
        atol=1e-3,
    )
    expect(
        np.array_equal(index, [53, *range(53), 0, 53]),
        task,
        "the positions of images that the reference holds itself are not right.",
    )
    # Prime numbers of images: whatever the size of a block, the last one is not full.
    twins = random.integers(0, 53, 1049)
    _, index = two_results(
        call(task, function, reference[twins] + np.float32(0.02), reference), task
    )
    index = as_array(index, task, "the array of positions")
    expect(
        index.shape == (1049,) and np.array_equal(index, twins),
        task,
        "with 1049 images, the distances or positions are not right for all of them. Is the "
        "last block, which is not full, left out?",
    )
    many = random.uniform(-0.5, 0.5, (1103, SIDE, SIDE)).astype(np.float32)
    twins = np.array([1102, 0, 256, 700])
    _, index = two_results(call(task, function, many[twins] + np.float32(0.02), many), task)
    expect(
        np.array_equal(index, twins),
        task,
        "with 1103 reference images, the positions are not right. Are all of them looked at, and "
        "do the positions count from the first one?",
    )
    one, index = two_results(call(task, function, many[:1].copy(), many[1:2].copy()), task)
    right = np.sqrt(((many[0] - many[1]) ** 2).mean())
    expect_close(one, [right], task, "the RMS difference of one image to one", rtol=0, atol=1e-3)
    expect_close(index, [0], task, "the position of the only reference image", rtol=0)


# --- Problem: logistic regression ---------------------------------------------------------------


def fit_logistic_regression(function: Callable[..., Any]) -> None:
    """Check that a classifier comes back that has learned the images it was given."""
    task = "fit_logistic_regression"
    labels = np.random.default_rng(18).permutation(np.repeat(np.arange(10, dtype=np.int32), 15))
    images = drawings(labels, seed=19)
    new_labels = np.random.default_rng(20).integers(0, 10, 97).astype(np.int32)
    new_images = drawings(new_labels, seed=21)

    with keeping(task, images=images, labels=labels):
        try:
            model = call(task, function, images, labels)
        except CheckFailed as error:
            if "dim 3" not in str(error):
                raise
            fail(
                task,
                "scikit-learn wants a table, one row for each image, and was given the images.",
            )
    expect(model is not None, task, "the function returns None; return the fitted classifier.")
    expect(
        hasattr(model, "predict"),
        task,
        f"the function returns a {type(model).__name__}, which cannot predict; return the "
        "classifier itself (in scikit-learn, fit returns it).",
    )
    rows = new_images.reshape(len(new_images), -1)
    predicted = predictions(model, rows, task)
    expect(
        np.isin(predicted, labels).all(),
        task,
        "predict returns values that are not among the labels. Is it a classifier?",
    )
    kind = kind_of_classifier(model)
    expect(
        kind.startswith("LogisticRegression"),
        task,
        f"the classifier is a {kind}. A LogisticRegression is asked for, or a pipeline that ends "
        "in one.",
    )
    accuracy = float(np.mean(predicted == new_labels))
    expect(
        accuracy > 0.9,
        task,
        f"on an easy problem the accuracy is {accuracy:.0%}, where over 90 % are expected. Does "
        "every row that fit sees hold one whole image, and labels[i] belong to row i?",
    )
    learns_all_images(function)
    expect(
        np.array_equal(predictions(model, rows, task), predicted),
        task,
        "fitting a second classifier changed the first one; make a new classifier in every call.",
    )
    passed(task, f"accuracy {accuracy:.0%} on an easy problem")


def learns_all_images(function: Callable[..., Any]) -> None:
    """Check that the classifier knows something of every single image that it was trained on.

    Noise has nothing in common: which label it got, a classifier knows only if it has seen it. A
    simple classifier may not learn all labels by heart. But where it is wrong, it still finds the
    label likely that it was given, unlike that of an image which it has not seen.
    """
    task = "fit_logistic_regression"
    labels = np.random.default_rng(18).permutation(np.repeat(np.arange(10, dtype=np.int32), 15))
    count = len(labels)
    images = (noise(count, 28) / np.float32(255) - np.float32(0.5)).astype(np.float32)
    model = call(task, function, images.copy(), labels.copy())
    rows = images.reshape(count, -1)
    wrong = predictions(model, rows, task) != labels
    if wrong.mean() <= 0.03:
        return
    likely = expect_shape(
        call(task, model.predict_proba, rows), (count, 10), task, "what predict_proba returns"
    )
    rank = (likely > likely[np.arange(count), labels][:, None]).sum(axis=1)  # 0 is the most likely
    expect(
        rank[wrong].mean() < 4,
        task,
        f"of {count} noise images, it has not learned {wrong.mean():.0%}, as if it had never seen "
        "them. Is the classifier trained on all of the images given, and not only on a part of "
        "them?",
    )


def accuracy_by_training_size(
    function: Callable[..., Any], fit: Callable[..., Any] | None = None
) -> None:
    """Check the accuracies on data where they are known: a class never seen is never recognized.

    The classes come into the training set one after another, so the first n samples decide which
    test images can be right. `fit` is your `fit_logistic_regression`.
    """
    task = "accuracy_by_training_size"
    sizes = (100, 250, 500)
    train_labels, test_labels = growing_labels(sizes, classes=(2, 5, 10), tests=131, seed=22)
    train, test = drawings(train_labels, seed=23), drawings(test_labels, seed=24)
    with builds_on(task, fit_logistic_regression=(fit_logistic_regression, (fit,))):
        with keeping(
            task,
            train_images=train,
            train_labels=train_labels,
            test_images=test,
            test_labels=test_labels,
        ):
            result = call(task, function, train, train_labels, test, test_labels, sizes=sizes)
        compare_accuracies(result, known_accuracies(sizes, train_labels, test_labels), task)
        passed(task, "the first n images for training, the whole test set for scoring")


def default_sizes(function: Callable[..., Any], fit: Callable[..., Any] | None = None) -> None:
    """Check what `accuracy_by_training_size` does with sizes above the number of images."""
    task = "accuracy_by_training_size"
    train_labels, test_labels = growing_labels((150,), classes=(3,), tests=97, seed=25)
    arguments = (drawings(train_labels, 26), train_labels, drawings(test_labels, 27), test_labels)
    with builds_on(task, fit_logistic_regression=(fit_logistic_regression, (fit,))):
        keys = sorted_sizes(call(task, function, *arguments), task)
        expect(
            keys == [100, 150],
            task,
            "with 150 training images and the default sizes the keys should be 100 (as asked for) "
            f"and 150 (all there is), but they are {keys}.",
        )
        keys = sorted_sizes(call(task, function, *arguments, sizes=(110, 130)), task)
        expect(keys == [110, 130], task, f"for sizes=(110, 130) the keys are {keys}.")
        passed(task, "sizes are cut to what is there")


# --- what the checks are made of ----------------------------------------------------------------


def noise(count: int, seed: int) -> NDArray[np.uint8]:
    """Return `count` images of random pixels, uint8 (count, 28, 28); no two are equal."""
    return np.random.default_rng(seed).integers(0, 256, (count, SIDE, SIDE), dtype=np.uint8)


def near_twins(pairs: int, seed: int) -> NDArray[np.uint8]:
    """Return `pairs` images, each followed by its near-twin: uint8 (2 * pairs, 28, 28).

    In the twin two neighbouring pixels are exchanged, 100 and 101: the first two of the image, the
    last two, or some between. Sums, sets and most rows of pixels are equal.
    """
    images = noise(pairs, seed).reshape(pairs, -1)
    place = np.resize((0, SIDE * SIDE - 2, 391, 27, 600, 200), pairs)
    each = np.arange(pairs)
    images[each, place], images[each, place + 1] = 100, 101
    twins = images.copy()
    twins[each, place], twins[each, place + 1] = 101, 100
    return np.stack([images, twins], axis=1).reshape(-1, SIDE, SIDE)


def drawings(labels: NDArray[np.int32], seed: int) -> NDArray[np.float32]:
    """Return an easily recognized image for every label, float32 (n, 28, 28) in [-0.5, 0.5].

    A class is a fixed random pattern of black and white; `seed` decides the gray noise on top.
    """
    patterns = np.random.default_rng(99).choice(np.array([-0.4, 0.4], np.float32), (10, SIDE, SIDE))
    gray = np.random.default_rng(seed).random((len(labels), SIDE, SIDE), dtype=np.float32)
    return patterns[labels] + np.float32(0.2) * (gray - np.float32(0.5))


def growing_labels(
    sizes: tuple[int, ...], classes: tuple[int, ...], tests: int, seed: int
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return training labels in which classes appear step by step, and `tests` test labels, int32.

    The first sizes[0] training labels are of the first classes[0] classes. Those from sizes[k-1] to
    sizes[k] are of the classes classes[k-1] to classes[k], which occur nowhere else.
    The test labels are uneven and sorted downwards, so that every part of them scores differently.
    """
    random = np.random.default_rng(seed)
    counts = np.diff((0, *sizes))
    parts = [
        random.permutation(first + np.arange(count) % (last - first))
        for count, first, last in zip(counts, (0, *classes[:-1]), classes, strict=True)
    ]
    test = np.sort(random.choice(10, tests, p=np.arange(1, 11) / 55))[::-1]
    return np.concatenate(parts).astype(np.int32), test.astype(np.int32)


def known_accuracies(
    sizes: tuple[int, ...], train_labels: NDArray[np.int32], test_labels: NDArray[np.int32]
) -> dict[str, dict[int, float]]:
    """Return {size: accuracy} under "right", and under a sentence for each common mistake."""

    def share(n: int, tested: NDArray[np.int32]) -> float:
        return float(np.isin(tested, train_labels[:n]).mean())

    return {
        "right": {n: share(n, test_labels) for n in sizes},
        "only as many test images were used as training images": {
            n: share(n, test_labels[:n]) for n in sizes
        },
        "every classifier knows more than the first n training images show; it was trained on "
        "others too, or scored on images that it was trained on": dict.fromkeys(sizes, 1.0),
        "percentages were returned instead of fractions": {
            n: 100 * share(n, test_labels) for n in sizes
        },
        "the share of wrong answers was returned": {n: 1 - share(n, test_labels) for n in sizes},
        "only a part of the test images was scored": {n: share(n, test_labels[::2]) for n in sizes},
        "the accuracies were rounded": {n: round(share(n, test_labels), 2) for n in sizes},
    }


def compare_accuracies(result: Any, known: dict[str, dict[int, float]], task: str) -> None:
    """Fail unless `result` is the dict of right accuracies; name the mistake it looks like."""
    right = known["right"]
    sizes = sorted(right)
    found = sorted_sizes(result, task)
    expect(found == sizes, task, f"the keys of the result are {found}, expected {sizes}.")
    accuracies = as_array([result[n] for n in sizes], task, "the list of accuracies")
    mistakes: dict[str, Any] = {
        sentence: [values[n] for n in sizes]
        for sentence, values in known.items()
        if sentence != "right"
    }
    if accuracies.max() <= 1 and (accuracies > [right[n] + 0.05 for n in sizes]).any():
        mistakes["a classifier knows more than the first n training images show"] = accuracies
    expect_close(
        accuracies,
        [right[n] for n in sizes],
        task,
        f"the list of accuracies for the training sizes {sizes}",
        rtol=0,
        atol=1e-6,
        mistakes=mistakes,
    )


def sorted_sizes(result: Any, task: str) -> list[int]:
    """Return the keys of an {size: accuracy} dict in ascending order."""
    expect(
        isinstance(result, dict),
        task,
        f"the result should be a dict {{size: accuracy}}, but is a {type(result).__name__}.",
    )
    return sorted(int(size) for size in result)


def kind_of_classifier(model: Any) -> str:
    """Return the name of a classifier's type; of a pipeline or search, of what it ends in."""
    while hasattr(model, "best_estimator_"):
        model = model.best_estimator_
    if hasattr(model, "steps"):
        return kind_of_classifier(model.steps[-1][1])
    return type(model).__name__


def predictions(model: Any, rows: NDArray[np.float32], task: str) -> NDArray[Any]:
    """Return what `model` predicts for `rows`, (m, 784), as an array (m,), or fail kindly."""
    inputs = getattr(model, "n_features_in_", rows.shape[1])
    expect(
        inputs == rows.shape[1],
        task,
        f"the classifier was trained on rows of {inputs} values, where an image has "
        f"{rows.shape[1]} pixels. Every row should hold one whole image.",
    )
    try:
        result = call(task, model.predict, rows)
    except CheckFailed as error:
        if "NotFittedError" not in str(error):
            raise
        fail(task, "the classifier is not fitted; call its fit before you return it.")
    return expect_shape(
        result, (len(rows),), task, f"the array that predict returns for {len(rows)} images"
    )


def numpy_array(value: Any, task: str, what: str) -> NDArray[Any]:
    """Return `value` if it is a NumPy array of numbers: later cells use it as one."""
    array = as_array(value, task, what)
    expect(
        isinstance(value, np.ndarray),
        task,
        f"{what} should be a NumPy array, but is a {type(value).__name__}; np.array(...) or "
        "np.stack(...) makes one of it.",
    )
    return array


def pairs_are(count: int) -> str:
    """Return "1 pair is" or "3 pairs are"."""
    return "1 pair is" if count == 1 else f"{count} pairs are"


def two_results(value: Any, task: str) -> tuple[Any, Any]:
    """Return the two values that a function should have returned."""
    expect(
        isinstance(value, tuple | list) and len(value) == 2,
        task,
        "two values should be returned, as in 'return first, second', but what comes back is of "
        f"type {type(value).__name__}.",
    )
    return value[0], value[1]
