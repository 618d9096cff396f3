"""Visible checks of Problem 3 in part 3: the deep network, early stopping, one experiment.

Each public function is named like its task and takes your function. Read them when a message
puzzles you: they show how your function is called, and with what.
"""

import itertools
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from utils.checkpoints import CheckpointError, load_weights
from utils.checks.common import (
    as_array,
    expect,
    expect_close,
    expect_finite,
    expect_unchanged,
    fail,
    passed,
    running,
)
from utils.checks.pytorch import scratch_file

# ---------------------------------------------------------------------- the network


def deep_network(function: Callable[..., Any]) -> None:
    """`deep_network(sizes)` with four layers and with two: shapes, start values, output."""
    task = "deep_network"
    torch.manual_seed(41)
    expect_he_network(function, (200, 150, 120, 100, 10), task)
    expect_he_network(function, (120, 80, 4), task)
    passed(task, "shapes, He initialization and output")


def expect_he_network(function: Callable[..., Any], sizes: tuple[int, ...], task: str) -> None:
    """Fail `task` unless `function(sizes)` is a ReLU network with He's start values.

    Parameters are known by their shapes; where neighbouring sizes are equal, any order of the
    equal layers will do.
    """
    with running(task):
        model, other = function(sizes), function(sizes)
    expect(
        isinstance(model, nn.Module),
        task,
        f"deep_network returned {type(model).__name__}, expected a torch.nn.Module."
        + (" Does it end with a return statement?" if model is None else ""),
    )
    names = _names_by_shape(dict(model.named_parameters()), sizes, task)
    state = {name: as_array(value, task, name).copy() for name, value in model.state_dict().items()}
    others = {name: as_array(value, task, name) for name, value in other.state_dict().items()}
    for shape, alike in names.items():
        for name in alike:
            if len(shape) == 1:
                expect(not state[name].any(), task, f"{name} should start as zeros.")
                continue
            same = [earlier for earlier in alike if np.array_equal(state[name], others[earlier])]
            expect(
                not same,
                task,
                f"two networks start with the same {name}. Draw new numbers in each call, and "
                "leave the seed to the caller.",
            )
            same = [e for e in alike if e != name and np.array_equal(state[name], state[e])]
            expect(
                not same,
                task,
                f"{name} starts with the same numbers as {(same or [''])[0]}. Draw new ones for "
                "each layer.",
            )
            expect_he(state[name], task, name)
    _expect_relu_between(model, names, sizes, task)


def _names_by_shape(
    parameters: dict[str, Any], sizes: tuple[int, ...], task: str
) -> dict[tuple[int, ...], list[str]]:
    """Return the names of the parameters by their shapes; fail if the shapes do not fit `sizes`."""
    names: dict[tuple[int, ...], list[str]] = {}
    for name, p in parameters.items():
        names.setdefault(tuple(p.shape), []).append(name)
    layers = len(sizes) - 1
    matrices = sum(p.ndim == 2 for p in parameters.values())
    expect(
        matrices == layers,
        task,
        f"the network for {len(sizes)} sizes has {matrices} weight matrices, expected one between "
        f"each size and the next, which makes {layers}."
        + (" Layers of equal size must not be the same object." if matrices < layers else ""),
    )
    for inputs, outputs in pairwise(sizes):
        for shape in ((outputs, inputs), (outputs,)):
            kind = "weight" if len(shape) == 2 else "bias"
            expect(
                shape in names,
                task,
                f"no {kind} has the shape {shape} of the layer from {inputs} to {outputs} units; "
                f"there are {', '.join(map(str, sorted(names)))}.",
            )
    expect(
        len(parameters) == 2 * layers,
        task,
        f"the network has {len(parameters)} parameters, expected a weight and a bias for each "
        f"layer, which makes {2 * layers}.",
    )
    shapes: list[tuple[int, ...]] = [(outputs, inputs) for inputs, outputs in pairwise(sizes)]
    shapes += [(outputs,) for outputs in sizes[1:]]
    for wanted_shape in shapes:
        found, wanted = len(names[wanted_shape]), shapes.count(wanted_shape)
        expect(
            found == wanted,
            task,
            f"{found} parameters have the shape {wanted_shape}, expected {wanted}.",
        )
    return names


