"""A mistake is charged once: a task is not charged for the mistakes of the tasks it builds on.

A test compares with right values. Where that fails, the cause may be a function that the task goes
through and that has cost its points already. So the right functions of `right_functions` take the
place of those that have lost points, for as long as the same test runs once more, on other numbers.
What is right then keeps its points; what is wrong has no excuse left. A function that has its
points stays: it agrees with what the test expects, unless a later cell has replaced it.

What is compared is right in both runs, and no value of it comes near the student's code. The right
functions do, one run late: they belong to tasks that are decided. A solution that holds a function
by another name (`mine = softmax`) does not get the right one.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from coursekit import right_functions
from coursekit.judge import earlier
from utils.checks.common import CheckFailed

Test = Callable[[np.random.Generator], None]


def charged_once(test: Test, *tasks: str, seed: int, check: Callable[[], None]) -> None:
    """Run `test`; where it fails, run it with right functions for those tasks that lost points.

    `tasks` are all that the test's task goes through, directly or by another of them. `test` gets
    a generator to draw its numbers from, another one in each run. `check` is the visible check
    without the student's earlier functions: it may have been excused before (see below). Raises
    what the last run raises.
    """
    try:
        if earlier.lost:
            check()
        test(np.random.default_rng([seed, 0]))
    except (CheckFailed, NotImplementedError):
        broken = [task for task in tasks if has_lost(task)]
        if not broken or earlier.replaced is None:
            raise
        with earlier.replaced(right_functions.program(broken)):
            check()
            test(np.random.default_rng([seed, 1]))


def made_there(function: Callable[..., Any], *args: Any) -> Any:
    """Return `function(*args)` of a library, made where the student's code runs.

    A random generator that is made here would cross by value with each call. A generator function
    draws from it later, and that does not come back.
    """
    return earlier.made_there(function, *args) if earlier.made_there else function(*args)


def has_lost(task: str) -> bool:
    """Return whether the graded cell of `task` is below full marks."""
    return earlier.lost is not None and f"test_{task}" in earlier.lost


def left_to_the_hidden_test(
    task: str, error: Exception, pieces: Mapping[str, tuple[Any, tuple[Any, ...]]]
) -> bool:
    """Return whether a visible check that was given the student's earlier functions may fail.

    The judge uses this in place of `utils.checks.pieces.excused`. `charged_once` runs the visible
    check again, without them.
    """
    given = any(function is not None for _, functions in pieces.values() for function in functions)
    return given and bool(earlier.lost)
