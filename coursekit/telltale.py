"""A classifier that tells what it was trained on: the test of `accuracy_by_training_size`.

While that test runs, `fit_logistic_regression` is replaced by one whose classifiers answer with
numbers drawn from all the images and labels that they were trained on. One image more or less, or
another label, and the accuracies are others. No accuracy can be guessed, and whatever has become of
the student's own `fit_logistic_regression` decides nothing.
"""

import contextlib
import inspect
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from coursekit.judge import earlier

Function = Callable[..., Any]
Images = NDArray[np.float32]
Labels = NDArray[np.int32]


def accuracies(
    train: Images, train_labels: Labels, test: Images, test_labels: Labels, sizes: Sequence[int]
) -> dict[int, float]:
    """Return {n: accuracy} as it is right while `fit_logistic_regression` is replaced."""
    rows = test.reshape(len(test), -1)
    return {
        n: float(
            np.mean(
                fit_logistic_regression(train[:n], train_labels[:n]).predict(rows) == test_labels
            )
        )
        for n in sizes
    }


@contextlib.contextmanager
def telltale(function: Function) -> Iterator[None]:
    """Replace the `fit_logistic_regression` that `function` calls, for as long as the block."""
    with _replaced(function, inspect.getsource(fit_logistic_regression)):
        yield


def can_be_told(function: Function, *arguments: Any) -> bool:
    """Return whether `function` can be judged by the telltale.

    It cannot if it knows the student's own `fit_logistic_regression` by another name, or asks of a
    classifier what the telltale does not have, such as its weights.
    """
    if not _calls_it(function, *arguments):
        return False
    try:
        with telltale(function):
            function(*arguments)
    except Exception as error:
        return "'Telltale' object has no attribute" not in str(error)
    return True


def _calls_it(function: Function, *arguments: Any) -> bool:
    """Return whether `function` meets a replaced `fit_logistic_regression`."""
    signal = "the classifier that was replaced"
    program = f"def fit_logistic_regression(images, labels):\n    raise LookupError({signal!r})\n"
    try:
        with _replaced(function, program):
            function(*arguments)
    except Exception as error:
        return signal in str(error)
    return False


@contextlib.contextmanager
def _replaced(function: Function, program: str) -> Iterator[None]:
    if earlier.replaced is not None:
        with earlier.replaced(program):
            yield
        return
    names = getattr(function, "__globals__", {})  # the function is of this process
    before = dict(names)
    exec(program, names)
    try:
        yield
    finally:
        names.clear()
        names.update(before)


def fit_logistic_regression(images, labels):  # type: ignore[no-untyped-def]
    """Return a classifier whose answers depend on every image and label, in whatever order.

    It goes as text into a student's kernel, so it imports and defines what it needs itself.
    """
    import hashlib

    import numpy as np

    def number(*parts: bytes) -> int:
        return int.from_bytes(hashlib.sha256(b"".join(parts)).digest()[:8], "big")

    def table(values: object, what: str) -> np.ndarray:
        rows = np.ascontiguousarray(values, np.float32)
        if rows.ndim != 2 or rows.shape[1] != 784:
            raise ValueError(f"{what} should have the shape (n, 784), but it is {rows.shape}")
        return rows

    class Telltale:
        def __init__(self, rows: np.ndarray, labels: np.ndarray) -> None:
            self.classes_ = np.unique(labels)
            self.n_features_in_ = 784
            pairs = zip(rows, labels, strict=True)
            seen = sum(number(row.tobytes(), b"%d" % label) for row, label in pairs)
            self._seen = b"%d" % seen

        def decision_function(self, rows: object) -> np.ndarray:
            chosen = [number(row.tobytes(), self._seen) for row in table(rows, "the rows")]
            places = np.array([n % len(self.classes_) for n in chosen], int)
            return np.eye(len(self.classes_))[places]

        predict_proba = decision_function

        def predict(self, rows: object) -> np.ndarray:
            return self.classes_[self.decision_function(rows).argmax(axis=1)]

        def score(self, rows: object, labels: object) -> float:
            return float(np.mean(self.predict(rows) == np.asarray(labels)))

    images, labels = np.asarray(images), np.asarray(labels)
    if labels.shape != (len(images),):
        raise ValueError(f"there are {len(images)} images, but the labels are {labels.shape}")
    return Telltale(table(images.reshape(len(images), -1), "the images as rows"), labels)
