"""How fast the reference solutions train, beside the classic recipe, PyTorch and scikit-learn.

    python benchmarks/training.py                   everything, half an hour
    python benchmarks/training.py --only step       a minute: one step of notebook 1-2's network
    python benchmarks/training.py --only accuracy   the time until 93 % test accuracy
    python benchmarks/training.py --quick           a few seconds, on a few images: does it run?

Prints the tables of docs/benchmarks.md. Every side has the same number of threads (--threads, one
by default) and the embedded letters. The reference solutions are read from the instructor notebooks
each time, so what is measured is what students are shown.
"""

import argparse
import contextlib
import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

os.environ["MPLBACKEND"] = "Agg"  # the reference solution of 1-3 draws its curve

import numpy as np
import sklearn
import torch
from measuring import Spent, describe_machine, median, now, take_turns, title
from numpy.typing import NDArray
from sklearn.neural_network import MLPClassifier
from threadpoolctl import threadpool_limits
from torch import nn
from torch.nn.functional import cross_entropy
from torch.utils.data import DataLoader
from torch.utils.data import Dataset as TorchDataset
from tqdm import tqdm

from coursekit.course import REPOSITORY, Course
from coursekit.source import read_source
from utils.archives import load_letters
from utils.dataset import Dataset, split

HERE = Course(REPOSITORY)

EMBEDDED = REPOSITORY / "utils" / "embedded"
CLASSIC_BATCH, CLASSIC_RATE = 64, 0.005
HIDDEN, BATCH, RATE, REG = (256, 128), 128, 0.1, 1e-4  # as notebook 1-2 trains its network
SEED = 2026


def main() -> None:
    options = parse_options()
    versions = {"PyTorch": torch.__version__, "scikit-learn": sklearn.__version__}
    print(describe_machine(**versions), end="")
    print(f"; {options.threads} thread(s) on each side")
    letters = embedded_letters(options.images)
    torch.set_num_threads(options.threads)
    with threadpool_limits(options.threads):
        if options.only in (None, "step"):
            one_step(letters, options.step_images, options.runs)
        if options.only in (None, "accuracy"):
            time_to_accuracy(letters, options.target, options.cap)


def embedded_letters(images: int | None) -> Dataset:
    """The data set that prepare_dataset() makes, with the first `images` of its training images."""
    large, small = (
        load_letters(EMBEDDED / f"notMNIST_{size}.tar.gz", progress=False)
        for size in ("large", "small")
    )
    letters = split(large, small)
    return letters._replace(
        train_dataset=letters.train_dataset[:images], train_labels=letters.train_labels[:images]
    )


def run_cells(notebook: str, cells: tuple[str, ...], namespace: dict[str, Any]) -> dict[str, Any]:
    """Run these cells of an instructor notebook in `namespace`, which is returned."""
    sources = {
        cell["id"]: cell.source for cell in read_source(HERE, HERE.find_notebook(notebook)).cells
    }
    for cell in cells:
        exec(compile(sources[cell], f"<{notebook}: {cell}>", "exec"), namespace)
    return namespace


# ---------------------------------------------------------------- time until an accuracy


class Trained(NamedTuple):
    """A training that ended: what it took, and what it reached on the test set, at best."""

    spent: Spent
    epochs: int
    accuracy: float
    reached: bool


class Stopped(Exception):
    """The watch has seen enough of a training."""


@dataclass
class Watch:
    """Looks at a model whenever its training turns to evaluation, and stops it in time.

    Stops it by `Stopped` at the `target` accuracy on the test images, or after `cap` seconds. The
    clock stands still while the watch looks, so that each side pays for its own work only.
    """

    images: torch.Tensor  # float32 (n, 784)
    labels: torch.Tensor  # int64 (n,)
    target: float
    cap: float
    started: Spent = field(default_factory=now)
    accuracies: list[float] = field(default_factory=list)
    spent: Spent = field(default_factory=lambda: Spent(0.0, 0.0))

    def over(self, model: nn.Module) -> nn.Module:
        """Return `model`, which from now on is watched: its eval() and train(False) report here."""
        change_mode = model.train

        def watched(mode: bool = True) -> nn.Module:
            ends_an_epoch = model.training and not mode
            change_mode(mode)
            if ends_an_epoch:
                self.look(model)
            return model

        model.train = watched
        return model

    def look(self, model: nn.Module) -> None:
        self.spent = now() - self.started
        with torch.no_grad():
            right = model(self.images).argmax(dim=1) == self.labels
        self.accuracies.append(right.float().mean().item())
        if self.accuracies[-1] >= self.target or self.spent.wall >= self.cap:
            raise Stopped
        self.started = now() - self.spent

    def result(self) -> Trained:
        best = max(self.accuracies)
        return Trained(self.spent, len(self.accuracies), best, best >= self.target)


