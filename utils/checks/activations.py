"""The checks of section 2 of notebook 1-2: activations and their derivatives."""

import warnings
from typing import Any

import numpy as np

from utils.checks.common import (
    call,
    expect_array,
    expect_close,
    expect_shape,
    expect_unchanged,
    fail,
    passed,
)
from utils.checks.optional import optional
from utils.checks.pieces import Function


def activations(
    sigmoid: Function,
    sigmoid_derivative: Function,
    tanh: Function,
    tanh_derivative: Function,
    relu: Function,
    relu_derivative: Function,
) -> None:
    """Check known values and slopes, then z = -1000 and 1000."""
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
        result = expect_array(call(task, function, z), task, name)
        expect_close(result, wanted, task, name, atol=1e-6, mistakes=mistakes)
        expect_unchanged(before, z, task, f"z of {name}")

    # At logarithms the slopes are fractions.
    z = np.array([[-ln3, 0.0], [ln2, ln3]])
    w = np.array([[-ln2, 0.0], [ln2, ln3]])
    v = np.array([[-2.0, -0.7], [0.3, 1.1]])
    for name, derivative, at, slopes, mistakes in (
        ("sigmoid_derivative", sigmoid_derivative, z, [[3 / 16, 1 / 4], [2 / 9, 3 / 16]], {
            "z * (1 - z) takes z for the activation; the slope belongs to the input z": z * (1 - z),
        }),
        ("tanh_derivative", tanh_derivative, w, [[16 / 25, 1], [16 / 25, 9 / 25]], {
            "1 - z ** 2 takes z for the activation; the slope belongs to the input z": 1 - w**2,
        }),
        ("relu_derivative", relu_derivative, v, [[0, 0], [1, 1]], {
            "that is ReLU itself": [[0, 0], [0.3, 1.1]],
        }),
    ):  # fmt: skip
        before = at.copy()
        actual = expect_array(call(task, derivative, at), task, f"{name}(z)")
        expect_close(actual, slopes, task, f"{name}(z)", atol=1e-6, mistakes=mistakes)
        expect_unchanged(before, at, task, f"z of {name}")
    for name, derivative, integers, rounded in (
        ("sigmoid_derivative", sigmoid_derivative, [0, 50], [0.25, 0]),
        ("tanh_derivative", tanh_derivative, [0, 1], [1, 0.4199743416140261]),
    ):
        mistakes = {"the result is stored as integers": np.trunc(rounded)}
        what = f"{name}, with integers in z,"
        result = call(task, derivative, np.array(integers))
        expect_close(result, rounded, task, what, atol=1e-6, mistakes=mistakes)
    expect_close(
        call(task, relu_derivative, np.array([0.0])),
        [0.0],
        task,
        "relu_derivative(0)",
        mistakes={"the derivative at exactly 0 is defined as 0 here": [1.0]},
    )

    overflows: list[str] = []
    for name, function, low, high in (
        ("sigmoid", sigmoid, 0, 1),
        ("tanh", tanh, -1, 1),
        ("sigmoid_derivative", sigmoid_derivative, 0, 0),
        ("tanh_derivative", tanh_derivative, 0, 0),
    ):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            result = call(task, function, np.array([-1000.0, 1000.0]))
        overflows += [name] if any("overflow" in str(warning.message) for warning in caught) else []
        values = expect_shape(result, (2,), task, f"{name} at -1000 and 1000")
        if np.isnan(values).any():
            fail(
                task,
                f"{name} is NaN at z = {-1000 if np.isnan(values[0]) else 1000}: there exp(1000) "
                "overflows to infinity, and infinity / infinity is NaN. See the hint.",
            )
        expect_close(values, [low, high], task, f"{name} at -1000 and 1000", atol=1e-6)
    if overflows:
        print(
            f"A tip, no points depend on it: in {overflows[0]} exp overflows at z = ±1000, on the "
            "way to a right result. The hint shows how to do without the warning."
        )
    passed(task, "values, derivatives, and z = ±1000")


def relu(relu: Function) -> None:
    """Check ReLU alone, for the tasks that build on it."""
    z = np.array([[-2.5, 0.0], [0.5, 3.0]])
    before = z.copy()
    expect_close(call("activations", relu, z), [[0, 0], [0.5, 3]], "activations", "relu(z)")
    expect_unchanged(before, z, "activations", "z of relu")


