"""The checks of what training needs in notebook 1-2: first weights, batches, updates."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from utils.checks.common import (
    as_array,
    call,
    expect,
    expect_array,
    expect_close,
    expect_finite,
    expect_shape,
    expect_unchanged,
    fail,
    passed,
)
from utils.checks.pieces import Function, copied, expect_keys


def initialization(xavier: Function, he: Function) -> None:
    """Check shape, mean, spread and seed of 400 x 100 weights."""
    _initializer("xavier", xavier)
    _initializer("he", he)
    passed("initialization", "shape, mean, spread, seed")


def he(he: Function) -> None:
    """Check `he` alone, for the task that builds on it."""
    _initializer("he", he)


def _initializer(name: str, function: Function) -> None:
    task = "initialization"
    fan_in, fan_out = 400, 100
    spreads = {"xavier": np.sqrt(2 / 500), "he": np.sqrt(2 / 400)}
    other = "he" if name == "xavier" else "xavier"
    what = f"{name}({fan_in}, {fan_out}, seed)"
    weights = expect_array(call(task, function, fan_in, fan_out, 1), task, what)
    weights = expect_finite(expect_shape(weights, (fan_in, fan_out), task, what), task, what)
    spread = float(weights.std())
    mistakes = {
        f"the formulas of {name} and {other} are exchanged": spreads[other],
        "the variance is used as the standard deviation; a square root is missing": (
            spreads[name] ** 2
        ),
        "fan_in and fan_out are exchanged": np.sqrt(2 / fan_out),
        "the 2 below the root is missing": spreads[name] / np.sqrt(2),
        "fan_in alone is used": np.sqrt(1 / fan_in),
        "the weights have a standard deviation of 1; they are not scaled": 1.0,
    }
    if abs(spread / spreads[name] - 1) > 0.03:
        for sentence, value in mistakes.items():
            if abs(spread / value - 1) < 0.03:
                fail(task, f"the spread of {what} is off. It looks like this: {sentence}.")
        fail(task, f"{what} has a standard deviation of {spread:.4f}, see the formula.")
    mean = float(weights.mean())
    expect(abs(mean) < 0.03 * spread, task, f"{what} has the mean {mean:.4f}; 0 is wanted.")
    again = call(task, function, fan_in, fan_out, 1)
    expect(
        np.array_equal(weights, again),
        task,
        f"{name} gives other weights when called with the same seed again. "
        "Draw from np.random.default_rng(seed).",
    )
    expect(
        not np.array_equal(weights, call(task, function, fan_in, fan_out, 2)),
        task,
        f"{name} gives the same weights for another seed. Is the seed used?",
    )
    rng = np.random.default_rng(3)
    first, second = (call(task, function, fan_in, fan_out, rng) for _ in range(2))
    expect(
        not np.array_equal(first, second),
        task,
        f"{name}, called twice with one generator, gives the same weights twice. "
        "default_rng(seed) returns a generator as it is; draw from that.",
    )


def minibatches(minibatches: Function) -> None:
    """Check sizes, completeness, order and seed of the batches of 0..9 and 0..99."""
    task = "minibatches"
    batches = _batches(minibatches, 10, 4, 1, task)
    together = np.concatenate(batches)
    sizes = [batch.size for batch in batches]
    if sizes == [4, 4]:
        fail(task, "the last, smaller batch is missing; 10 indices make batches of 4, 4 and 2.")
    if len(np.unique(together)) < len(together):
        fail(task, "an index appears twice. Cut one shuffled order of all indices into pieces.")
    if together.min() == 1 and together.max() == 10:
        fail(task, "the indices run from 1 to n; they should run from 0 to n - 1.")
    expect(
        np.array_equal(np.sort(together), np.arange(10)),
        task,
        "the batches together don't hold each of 0 to n - 1 once.",
    )
    expect(sizes == [4, 4, 2], task, f"minibatches(10, 4, 1) has batches of {sizes} indices.")
    sizes = [batch.size for batch in _batches(minibatches, 100, 10, 1, task)]
    if sizes == [10] * 10 + [0]:
        fail(
            task,
            "100 indices make ten batches of 10, but there is an empty one behind them. The loss "
            "of no samples at all is NaN.",
        )
    expect(sizes == [10] * 10, task, f"minibatches(100, 10, 1) has batches of {sizes} indices.")
    many = np.concatenate(_batches(minibatches, 100, 10, 1, task))
    expect((many != np.arange(100)).any(), task, "the order is not random. Shuffle, then cut.")
    if all(np.ptp(batch) == 9 for batch in _batches(minibatches, 100, 10, 1, task)):
        fail(task, "every batch holds neighbours. Shuffle the indices, not only the batches.")
    again = np.concatenate(_batches(minibatches, 100, 10, 1, task))
    expect(
        np.array_equal(many, again),
        task,
        "the same seed gives another order the second time. Draw from np.random.default_rng(seed).",
    )
    other = np.concatenate(_batches(minibatches, 100, 10, 2, task))
    expect((many != other).any(), task, "another seed gives the same order. Is the seed used?")
    # The same generator at two moments of its stream, as in two epochs.
    fresh, used = np.random.default_rng(3), np.random.default_rng(3)
    used.random(100)
    first, second = (
        np.concatenate(_batches(minibatches, 100, 10, rng, task)) for rng in (fresh, used)
    )
    expect(
        (first != second).any(),
        task,
        "with one generator, two epochs have the same order. default_rng(seed) returns a generator "
        "as it is; draw from that.",
    )
    passed(task, "each index once, shuffled")


def sgd(sgd_update: Function, annealed: Function) -> None:
    """Check one step on a model of two arrays, and the learning rates of a few epochs."""
    task = "sgd"
    model = {"W1": np.array([[1.0, 2.0]]), "b1": np.array([3.0])}
    grads = {"dW1": np.array([[10.0, -20.0]]), "db1": np.array([4.0])}
    before = copied({**model, **grads})
    result = call(task, sgd_update, model, grads, 0.1)
    for name, array in {**model, **grads}.items():
        expect_unchanged(before[name], array, task, name)
    expect_keys(result, model, task, "the new model")
    for name, wanted, uphill in (
        ("W1", [[0.0, 4.0]], [[2.0, 0.0]]),
        ("b1", [2.6], [3.4]),
    ):
        mistakes = {
            "the step goes with the gradient, uphill; subtract it": uphill,
            "the learning rate is not used": before[name] - before[f"d{name}"],
            "it is not updated": before[name],
        }
        array = expect_array(result[name], task, f"the new {name}")
        what = f"{name} after one step"
        expect_close(array, wanted, task, what, atol=1e-6, mistakes=mistakes)

    for epoch, rate in ((0, 0.8), (1, 0.4), (3, 0.1)):
        mistakes = {
            "epoch 0 already decays; the first epoch has the full rate": rate / 2,
            "that is 1/t annealing; here the rate decays exponentially": 0.8 / (1 + 0.5 * epoch),
            "decay is multiplied by the epoch and not raised to its power": 0.8 * 0.5 * epoch,
        }
        what = f"annealed(0.8, 0.5, {epoch})"
        expect_close(call(task, annealed, 0.8, 0.5, epoch), rate, task, what, mistakes=mistakes)
    passed(task, "update and annealing")


def _batches(function: Function, n: int, size: int, seed: Any, task: str) -> list[NDArray]:
    """Return the batches as a list of integer arrays, or fail saying what they are instead."""
    result = call(task, function, n, size, seed)
    expect(result is not None, task, "minibatches returns None. Is the return statement there?")
    expect(isinstance(result, Iterable), task, "minibatches should return a list of arrays.")
    batches = [as_array(batch, task, "a batch") for batch in result]
    expect(len(batches) > 0, task, "minibatches returns no batches.")
    for batch in batches:
        expect(batch.ndim == 1, task, f"a batch has shape {batch.shape}, expected one axis.")
        expect(batch.dtype.kind in "iu", task, f"a batch holds {batch.dtype}, not integers.")
    return batches
