"""What the judge knows of the tests above the one that runs, and what it can do about them."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

lost: frozenset[str] | None = None
"""Ids of test cells without full marks; None where nobody keeps count, as in a test of the kit."""

made_there: Callable[..., Any] | None = None
"""Calls a library's function in the student's process and returns what stays there."""

replaced: Callable[[str], AbstractContextManager[None]] | None = None
"""Lets the functions that a program defines stand in the student's notebook, in a `with` block."""

request: Callable[..., Any] | None = None
"""Asks the student's kernel for an operation of the bridge."""


def gradients_on() -> bool:
    """Return what `torch_bridge.gradients_on` does in the student's kernel."""
    return request is None or bool(request("torch_bridge.gradients_on"))
