"""Visible checks of part 3: what a right solution does, tried on small made-up data.

Each public function is named like its task and takes your object. Read them when a message
puzzles you: they show how your function is called, and with what.
"""

import copy
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

from utils.checkpoints import CheckpointError, find_checkpoint, load_run, load_weights
from utils.checks.common import (
    as_array,
    expect,
    expect_close,
    expect_finite,
    expect_shape,
    expect_unchanged,
    fail,
    passed,
    running,
)
from utils.checks.fully_connected import BATCH, expect_rows_independent, replay
from utils.checks.local_sharing import expect_nothing_shared
from utils.checks.recording import Recording, record
from utils.checks.remembered import scores, shares_nothing

MAX_PARAMETERS = 10_000_000


# ------------------------------------------------------------------------------ data


def letter_dataset(dataset_class: Any) -> None:
    """`LetterDataset(images, labels)`: its length, one item, and a batch made by a DataLoader."""
    task = "letter_dataset"
    rng = np.random.default_rng(31)
    images = rng.uniform(-0.5, 0.5, (5, 28, 28)).astype(np.float32)
    labels = np.array([3, 0, 9, 9, 1], dtype=np.int32)
    images_before, labels_before = images.copy(), labels.copy()
    with running(task):
        dataset = dataset_class(images, labels)
        length = len(dataset)
        item = dataset[1]
    expect(length == 5, task, f"len(dataset) is {length} for 5 images.")
    expect(
        isinstance(item, (tuple, list)) and len(item) == 2,
        task,
        "dataset[1] should be a pair (image, label).",
    )
    for index in range(5):
        with running(task):
            image, label = dataset[index]
        expect_letter(image, label, images[index], int(labels[index]), task, f"dataset[{index}]")
    with running(task):
        batches = list(DataLoader(dataset, batch_size=3))
    for batch, (batch_images, batch_labels) in enumerate(batches):
        size = (3, 2)[batch]
        expect_shape(batch_images, (size, 784), task, f"batch {batch} of images")
        expect_shape(batch_labels, (size,), task, f"batch {batch} of labels")
        expect_dtype(batch_labels, torch.int64, task, f"batch {batch} of labels")
    expect_unchanged(images_before, images, task, "images")
    expect_unchanged(labels_before, labels, task, "labels")
    expect_own_data(dataset_class, task)
    passed(task, "length, items and batches")


def expect_own_data(dataset_class: Any, task: str) -> None:
    """Fail `task` unless two datasets keep apart, and items that were read stay as they are."""
    rng = np.random.default_rng(32)
    pairs = [
        (rng.uniform(-0.5, 0.5, (n, 28, 28)).astype(np.float32), np.arange(n, dtype=np.int32))
        for n in (3, 1)
    ]
    with running(task):
        datasets = [dataset_class(images.copy(), labels.copy()) for images, labels in pairs]
        lengths = [len(dataset) for dataset in datasets]
        items = [
            [dataset[i] for i in range(n)] for dataset, n in zip(datasets, (3, 1), strict=True)
        ]
    expect(
        lengths == [3, 1],
        task,
        f"two datasets of 3 images and of 1 image say that they have {lengths}. What belongs to "
        "one dataset is kept in self, not in the class.",
    )
    for (images, labels), read in zip(pairs, items, strict=True):
        for i, (image, label) in enumerate(read):
            what = f"item {i} of a dataset with {len(images)} image(s), beside another dataset,"
            expect_letter(image, label, images[i], int(labels[i]), task, what)


