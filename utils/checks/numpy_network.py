"""The visible checks of notebook 1-2, one function per task, in the order of the notebook.

They are meant to be read. A check never computes the answer the way a solution would: it compares
with small examples worked by hand (logits that are logarithms, so that probabilities are
fractions), with laws that every right answer obeys, or with central differences. For frequent
mistakes it knows the value that the mistake would give, and says so.
"""

import warnings
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from utils.checks.common import (
    CheckFailed,
    as_array,
    call,
    expect,
    expect_close,
    expect_finite,
    expect_shape,
    expect_unchanged,
    fail,
    passed,
)
from utils.gradients import numerical_gradient

Function = Callable[..., Any]
Arrays = dict[str, NDArray[np.float64]]

REG = 1e-4
"""The default of calculate_loss, set near the top of the notebook."""
CORNERS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
NUDGES = 0.0999 * np.array([[0, 0], [1, 1], [1, -1], [-1, 1], [-1, -1]])
"""The perceptrons must be right at each corner and with each input off by up to 0.1.

A little less than 0.1, so that rounding does not decide about a line exactly 0.1 away.
"""


def perceptron_and_or(and_weights: Function, or_weights: Function) -> None:
    """Check both gates at the corners of the truth table and 0.1 away from them."""
    task = "perceptron_and_or"
    for gate, function, truth in (
        ("AND", and_weights, np.array([False, False, False, True])),
        ("OR", or_weights, np.array([False, True, True, True])),
    ):
        name = f"{gate.lower()}_weights"
        w, b = _values(call(task, function), 2, task, name, "w, b")
        w = expect_finite(expect_shape(w, (2,), task, f"w of {name}"), task, f"w of {name}")
        b = _number(b, task, f"b of {name}")
        _expect_gate(partial(_above, w=w, b=b), truth, task, gate)
    passed(task, "both gates, with a margin")


def _above(points: NDArray, w: NDArray, b: float) -> NDArray[np.bool_]:
    """Return which of points (n, 2) a perceptron with w (2,) and b answers with 1."""
    return np.asarray(points @ w + b > 0)


def xor_two_layer(xor_weights: Function) -> None:
    """Check XOR at the corners of the truth table and 0.1 away from them."""
    task = "xor_two_layer"
    W1, b1, w2, b2 = _values(call(task, xor_weights), 4, task, "xor_weights", "W1, b1, w2, b2")
    hidden = as_array(b1, task, "b1").size
    W1 = expect_finite(expect_shape(W1, (2, hidden), task, "W1"), task, "W1")
    b1 = expect_finite(expect_shape(b1, (hidden,), task, "b1"), task, "b1")
    w2 = expect_finite(expect_shape(w2, (hidden,), task, "w2"), task, "w2")
    b2 = _number(b2, task, "b2")

    def answer(points: NDArray, W: NDArray = W1) -> NDArray:
        return np.where(points @ W + b1 > 0, 1, 0) @ w2 + b2 > 0

    truth = CORNERS.sum(axis=1) == 1
    if hidden == 2 and (answer(CORNERS) != truth).any() and (answer(CORNERS, W1.T) == truth).all():
        fail(task, "it would be XOR with W1 transposed: column j holds the weights of unit j.")
    _expect_gate(answer, truth, task, "XOR")
    passed(task, f"XOR with {hidden} hidden units")


def activations(
    sigmoid: Function,
    sigmoid_derivative: Function,
    tanh: Function,
    tanh_derivative: Function,
    relu: Function,
    relu_derivative: Function,
) -> None:
    """Check known values, then each derivative against central differences of its function."""
    task = "activations"
    ln2, ln3 = np.log(2), np.log(3)
    examples: list[tuple[str, Function, Any, Any, dict[str, Any]]] = [
        ("sigmoid", sigmoid, [[-ln3, 0], [ln3, 40]], [[0.25, 0.5], [0.75, 1]], {
            "the sign in the exponent is turned around": [[0.75, 0.5], [0.25, 0]],
        }),
        ("tanh", tanh, [[-ln2, 0], [ln2, 30]], [[-0.6, 0], [0.6, 1]], {
            "that is the sigmoid, not tanh": [[1 / 3, 0.5], [2 / 3, 1]],
        }),
        ("relu", relu, [[-2.5, 0], [0.5, 3]], [[0, 0], [0.5, 3]], {
            "the sign of negative values is lost (an absolute value?)": [[2.5, 0], [0.5, 3]],
            "negative values become positive and positive ones vanish": [[-2.5, 0], [0, 0]],
        }),
        ("sigmoid, with integers in z,", sigmoid, [0, 50, -50], [0.5, 1, 0], {
            "the result is stored as integers": [0, 1, 0],
        }),
        ("tanh, with integers in z,", tanh, [0, 1, -50], [0, 0.7615941559557649, -1], {
            "the result is stored as integers": [0, 0, -1],
        }),
    ]  # fmt: skip
    for name, function, z, wanted, mistakes in examples:
        z = np.array(z)
        before = z.copy()
        expect_close(call(task, function, z), wanted, task, name, mistakes=mistakes)
        expect_unchanged(before, z, task, f"z of {name}")

    z = np.array([[-2.0, -0.7, -0.1], [0.3, 1.1, 2.4]])
    slope_of_output = "z * (1 - z) takes z for the activation; the slope belongs to the input z"
    for name, function, derivative, mistakes in (
        ("sigmoid_derivative", sigmoid, sigmoid_derivative, {slope_of_output: z * (1 - z)}),
        (
            "tanh_derivative",
            tanh,
            tanh_derivative,
            {"1 - z ** 2 takes z for the activation; the slope belongs to the input z": 1 - z**2},
        ),
        ("relu_derivative", relu, relu_derivative, {"that is ReLU itself": np.abs(z) / 2 + z / 2}),
    ):
        slope = (call(task, function, z + 1e-5) - call(task, function, z - 1e-5)) / 2e-5
        before = z.copy()
        actual = call(task, derivative, z)
        expect_close(actual, slope, task, f"{name}(z)", rtol=1e-6, atol=1e-7, mistakes=mistakes)
        expect_unchanged(before, z, task, f"z of {name}")
    for name, derivative, integers, slopes in (
        ("sigmoid_derivative", sigmoid_derivative, [0, 50], [0.25, 0]),
        ("tanh_derivative", tanh_derivative, [0, 1], [1, 0.4199743416140261]),
    ):
        mistakes = {"the result is stored as integers": np.trunc(slopes)}
        what = f"{name}, with integers in z,"
        result = call(task, derivative, np.array(integers))
        expect_close(result, slopes, task, what, mistakes=mistakes)
    expect_close(
        call(task, relu_derivative, np.array([0.0])),
        [0.0],
        task,
        "relu_derivative(0)",
        mistakes={"the derivative at exactly 0 is defined as 0 here, so > and not >=": [1.0]},
    )

    for name, function, low, high in (
        ("sigmoid", sigmoid, 0, 1),
        ("tanh", tanh, -1, 1),
        ("sigmoid_derivative", sigmoid_derivative, 0, 0),
        ("tanh_derivative", tanh_derivative, 0, 0),
    ):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an overflow on the way to a right value is fine
            result = call(task, function, np.array([-1000.0, 1000.0]))
        values = expect_shape(result, (2,), task, f"{name} at -1000 and 1000")
        if np.isnan(values).any():
            fail(
                task,
                f"{name} is NaN at z = {-1000 if np.isnan(values[0]) else 1000}: there exp(1000) "
                "overflows to infinity, and infinity / infinity is NaN. See the hint.",
            )
        expect_close(values, [low, high], task, f"{name} at -1000 and 1000")
    passed(task, "values, derivatives, and z = ±1000")


