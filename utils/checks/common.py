"""What every visible check is made of: compare the student's result and say kindly what is off.

A failed check raises `CheckFailed`. Its message names the task, describes the difference (which
shape, which element, how large) and, where a common mistake explains it, says which. It never
prints the expected values, so that hidden tests can use the same functions.
"""

import copy
import re
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import numpy as np


class CheckFailed(AssertionError):
    """A check found something to correct; the message starts with the task's id."""

    def _render_traceback_(self) -> list[str]:
        """IPython shows these lines instead of a traceback through the check's own code."""
        return [f"CheckFailed: {self}"]


def fail(task: str, message: str) -> None:
    """Raise `CheckFailed` for `task`."""
    raise CheckFailed(f"{task}: {message}")


def passed(task: str, detail: str = "") -> None:
    """Print the line that a student is glad to see."""
    print(f"{task}: passed" + (f" ({detail})" if detail else ""))


def expect(condition: Any, task: str, message: str) -> None:
    """Fail `task` with `message` unless `condition` holds."""
    if not condition:
        fail(task, message)


@contextmanager
def running(task: str, who: str = "your code", arguments: Sequence[Any] = ()) -> Iterator[None]:
    """Turn what the student's code raises in the block into a failure of `task`.

    The message says who stopped, the student's line and, for common mistakes, what to look at;
    `arguments` are what the student's function was given. `NotImplementedError` passes, shown
    without a traceback: the stub's own message says what to do.
    """
    try:
        yield
    except CheckFailed:
        raise
    except NotImplementedError as error:
        lines = [f"NotImplementedError: {error}"]
        error._render_traceback_ = lambda: lines  # type: ignore[attr-defined]
        raise
    except Exception as error:
        kind, text = type(error).__name__, " ".join(str(error).split())[:300].rstrip(".")
        if isinstance(error, UnpicklingError):  # PyTorch's words advise to load unsafely
            text = "the file does not load with weights_only=True"
        place = _place(calls_of_student(error), who)
        hint = _hint(error, arguments)
        raise CheckFailed(f"{task}: {who} stopped with {kind}: {text}{place}.{hint}") from error


