"""Say in one sentence why a cell stopped when it needs a task that is not solved yet.

An untouched notebook stops at many cells: at the stubs, and wherever a cell uses what a stub should
have made. A traceback through the notebook helps nobody there.
"""

import re
from types import TracebackType
from typing import Any

from IPython.core.getipython import get_ipython

_STUB = re.compile(r"(\w+): replace this line with your solution")
_NAME = re.compile(r"name '(\w+)' is not defined")


def explain_unsolved() -> None:
    """From now on, show such stops as one sentence. Other errors look as ever.

    The cell still counts as failed, with the same error. Without IPython this does nothing.
    """
    shell = get_ipython()
    if shell is not None:
        shell.set_custom_exc((NotImplementedError, NameError), _show)


def _show(
    shell: Any,
    kind: type[BaseException],
    error: BaseException,
    traceback: TracebackType,
    tb_offset: int | None = None,
) -> None:
    lines = getattr(error, "_render_traceback_", lambda: sentence(error, traceback))()
    if lines is None:
        shell.showtraceback((kind, error, traceback), tb_offset=tb_offset)
    else:
        shell._showtraceback(kind, error, lines)


def sentence(error: BaseException, traceback: TracebackType | None) -> list[str] | None:
    """Return the lines to show for `error`, or None if a traceback says more."""
    name = type(error).__name__
    if isinstance(error, NotImplementedError) and (stub := _STUB.fullmatch(str(error))):
        return [
            f"{name}: this cell needs the task `{stub[1]}`. Solve it first, then run this again."
        ]
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next
    in_cell = traceback is not None and traceback.tb_frame.f_code.co_name == "<module>"
    if isinstance(error, NameError) and in_cell and (found := _NAME.match(str(error))):
        return [
            f"{name}: there is no `{found[1]}` yet. If an earlier cell makes it, run that one "
            "first; it may need a task that you have not solved. Otherwise look for a typing error."
        ]
    return None