def softmax(softmax: Function) -> None:
    """Check rows whose probabilities are simple fractions, then huge logits."""
    task = "softmax"
    counts = np.array([[1.0, 2.0, 5.0], [1.0, 1.0, 2.0]])
    logits = np.log(counts)
    before = logits.copy()
    expect_close(
        call(task, softmax, logits),
        [[1 / 8, 2 / 8, 5 / 8], [1 / 4, 1 / 4, 2 / 4]],
        task,
        "softmax of ln [[1, 2, 5], [1, 1, 2]]",
        mistakes={
            "the sum runs over the samples (axis 0) and not over the classes": counts / [2, 3, 7],
            "the sum runs over the whole array and not over each row": counts / 12,
            "the powers are not divided by their sum": counts,
        },
    )
    expect_unchanged(before, logits, task, "logits")

    # With as many rows as columns, a forgotten keepdims goes unnoticed and divides by other sums.
    square = np.array([[1.0, 1.0, 2.0], [1.0, 2.0, 5.0], [3.0, 9.0, 4.0]])
    wanted = [[1 / 4, 1 / 4, 2 / 4], [1 / 8, 2 / 8, 5 / 8], [3 / 16, 9 / 16, 4 / 16]]
    mistakes = {
        "each column is divided by a row's sum; keepdims=True is missing": square / [4, 8, 16],
        "the sum runs over the samples (axis 0) and not over the classes": square / [5, 12, 11],
    }
    result = call(task, softmax, np.log(square))
    expect_close(result, wanted, task, "softmax of a 3 x 3 array", mistakes=mistakes)
    many = np.array([[0.0, 1.0, 2.0], [5.0, 5.0, 5.0], [-3.0, 0.0, 3.0]])
    sums = as_array(call(task, softmax, many), task, "softmax of a 3 x 3 array").sum(axis=1)
    expect_close(sums, [1, 1, 1], task, "the sum of each row")

    ln3 = np.log(3)
    quarters = [[0.75, 0.25], [0.25, 0.75]]
    certain = [[1.0, 0.0], [0.0, 1.0]]
    for what, huge, wanted in (
        ("logits of 1e4", [[1e4, 1e4 - ln3], [1e4 - ln3, 1e4]], quarters),
        ("logits of -1e4", [[-1e4, -1e4 - ln3], [-1e4 - ln3, -1e4]], quarters),
        (
            "one row of logits of 1e4 and one of -1e4",
            [[1e4, 1e4 - ln3], [-1e4 - ln3, -1e4]],
            quarters,
        ),
        ("rows with 1e4 and -1e4 side by side", [[1e4, -1e4], [-1e4, 1e4]], certain),
    ):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            result = as_array(call(task, softmax, np.array(huge)), task, f"softmax of {what}")
        if not np.isfinite(result).all():
            cause = "exp overflows (or every power becomes 0). Shift each row before taking exp"
            if what.startswith("one row"):
                cause = "Is the same number subtracted from all rows? Each row needs its own"
            elif what.startswith("rows"):
                cause = "After the shift an exponent is still huge. None of them may be positive"
            fail(task, f"softmax of {what} is NaN or infinite. {cause}.")
        expect_close(result, wanted, task, f"softmax of {what}")
    passed(task, "also for logits of 1e4")