def expect_letter(
    image: Any, label: Any, pixels: NDArray[np.float32], letter: int, task: str, what: str
) -> None:
    """Fail `task` unless `image`, `label` are `pixels` (28, 28) and `letter` as tensors."""
    expect(
        isinstance(image, Tensor),
        task,
        f"the image of {what} is a {type(image).__name__}, expected a torch tensor.",
    )
    expect_dtype(image, torch.float32, task, f"the image of {what}")
    mistakes = {
        "the image is transposed before it is flattened": pixels.T.reshape(784),
        "pixels are scaled again; they already lie in [-0.5, 0.5]": pixels.reshape(784) / 255,
    }
    expect_close(
        image, pixels.reshape(784), task, f"the image of {what}", rtol=1e-6, mistakes=mistakes
    )
    if not isinstance(label, int):  # a DataLoader makes int64 of Python's int
        expect_shape(label, (), task, f"the label of {what}")
        expect_dtype(label, torch.int64, task, f"the label of {what}")
    expect(int(label) == letter, task, f"the label of {what} belongs to another image.")


# ----------------------------------------------------------------------------- layer


def naive_linear(layer_class: Any) -> None:
    """`NaiveLinear(in, out)`: parameters, start values, output and gradients beside nn.Linear."""
    task = "naive_linear"
    with running(task):
        layer = layer_class(6, 4)
        parameters = dict(layer.named_parameters())
    expect(
        not isinstance(layer, nn.Linear),
        task,
        "the class is derived from nn.Linear, which does the work. Derive it from nn.Module and "
        "write the parameters and the product yourself.",
    )
    expect_parameters(parameters, {"weight": (4, 6), "bias": (4,)}, task)

    torch.manual_seed(5)
    library = nn.Linear(6, 4)
    x = torch.randn(3, 6)
    desired = library(x)
    wanted = torch.autograd.grad(desired.square().sum(), [library.weight, library.bias])
    with running(task):
        layer.load_state_dict({n: p.detach().clone() for n, p in library.named_parameters()})
    with running(task):
        called = record(layer, x.clone())[0].functions
    expect(
        "linear" not in called,
        task,
        "your code calls linear. Write the product with W yourself.",
    )
    with running(task):
        output = layer(x.clone())
    mistakes = {
        "the bias is missing": (desired - library.bias).detach().numpy(),
        "the bias is subtracted": (desired - 2 * library.bias).detach().numpy(),
    }
    expect_close(output, desired.detach().numpy(), task, "the output", atol=1e-6, mistakes=mistakes)
    expect(
        getattr(output, "requires_grad", False),
        task,
        "the output is cut off from the parameters, so nothing would be learned. Compute with "
        "self.weight and self.bias themselves, not with .data, .detach() or NumPy.",
    )
    output.square().sum().backward()
    for name, right in zip(("weight", "bias"), wanted, strict=True):
        gradient = dict(layer.named_parameters())[name].grad
        expect(
            gradient is not None,
            task,
            f"{name} got no gradient, so it would never be trained. Compute with self.{name} "
            "itself, not with a copy of it, .data, .detach() or NumPy.",
        )
        expect_close(gradient, right.numpy(), task, f"the gradient of {name}", rtol=1e-4, atol=1e-5)

    torch.manual_seed(6)
    with running(task):
        start = dict(layer_class(300, 200).named_parameters())
    expect_standard_normal(start["weight"], task)
    expect(
        not np.any(as_array(start["bias"], task, "bias")),
        task,
        "the bias should start as zeros.",
    )
    passed(task, "same output and same gradients as nn.Linear, another start")


def expect_parameters(parameters: dict[str, Any], shapes: dict[str, tuple], task: str) -> None:
    """Fail `task` unless `parameters` has exactly the names and shapes of `shapes`."""
    for name, shape in shapes.items():
        expect(
            name in parameters,
            task,
            f"the layer has no parameter named {name} (it has: {', '.join(parameters) or 'none'}). "
            f"A plain tensor is not trained; assign nn.Parameter(...) to self.{name}.",
        )
        expect_shape(parameters[name], shape, task, name)
        expect_dtype(parameters[name], torch.float32, task, name)
    extra = sorted(set(parameters) - set(shapes))
    expect(not extra, task, f"the layer has parameters that nn.Linear has not: {extra}.")


