"""The checks of section 6 of notebook 1-2, first half: the network, its loss and its gradient."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from utils.checks.activations import relu, relu_derivative
from utils.checks.common import (
    CheckFailed,
    as_array,
    call,
    expect,
    expect_array,
    expect_close,
    expect_unchanged,
    fail,
    passed,
)
from utils.checks.losses import cross_entropy, softmax
from utils.checks.pieces import Arrays, Function, Piece, builds_on, copied, expect_keys

REG = 1e-4
"""The default of calculate_loss, set near the top of the notebook."""

CLOSE: Any = {"rtol": 5e-5, "atol": 2e-5}
"""How close a result must be: what a right piece may be off by, in float32, adds up."""

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


def two_layer_forward(
    forward_pass: Function,
    own_relu: Function | None = None,
    own_softmax: Function | None = None,
) -> None:
    """Check every entry of the cache, in the order of computation, on the hand-made network."""
    task = "two_layer_forward"
    pieces: dict[str, Piece] = {
        "relu": (relu, (own_relu,)),
        "softmax": (softmax, (own_softmax,)),
    }
    with builds_on(task, **pieces):
        model, x = copied(HAND_MODEL), HAND_CACHE["x"].copy()
        cache = call(task, forward_pass, model, x)
        expect_keys(cache, HAND_CACHE, task, "the cache")
        no_bias = "the bias of this layer is not added"
        mistakes: dict[str, dict[str, Any]] = {
            "z1": {
                no_bias: HAND_CACHE["z1"] - HAND_MODEL["b1"],
                "z1 is already cut off at 0; keep the value before ReLU (does it work in place?)": (
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
            array = expect_array(cache[name], task, f"cache['{name}']")
            expect_close(array, wanted, task, name, **CLOSE, mistakes=mistakes.get(name))
        for name, array in HAND_MODEL.items():
            expect_unchanged(array, model[name], task, f"model['{name}']")
        single = call(task, forward_pass, model, x[:1])
        for name, wanted in HAND_CACHE.items():
            expect_close(single[name], wanted[:1], task, f"{name} of a single sample", **CLOSE)
        passed(task, "all seven entries of the cache")


def two_layer_loss(
    calculate_loss: Function,
    own_forward_pass: Function | None = None,
    own_cross_entropy: Function | None = None,
) -> None:
    """Check the loss of a network whose output depends on its last bias alone."""
    task = "two_layer_loss"
    pieces: dict[str, Piece] = {
        "forward_pass": (two_layer_forward, (own_forward_pass,)),
        "cross_entropy": (cross_entropy, (own_cross_entropy,)),
    }
    with builds_on(task, **pieces):
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
        before = copied(model)
        try:
            result = call(task, calculate_loss, model, x, y, 0.0)
        except CheckFailed as error:
            if "784" in str(error):  # the number of pixels, where this model has 4 inputs
                fail(
                    task,
                    "calculate_loss(model, x, y, reg) must use x and y, not the training data.",
                )
            raise
        mistakes = {"the sum is not divided by N": 4 * data_loss}
        what = "the loss with reg = 0"
        expect_close(result, data_loss, task, what, rtol=2e-4, atol=1e-4, mistakes=mistakes)
        expect_close(
            call(task, calculate_loss, model, x, y, 0.1),
            data_loss + 0.05 * weights,
            task,
            "the loss with reg = 0.1",
            rtol=2e-4,
            atol=1e-4,
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

        # A network of zeros knows nothing: its loss on the letters is ln 10, whatever the images.
        sizes = {"W1": (784, 3), "b1": (3,), "W2": (3, 2), "b2": (2,), "W3": (2, 10), "b3": (10,)}
        blank = {name: np.zeros(shape, np.float32) for name, shape in sizes.items()}
        result = call(task, calculate_loss, blank)
        what = "calculate_loss(model), the loss on the training data, of a network of zeros"
        expect_close(result, np.log(10), task, what, rtol=2e-4, atol=1e-4)
        blank["W2"] += 40  # layer 1 is off, so the only change is 6 * 40**2 squares in the L2 term
        mistakes = {"without the argument reg the L2 term is missing; then reg is REG": np.log(10)}
        what = "calculate_loss(model) of a network with nothing but W2"
        wanted = np.log(10) + REG / 2 * 6 * 40**2
        expect_close(
            call(task, calculate_loss, blank),
            wanted,
            task,
            what,
            rtol=2e-4,
            atol=1e-4,
            mistakes=mistakes,
        )
        passed(task, "data loss and L2 term")


def two_layer_backward(
    backward_pass: Function,
    own_relu_derivative: Function | None = None,
) -> None:
    """Check all six gradients of the hand-made network, from the last layer to the first."""
    task = "two_layer_backward"
    pieces: dict[str, Piece] = {
        "relu_derivative": (relu_derivative, (own_relu_derivative,)),
    }
    with builds_on(task, **pieces):
        # Worked by hand: the error at layer 2 is dZ3 @ W3.T, where unit 1 is off for the first
        # sample; that at layer 1 is dZ2 @ W2.T, where unit 2 is off for both and unit 0 for the
        # second.
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

        model, cache = copied(HAND_MODEL), copied(HAND_CACHE)
        plain = call(task, backward_pass, model, cache, HAND_LABELS.copy(), 0.0)
        expect_keys(plain, wanted, task, "the result")
        for name, value in wanted.items():
            half = "the factor 1/N is there twice"
            if name.startswith("db") and not _is_half(
                plain[f"dW{name[2]}"], wanted[f"dW{name[2]}"]
            ):
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
                mistakes["the true classes are not subtracted: P instead of P - Y"] = (
                    value + without
                )
            if name == "dW2":
                mistakes["the input of layer 2 is a1, not z1"] = HAND_CACHE["z1"].T @ dz2
            if name == "dW3":
                mistakes["the input of layer 3 is a2, not z2"] = HAND_CACHE["z2"].T @ HAND_DZ3
            what = f"{name} with reg = 0"
            array = expect_array(plain[name], task, f"the gradient {name}")
            expect_close(array, value, task, what, **CLOSE, mistakes=mistakes)
        _expect_unchanged_inputs(model, cache, task)

        result = call(task, backward_pass, model, cache, HAND_LABELS.copy(), 0.5)
        expect_keys(result, wanted, task, "the result")
        for name, value in wanted.items():
            penalty = 0.5 * HAND_MODEL[name[1:]]
            if name.startswith("db"):
                mistakes = {"the bias is regularized; only weights are": value + penalty}
                what = f"{name} with reg = 0.5"
                expect_close(result[name], value, task, what, **CLOSE, mistakes=mistakes)
                continue
            mistakes = {
                "the gradient of the L2 term is missing": value,
                "the gradient of the L2 term is twice too large": value + 2 * penalty,
                "the gradient of the L2 term is divided by N": value + penalty / 2,
                "the gradient of the L2 term has the wrong sign": value - penalty,
            }
            wanted_now, what = value + penalty, f"{name} with reg = 0.5"
            expect_close(result[name], wanted_now, task, what, **CLOSE, mistakes=mistakes)
        _expect_unchanged_inputs(model, cache, task)
        passed(task, "six gradients; now look at the gradient check below")


def _is_half(gradient: Any, wanted: NDArray) -> bool:
    """Tell a 1/N too many at the output (then weights are halved, too) from a mean for a bias."""
    array = np.asarray(gradient)
    return array.shape == wanted.shape and bool(np.allclose(array, wanted / 2))


def predict(
    predict: Function,
    own_forward_pass: Function | None = None,
) -> None:
    """Check the classes of three samples of the hand-made network."""
    task = "predict"
    pieces: dict[str, Piece] = {
        "forward_pass": (two_layer_forward, (own_forward_pass,)),
    }
    with builds_on(task, **pieces):
        model = copied(HAND_MODEL)
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


def _expect_unchanged_inputs(model: Arrays, cache: Arrays, task: str) -> None:
    for name, array in HAND_MODEL.items():
        expect_unchanged(array, model[name], task, f"model['{name}']")
    for name, array in HAND_CACHE.items():
        expect_unchanged(array, cache[name], task, f"cache['{name}']")