def cross_entropy(cross_entropy: Function) -> None:
    """Check four rows in which the true classes have probabilities 1/2, 1/8, 1/4 and 1/8."""
    task = "cross_entropy"
    probs = np.array([[4, 2, 2], [1, 6, 1], [2, 2, 4], [1, 1, 6]]) / 8
    labels = np.array([0, 2, 1, 0], dtype=np.int32)
    before = probs.copy()
    ln2 = np.log(2)
    mistakes = {
        "the sum is not divided by the number of samples": 9 * ln2,
        "it is divided by N * C; the mean runs over the N samples": 9 / 12 * ln2,
        "the minus sign is missing": -9 / 4 * ln2,
        "the logarithm has base 2; use the natural one": 9 / 4,
        "the logarithm has base 10; use the natural one": 9 / 4 * np.log10(2),
        "probs[:, labels] picks N columns from every row, not one entry per row": -np.mean(
            np.log(probs[:, labels])
        ),
        "the mean is taken before the logarithm; take it afterwards": 2 * ln2,
    }
    result = call(task, cross_entropy, probs, labels)
    expect_close(result, 9 / 4 * ln2, task, "the loss of four samples", mistakes=mistakes)
    expect_unchanged(before, probs, task, "probs")
    result = call(task, cross_entropy, probs, np.array([0, 1, 1, 0]))  # class 2 does not occur
    what = "the loss of four samples, none of which is of the last class,"
    expect_close(result, (8 * ln2 - np.log(3)) / 4, task, what)

    certain = np.array([[1.0, 0.0]])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        result = call(task, cross_entropy, certain, np.array([1]))
    expect_unchanged(np.array([[1.0, 0.0]]), certain, task, "probs")
    value = _number(result, task, "the loss of a true class with probability 0")
    expect(
        np.isfinite(value),
        task,
        "the loss is infinite or NaN when the true class has probability 0. Raise probabilities "
        "to at least 1e-12 before the logarithm.",
    )
    expect(
        abs(value - 27.63) < 0.01,
        task,
        f"when the true class has probability 0, the loss is {value:.4g}. "
        "Is the probability raised to 1e-12 (and to nothing else)?",
    )
    passed(task, "mean over the samples, finite for a probability of 0")


def accuracy(accuracy: Function) -> None:
    """Check 2 right answers of 3, then 4 of 5."""
    task = "accuracy"
    scores = np.array([[0.1, 0.7, 0.2], [0.3, 0.2, 0.5], [0.8, 0.1, 0.1]])
    result = call(task, accuracy, scores, np.array([1, 2, 2]))
    expect_close(
        result,
        2 / 3,
        task,
        "the accuracy with 2 of 3 right",
        mistakes={
            "argmax runs over the samples (axis 0); it should run over the classes": 0.0,
            "it counts the right answers; divide by their number": 2.0,
            "it is in percent; a fraction from 0 to 1 is wanted": 200 / 3,
            "that is the fraction of wrong answers": 1 / 3,
        },
    )
    scores = -np.arange(10.0).reshape(5, 2)  # class 0 always has the higher score
    result = call(task, accuracy, scores, np.array([0, 0, 1, 0, 0]))
    expect_close(result, 4 / 5, task, "the accuracy with 4 of 5 right")
    passed(task)


def softmax_regression(softmax_regression: Function) -> None:
    """Check the loss of an example worked by hand, and the gradient by central differences."""
    task = "softmax_regression"
    # x picks rows of W, so the probabilities are 5/8, 1/4, 1/4, 1/2 and 1/2 for the true classes.
    W = np.log([[1.0, 2.0, 5.0], [1.0, 1.0, 2.0], [4.0, 2.0, 2.0], [1.0, 2.0, 1.0]])
    x, y = np.eye(4)[[0, 1, 2, 3, 2]], np.array([2, 0, 1, 1, 0])
    data_loss = -np.log(5 / 8 * 1 / 4 * 1 / 4 * 1 / 2 * 1 / 2) / 5
    squares = float((W**2).sum())
    loss, _ = _loss_and_gradient(softmax_regression, W, x, y, 0.0, task)
    mistakes = {"the sum is not divided by N": 5 * data_loss}
    expect_close(loss, data_loss, task, "the loss with reg = 0", mistakes=mistakes)
    loss, _ = _loss_and_gradient(softmax_regression, W, x, y, 0.3, task)
    expect_close(
        loss,
        data_loss + 0.15 * squares,
        task,
        "the loss with reg = 0.3",
        mistakes={
            "the L2 term is missing": data_loss,
            "the L2 term misses the factor 1/2": data_loss + 0.3 * squares,
            "the L2 term is divided by N": data_loss + 0.15 * squares / 5,
            "the L2 term adds weights, not squared weights": data_loss + 0.15 * W.sum(),
        },
    )

    rng = np.random.default_rng(41)
    W, x, y = rng.normal(size=(5, 3)), rng.normal(size=(7, 5)), rng.integers(0, 2, 7)
    # W has three columns, so there are three classes, though none of the samples is of class 2.
    one_hot = np.eye(3)[y]
    for reg in (0.0, 0.3):
        _, dW = _loss_and_gradient(softmax_regression, W, x, y, reg, task)
        slope = numerical_gradient(partial(_loss_only, softmax_regression, W, x, y, reg, task), W)
        data = slope - reg * W
        mistakes = {
            "the gradient misses the factor 1/N": 7 * data + reg * W,
            "the sign of the gradient is turned around": -slope,
            "the true classes are not subtracted: P instead of P - Y": data + x.T @ one_hot / 7,
        }
        if reg:
            mistakes |= {
                "the gradient of the L2 term is missing": data,
                "the gradient of the L2 term is twice too large": data + 2 * reg * W,
                "the gradient of the L2 term is divided by N": data + reg * W / 7,
            }
        expect_close(
            dW, slope, task, f"dW with reg = {reg}", rtol=1e-6, atol=1e-8, mistakes=mistakes
        )
    passed(task, "loss and gradient")