def expect_standard_normal(weight: Any, task: str) -> None:
    """Fail `task` unless the (large) `weight` looks drawn from the standard normal distribution."""
    values = expect_finite(weight, task, "weight")
    mean, spread = float(values.mean()), float(values.std())
    inside = float((np.abs(values) < 1).mean())  # 68.3 % of a normal, 57.7 % of a uniform
    expect(
        abs(mean) < 0.05 and abs(spread - 1) < 0.05 and abs(inside - 0.683) < 0.03,
        task,
        f"weight should start from torch.randn: mean 0, standard deviation 1. Yours has mean "
        f"{mean:.2f} and standard deviation {spread:.2f}"
        + (", but is not normally distributed." if abs(mean) < 0.05 > abs(spread - 1) else "."),
    )


# -------------------------------------------------------------------------- training


class ModeProbe(nn.Module):
    """A linear layer that notes, at each call, its mode and whether gradients are recorded."""

    def __init__(self, in_features: int, out_features: int) -> None:
        super().__init__()
        self.linear = nn.Linear(in_features, out_features)
        self.modes: list[bool] = []
        self.gradients: list[bool] = []

    def forward(self, x: Tensor) -> Tensor:
        self.modes.append(self.training)
        logits: Tensor = self.linear(x)
        self.gradients.append(logits.requires_grad)
        return logits


def train_epoch(function: Callable[..., Any]) -> None:
    """`train_epoch(model, loader, optimizer)` on 10 samples in batches of 4, 4 and 2."""
    task = "train_epoch"
    rate = 0.5
    torch.manual_seed(7)
    x, labels = torch.randn(10, 6), torch.randint(0, 3, (10,))
    model = ModeProbe(6, 3).eval()
    start = [p.detach().numpy().copy() for p in model.parameters()]
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    with running(task):
        loss = function(model, DataLoader(TensorDataset(x, labels), batch_size=4), optimizer)

    calls = len(model.modes)
    expect(calls == 3, task, f"the model was called {calls} times for the loader's 3 batches.")
    expect(all(model.modes), task, "the model was not in training mode. Call model.train() first.")
    once = _softmax_regression(start, x.numpy(), labels.numpy(), 4, rate)
    kept = _softmax_regression(start, x.numpy(), labels.numpy(), 4, rate, keep_gradients=True)
    ascended = _softmax_regression(start, x.numpy(), labels.numpy(), 4, -rate)
    summed = _softmax_regression(start, x.numpy(), labels.numpy(), 4, rate, summed=True)
    twice = _softmax_regression(start, x.numpy(), labels.numpy(), 4, rate, softmax_twice=True)
    for i, name in enumerate(("weight", "bias")):
        mistakes = {
            "gradients add up over the batches, because they are not set to zero before "
            "backward()": kept[i],
            "the parameters never move; call optimizer.step() after backward()": start[i],
            "the loss is raised instead of lowered": ascended[i],
            "the steps follow the sum of the batch's losses instead of their mean": summed[i],
            "softmax is applied before the cross-entropy, which has it inside; give the logits "
            "to F.cross_entropy": twice[i],
        }
        after = list(model.parameters())[i]
        expect_close(
            after, once[i], task, f"the {name} after one epoch", rtol=1e-4, atol=1e-5,
            mistakes=mistakes,
        )  # fmt: skip
    expect_mean_loss(loss, once[2], [4, 4, 2], task)
    expect_mode_sensitive_layers_train(function, task)
    passed(task, "mode, updates and mean loss")


def expect_mean_loss(loss: Any, batch_means: list[float], sizes: list[int], task: str) -> None:
    """Fail `task` unless `loss` is the mean over all samples, given the means of the batches."""
    expect(
        not getattr(loss, "requires_grad", False),
        task,
        "the returned loss still carries its graph, which keeps every batch in memory. "
        "Add up loss.item() instead of the tensor.",
    )
    weighted = float(np.average(batch_means, weights=sizes))
    mistakes = {
        "the mean of the batches' means, though the last batch is smaller": np.mean(batch_means),
        "the sum over the batches": np.sum(batch_means),
        "the sum over the samples, not divided by their number": weighted * sum(sizes),
        "the loss of the last batch only": batch_means[-1],
        "divided by the number of samples, without weighing each batch by its size": np.sum(
            batch_means
        )
        / sum(sizes),
    }
    expect_close(loss, weighted, task, "the mean loss", rtol=1e-4, mistakes=mistakes)


