"""What the checks of notebook 1-2 share: reading results, and tasks that build on other tasks."""

import contextlib
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from utils.checks.common import CheckFailed, as_array, expect, fail

Function = Callable[..., Any]
Arrays = dict[str, NDArray[np.float64]]
Piece = tuple[Callable[..., None], tuple[Function | None, ...]]
"""The check of a task that others build on, and the student's functions that it takes."""


@contextlib.contextmanager
def builds_on(task: str, **pieces: Piece) -> Iterator[None]:
    """Check `task` in this block, and don't blame it for the mistake of a task it builds on.

    `pieces` maps the name of such a function to its check. When the block fails and a piece fails
    its own check, too, the message is printed and nothing is raised: the task can't be judged yet.
    (The tests that grade it try it again with right functions in their place.)
    """
    try:
        yield
    except (CheckFailed, NotImplementedError) as error:
        if not excused(task, error, pieces):
            raise


def excused(task: str, error: Exception, pieces: Mapping[str, Piece]) -> bool:
    """Return whether `task` can't be judged yet, and print why."""
    if isinstance(error, NotImplementedError) and str(error).startswith(f"{task}:"):
        return False
    broken = [name for name, (check, functions) in pieces.items() if not _holds(check, functions)]
    if broken:
        names = " and ".join(f"'{name}'" for name in broken)
        print(
            f"{task}: cannot be judged yet. {str(error).removeprefix(f'{task}: ')}\nBut it builds "
            f"on {names}, which fails its own check. Mend that first, then run this cell again."
        )
    return bool(broken)


def _holds(check: Callable[..., None], functions: tuple[Function | None, ...]) -> bool:
    """Return whether the student's functions, where they are known, pass their own check."""
    if any(function is None for function in functions):
        return True
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            check(*functions)
    except (CheckFailed, NotImplementedError):
        return False
    return True


def values(result: Any, count: int, task: str, name: str, wanted: str) -> list[Any]:
    """Return the `count` values of a tuple or list, or fail saying what to return."""
    expect(result is not None, task, f"{name} returns None. Does it end with a return statement?")
    if not isinstance(result, tuple | list) or len(result) != count:
        size = len(result) if isinstance(result, tuple | list) else 1
        fail(task, f"{name} returns {size} value(s); it should return {wanted}.")
    return list(result)


def number(value: Any, task: str, what: str) -> float:
    """Return a number, also from an array of one element."""
    array = as_array(value, task, what)
    expect(array.size == 1, task, f"{what} should be one number, but has shape {array.shape}.")
    return float(array.item())


def expect_keys(result: Any, wanted: Iterable[str], task: str, what: str) -> None:
    """Fail unless `result` is a dict with the `wanted` keys."""
    expect(result is not None, task, f"{what} is None. Does the function end with a return?")
    if not isinstance(result, Mapping):
        fail(task, f"{what} should be a dict, but is a {type(result).__name__}.")
    missing = [name for name in wanted if name not in result]
    expect(not missing, task, f"{what} has no entry {', '.join(repr(name) for name in missing)}.")


def copied(arrays: Mapping[str, NDArray]) -> dict[str, NDArray]:
    """Return a dict of copies."""
    return {name: array.copy() for name, array in arrays.items()}