def initialization(xavier: Function, he: Function) -> None:
    """Check shape, mean, spread and seed of 400 x 100 weights."""
    task = "initialization"
    fan_in, fan_out = 400, 100
    spreads = {"xavier": np.sqrt(2 / 500), "he": np.sqrt(2 / 400)}
    for name, function in (("xavier", xavier), ("he", he)):
        other = "he" if name == "xavier" else "xavier"
        what = f"{name}({fan_in}, {fan_out}, seed)"
        weights = call(task, function, fan_in, fan_out, 1)
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
    passed(task, "shape, mean, spread, seed")


# A network worked by hand. Two samples; 2 inputs, 3 and 2 hidden units, 3 classes. The logits are
# logarithms, so the probabilities are fractions. Unit 2 of layer 1 is off for both samples, and
# unit 1 of layer 2 for the first.
LN2, LN5, LN11 = np.log(2), np.log(5), np.log(11)
HAND_MODEL: Arrays = {
    "W1": np.array([[1.0, -1.0, 2.0], [0.0, 1.0, -1.0]]),
    "b1": np.array([0.0, 1.0, -1.0]),
    "W2": np.array([[1.0, -1.0], [1.0, 1.0], [2.0, -2.0]]),
    "b2": np.array([-2.0, -2.0]),
    "W3": np.array([[0.0, LN2, LN5], [LN11, 0.0, 0.0]]),
    "b3": np.array([-LN2, 0.0, -LN2]),
}
HAND_CACHE: Arrays = {
    "x": np.array([[1.0, 2.0], [-1.0, 1.0]]),
    "z1": np.array([[1.0, 2.0, -1.0], [-1.0, 3.0, -4.0]]),
    "a1": np.array([[1.0, 2.0, 0.0], [0.0, 3.0, 0.0]]),
    "z2": np.array([[1.0, -1.0], [1.0, 1.0]]),
    "a2": np.array([[1.0, 0.0], [1.0, 1.0]]),
    "z3": np.log([[0.5, 2.0, 2.5], [5.5, 2.0, 2.5]]),
    "probs": np.array([[0.1, 0.4, 0.5], [0.55, 0.2, 0.25]]),
}
HAND_LABELS = np.array([1, 0])
HAND_DZ3 = np.array([[0.05, -0.3, 0.25], [-0.225, 0.1, 0.125]])


def two_layer_forward(forward_pass: Function) -> None:
    """Check every entry of the cache, in the order of computation, on the hand-made network."""
    task = "two_layer_forward"
    model, x = _copy(HAND_MODEL), HAND_CACHE["x"].copy()
    cache = call(task, forward_pass, model, x)
    _expect_keys(cache, HAND_CACHE, task, "the cache")
    no_bias = "the bias of this layer is not added"
    mistakes: dict[str, dict[str, Any]] = {
        "z1": {
            no_bias: HAND_CACHE["z1"] - HAND_MODEL["b1"],
            "z1 is already cut off at 0; keep the value before ReLU (does ReLU work in place?)": (
                HAND_CACHE["a1"]
            ),
        },
        "a1": {"ReLU is not applied to layer 1": HAND_CACHE["z1"]},
        "z2": {
            no_bias: HAND_CACHE["z2"] - HAND_MODEL["b2"],
            "layer 2 was given z1 in place of a1": np.array([[-1.0, 1.0], [-8.0, 10.0]]),
            "z2 is already cut off at 0; keep the value before ReLU": HAND_CACHE["a2"],
        },
        "a2": {"ReLU is not applied to layer 2": HAND_CACHE["z2"]},
        "z3": {
            no_bias: HAND_CACHE["z3"] - HAND_MODEL["b3"],
            "layer 3 was given z2 in place of a2": (
                np.log(np.array([[1 / 22, 2, 2.5], [5.5, 2, 2.5]]))
            ),
            "ReLU is applied to layer 3 too; softmax takes the logits as they are": (
                np.maximum(HAND_CACHE["z3"], 0)
            ),
            "z3 holds the probabilities; it should hold the logits": HAND_CACHE["probs"],
        },
        "probs": {
            "softmax is missing: these are the logits": HAND_CACHE["z3"],
            "softmax runs over the samples and not over the classes": np.array(
                [[1 / 12, 1 / 2, 1 / 2], [11 / 12, 1 / 2, 1 / 2]]
            ),
        },
    }
    for name, wanted in HAND_CACHE.items():
        expect_close(cache[name], wanted, task, name, mistakes=mistakes.get(name))
    for name, array in HAND_MODEL.items():
        expect_unchanged(array, model[name], task, f"model['{name}']")
    single = call(task, forward_pass, model, x[:1])
    for name, wanted in HAND_CACHE.items():
        expect_close(single[name], wanted[:1], task, f"{name} of a single sample")
    passed(task, "all seven entries of the cache")