def expect_mode_sensitive_layers_train(function: Callable[..., Any], task: str) -> None:
    """Fail `task` unless a batch norm inside the model sees training mode."""
    torch.manual_seed(8)
    model = nn.Sequential(nn.BatchNorm1d(4), nn.Linear(4, 3)).eval()
    loader = DataLoader(TensorDataset(torch.randn(8, 4) + 2, torch.randint(0, 3, (8,))), 4)
    with running(task):
        function(model, loader, torch.optim.SGD(model.parameters(), lr=0.1))
    seen = int(model[0].num_batches_tracked)  # type: ignore[arg-type]
    expect(seen == 2, task, f"batch normalization saw {seen} of 2 batches in training mode.")


def _softmax_regression(
    start: list[NDArray[Any]],
    x: NDArray[Any],
    labels: NDArray[Any],
    batch: int,
    rate: float,
    keep_gradients: bool = False,
    summed: bool = False,
    softmax_twice: bool = False,
) -> tuple[NDArray[Any], NDArray[Any], list[float]]:
    """Weight, bias and the batches' mean losses after one epoch of SGD, in plain NumPy.

    The switches are mistakes: gradients that add up, the gradient of the sum, softmax twice.
    """
    W, b = (array.astype(np.float64) for array in start)
    dW, db = np.zeros_like(W), np.zeros_like(b)
    losses = []
    for i in range(0, len(x), batch):
        xb, yb = x[i : i + batch], labels[i : i + batch]
        logits = xb @ W.T + b
        p = _softmax(logits)
        losses.append(float(-np.log(p[np.arange(len(xb)), yb]).mean()))
        error = p - np.eye(len(b))[yb]
        if softmax_twice:  # the chain rule through p, whose softmax the loss then sees
            through = _softmax(p) - np.eye(len(b))[yb]
            error = p * (through - (through * p).sum(axis=1, keepdims=True))
        if not summed:
            error = error / len(xb)
        dW = error.T @ xb + (dW if keep_gradients else 0)
        db = error.sum(axis=0) + (db if keep_gradients else 0)
        W, b = W - rate * dW, b - rate * db
    return W, b, losses


def _softmax(logits: NDArray[Any]) -> NDArray[Any]:
    """Softmax of each row, of the shape of `logits` (n, k)."""
    p = np.exp(logits - logits.max(axis=1, keepdims=True))
    return p / p.sum(axis=1, keepdims=True)


def evaluate(function: Callable[..., Any]) -> None:
    """`evaluate(model, loader)` on 10 samples in batches of 4, 4 and 2, of which 7 are right."""
    task = "evaluate"
    labels = torch.tensor([0, 1, 2, 0, 1, 2, 0, 1, 2, 0])
    right = [3, 2, 2]  # of 4, 4 and 2
    predictions = labels.clone()
    predictions[[1, 4, 7]] += 1
    predictions %= 3
    torch.manual_seed(9)
    model = ModeProbe(3, 3).train()
    with torch.no_grad():
        model.linear.weight.copy_(torch.eye(3))
        model.linear.bias.zero_()
    before = [p.detach().numpy().copy() for p in model.parameters()]
    x = nn.functional.one_hot(predictions, 3) + 0.3 * torch.rand(10, 3)
    with running(task):
        accuracy = function(model, DataLoader(TensorDataset(x, labels), batch_size=4))

    calls = len(model.modes)
    expect(calls == 3, task, f"the model was called {calls} times for the loader's 3 batches.")
    expect(
        not any(model.modes),
        task,
        "the model was in training mode, so that dropout would drop units. Call model.eval() "
        "first.",
    )
    expect_accuracy(accuracy, right, [4, 4, 2], task)
    for old, new in zip(before, model.parameters(), strict=True):
        expect(
            np.array_equal(old, new.detach().numpy()),
            task,
            "the parameters have changed; an evaluation only looks.",
        )
    expect(
        not any(model.gradients),
        task,
        "the graph for backward() was recorded, which costs time and memory for nothing. Work "
        "inside `with torch.no_grad():`.",
    )
    expect_gradients_on(task)
    passed(task, "mode, no gradients, every sample counted once")