def expect_he(weight: NDArray[Any], task: str, what: str) -> None:
    """Fail `task` unless `weight` (out, in) looks drawn with mean 0 and variance 2 / in."""
    values = expect_finite(weight, task, what)
    outputs, inputs = values.shape
    wanted = (2 / inputs) ** 0.5
    mean, spread = float(values.mean()), float(values.std())
    chance = 5 / (2 * values.size) ** 0.5  # five standard errors of a standard deviation
    expect(
        abs(mean) < 5 * wanted / values.size**0.5,
        task,
        f"{what} should have the mean 0; yours is {mean:.3g}.",
    )
    if abs(spread / wanted - 1) < chance:
        return
    mistakes = {
        "the start that nn.Linear gives itself": (1 / (3 * inputs)) ** 0.5,
        "a variance of 1 / in, which suits linear and tanh units; ReLU lets half through": (
            1 / inputs
        )
        ** 0.5,
        "Xavier's (Glorot and Bengio 2010), which suits tanh": (2 / (inputs + outputs)) ** 0.5,
        "the variance taken for the standard deviation, which is its square root": 2 / inputs,
        "the number of outputs taken for the number of inputs": (2 / outputs) ** 0.5,
        "a bound on uniform numbers taken for their standard deviation": (2 / (3 * inputs)) ** 0.5,
        "the standard normal distribution, unscaled": 1.0,
    }
    nearest = min(mistakes, key=lambda name: abs(np.log(spread / mistakes[name])))
    alike = abs(spread / mistakes[nearest] - 1) < max(0.05, chance)
    fail(
        task,
        f"{what} of shape {values.shape} starts with a standard deviation of {spread:.4f}, which "
        "is not He's." + (f" It looks like {nearest}." if alike else ""),
    )


def _expect_relu_between(
    model: Any, names: dict[tuple[int, ...], list[str]], sizes: tuple[int, ...], task: str
) -> None:
    """Fail `task` unless the output is that of linear layers with ReLU between them."""
    state = {name: value.clone() for name, value in model.state_dict().items()}
    for shape, alike in names.items():
        for number, name in enumerate(alike if len(shape) == 1 else []):  # biases that can be seen
            state[name] = torch.linspace(-1, 1 + number, shape[0])
    arrays = {name: value.numpy().astype(np.float64) for name, value in state.items()}
    x = torch.randn(9, sizes[0])
    orders = [_layers(arrays, chosen, sizes) for chosen in _orders(names)]
    wanted = [_forward(layers, x.numpy()) for layers in orders]
    with running(task), torch.no_grad():
        model.load_state_dict({name: value.clone() for name, value in state.items()})
        output = model(x.clone())
        again = model(x.clone())
    expect(
        np.array_equal(as_array(output, task, "the output"), as_array(again, task, "the output")),
        task,
        "two calls on the same images differ; leave dropout out, so that the settings compare.",
    )
    found = as_array(output, task, "the output")
    fits = [
        found.shape == right.shape and np.allclose(found, right, 1e-3, 1e-3) for right in wanted
    ]
    chosen = fits.index(True) if any(fits) else 0
    layers, logits = orders[chosen], wanted[chosen]
    shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
    mistakes = {
        "ReLU also acts on the output, so that no logit is negative": np.maximum(logits, 0),
        "there is no ReLU, so that all layers together are a single linear one": _forward(
            layers, x.numpy(), relu=False
        ),
        "softmax acts on the output; cross-entropy has it inside": shifted
        / shifted.sum(axis=1, keepdims=True),
        "ReLU is missing after the first layer": _forward(layers, x.numpy(), skip=0),
        "ReLU is missing before the last layer": _forward(layers, x.numpy(), skip=len(layers) - 2),
    }
    expect_close(
        output, logits, task, "the output for given parameters", rtol=1e-3, atol=1e-3,
        mistakes=mistakes,
    )  # fmt: skip


def _orders(names: dict[tuple[int, ...], list[str]]) -> Iterator[dict[tuple[int, ...], list[str]]]:
    """Yield the orders in which parameters of equal shape may stand in the network, at most 100."""
    choices = itertools.product(*(itertools.permutations(alike) for alike in names.values()))
    for chosen in itertools.islice(choices, 100):
        yield {shape: list(order) for shape, order in zip(names, chosen, strict=True)}