def time_to_accuracy(letters: Dataset, target: float, cap: float) -> None:
    """The reference solution of Problem 2 against the classic recipe with two networks.

    The reference runs before, between and after the others, for its median: so a busy minute of
    the machine cannot make either side look slow.
    """
    x, y = torch.from_numpy(letters.test_dataset).flatten(1), torch.from_numpy(letters.test_labels)

    def train(program: Callable[[Dataset, Watch], None]) -> Trained:
        watch = Watch(x, y.long(), target, cap)
        with contextlib.suppress(Stopped), contextlib.redirect_stdout(sys.stderr):
            program(letters, watch)
        return watch.result()

    classic = {
        f"classic recipe, 784-{name}-10": (
            lambda letters, watch, sizes=sizes: classic_recipe(letters, watch, sizes)
        )
        for name, sizes in (("1024", (1024,)), ("4x1024", (1024,) * 4))
    }
    references, others = [train(reference_recipe)], {}
    for name, program in classic.items():
        others[name] = train(program)
        references.append(train(reference_recipe))
    ours = references[0]._replace(spent=median([run.spent for run in references]))

    count = len(letters.train_labels)
    title(f"Time until {target:.0%} test accuracy, {count:,} training images")
    print(
        f"{'':34}{'epochs':>8}{'wall s':>9}{'CPU s':>9}{'accuracy':>10}"
        f"{'x reference, wall':>19}{'CPU':>8}"
    )
    for name, run in {f"reference, median of {len(references)}": ours, **others}.items():
        bound = "" if run.reached else "> "
        wall, cpu = run.spent.wall / ours.spent.wall, run.spent.cpu / ours.spent.cpu
        print(
            f"{name:34}{run.epochs:8}{run.spent.wall:9.1f}{run.spent.cpu:9.1f}{run.accuracy:10.2%}"
            f"{bound + format(wall, '.1f'):>19}{bound + format(cpu, '.1f'):>8}"
        )
    print()
    for name, run in {"The reference": ours, **others}.items():
        if not run.reached:
            print(f"{name}: {target:.0%} not reached within {run.spent.wall:.0f} s.")
    cheapest = min(others.values(), key=lambda run: run.spent.wall)
    bound = "" if cheapest.reached else "more than "
    print(
        f"The reference is {bound}{cheapest.spent.wall / ours.spent.wall:.1f} times as fast "
        f"({bound}{cheapest.spent.cpu / ours.spent.cpu:.1f} in CPU seconds)."
    )


def reference_recipe(letters: Dataset, watch: Watch) -> None:
    """Train as the reference solution of Problem 2 in notebook 1-3 does."""
    namespace = run_cells("1-3", ("imports", "device", "make_model"), {"letters": letters})
    namespace["device"] = torch.device("cpu")
    make_model = namespace["make_model"]
    namespace["make_model"] = lambda: watch.over(make_model())
    with tempfile.TemporaryDirectory(prefix="training-") as folder, contextlib.chdir(folder):
        Path("model_checkpoints").mkdir()
        run_cells("1-3", ("student-id", "tensors"), namespace)
        watch.started = now()
        run_cells("1-3", ("problem2",), namespace)


class Rows(TorchDataset):
    """NumPy rows, one by one: sample i is (image float32 (784,), label int64)."""

    def __init__(self, images: NDArray[np.float32], labels: NDArray[np.int32]) -> None:
        self.images, self.labels = images.reshape(len(images), -1), labels.astype(np.int64)

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, i: int) -> tuple[NDArray[np.float32], np.int64]:
        return self.images[i], self.labels[i]


def classic_recipe(letters: Dataset, watch: Watch, sizes: tuple[int, ...]) -> None:
    """Train as a first program would: a DataLoader over NumPy rows, batches of 64, plain SGD."""
    torch.manual_seed(SEED)
    model = watch.over(fully_connected(sizes))
    optimizer = torch.optim.SGD(model.parameters(), lr=CLASSIC_RATE)
    rows = Rows(letters.train_dataset, letters.train_labels)
    loader = DataLoader(rows, batch_size=CLASSIC_BATCH, shuffle=True)
    with tqdm(desc=f"classic, hidden layers {sizes}", unit="step", leave=False) as bar:
        watch.started = now()
        while True:
            model.train()
            for images, labels in loader:
                optimizer.zero_grad()
                cross_entropy(model(images), labels).backward()
                optimizer.step()
                bar.update()
            model.eval()


def fully_connected(sizes: tuple[int, ...]) -> nn.Sequential:
    """784 inputs, hidden layers of these sizes with ReLU, 10 outputs."""
    layers: list[nn.Module] = []
    for inputs, units in zip((784, *sizes[:-1]), sizes, strict=True):
        layers += [nn.Linear(inputs, units), nn.ReLU()]
    return nn.Sequential(*layers, nn.Linear(sizes[-1], 10))


# ---------------------------------------------------------------- one training step