def expect_gradients_on(task: str) -> None:
    """Fail `task` if the function that was called has left gradients switched off."""
    expect(
        gradients_on(),
        task,
        "gradients are still switched off after the function has returned, so that nothing can be "
        "trained any more. `with torch.no_grad():` switches them on again where it ends.",
    )


def gradients_on() -> bool:
    """Return whether gradients are recorded where your functions run; they are from now on."""
    on = torch.is_grad_enabled()
    torch.set_grad_enabled(True)
    return on


def expect_accuracy(accuracy: Any, right: list[int], sizes: list[int], task: str) -> None:
    """Fail `task` unless `accuracy` is sum(right) / sum(sizes)."""
    share = sum(right) / sum(sizes)
    mistakes = {
        "the mean of the batches' accuracies, though the last batch is smaller": np.mean(
            np.divide(right, sizes)
        ),
        "in percent; return a fraction between 0 and 1": 100 * share,
        "the number of right answers, not divided by the number of samples": sum(right),
        "the error rate instead of the accuracy": 1 - share,
        "divided by the number of batches": sum(right) / len(sizes),
        "the accuracy of the last batch only": right[-1] / sizes[-1],
    }
    expect_close(accuracy, share, task, "the accuracy", rtol=1e-5, mistakes=mistakes)


# ----------------------------------------------------------------------- checkpoints


def save_checkpoint(function: Callable[..., Any]) -> None:
    """`save_checkpoint(path, model, optimizer, epoch, best)`: what the file holds afterwards."""
    task = "save_checkpoint"
    model, optimizer = trained_pair(12)
    with scratch_file("check_save.pt") as path:
        with running(task):
            function(path, model, optimizer, 3, 0.875)
        # a better epoch comes: the file is written again
        expect_saved(function, path, model, optimizer, 4, 0.9, task, earlier=(3, 0.875))
    passed(task, "state dicts, epoch and best, in a file that loads safely")


def expect_saved(
    function: Callable[..., Any],
    path: Path,
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    epoch: int,
    best: float,
    task: str,
    earlier: tuple[int, float] | None = None,
) -> None:
    """Fail `task` unless `function` writes the state of both, and leaves them as they are.

    `earlier` are the epoch and the best value of the file that it should replace.
    """
    parameters, state = copy.deepcopy(model.state_dict()), copy.deepcopy(optimizer.state_dict())
    with running(task):
        function(path, model, optimizer, epoch, best)
    content = read_checkpoint(path, task)
    expect_same_state(content["model"], parameters, task, "the model's state")
    saved = content["optimizer"]
    expect(
        isinstance(saved, dict)
        and set(saved) == {"state", "param_groups"}
        and isinstance(saved["state"], dict),
        task,
        'the entry "optimizer" is not the optimizer\'s state_dict().',
    )
    for index, values in state["state"].items():
        expect_same_state(saved["state"].get(index), values, task, "the optimizer's state")
    expect(
        saved["param_groups"] == state["param_groups"],
        task,
        "the optimizer's settings (its param_groups) are not in the file as they are.",
    )
    found = (content["epoch"], content["best"])
    expect(found != earlier, task, "a second save to the same path did not replace the first one.")
    expect(found[0] == epoch, task, 'the entry "epoch" is not the epoch that was given.')
    expect(found[1] == best, task, 'the entry "best" is not the value that was given.')
    expect_same_state(model.state_dict(), parameters, task, "the model's state after saving it")