def two_layer_loss(calculate_loss: Function) -> None:
    """Check the loss of a network whose output depends on its last bias alone."""
    task = "two_layer_loss"
    rng = np.random.default_rng(43)
    model: Arrays = {
        "W1": rng.normal(size=(4, 3)),
        "b1": rng.normal(size=3),
        "W2": -np.ones((3, 2)),  # with b2 = -1, layer 2 is off for every x
        "b2": -np.ones(2),
        "W3": rng.normal(size=(2, 3)),
        "b3": np.log([1.0, 2.0, 5.0]),
    }
    x, y = rng.normal(size=(4, 4)), np.array([2, 0, 1, 2])
    data_loss = -np.log(5 / 8 * 1 / 8 * 2 / 8 * 5 / 8) / 4
    squares = {name: float((array**2).sum()) for name, array in model.items()}
    weights = squares["W1"] + squares["W2"] + squares["W3"]
    before = _copy(model)
    try:
        result = call(task, calculate_loss, model, x, y, 0.0)
    except CheckFailed as error:
        if "784" in str(error):  # the number of pixels, where this model has 4 inputs
            fail(task, "calculate_loss(model, x, y, reg) must use x and y, not the training data.")
        raise
    mistakes = {"the sum is not divided by N": 4 * data_loss}
    expect_close(result, data_loss, task, "the loss with reg = 0", mistakes=mistakes)
    expect_close(
        call(task, calculate_loss, model, x, y, 0.1),
        data_loss + 0.05 * weights,
        task,
        "the loss with reg = 0.1",
        mistakes={
            "the L2 term is missing": data_loss,
            "the L2 term misses the factor 1/2": data_loss + 0.1 * weights,
            "the L2 term contains the biases": data_loss + 0.05 * sum(squares.values()),
            "the L2 term is divided by N": data_loss + 0.05 * weights / 4,
            "W1 is missing from the L2 term": data_loss + 0.05 * (weights - squares["W1"]),
            "only W1 is in the L2 term": data_loss + 0.05 * squares["W1"],
            "only W3 is in the L2 term": data_loss + 0.05 * squares["W3"],
            "the L2 term takes the root of the squares (a norm that is not squared)": (
                data_loss + 0.05 * sum(np.sqrt(squares[name]) for name in ("W1", "W2", "W3"))
            ),
        },
    )
    for name, array in before.items():
        expect_unchanged(array, model[name], task, f"model['{name}']")

    # A network of zeros knows nothing, so its loss on the letters is ln 10, whatever the images.
    sizes = {"W1": (784, 3), "b1": (3,), "W2": (3, 2), "b2": (2,), "W3": (2, 10), "b3": (10,)}
    blank = {name: np.zeros(shape, np.float32) for name, shape in sizes.items()}
    result = call(task, calculate_loss, blank)
    what = "calculate_loss(model), the loss on the training data, of a network of zeros"
    expect_close(result, np.log(10), task, what, rtol=1e-4)
    blank["W2"] += 40  # layer 1 is off, so the only change is 6 * 40**2 squares in the L2 term
    mistakes = {"without the argument reg the L2 term is missing; then reg is REG": np.log(10)}
    what = "calculate_loss(model) of a network with nothing but W2"
    wanted = np.log(10) + REG / 2 * 6 * 40**2
    expect_close(
        call(task, calculate_loss, blank), wanted, task, what, rtol=1e-4, mistakes=mistakes
    )
    passed(task, "data loss and L2 term")


def two_layer_backward(backward_pass: Function) -> None:
    """Check all six gradients of the hand-made network, from the last layer to the first."""
    task = "two_layer_backward"
    # Worked by hand: the error at layer 2 is dZ3 @ W3.T, where unit 1 is off for the first sample;
    # that at layer 1 is dZ2 @ W2.T, where unit 2 is off for both samples and unit 0 for the second.
    up, down = -0.3 * LN2 + 0.25 * LN5, 0.1 * LN2 + 0.125 * LN5
    dz2 = np.array([[up, 0.0], [down, -0.225 * LN11]])
    first, second = down - 0.225 * LN11, up
    dz1 = np.array([[second, second, 0.0], [0.0, first, 0.0]])
    wanted = {
        "db3": np.array([-0.175, -0.2, 0.375]),
        "dW3": np.array([[-0.175, -0.2, 0.375], [-0.225, 0.1, 0.125]]),
        "db2": dz2.sum(axis=0),
        "dW2": np.array([[up, 0.0], [2 * up + 3 * down, -0.675 * LN11], [0.0, 0.0]]),
        "db1": dz1.sum(axis=0),
        "dW1": np.array([[up, up - first, 0.0], [2 * up, 2 * up + first, 0.0]]),
    }
    # What a missing slope of ReLU would let through.
    leak2 = np.array([[up, 0.05 * LN11], [down, -0.225 * LN11]])
    a1, x = HAND_CACHE["a1"], HAND_CACHE["x"]
    leak1 = dz2 @ HAND_MODEL["W2"].T
    leaks = {
        "db2": leak2.sum(axis=0),
        "dW2": a1.T @ leak2,
        "db1": leak1.sum(axis=0),
        "dW1": x.T @ leak1,
    }

    model, cache = _copy(HAND_MODEL), _copy(HAND_CACHE)
    plain = call(task, backward_pass, model, cache, HAND_LABELS.copy(), 0.0)
    _expect_keys(plain, wanted, task, "the result")
    for name, value in wanted.items():
        half = "the factor 1/N is there twice"
        if name.startswith("db") and not _is_half(plain[f"dW{name[2]}"], wanted[f"dW{name[2]}"]):
            half = "a mean over the samples is taken where the sum is wanted"
        mistakes = {
            "the factor 1/N is missing": 2 * value,
            half: value / 2,
            "the sign is turned around": -value,
        }
        if name in leaks:
            mistakes[
                "the slope of ReLU is missing: an error passed through units that were off"
            ] = leaks[name]
        if name in ("db3", "dW3"):
            picked = np.eye(3)[HAND_LABELS] / 2
            without = picked.sum(axis=0) if name == "db3" else HAND_CACHE["a2"].T @ picked
            mistakes["the true classes are not subtracted: P instead of P - Y"] = value + without
        if name == "dW2":
            mistakes["the input of layer 2 is a1, not z1"] = HAND_CACHE["z1"].T @ dz2
        if name == "dW3":
            mistakes["the input of layer 3 is a2, not z2"] = HAND_CACHE["z2"].T @ HAND_DZ3
        expect_close(plain[name], value, task, f"{name} with reg = 0", mistakes=mistakes)
    _expect_unchanged_inputs(model, cache, task)

    result = call(task, backward_pass, model, cache, HAND_LABELS.copy(), 0.5)
    _expect_keys(result, wanted, task, "the result")
    for name, value in wanted.items():
        penalty = 0.5 * HAND_MODEL[name[1:]]
        if name.startswith("db"):
            mistakes = {"the bias is regularized; only weights are": value + penalty}
            expect_close(result[name], value, task, f"{name} with reg = 0.5", mistakes=mistakes)
            continue
        mistakes = {
            "the gradient of the L2 term is missing": value,
            "the gradient of the L2 term is twice too large": value + 2 * penalty,
            "the gradient of the L2 term is divided by N": value + penalty / 2,
            "the gradient of the L2 term has the wrong sign": value - penalty,
        }
        expect_close(
            result[name], value + penalty, task, f"{name} with reg = 0.5", mistakes=mistakes
        )
    _expect_unchanged_inputs(model, cache, task)
    passed(task, "six gradients; now look at the gradient check below")