def _layers(
    arrays: dict[str, NDArray[Any]], names: dict[tuple[int, ...], list[str]], sizes: tuple[int, ...]
) -> list[tuple[NDArray[Any], NDArray[Any]]]:
    """Return the weight and the bias of each layer, from the first to the last."""
    left = {shape: iter(alike) for shape, alike in names.items()}
    return [
        (arrays[next(left[outputs, inputs])], arrays[next(left[(outputs,)])])
        for inputs, outputs in pairwise(sizes)
    ]


def _forward(
    layers: Sequence[tuple[NDArray[Any], NDArray[Any]]],
    x: NDArray[Any],
    relu: bool = True,
    skip: int | None = None,
) -> NDArray[Any]:
    """Logits (n, out) of a ReLU network in NumPy; `skip` is the layer whose ReLU is left out."""
    h = x.astype(np.float64)
    for i, (weight, bias) in enumerate(layers):
        h = h @ weight.T + bias
        if relu and i < len(layers) - 1 and i != skip:
            h = np.maximum(h, 0)
    return h


# ------------------------------------------------------------------- early stopping

_TIE = "an accuracy that equals the best so far counts as better; only a higher one does"
_ZERO = "epochs are counted from 0; the first one is epoch 1"
_PREVIOUS = "accuracies are compared with the epoch before instead of the best so far"
_NOT_IN_A_ROW = "all epochs without a new best are counted, not those since the best one"
_LATE = "it stops one epoch too late"
_EARLY = "it stops one epoch too early"
_LAST = "the best epoch is always the latest one"
_WINDOW = (
    "the newest accuracy is compared with that of a fixed number of epochs before; training waits "
    "for the patience since the best epoch"
)
_EXACTLY = "a wait since the best epoch that is longer than the patience does not stop the training"

_CURVES: tuple[tuple[list[float], int, int, bool, dict[tuple[int, bool], str]], ...] = (
    ([0.5], 2, 1, False, {(0, False): _ZERO}),
    ([0.0], 2, 1, False, {(0, False): "the first epoch is the best so far, whatever it reached"}),
    ([0.5, 0.6, 0.6], 2, 2, False, {(3, False): _TIE, (1, False): _ZERO, (2, True): _EARLY}),
    ([0.5, 0.7, 0.6], 1, 2, True, {(2, False): _LATE, (3, False): _LAST}),
    ([0.5, 0.6, 0.6, 0.55], 2, 2, True, {(3, False): _TIE, (2, False): _LATE, (4, True): _LAST}),
    ([0.5, 0.7, 0.6, 0.65], 2, 2, True, {(4, False): _PREVIOUS, (2, False): _PREVIOUS}),
    ([0.6, 0.5, 0.7, 0.65], 2, 3, False, {(3, True): _NOT_IN_A_ROW}),
    ([0.6, 0.8, 0.7, 0.7], 3, 2, False, {(2, True): _EARLY}),
    ([0.6, 0.8, 0.7, 0.75, 0.7], 3, 2, True, {(2, False): _PREVIOUS}),
    ([0.3, 0.4, 0.5, 0.6], 1, 4, False, {}),
    ([0.6, 0.5, 0.6], 2, 1, True, {(3, True): _TIE, (1, False): _WINDOW}),
    ([0.6, 0.7, 0.5], 2, 2, False, {(2, True): _WINDOW}),
    ([0.9, 0.5, 0.6, 0.7], 2, 1, True, {(1, False): _EXACTLY}),
)
"""Accuracies, patience, the best epoch, whether to stop, and what some mistakes answer."""


def early_stopping(function: Callable[..., Any]) -> None:
    """`early_stopping(accuracies, patience)` on hand-made curves of one to five epochs."""
    task = "early_stopping"
    for accuracies, patience, best_epoch, stop, mistakes in _CURVES:
        expect_stopping(function, accuracies, patience, (best_epoch, stop), task, mistakes)
    passed(task, f"{len(_CURVES)} curves")


