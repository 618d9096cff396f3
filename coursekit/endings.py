"""Which cells may end their kernel, and whether one is about to: so that the right cell is charged.

A kernel that is told to end answers first and ends a moment later, in the middle of another cell.
And a thread or an alarm that one cell starts can end it minutes later.
"""

import re
from typing import Any

_LATER = (
    r"alarm|itimer|io_loop|call_later|call_at|run_in_executor|Timer\b|[tT]hread(?!s\b)|concurrent"
    r"|asyncio|\bfork|subprocess|multiprocessing|os\.system|Popen|^\s*!"
)
_ENDS = (
    r"\b_?exit\b|\bquit\b|ask_exit|exit_now|shutdown|abort|kill|raise_signal|rlimit|\bexec[lv]"
    r"|ctypes|faulthandler|_stream\b|_socket\b|closerange|os\.close|^\s*%"
)
_ENDS_LATER = re.compile(_LATER, re.MULTILINE)
_ENDS_KERNELS = re.compile(f"{_ENDS}|{_LATER}", re.MULTILINE)
"""What the text of a cell holds that ends a kernel, at once or later; it holds much else, too."""

QUESTION = "print(__import__('IPython').get_ipython().exit_now)"
"""A program that prints whether the kernel has been told to end."""


def may_end_kernel(text: str) -> bool:
    """Return whether a cell's text holds anything that is known to end a kernel.

    What does without such words is charged by chance, to the cell that the kernel ended in.
    """
    return _ENDS_KERNELS.search(text) is not None


def may_end_later(text: str) -> bool:
    """Return whether a cell's text holds anything that goes on when the cell has ended."""
    return _ENDS_LATER.search(text) is not None


def asks_to_end(reply: dict[str, Any]) -> bool:
    """Return whether a kernel's reply to a cell says that the kernel will end: `exit`, `quit`."""
    payload = reply["content"].get("payload") or []
    return any(
        part.get("source") == "ask_exit" and not part.get("keepkernel")
        for part in payload
        if isinstance(part, dict)
    )


def is_ending(printed: str) -> bool:
    """Return whether a kernel answered QUESTION with yes."""
    return printed.strip() == "True"