def _is_half(gradient: Any, wanted: NDArray) -> bool:
    """Tell a 1/N too many at the output (then weights are halved, too) from a mean for a bias."""
    array = np.asarray(gradient)
    return array.shape == wanted.shape and bool(np.allclose(array, wanted / 2))


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
    rng = np.random.default_rng(3)
    first, second = (np.concatenate(_batches(minibatches, 100, 10, rng, task)) for _ in range(2))
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
    before = _copy({**model, **grads})
    result = call(task, sgd_update, model, grads, 0.1)
    for name, array in {**model, **grads}.items():
        expect_unchanged(before[name], array, task, name)
    _expect_keys(result, model, task, "the new model")
    for name, wanted, uphill in (
        ("W1", [[0.0, 4.0]], [[2.0, 0.0]]),
        ("b1", [2.6], [3.4]),
    ):
        mistakes = {
            "the step goes with the gradient, uphill; subtract it": uphill,
            "the learning rate is not used": before[name] - before[f"d{name}"],
            "it is not updated": before[name],
        }
        expect_close(result[name], wanted, task, f"{name} after one step", mistakes=mistakes)

    for epoch, rate in ((0, 0.8), (1, 0.4), (3, 0.1)):
        mistakes = {
            "epoch 0 already decays; the first epoch has the full rate": rate / 2,
            "that is 1/t annealing; here the rate decays exponentially": 0.8 / (1 + 0.5 * epoch),
            "decay is multiplied by the epoch and not raised to its power": 0.8 * 0.5 * epoch,
        }
        what = f"annealed(0.8, 0.5, {epoch})"
        expect_close(call(task, annealed, 0.8, 0.5, epoch), rate, task, what, mistakes=mistakes)
    passed(task, "update and annealing")


def predict(predict: Function) -> None:
    """Check the classes of three samples of the hand-made network."""
    task = "predict"
    model = _copy(HAND_MODEL)
    x = np.concatenate([HAND_CACHE["x"], [[0.0, 0.0]]])  # logits of the third: -ln 2, 0, -ln 2
    result = as_array(call(task, predict, model, x), task, "predict(model, x)")
    if result.shape == (3, 3):
        fail(task, "predict returns one number per class; one class per sample is wanted.")
    expect_close(
        result,
        [2, 0, 1],
        task,
        "predict(model, x)",
        mistakes={
            "argmax runs over the samples (axis 0); it should run over the classes": [1, 2, 0],
            "argmax of the logits runs over the samples, not over the classes": [1, 0, 0],
            "these are the highest probabilities, not their classes": [0.5, 0.55, 0.5],
            "classes count from 0": [3, 1, 2],
        },
    )
    expect(result.dtype.kind in "iu", task, f"classes are integers, not {result.dtype}.")
    passed(task)


def build_model(build_model: Function) -> None:
    """Check start, seed and learning on three clouds of points; order and L2 on inputs of 0."""
    task = "build_model"
    _check_start(build_model, task)
    rng = np.random.default_rng(47)
    y = np.arange(90) % 3
    x = np.array([[2.0, 0.0], [-2.0, 0.0], [0.0, 3.0]])[y] + rng.normal(0, 0.5, (90, 2))
    settings = {"hidden_sizes": (32, 16), "epochs": 15, "batch_size": 16, "seed": 3}
    before = x.copy()
    history: list[tuple[int, Arrays]] = []
    model = call(
        task,
        build_model,
        x,
        y,
        **settings,
        on_epoch=lambda epoch, model: history.append((int(epoch), _copy(model))),
    )
    expect_unchanged(before, x, task, "x")
    shapes = {"W1": (2, 32), "b1": (32,), "W2": (32, 16), "b2": (16,), "W3": (16, 3), "b3": (3,)}
    _expect_model(model, shapes, task)
    epochs = [epoch for epoch, _ in history]
    expect(
        epochs == list(range(15)),
        task,
        f"on_epoch was called {len(epochs)} times with epoch = {epochs[:3]}…; it should be called "
        "after each of the 15 epochs, with 0, 1, 2 and so on.",
    )
    again = call(task, build_model, x, y, **settings)
    for name in shapes:
        expect(
            np.array_equal(model[name], again[name]),
            task,
            f"the same seed gives another {name} the second time. All randomness must come from "
            "rng = np.random.default_rng(seed), also that of minibatches and he.",
        )
    short = call(task, build_model, x, y, **{**settings, "epochs": 1})
    expect(
        any(not np.array_equal(model[name], short[name]) for name in shapes),
        task,
        "after 15 epochs the model is the same as after 1. Is the result of sgd_update assigned?",
    )
    expect(
        all(np.array_equal(history[-1][1][name], model[name]) for name in shapes),
        task,
        "on_epoch gets another model than the one that is returned. Call it when an epoch has "
        "ended, not before it begins, with the model of that moment.",
    )
    other = call(task, build_model, x, y, **{**settings, "seed": 4})
    expect(not np.array_equal(model["W1"], other["W1"]), task, "the seed has no effect on W1.")
    a = np.maximum(np.maximum(x @ model["W1"] + model["b1"], 0) @ model["W2"] + model["b2"], 0)
    score = float(((a @ model["W3"] + model["b3"]).argmax(axis=1) == y).mean())
    expect(
        score > 0.8,
        task,
        f"after 15 epochs only {score:.0%} of the points of three clouds far from each other are "
        "classified right. Do the labels of a batch belong to its samples?",
    )
    _check_order(build_model, task)
    half = call(task, build_model, x.astype(np.float32), y, **{**settings, "epochs": 1})
    if as_array(half["W1"], task, "W1").dtype != np.float32:
        start = call(task, build_model, x.astype(np.float32), y, **{**settings, "epochs": 0})
        print(
            "A tip: for x in float32 your weights become float64, which trains half as fast. "
            + (
                "They start as float32, so look at relu_derivative: np.where(z > 0, 1.0, 0.0) is "
                "float64 for any z; its result should have the dtype of z."
                if np.asarray(start["W1"]).dtype == np.float32
                else "Convert them, when they are made, with .astype(x.dtype)."
            )
        )
    _check_training_on_zeros(build_model, task)
    passed(task, "start, seed, learning, batches, annealing, L2 on the weights only")