def expect_stopping(
    function: Callable[..., Any],
    accuracies: list[float],
    patience: int,
    wanted: tuple[int, bool],
    task: str,
    mistakes: dict[tuple[int, bool], str] | None = None,
) -> None:
    """Fail `task` unless `function(accuracies, patience)` is `wanted`: (best epoch, stop)."""
    handed_over = list(accuracies)
    with running(task):
        returned = function(handed_over, patience)
    expect_unchanged(accuracies, handed_over, task, "accuracies")
    expect(
        isinstance(returned, (tuple, list)) and len(returned) == 2,
        task,
        f"return the pair (best_epoch, stop); yours is {_kind(returned)}.",
    )
    best_epoch, stop = (as_array(value, task, "what you return") for value in returned)
    expect(
        best_epoch.shape == stop.shape == () and stop.dtype == bool,
        task,
        "best_epoch should be a whole number and stop True or False; yours are "
        f"{_kind(returned[0])} and {_kind(returned[1])}"
        + (". They are swapped." if best_epoch.dtype == bool != stop.dtype else "."),
    )
    expect(
        best_epoch == np.floor(best_epoch),
        task,
        "best_epoch is no whole number. Return the epoch's number, not its accuracy.",
    )
    answer = (int(best_epoch), bool(stop))
    if answer == wanted:
        return
    what = "stop" if answer[0] == wanted[0] else "best_epoch"
    shown = [f"{accuracy:.4g}" for accuracy in accuracies]
    shown = shown if len(shown) <= 15 else [*shown[:5], "...", *shown[-2:]]
    listed = f"[{', '.join(shown)}]"
    text = f"{what} is wrong for the accuracies {listed} and patience {patience}."
    if mistake := (mistakes or {}).get(answer):
        text += f" It looks like this mistake: {mistake}."
    fail(task, text)


def _kind(value: Any) -> str:
    return "None (is there a return statement?)" if value is None else type(value).__name__


# ------------------------------------------------------------------- one experiment


_EPOCH_SECONDS = 0.01
"""How long an epoch of scripted training takes at least, and its validation."""


class EpochCounter(nn.Module):
    """Stands for a network: `scripted_train` makes its parameter and buffer count the epochs."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(3, 2))
        self.register_buffer("epochs", torch.zeros((), dtype=torch.int64))
        self.trained = 0

    def forward(self, x: Tensor) -> Tensor:
        return x @ self.weight


def scripted_train(model: EpochCounter) -> float:
    """Stand for an epoch of training: count it in every parameter and buffer."""
    model.trained += 1
    time.sleep(_EPOCH_SECONDS)
    with torch.no_grad():
        for value in model.state_dict().values():
            value += 1
    return 1.0


def scripted_validate(model: EpochCounter, accuracies: Sequence[float]) -> float:
    """Stand for a validation: the accuracy that the script has for the model's epoch."""
    epoch = int(model.state_dict()["epochs"])
    return accuracies[epoch - 1] if 0 < epoch <= len(accuracies) else 0.0


def scripted_stopping(
    curve: Sequence[float], answers: Sequence[tuple[int, bool]]
) -> tuple[int, bool]:
    """Stand for `early_stopping`: the answer that the script has for this number of epochs."""
    if not isinstance(curve, (list, tuple)):
        raise TypeError("stopping takes the list of the accuracies of all epochs so far")
    return answers[min(len(curve), len(answers)) - 1] if curve else (0, False)


def run_experiment(function: Callable[..., Any]) -> None:
    """`run_experiment(...)` with functions that follow a script: stopped early, and run to the end.

    Nothing is trained. The scripted model counts its epochs, so its state tells which one it is.
    """
    task = "run_experiment"
    yet, stop = False, True
    answers = ((1, yet), (2, yet), (2, yet), (2, stop), (5, yet))
    expect_experiment(function, (0.5, 0.75, 0.7, 0.75, 0.9), answers, 10, task)
    expect_experiment(function, (0.2, 0.4, 0.6), ((1, yet), (2, yet), (3, yet)), 3, task)
    expect_experiment(function, (0.6, 0.4, 0.5), ((1, yet), (1, yet), (1, yet)), 3, task)
    passed(task, "epochs, row of the report, saved and restored state")


