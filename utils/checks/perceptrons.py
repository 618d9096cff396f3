"""The checks of section 1 of notebook 1-2: perceptrons, at the corners and close to them."""

from functools import partial

import numpy as np
from numpy.typing import NDArray

from utils.checks.common import as_array, call, expect_finite, expect_shape, fail, passed
from utils.checks.pieces import Function, number, values

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
        w, b = values(call(task, function), 2, task, name, "w, b")
        w = expect_finite(expect_shape(w, (2,), task, f"w of {name}"), task, f"w of {name}")
        b = number(b, task, f"b of {name}")
        _expect_gate(partial(_above, w=w, b=b), truth, task, gate)
    passed(task, "both gates, with a margin")


def _above(points: NDArray, w: NDArray, b: float) -> NDArray[np.bool_]:
    """Return which of points (n, 2) a perceptron with w (2,) and b answers with 1."""
    return np.asarray(points @ w + b > 0)


def xor_two_layer(xor_weights: Function) -> None:
    """Check XOR at the corners of the truth table and 0.1 away from them."""
    task = "xor_two_layer"
    W1, b1, w2, b2 = values(call(task, xor_weights), 4, task, "xor_weights", "W1, b1, w2, b2")
    hidden = as_array(b1, task, "b1").size
    W1 = expect_finite(expect_shape(W1, (2, hidden), task, "W1"), task, "W1")
    b1 = expect_finite(expect_shape(b1, (hidden,), task, "b1"), task, "b1")
    w2 = expect_finite(expect_shape(w2, (hidden,), task, "w2"), task, "w2")
    b2 = number(b2, task, "b2")

    def answer(points: NDArray, W: NDArray = W1) -> NDArray:
        return np.where(points @ W + b1 > 0, 1, 0) @ w2 + b2 > 0

    truth = CORNERS.sum(axis=1) == 1
    if hidden == 2 and (answer(CORNERS) != truth).any() and (answer(CORNERS, W1.T) == truth).all():
        fail(task, "it would be XOR with W1 transposed: column j holds the weights of unit j.")
    _expect_gate(answer, truth, task, "XOR")
    passed(task, f"XOR with {hidden} hidden units")


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