def _expect_model(model: Any, shapes: Mapping[str, tuple[int, ...]], task: str) -> None:
    """Fail unless `model` has finite arrays of these shapes."""
    _expect_keys(model, shapes, task, "the model")
    for name, shape in shapes.items():
        expect_finite(expect_shape(model[name], shape, task, name), task, name)


def _check_start(build_model: Function, task: str) -> None:
    """Look at the model of 0 epochs: weights by he, each with numbers of its own, and biases 0."""
    x, y = np.zeros((12, 60)), np.arange(12) % 6
    settings: dict[str, Any] = {"hidden_sizes": (50, 40), "epochs": 0, "batch_size": 4, "seed": 5}
    model = call(task, build_model, x, y, **settings)
    sizes = (60, 50, 40, 6)
    shapes: dict[str, tuple[int, ...]] = {}
    for layer in (1, 2, 3):
        shapes |= {f"W{layer}": (sizes[layer - 1], sizes[layer]), f"b{layer}": (sizes[layer],)}
    _expect_model(model, shapes, task)
    for name, (fan_in, *_) in shapes.items():
        array = np.asarray(model[name])
        if name.startswith("b"):
            expect(not array.any(), task, f"{name} does not start at 0, as a bias should.")
            continue
        expect(
            np.ptp(array) > 0,
            task,
            f"at the start all weights of {name} are equal, so all units do the same. "
            "Initialize them with he.",
        )
        ratio = float(array.std() / np.sqrt(2 / fan_in))
        expect(
            0.8 < ratio < 1.2,
            task,
            f"at the start the standard deviation of {name} is {ratio:.2f} times that of he.",
        )
    first, second, third = (np.asarray(model[name]).ravel() for name in ("W1", "W2", "W3"))
    for name, one, two in (("W2", first, second), ("W3", second, third)):
        count = min(one.size, two.size)
        same = np.corrcoef(one[:count], two[:count])[0, 1] > 0.99
        expect(
            not same,
            task,
            f"{name} starts with the same random numbers as the layer before, only scaled. "
            "Give he the generator rng; the number seed starts the same stream again.",
        )


def _check_order(build_model: Function, task: str) -> None:
    """See that the epochs shuffle anew, from which sample makes up the last batch of one.

    With inputs of 0 only b3 learns. 17 samples, each of a class of its own, make batches of 16 and
    1; the class of the sample in the small batch is the one whose bias rises most in an epoch.
    """
    x, y = np.zeros((17, 3)), np.arange(17)
    settings: dict[str, Any] = {"hidden_sizes": (4, 4), "epochs": 6, "batch_size": 16, "seed": 2}
    settings |= {"learning_rate": 0.01, "decay": 1.0, "reg": 0.0}
    biases = [np.zeros(17)]
    call(
        task,
        build_model,
        x,
        y,
        **settings,
        on_epoch=lambda epoch, model: biases.append(np.array(model["b3"], np.float64)),
    )
    last = {int(np.argmax(step)) for step in np.diff(biases, axis=0)}
    expect(
        len(last) > 1,
        task,
        "every epoch has the same batches. Give minibatches the generator rng, which continues "
        "its stream, and not the number seed; and call it anew in every epoch.",
    )