def call(task: str, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Return `function(*args, **kwargs)`; an exception inside it becomes a `CheckFailed`."""
    name = getattr(function, "__name__", None)
    who = name if isinstance(name, str) else "the function"
    with running(task, who, (*args, *kwargs.values())):
        return function(*args, **kwargs)


def calls_of_student(error: Exception) -> list[tuple[str, str]]:
    """Return (function, line) for each call that is neither a library's nor ours, innermost last.

    When the function ran in another process, the error brings its calls along in `student_calls`.
    """
    if hasattr(error, "student_calls"):
        return list(error.student_calls)
    ours = str(Path(__file__).resolve().parents[1])
    return [
        (frame.name, frame.line)
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.line
        and "-packages" not in frame.filename
        and not frame.filename.startswith((ours, "<frozen", sys.base_prefix))
    ]


def _place(calls: Sequence[tuple[str, str]], who: str) -> str:
    """Return ", at the line `...` of f, reached from the line `...` of g", or what is known."""
    if not calls:
        return ""
    function, line = calls[-1]
    place = f", at the line `{line}`"
    if function != who and function.isidentifier():  # no <lambda>, no <genexpr>
        place += f" of {function}"
    outer = [call for call in calls[:-1] if call[0].isidentifier() and call[1] != line]
    if outer:
        place += f", reached from the line `{outer[-1][1]}` of {outer[-1][0]}"
    return place


def _hint(error: Exception, arguments: Sequence[Any]) -> str:
    """Return what to look at after `error`, as a sentence to append, or nothing."""
    text = str(error)
    if isinstance(error, UnpicklingError):
        return " If it holds a whole model or optimizer, save the state_dict() alone."
    if any(words in text for words in ("matmul", "not aligned", "mat1 and mat2")):
        return (
            " In a product (N, D) @ (D, H) the inner sizes must agree: is a factor transposed? "
            "Print the shapes."
        )
    if "broadcast" in text and re.search(r"\(\d+,\)", text):
        return " Print the shapes; a sum or maximum over one axis may need keepdims=True."
    if "broadcast" in text and not any(_are_labels(value) for value in arguments):
        return " Print the shapes; they are compared from the last axis to the first."
    if "broadcast" in text:
        return (
            " Print the shapes. Does a size come from elsewhere, a fixed number of classes, or "
            "the largest label + 1 where the last class does not occur?"
        )
    if "same device" in text:
        return " Move each batch to the model's device: next(model.parameters()).device."
    if isinstance(error, TypeError) and any(
        isinstance(value, np.random.Generator) for value in arguments
    ):
        return (
            " The seed is a NumPy Generator here. np.random.default_rng(seed) takes numbers "
            "and generators; draw from what it returns."
        )
    return ""


def _are_labels(value: Any) -> bool:
    return isinstance(value, np.ndarray) and value.dtype.kind in "iu"


def as_array(value: Any, task: str, what: str) -> np.ndarray:
    """Return `value` as a NumPy array of numbers, or fail with a hint at a missing `return`."""
    if value is None:
        fail(task, f"{what} is None. Does the function end with a return statement?")
    if value is NotImplemented:
        fail(task, f"{what} is NotImplemented. Write the solution in the task's cell first.")
    if hasattr(value, "detach"):
        value = value.detach().cpu().numpy()
    try:
        array = np.asarray(value)
    except (ValueError, TypeError):
        fail(task, f"{what} cannot be read as an array; it is a {type(value).__name__}.")
    if array.dtype.kind not in "biuf" and array.shape == ():
        fail(task, f"{what} should be numbers, but is a {type(value).__name__}.")
    if array.dtype.kind not in "biuf":
        fail(task, f"{what} should hold numbers, but its dtype is {array.dtype}.")
    return array


def expect_array(value: Any, task: str, what: str) -> np.ndarray:
    """Return `value` if it is a NumPy array of numbers; a list or a matrix computes otherwise."""
    array = as_array(value, task, what)
    if isinstance(value, list | tuple | np.matrix | np.ma.MaskedArray):
        kind = type(value).__name__
        fail(
            task,
            f"{what} is a {kind}, which computes in other ways than an array. Return a NumPy array "
            "(np.array makes one).",
        )
    return array


def expect_shape(value: Any, shape: Sequence[int], task: str, what: str) -> np.ndarray:
    """Return `value` as an array of exactly `shape`, or fail naming both shapes."""
    array = as_array(value, task, what)
    wanted = tuple(shape)
    if array.shape != wanted:
        hint = ""
        if array.ndim == 2 and array.shape[::-1] == wanted:
            hint = " It looks transposed."
        elif array.size == np.prod(wanted, dtype=int):
            hint = " The number of elements is right; the arrangement is not."
        fail(task, f"{what} has shape {array.shape}, expected {wanted}.{hint}")
    return array


def expect_finite(value: Any, task: str, what: str) -> np.ndarray:
    """Return `value` as an array without NaN or infinity, or fail saying where the first one is."""
    array = as_array(value, task, what)
    bad = ~np.isfinite(array)
    if bad.any():
        where = tuple(int(i) for i in np.argwhere(bad)[0]) if array.ndim else ()
        place = f" (first at index {where})" if where else ""
        fail(
            task,
            f"{what} holds {int(bad.sum())} value(s) that are NaN or infinite{place}. "
            "Look for an overflow in exp, a log of zero, the root of a negative number or a "
            "division by zero.",
        )
    return array


def relative_error(actual: np.ndarray, desired: np.ndarray) -> np.ndarray:
    """Elementwise |a - d| / max(1e-8, |a| + |d|), as in gradient checks; shape of `actual`."""
    return np.abs(actual - desired) / np.maximum(1e-8, np.abs(actual) + np.abs(desired))


def expect_close(
    actual: Any,
    desired: Any,
    task: str,
    what: str,
    *,
    rtol: float = 1e-5,
    atol: float = 1e-8,
    mistakes: dict[str, Any] | None = None,
) -> np.ndarray:
    """Return `actual` as an array if it equals `desired` within the tolerances, elementwise.

    `mistakes` maps a sentence ("the gradient misses the 1/N") to the value that this mistake would
    give; when the wrong answer matches one of them, the message says so. Raises `ValueError` if
    `desired` is not finite: the mistake is the test's then, and nothing could be compared.
    """
    wanted = np.asarray(desired)
    if not np.isfinite(wanted).all():
        raise ValueError(f"{task}: the test itself expects NaN or infinity for {what}. Mend it.")
    array = expect_finite(expect_shape(actual, wanted.shape, task, what), task, what)
    difference = np.abs(array.astype(np.float64) - wanted.astype(np.float64))
    wrong = difference > atol + rtol * np.abs(wanted.astype(np.float64))
    if not wrong.any():
        return array
    for sentence, value in (mistakes or {}).items():
        candidate = np.asarray(value, dtype=np.float64)
        if candidate.shape == array.shape and np.allclose(
            array, candidate, rtol=max(rtol, 1e-4), atol=max(atol, 1e-7)
        ):
            fail(task, f"{what} is off. It looks like this mistake: {sentence}.")
    where = tuple(int(i) for i in np.unravel_index(np.argmax(difference), difference.shape))
    place = f" The largest difference is at index {where}." if where else ""
    most = difference.max()
    size = f"{most:.2g}" if most >= 1e-3 else f"{most:.1e}"
    count = f"{int(wrong.sum())} of {wrong.size} values are off" if where else "The value is off"
    fail(
        task,
        f"{what} is not right. {count}, by up to {size}.{place}",
    )
    return array


@contextmanager
def keeping(task: str, **arguments: Any) -> Iterator[None]:
    """Fail if a block, which calls the student's function, changes one of its `arguments`.

    Arguments are arrays, and dicts of them by name.
    """
    before = copy.deepcopy(arguments)
    yield
    for name, old in before.items():
        now = arguments[name]
        if isinstance(old, dict):
            if list(old) != list(now):
                fail(task, f"the function changed the keys of its argument {name}. Work on a copy.")
            for key in old:
                expect_unchanged(old[key], now[key], task, f"{name}['{key}']")
        else:
            expect_unchanged(old, now, task, name)


def expect_unchanged(before: Any, after: Any, task: str, what: str) -> None:
    """Fail unless an argument of the student's function has kept its values."""
    if not np.array_equal(np.asarray(before), np.asarray(after), equal_nan=True):
        fail(task, f"the function changed its argument {what} in place. Work on a copy.")