def load_checkpoint(function: Callable[..., Any]) -> None:
    """`load_checkpoint(path, model, optimizer)`: what the model, optimizer and caller get back."""
    task = "load_checkpoint"
    model, optimizer = trained_pair(13)
    other_model, other_optimizer = trained_pair(14)
    before = {name: value.clone() for name, value in other_model.state_dict().items()}
    content = {
        "model": model.state_dict(),
        "optimizer": optimizer.state_dict(),
        "epoch": 5,
        "best": 0.75,
    }
    with scratch_file("check_load.pt") as path:
        torch.save(content, path)
        with running(task):
            returned = function(path, other_model, other_optimizer)
        expect_epoch_and_best(returned, 5, 0.75, task)
        expect(
            not all(torch.equal(other_model.state_dict()[name], before[name]) for name in before),
            task,
            "the model that was given still holds its old values. Giving the name `model` a new "
            "value inside the function does not fill the caller's model.",
        )
        expect_same_state(other_model.state_dict(), model.state_dict(), task, "the model's state")
        expect_same_step(model, optimizer, other_model, other_optimizer, task)
        expect_refuses_objects(function, path, task)
    passed(task, "model, optimizer, epoch and best are back, and unsafe files are refused")


def trained_pair(seed: int) -> tuple[nn.Module, torch.optim.Optimizer]:
    """A small model and its Adam, both after two steps on made-up data."""
    torch.manual_seed(seed)
    model = nn.Sequential(nn.Linear(5, 4), nn.BatchNorm1d(4), nn.ReLU(), nn.Linear(4, 3))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(2):
        optimizer.zero_grad()
        model(torch.randn(6, 5)).square().mean().backward()
        optimizer.step()
    return model, optimizer


@contextmanager
def scratch_file(name: str) -> Iterator[Path]:
    """A path in model_checkpoints/ for the length of a check; the file is removed afterwards."""
    path = Path("model_checkpoints") / name
    path.parent.mkdir(exist_ok=True)
    path.unlink(missing_ok=True)
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def read_checkpoint(path: Path, task: str) -> dict[str, Any]:
    """Return the dictionary in the file that the student's function wrote, or fail `task`."""
    expect(path.exists(), task, f"nothing was written to the given path ({path}).")
    try:
        content = load_run(path)
    except CheckpointError as error:
        fail(task, str(error))
    keys = {"model", "optimizer", "epoch", "best"}
    expect(isinstance(content, dict), task, "the file should hold one dictionary.")
    expect(
        keys <= set(content),
        task,
        f"the dictionary has the keys {sorted(map(str, content))}, expected {sorted(keys)} (more "
        "may be there).",
    )
    return dict(content)


def expect_same_state(actual: Any, wanted: dict[str, Any], task: str, what: str) -> None:
    """Fail `task` unless the two dictionaries of tensors are the same."""
    expect(
        isinstance(actual, Mapping) and set(actual) == set(wanted),
        task,
        f"{what} is incomplete or something else; it should be what state_dict() returns.",
    )
    for name, value in wanted.items():
        expect(
            np.array_equal(as_array(actual[name], task, what), as_array(value, task, what)),
            task,
            f"{what} differs in {name}.",
        )


def expect_epoch_and_best(returned: Any, epoch: int, best: float, task: str) -> None:
    """Fail `task` unless `returned` is the pair (epoch, best)."""
    expect(
        isinstance(returned, (tuple, list)) and len(returned) == 2,
        task,
        "return the pair (epoch, best) that was saved.",
    )
    expect(
        tuple(returned) == (epoch, best),
        task,
        "the returned (epoch, best) are not the saved ones"
        + (" (they are swapped)." if tuple(returned) == (best, epoch) else "."),
    )