def one_step(letters: Dataset, images: int, runs: int) -> None:
    """Notebook 1-2's network in NumPy, in PyTorch and in scikit-learn: an epoch of SGD each."""
    x = letters.train_dataset[:images].reshape(-1, 784)
    y = letters.train_labels[:images]
    notebook = numpy_reference()
    ours, theirs = train_in_numpy(notebook, x, y), train_in_torch(notebook, x, y)
    apart = max(float(np.abs(ours[name] - theirs[name]).max()) for name in ours)
    assert apart < 1e-4, f"the two networks differ by {apart} after an epoch: not the same training"
    times = take_turns(
        {
            "NumPy, the reference of notebook 1-2": lambda: train_in_numpy(notebook, x, y),
            "PyTorch, nn.Linear and torch.optim.SGD": lambda: train_in_torch(notebook, x, y),
            "scikit-learn, MLPClassifier": lambda: train_in_sklearn(x, y),
        },
        runs,
    )
    steps = -(-len(x) // BATCH)
    network = "-".join(map(str, (784, *HIDDEN, 10)))
    title(f"One training step, {network}, {BATCH} images (median of {runs} x {steps} steps)")
    print(f"{'':42}{'wall ms':>9}{'CPU ms':>9}{'x PyTorch':>11}")
    _, limit, _ = times.values()
    for name, spent in times.items():
        wall, cpu = 1000 * spent.wall / steps, 1000 * spent.cpu / steps
        print(f"{name:42}{wall:9.2f}{cpu:9.2f}{spent.wall / limit.wall:11.2f}")
    print(
        f"\nAfter {steps} steps the weights in NumPy and in PyTorch differ by at most {apart:.0e}."
    )


def numpy_reference() -> dict[str, Any]:
    """The names that notebook 1-2's training uses, from its reference solutions."""
    pieces = ("activations", "softmax", "cross_entropy", "initialization", "two_layer_forward")
    rest = ("two_layer_backward", "minibatches", "sgd", "build_model")
    return run_cells("1-2", (*pieces, *rest), {"np": np})


def train_in_numpy(
    notebook: dict[str, Any], x: NDArray[np.float32], y: NDArray[np.int32]
) -> dict[str, NDArray]:
    """Train for one epoch; return the weights and biases by name."""
    model: dict[str, NDArray] = notebook["build_model"](
        *(x, y), hidden_sizes=HIDDEN, epochs=1, batch_size=BATCH, learning_rate=RATE, reg=REG,
        seed=SEED,
    )  # fmt: skip
    return model


def train_in_torch(
    notebook: dict[str, Any], x: NDArray[np.float32], y: NDArray[np.int32]
) -> dict[str, NDArray]:
    """The same training: the same first weights, the same batches, L2 on weights only."""
    rng = np.random.default_rng(SEED)
    model = fully_connected(HIDDEN)
    layers = [layer for layer in model if isinstance(layer, nn.Linear)]
    with torch.no_grad():
        for layer in layers:
            first = notebook["he"](layer.in_features, layer.out_features, rng)
            layer.weight.copy_(torch.from_numpy(first.T))
            layer.bias.zero_()
    weights = {"params": [layer.weight for layer in layers], "weight_decay": REG}
    biases = {"params": [layer.bias for layer in layers]}
    optimizer = torch.optim.SGD([weights, biases], lr=RATE)
    images, labels = torch.from_numpy(x), torch.from_numpy(y).long()
    for indices in notebook["minibatches"](len(x), BATCH, rng):
        batch = torch.from_numpy(indices)
        optimizer.zero_grad()
        cross_entropy(model(images[batch]), labels[batch]).backward()
        optimizer.step()
    return {
        f"{kind}{number}": values.detach().numpy()
        for number, layer in enumerate(layers, start=1)
        for kind, values in (("W", layer.weight.T), ("b", layer.bias))
    }


def train_in_sklearn(x: NDArray[np.float32], y: NDArray[np.int32]) -> None:
    """The same network, batches, learning rate and penalty; its first weights are its own."""
    network = MLPClassifier(
        HIDDEN,
        activation="relu",
        solver="sgd",
        batch_size=BATCH,
        learning_rate_init=RATE,
        momentum=0.0,
        alpha=REG * BATCH,  # it divides the penalty by the number of images in a batch
        random_state=SEED,
    )
    network.partial_fit(x, y, classes=np.arange(10))  # one epoch


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", choices=("step", "accuracy"))
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--target", type=float, default=0.93, help="test accuracy (0.93)")
    parser.add_argument("--cap", type=float, default=900, help="seconds for each training (900)")
    parser.add_argument("--images", type=int, help="training images, for the accuracy (all)")
    parser.add_argument("--step-images", type=int, default=12_800, help="images in an epoch")
    parser.add_argument("--runs", type=int, default=9, help="epochs of each side, for the median")
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    if options.quick:
        options.images, options.step_images, options.runs = 1_000, 1_000, 1
        options.target, options.cap = 0.60, 4.0
    return options


if __name__ == "__main__":
    main()