def relu_derivative(relu_derivative: Function) -> None:
    """Check the slope of ReLU alone, for the tasks that build on it."""
    z = np.array([[-2.5, 0.0], [0.5, 3.0]])
    before = z.copy()
    slope = call("activations", relu_derivative, z)
    expect_close(slope, [[0, 0], [1, 1]], "activations", "relu_derivative(z)")
    expect_unchanged(before, z, "activations", "z of relu_derivative")


def leaky_relu(leaky_relu: Function, leaky_relu_derivative: Function) -> None:
    """Check known values and slopes for two leaks; optional."""
    task = "leaky_relu"
    z = np.array([[-200.0, -3.0, -0.4, 0.0], [0.2, 0.5, 2.0, 1000.0]])
    with optional(task):
        for leak, low in ((0.01, [-2.0, -0.03, -0.004]), (0.25, [-50.0, -0.75, -0.1])):
            given = "" if leak == 0.01 else f", leak={leak}"
            keywords = {} if leak == 0.01 else {"leak": leak}
            before = z.copy()
            wanted = np.array([[*low, 0.0], [0.2, 0.5, 2.0, 1000.0]])
            mistakes: dict[str, Any] = {
                "negative values are cut off: that is ReLU": np.maximum(z, 0),
                "the leak is subtracted and not multiplied": np.where(z > 0, z, z - leak),
                "the argument leak is not used": np.where(z > 0, z, 0.01 * z),
                "the sign of negative values is lost": np.abs(wanted),
                "the positive values are multiplied too": leak * z,
                "the smaller of z and leak * z is taken": np.minimum(z, leak * z),
            }
            if leak == 0.01:
                del mistakes["the argument leak is not used"]
            result = call(task, leaky_relu, z, **keywords)
            expect_close(result, wanted, task, f"leaky_relu(z{given})", mistakes=mistakes)
            slopes = np.array([[leak] * 4, [1, 1, 1, 1]])
            mistakes = {
                "at exactly 0 the slope is defined as leak here": np.where(z >= 0, 1, leak),
                "the slope on the left is 0: that is ReLU": (z > 0) * 1.0,
                "the slope on the left is a number, not the value of the function": np.where(
                    z > 0, 1, leak * z
                ),
                "the slope on the left is negative": np.where(z > 0, 1, -leak),
                "the argument leak is not used": np.where(z > 0, 1, 0.01),
            }
            if leak == 0.01:
                del mistakes["the argument leak is not used"]
            result = call(task, leaky_relu_derivative, z, **keywords)
            what = f"leaky_relu_derivative(z{given})"
            expect_close(result, slopes, task, what, mistakes=mistakes)
            expect_unchanged(before, z, task, "z")
        passed(task, "values and slopes, for two leaks")


def elu(elu: Function, elu_derivative: Function) -> None:
    """Check values that are fractions (exp of logarithms) and z = -1000 and 1000; optional."""
    task = "elu"
    ln2 = np.log(2)
    z = np.array([[-ln2, -2 * ln2, 0.0], [0.5, 3.0, -4 * ln2]])
    with optional(task):
        for alpha in (1.0, 2.0):
            given = "" if alpha == 1 else f", alpha={alpha}"
            keywords = {} if alpha == 1 else {"alpha": alpha}
            before = z.copy()
            left = np.array([[-1 / 2, -3 / 4, 0], [0.5, 3, -15 / 16]])  # for alpha = 1
            wanted = np.where(z > 0, z, alpha * left)
            mistakes = {
                "the 1 is missing: exp(z) - 1 for z <= 0": np.where(z > 0, z, alpha * (left + 1)),
                "the 1 belongs into the brackets: alpha * (exp(z) - 1)": np.where(
                    z > 0, z, alpha * (left + 1) - 1
                ),
                "the argument alpha is not used": np.where(z > 0, z, left),
                "positive values go through exp, too": alpha * (np.exp(z) - 1),
                "negative values are cut off: that is ReLU": np.maximum(z, 0),
                "the sign of the left part is turned around": np.where(z > 0, z, -alpha * left),
            }
            if alpha == 1:
                del mistakes["the argument alpha is not used"]
                del mistakes["the 1 belongs into the brackets: alpha * (exp(z) - 1)"]
            result = call(task, elu, z, **keywords)
            expect_close(result, wanted, task, f"elu(z{given})", mistakes=mistakes)
            slopes = np.where(z > 0, 1, alpha * (left + 1))
            mistakes = {
                "the 1 doesn't depend on z, so it has no slope": np.where(z > 0, 1, alpha * left),
                "the argument alpha is not used": np.where(z > 0, 1, left + 1),
                "the slope on the left is 0: that is ReLU": (z > 0) * 1.0,
                "elu(z) + 1 is the slope only for alpha = 1": np.where(z > 0, 1, alpha * left + 1),
                "at exactly 0 the slope is defined as alpha here": np.where(
                    z >= 0, 1, alpha * (left + 1)
                ),
            }
            if alpha == 1:
                del mistakes["the argument alpha is not used"]
            what = f"elu_derivative(z{given})"
            result = call(task, elu_derivative, z, **keywords)
            expect_close(result, slopes, task, what, mistakes=mistakes)
            expect_unchanged(before, z, task, "z")
        for name, function, ends in (
            ("elu", elu, [-1.0, 1000.0]),
            ("elu_derivative", elu_derivative, [0.0, 1.0]),
        ):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                result = call(task, function, np.array([-1000.0, 1000.0]))
            if np.isnan(expect_shape(result, (2,), task, f"{name} at -1000 and 1000")).any():
                fail(
                    task,
                    f"{name} is NaN at z = 1000. There exp(z) is infinite, and infinity * 0 is "
                    "NaN: a sum of two masked parts can't forget it. Choose one of two values.",
                )
            expect_close(result, ends, task, f"{name} at -1000 and 1000")
        passed(task, "values, slopes, and z = ±1000")