def _check_training_on_zeros(build_model: Function, task: str) -> None:
    """Train on inputs of 0, where two things are known exactly.

    Only the output bias can learn there, and it learns how frequent the classes are. The weights
    of layer 1 get no error: each step only shrinks them, by a factor of 1 - learning rate * reg.
    """
    x, y = np.zeros((20, 4)), np.repeat([0, 1], [15, 5])
    settings: dict[str, Any] = {"hidden_sizes": (5, 4), "seed": 6}
    settings |= {"epochs": 300, "batch_size": 20, "learning_rate": 1.0, "decay": 1.0}
    bias = as_array(call(task, build_model, x, y, reg=0.3, **settings)["b3"], task, "b3")
    odds = float(bias[0] - bias[1])
    what = "trained on inputs of 0 with 15 labels 0 and 5 labels 1"
    if abs(odds - np.log(3)) > 0.01:
        cause = "The bias looks regularized." if 0.05 < odds < 1.0 else "Is the bias trained?"
        fail(task, f"{what}, b3 does not learn that class 0 is three times as frequent. {cause}")

    settings |= {"epochs": 3, "batch_size": 8, "learning_rate": 0.5, "decay": 0.6}
    start = as_array(call(task, build_model, x, y, reg=0.0, **settings)["W1"], task, "W1")
    shrunk = call(task, build_model, x, y, reg=0.2, **settings)["W1"]
    rates = [0.5, 0.3, 0.18]  # three batches in each of three epochs
    factor = float(np.prod([(1 - 0.2 * rate) ** 3 for rate in rates]))
    guesses = {
        "reg has no effect": 1.0,
        "the learning rate is not annealed": (1 - 0.2 * 0.5) ** 9,
        "the learning rate is annealed twice: annealed(...) starts from the first rate, so "
        "keep learning_rate as it was given": float(
            np.prod([(1 - 0.2 * rate) ** 3 for rate in (0.5, 0.3, 0.108)])
        ),
        "annealing begins one epoch too early": float(
            np.prod([(1 - 0.2 * 0.6 * rate) ** 3 for rate in rates])
        ),
        "the learning rate decays after every batch, not after every epoch": float(
            np.prod([1 - 0.2 * 0.5 * 0.6**step for step in range(9)])
        ),
        "the last, smaller batch is left out": float(
            np.prod([(1 - 0.2 * rate) ** 2 for rate in rates])
        ),
        "there is only one step in each epoch": float(np.prod([1 - 0.2 * rate for rate in rates])),
        "W1 changes by 2 * reg * W1 instead of reg * W1": float(
            np.prod([(1 - 0.4 * rate) ** 3 for rate in rates])
        ),
    }
    mistakes = {sentence: start * guess for sentence, guess in guesses.items()}
    what = "W1, trained on inputs of 0 with reg = 0.2 for 3 epochs of 3 batches,"
    expect_close(shrunk, start * factor, task, what, rtol=1e-6, mistakes=mistakes)


def _expect_gate(answer: Function, truth: NDArray[np.bool_], task: str, gate: str) -> None:
    """Fail unless `answer` maps points (n, 2) to the truth (4,) at the corners and close by."""
    right = answer(CORNERS) == truth
    if not right.any():
        fail(task, f"{gate} is wrong at every corner: all signs are turned around.")
    if not right.all():
        corner = tuple(int(value) for value in CORNERS[np.argmin(right)])
        answered = int(answer(CORNERS)[np.argmin(right)])
        fail(task, f"{gate}: for the input {corner} the answer is {answered}. See the truth table.")
    for nudge in NUDGES:
        right = answer(CORNERS + nudge) == truth
        if not right.all():
            corner = tuple(int(value) for value in CORNERS[np.argmin(right)])
            near = tuple(round(float(value), 1) for value in CORNERS[np.argmin(right)] + nudge)
            fail(
                task,
                f"{gate} is right at the corners, but the margin is too small: the answer changes "
                f"between {corner} and {near}. Move the line away from the corners.",
            )


def _values(result: Any, count: int, task: str, name: str, wanted: str) -> list[Any]:
    """Return the `count` values of a tuple or list, or fail saying what to return."""
    expect(result is not None, task, f"{name} returns None. Does it end with a return statement?")
    if not isinstance(result, tuple | list) or len(result) != count:
        size = len(result) if isinstance(result, tuple | list) else 1
        fail(task, f"{name} returns {size} value(s); it should return {wanted}.")
    return list(result)


def _number(value: Any, task: str, what: str) -> float:
    """Return a number, also from an array of one element."""
    array = as_array(value, task, what)
    expect(array.size == 1, task, f"{what} should be one number, but has shape {array.shape}.")
    return float(array.item())


def _loss_and_gradient(
    function: Function, W: NDArray, x: NDArray, y: NDArray, reg: float, task: str
) -> tuple[float, NDArray]:
    """Call `softmax_regression`, check the form of its result and that W and x are kept."""
    before = W.copy(), x.copy()
    result = call(task, function, W, x, y, reg)
    loss, gradient = _values(result, 2, task, "softmax_regression", "loss, dW")
    expect_unchanged(before[0], W, task, "W")
    expect_unchanged(before[1], x, task, "x")
    gradient = expect_finite(expect_shape(gradient, W.shape, task, "dW"), task, "dW")
    return _number(loss, task, "the loss"), gradient


def _loss_only(
    function: Function, W: NDArray, x: NDArray, y: NDArray, reg: float, task: str
) -> float:
    return float(call(task, function, W, x, y, reg)[0])


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


def _expect_keys(result: Any, wanted: Iterable[str], task: str, what: str) -> None:
    """Fail unless `result` is a dict with the `wanted` keys."""
    expect(result is not None, task, f"{what} is None. Does the function end with a return?")
    if not isinstance(result, Mapping):
        fail(task, f"{what} should be a dict, but is a {type(result).__name__}.")
    missing = [name for name in wanted if name not in result]
    expect(not missing, task, f"{what} has no entry {', '.join(repr(name) for name in missing)}.")


def _expect_unchanged_inputs(model: Arrays, cache: Arrays, task: str) -> None:
    for name, array in HAND_MODEL.items():
        expect_unchanged(array, model[name], task, f"model['{name}']")
    for name, array in HAND_CACHE.items():
        expect_unchanged(array, cache[name], task, f"cache['{name}']")


def _copy(arrays: Mapping[str, NDArray]) -> dict[str, NDArray]:
    return {name: array.copy() for name, array in arrays.items()}