def expect_experiment(
    function: Callable[..., Any],
    accuracies: tuple[float, ...],
    answers: tuple[tuple[int, bool], ...],
    epochs: int,
    task: str,
) -> None:
    """Fail `task` unless `function` follows the script to its end, keeps and restores the best."""
    ended = next((i for i, (_, stop) in enumerate(answers, start=1) if stop), epochs)
    best_epoch = answers[ended - 1][0]
    curve = accuracies[:ended]
    model = EpochCounter()
    validated = 0

    def validate(model: EpochCounter) -> float:
        nonlocal validated
        validated += 1
        time.sleep(_EPOCH_SECONDS)
        return scripted_validate(model, accuracies)

    stopping = partial(scripted_stopping, answers=answers)
    with scratch_file("check_experiment.pt") as path:
        start = time.perf_counter()
        with running(task):
            row = function(model, scripted_train, validate, stopping, epochs, path)
        elapsed = time.perf_counter() - start
        expect_row(row, curve, best_epoch, elapsed, task)
        _expect_calls({"train": model.trained, "validate": validated}, ended, task)
        saved = _epoch_in_file(path, task)
    when = {ended: "last", 0: "untrained"}
    if saved != best_epoch:
        fail(
            task,
            f"the file holds the {when.get(saved, 'wrong')} state, not that of the best epoch. "
            "Write it whenever the newest epoch is the best so far. A state_dict() that is kept "
            "without a copy changes with the model.",
        )
    counted = int(as_array(model.state_dict()["epochs"], task, "the model's state"))
    expect(
        counted == best_epoch,
        task,
        f"the model was left with the {when.get(counted, 'wrong')} state. At the end, load the "
        "state of the best epoch back into it.",
    )


def _expect_calls(calls: Mapping[str, int], ended: int, task: str) -> None:
    """Fail `task` unless it was trained and validated once in each of the `ended` epochs."""
    for name, count in calls.items():
        expect(
            count == ended,
            task,
            f"{name} was called {count} times in {ended} epochs, and should be called once "
            "in each: a call costs as much as an epoch, and training again changes the model.",
        )


def expect_row(
    row: Any, curve: tuple[float, ...], best_epoch: int, elapsed: float, task: str
) -> None:
    """Fail `task` unless `row` is the report's row for this validation curve."""
    keys = {"curve", "best_epoch", "accuracy", "seconds"}
    expect(
        isinstance(row, dict), task, f"return the dictionary of the report; yours is {_kind(row)}."
    )
    expect(
        keys <= set(row),
        task,
        f"the dictionary has the keys {sorted(map(str, row))}; {sorted(keys)} must be there.",
    )
    values = as_array(row["curve"], task, "the curve")
    hint = ""
    if values.ndim == 1 and len(values) > len(curve):
        hint = " Training goes on after it should end: see what `stopping` said, and `epochs`."
    elif values.ndim == 1 and len(values) < len(curve):
        hint = " Training ends too early, or an epoch's accuracy was not appended."
    expect(
        values.shape == (len(curve),),
        task,
        f"the curve has the shape {values.shape}: it should hold one accuracy per epoch.{hint}",
    )
    shifted = np.array([0.0, *curve[:-1]])
    expect_close(
        values, curve, task, "the curve",
        mistakes={"each epoch is validated before it is trained": shifted},
    )  # fmt: skip
    expect_close(
        row["best_epoch"], best_epoch, task, "best_epoch",
        mistakes={
            "the number of epochs that were run": len(curve),
            "epochs are counted from 0; the first one is epoch 1": best_epoch - 1,
        },
    )  # fmt: skip
    expect_close(
        row["accuracy"], curve[best_epoch - 1], task, "accuracy",
        mistakes={
            "the accuracy of the last epoch instead of the best": curve[-1],
            "the accuracy of the epoch after the best": (*curve, curve[-1])[best_epoch],
            "in percent; keep the fraction": 100 * curve[best_epoch - 1],
        },
    )  # fmt: skip
    seconds = expect_finite(row["seconds"], task, "seconds")
    expect(
        seconds.shape == () and 2 * _EPOCH_SECONDS * len(curve) <= seconds <= elapsed + 0.1,
        task,
        "seconds is not the time that the experiment took, from the first epoch to the end. "
        "Subtract the time before from the time after, with one clock that does not stand still "
        "while the processor waits: time.perf_counter().",
    )


def _epoch_in_file(path: Path, task: str) -> int:
    """Return which epoch of an `EpochCounter` the file holds, or fail `task`."""
    try:
        weights = load_weights(path)
    except CheckpointError as error:
        fail(task, str(error))
    expect(
        set(weights) == {"weight", "epochs"},
        task,
        f"the file holds {sorted(weights)}, not all that the model's state_dict() has: parameters "
        "and buffers.",
    )
    return int(weights["epochs"])