def maxout(maxout: Function) -> None:
    """Check four samples, two units and three pieces worked by hand; optional."""
    task = "maxout"
    x = np.array([[1.0, 2.0], [-1.0, 0.0], [0.0, 1.0], [2.0, -1.0]])
    W = np.array([[[1.0, 0.0], [0.0, 1.0]], [[-1.0, 2.0], [0.0, 0.0]], [[0.0, 0.0], [1.0, -2.0]]])
    b = np.array([[0.0, -2.5], [0.5, -3.0], [-1.0, -2.0]])
    pieces = np.array(
        [
            [[1, -0.5], [-1, -2.5], [0, -1.5], [2, -3.5]],
            [[-0.5, -1], [1.5, -5], [0.5, -3], [-1.5, 1]],
            [[1, -6], [-1, -2], [0, -4], [-2, 0]],
        ]
    )
    with optional(task):
        before = x.copy(), W.copy(), b.copy()
        mistakes = {
            "the biases are added after the maximum, or not at all": (pieces - b[:, None]).max(0),
            "the pieces are added; the largest is wanted": pieces.sum(axis=0),
            "only the first piece is used": pieces[0],
            "negative results are cut off as by ReLU; maxout has no 0 of its own": np.maximum(
                pieces.max(axis=0), 0
            ),
            "that is the smallest piece": pieces.min(axis=0),
            "the mean over the pieces is taken; the largest is wanted": pieces.mean(axis=0),
        }
        result = call(task, maxout, x, W, b)
        shape = () if result is None else np.shape(result)
        if shape in ((3, 4, 2), (4, 3, 2)):
            fail(task, "there is one value for each piece; one for each unit is wanted, (N, H).")
        if shape in ((3, 4), (4, 3)):
            fail(task, "the maximum runs over the units of each piece and not over the pieces.")
        if shape == (3, 2):
            over = "the samples" if np.allclose(result, pieces.max(axis=1)) else "too many axes"
            fail(task, f"the maximum runs over {over} and not over the pieces alone.")
        wanted = np.array([[1.0, -0.5], [1.5, -2.0], [0.5, -1.5], [2.0, 1.0]])
        expect_close(result, wanted, task, "maxout(x, W, b)", mistakes=mistakes)
        for name, old, new in zip("xWb", before, (x, W, b), strict=True):
            expect_unchanged(old, new, task, name)
        rng = np.random.default_rng(48)
        x = rng.normal(size=(5, 3))
        W, b = rng.normal(size=(2, 3, 4)), rng.normal(size=(2, 4))
        W[1], b[1] = 0, 0
        result = call(task, maxout, x, W, b)
        what = "maxout with a second piece of zeros, which is ReLU"
        expect_close(result, np.clip(x @ W[0] + b[0], 0, None), task, what)
        W[1], b[1] = W[0], b[0] - 1.0
        shifted = call(task, maxout, x - 10.0, W, b)
        what = "maxout of two parallel pieces, which is the upper of them, also below 0"
        expect_close(shifted, (x - 10.0) @ W[0] + b[0], task, what)
        passed(task, "the largest of the pieces, unit by unit")