def expect_same_step(
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    other_model: nn.Module,
    other_optimizer: torch.optim.Optimizer,
    task: str,
) -> None:
    """Fail `task` unless both pairs take the same next step on the same batch."""
    torch.manual_seed(15)
    x = torch.randn(6, 5)
    for network, stepper in ((model, optimizer), (other_model, other_optimizer)):
        network.train()
        stepper.zero_grad()
        network(x).square().mean().backward()
        stepper.step()
    for old, new in zip(model.parameters(), other_model.parameters(), strict=True):
        expect(
            torch.allclose(old, new, atol=1e-7),
            task,
            "the next step differs from that of an uninterrupted run. Adam keeps running means in "
            "the optimizer's state: load it, too, into the optimizer that was given.",
        )


def expect_refuses_objects(function: Callable[..., Any], path: Path, task: str) -> None:
    """Fail `task` if a file that holds more than tensors and numbers is loaded without complaint.

    A Fraction stands for the harmful object here; it is harmless.
    """
    model, optimizer = trained_pair(16)
    content = {
        "model": model.state_dict(),
        "optimizer": optimizer.state_dict(),
        "epoch": 1,
        "best": Fraction(1, 2),
    }
    torch.save(content, path)
    try:
        function(path, model, optimizer)
    except Exception:  # any refusal will do
        return
    fail(
        task,
        "a checkpoint that holds arbitrary objects was loaded, which can run foreign code. "
        "Load with weights_only=True.",
    )


# ------------------------------------------------------------------------- problem 2


def make_model(function: Callable[[], Any]) -> None:
    """`make_model()`: input (n, 784), output (n, 10) logits, fully connected, not too large."""
    task = "make_model"
    model = expect_fully_connected(function, task)
    torch.manual_seed(17)
    x = torch.rand(7, 784) - 0.5
    with running(task), torch.no_grad():
        whole = expect_finite(model(x), task, "the output").copy()
        again = expect_finite(model(x), task, "the output")
        single = as_array(model(x[:1]), task, "the output of one image")
    expect(
        np.array_equal(whole, again),
        task,
        "in evaluation mode two calls on the same images differ. Use nn.Dropout, or "
        "F.dropout(..., training=self.training).",
    )
    expect(
        np.allclose(whole[:1], single, atol=1e-5),
        task,
        "the output of an image depends on the other images of its batch. Normalize or apply "
        "softmax along the last dimension only.",
    )
    # Logarithms of probabilities pass: the softmax inside cross-entropy leaves them as they are.
    expect(
        whole.min() < 0 or whole.max() > 1 or not np.allclose(whole.sum(axis=1), 1, atol=1e-4),
        task,
        "the output holds probabilities: each row lies between 0 and 1 and adds up to 1. "
        "Leave softmax out at the end, because cross-entropy takes logits.",
    )
    count = sum(p.numel() for p in model.parameters())
    passed(task, f"{count:,} parameters")


def expect_fully_connected(function: Callable[[], Any], task: str) -> Any:
    """Return the model, in evaluation mode, if it keeps the rules of Problem 2; or fail `task`."""
    model, recording = _recorded_network(function, task)
    expect_nothing_shared(recording, dict(model.state_dict()), task)
    return model


def _recorded_network(function: Callable[[], Any], task: str) -> tuple[Any, Recording]:
    """Return the model in evaluation mode and what it computes, which is fully connected.

    The rules are in `utils.checks.fully_connected`. The recorded operations are run again on other
    images, and must come to the same result as the model itself.
    """
    with running(task):
        model = function()
    expect(
        isinstance(model, nn.Module),
        task,
        "make_model() should return a torch.nn.Module"
        + (". Does it end with a return statement?" if model is None else "."),
    )
    count = sum(p.numel() for p in model.parameters())
    expect(
        0 < count <= MAX_PARAMETERS,
        task,
        f"the model has {count:,} parameters; between 1 and {MAX_PARAMETERS:,} are allowed.",
    )
    tensors = filter(torch.is_tensor, model.state_dict(keep_vars=True).values())
    stored = sum({id(value): value.numel() for value in tensors}.values())
    expect(
        stored <= MAX_PARAMETERS,
        task,
        f"the model has {stored:,} numbers in its state_dict(), buffers included; "
        f"{MAX_PARAMETERS:,} are allowed.",
    )
    model.eval()
    generator = torch.Generator().manual_seed(18)
    images = torch.rand(2, BATCH, 784, generator=generator) - 0.5
    with running(task), torch.no_grad():
        recording, output = record(model, images[0])
        expect_shape(output, (BATCH, 10), task, f"the output for {BATCH} images ({BATCH}, 784)")
        other = as_array(model(images[1]), task, "the output")
    state = dict(model.state_dict())
    replayed = replay(recording, state, images[1], task).numpy()
    expect(
        np.allclose(replayed, other, rtol=1e-3, atol=1e-4 * max(1.0, float(np.abs(other).max()))),
        task,
        "the network computes something else on other images. Its forward() should be made of "
        "operations of PyTorch only: no NumPy, no .item(), no decisions that depend on the images.",
    )
    expect_rows_independent(recording, state, images[1], task)
    return model, recording


