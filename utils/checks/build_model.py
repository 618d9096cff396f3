"""The check of `build_model` in notebook 1-2: start, seed, learning, batches, annealing, L2."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from utils.checks.common import (
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
from utils.checks.network import two_layer_backward, two_layer_forward
from utils.checks.pieces import Arrays, Function, Piece, builds_on, copied, expect_keys
from utils.checks.training import he, minibatches, sgd


def build_model(
    build_model: Function,
    own_he: Function | None = None,
    own_minibatches: Function | None = None,
    own_annealed: Function | None = None,
    own_forward_pass: Function | None = None,
    own_backward_pass: Function | None = None,
    own_sgd_update: Function | None = None,
) -> None:
    """Check start, seed and learning on three clouds of points; order and L2 on inputs of 0."""
    task = "build_model"
    pieces: dict[str, Piece] = {
        "he": (he, (own_he,)),
        "minibatches": (minibatches, (own_minibatches,)),
        "forward_pass": (two_layer_forward, (own_forward_pass,)),
        "backward_pass": (two_layer_backward, (own_backward_pass,)),
        "sgd_update and annealed": (sgd, (own_sgd_update, own_annealed)),
    }
    with builds_on(task, **pieces):
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
            on_epoch=lambda epoch, model: history.append((int(epoch), copied(model))),
        )
        expect_unchanged(before, x, task, "x")
        shapes = {
            "W1": (2, 32),
            "b1": (32,),
            "W2": (32, 16),
            "b2": (16,),
            "W3": (16, 3),
            "b3": (3,),
        }
        _expect_model(model, shapes, task)
        epochs = [epoch for epoch, _ in history]
        expect(
            epochs == list(range(15)),
            task,
            f"on_epoch was called {len(epochs)} times with epoch = {epochs[:3]}…; it should be "
            "called after each of the 15 epochs, with 0, 1, 2 and so on.",
        )
        again = call(task, build_model, x, y, **settings)
        for name in shapes:
            expect(
                np.array_equal(model[name], again[name]),
                task,
                f"the same seed gives another {name} the second time. All randomness must come "
                "from rng = np.random.default_rng(seed), also that of minibatches and he.",
            )
        short = call(task, build_model, x, y, **{**settings, "epochs": 1})
        expect(
            any(not np.array_equal(model[name], short[name]) for name in shapes),
            task,
            "after 15 epochs the model is the same as after 1. Is the new model assigned?",
        )
        expect(
            all(np.array_equal(history[-1][1][name], model[name]) for name in shapes),
            task,
            "on_epoch gets another model than the one that is returned. Call it when an epoch has "
            "ended, not before it begins, with the model of that moment.",
        )
        other = call(task, build_model, x, y, **{**settings, "epochs": 1, "seed": 4})
        expect(not np.array_equal(short["W1"], other["W1"]), task, "the seed has no effect on W1.")
        a = np.maximum(np.maximum(x @ model["W1"] + model["b1"], 0) @ model["W2"] + model["b2"], 0)
        score = float(((a @ model["W3"] + model["b3"]).argmax(axis=1) == y).mean())
        expect(
            score > 0.8,
            task,
            f"after 15 epochs only {score:.0%} of the points of three clouds far from each other "
            "are classified right. Do the labels of a batch belong to its samples?",
        )
        _check_order(build_model, task)
        half = call(task, build_model, x.astype(np.float32), y, **{**settings, "epochs": 1})
        if as_array(half["W1"], task, "W1").dtype != np.float32:
            start = call(task, build_model, x.astype(np.float32), y, **{**settings, "epochs": 0})
            print(
                "A tip: for x in float32 your weights become float64, which trains half as fast. "
                + _where_float64_comes_from(start)
            )
        _check_training_on_zeros(build_model, task)
        passed(task, "start, seed, learning, batches, annealing, L2 on the weights only")


def _where_float64_comes_from(start: Arrays) -> str:
    """Return what to look at when float32 became float64; `start` is the untrained model."""
    wide = [name for name, array in start.items() if np.asarray(array).dtype != np.float32]
    if wide:
        return (
            f"{', '.join(wide)} start as another dtype than x; np.zeros and he make float64. "
            "Convert them when they are made."
        )
    return (
        "They all start as float32, so a float64 array comes in during training. Print the dtype "
        "of relu_derivative(z) for a z in float32 first, and then those of the gradients."
    )


def _expect_model(model: Any, shapes: Mapping[str, tuple[int, ...]], task: str) -> None:
    """Fail unless `model` has finite arrays of these shapes."""
    expect_keys(model, shapes, task, "the model")
    for name, shape in shapes.items():
        expect_finite(expect_shape(model[name], shape, task, name), task, name)


def _check_start(build_model: Function, task: str) -> None:
    """Look at the model of 0 epochs: weights by he, each with numbers of its own, and biases 0."""
    x, y = np.zeros((12, 60)), np.arange(12) % 6
    settings: dict[str, Any] = {"hidden_sizes": (50, 40), "epochs": 0, "batch_size": 4, "seed": 5}
    calls: list[int] = []
    model = call(
        task, build_model, x, y, **settings, on_epoch=lambda epoch, model: calls.append(epoch)
    )
    expect(
        not calls,
        task,
        f"with epochs=0 on_epoch is called {len(calls)} times; no epoch should be run. Is the "
        "argument epochs used?",
    )
    sizes = (60, 50, 40, 6)
    shapes: dict[str, tuple[int, ...]] = {}
    for layer in (1, 2, 3):
        shapes |= {f"W{layer}": (sizes[layer - 1], sizes[layer]), f"b{layer}": (sizes[layer],)}
    _expect_model(model, shapes, task)
    for name, (fan_in, *_) in shapes.items():
        array = np.asarray(model[name])
        if name.startswith("b"):
            expect(
                not array.any(),
                task,
                f"with epochs=0, {name} does not start at 0, as a bias should.",
            )
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
    expect(
        not np.allclose(biases, 0, atol=1e-9),
        task,
        "each step seems to use all samples. Hand the passes those of the batch only, and their "
        "labels.",
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
    settings |= {"epochs": 60, "batch_size": 20, "learning_rate": 1.0, "decay": 1.0}
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
    expect_close(shrunk, start * factor, task, what, rtol=1e-3, atol=1e-4, mistakes=mistakes)