def problem2(function: Callable[[], Any], images: Any, labels: Any, bar: float) -> "TrainedNetwork":
    """Your checkpoint in `make_model()`: does it reach the accuracy `bar` on your test set?

    The grade comes from letters of fonts that are in none of your sets, so a result within the
    sampling error of the bar passes here, with a word of caution. Returns the network with its
    checkpoint, for the letters that count.
    """
    task = "problem2"
    network = TrainedNetwork(function)
    accuracy = network.accuracy(images, labels)
    error = 2 * float(np.sqrt(bar * (1 - bar) / len(labels)))
    expect(
        accuracy >= bar - error,
        task,
        f"your checkpoint reaches {accuracy:.1%} on your test set; this cell asks for {bar:.0%}.",
    )
    comment = ""
    if accuracy < bar:
        comment = "; that is below it, by no more than chance: the letters that count may say no"
    elif accuracy < bar + error:
        comment = "; so close to the bar, the letters that count may say otherwise"
    passed(task, f"{accuracy:.1%} on your test set, the bar is {bar:.0%}{comment}")
    return network


class TrainedNetwork:
    """The network of `make_model()`, fully connected, with the checkpoint in model_checkpoints/.

    Fails `problem2` with a sentence when the checkpoint or the network cannot be used.
    """

    def __init__(self, function: Callable[[], Any]) -> None:
        task = "problem2"
        model, self._recording = _recorded_network(function, task)
        try:
            path = find_checkpoint("problem2_*.pt")
            weights = load_weights(path)
        except CheckpointError as error:
            fail(task, str(error))
        wanted = {name: tuple(value.shape) for name, value in model.state_dict().items()}
        shapes = {name: tuple(value.shape) for name, value in weights.items()}
        differing = sorted(
            name for name in wanted.keys() | shapes.keys() if wanted.get(name) != shapes.get(name)
        )
        expect(
            not differing,
            task,
            f"{path} does not fit make_model() (first difference: {(differing or [''])[0]}). "
            "Change make_model() back, or train and save again.",
        )
        dtypes = {name: value.dtype for name, value in model.state_dict().items()}
        self._state = {name: value.to(dtypes[name]) for name, value in weights.items()}
        shares_nothing(self._recording, self._state, task)

    def accuracy(self, images: Any, labels: Any) -> float:
        """Return the share of `images` (n, 28, 28) that the network gives their `labels` (n,)."""
        x = torch.as_tensor(np.asarray(images, dtype=np.float32).reshape(len(images), 784))
        found = scores(self._recording, self._state, x, "problem2")
        return float((found.argmax(axis=1) == np.asarray(labels)).mean())


# ----------------------------------------------------------------------------- common


def expect_dtype(value: Any, dtype: torch.dtype, task: str, what: str) -> None:
    """Fail `task` unless `value` is a tensor of `dtype`."""
    found = getattr(value, "dtype", type(value).__name__)
    expect(found == dtype, task, f"{what} has dtype {found}, expected {dtype}.")
