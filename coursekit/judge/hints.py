"""What a notebook has replaced in its kernel: hints for a person, since the kernel may lie.

Like the bridge, this runs in the student's kernel. `remember` is called before anything of the
student's, `show` at the end. Names are meant that only somebody who wants to mislead a test, or is
very lost, would replace.
"""

import builtins
import sys
from typing import Any

_SHELL = ["run_cell", "run_cell_async", "run_code", "showtraceback", "transform_cell", "compile"]
_IGNORED = frozenset({"_", "input", "display", "get_ipython"})
"""Names in builtins that the kernel itself sets."""

_before: dict[str, Any] = {}


def remember(shell: Any) -> None:
    """Keep what the watched names stand for in a fresh kernel."""
    _before.update(_watched(shell))


def show(shell: Any) -> None:
    """Print the watched names that stand for something else now, separated by spaces."""
    now = _watched(shell)
    replaced = [name for name, value in _before.items() if now.get(name) is not value]
    testing = vars(sys.modules.get("numpy.testing", builtins))
    replaced += [
        f"numpy.testing.{name}"
        for name, value in testing.items()
        if name.startswith("assert_")
        and not str(getattr(value, "__module__", "")).startswith("numpy")
    ]
    if shell.ast_transformers:
        replaced.append("shell.ast_transformers")
    sys.stdout.write(" ".join(sorted(replaced)))


def _watched(shell: Any) -> dict[str, Any]:
    watched = {
        f"builtins.{name}": value
        for name, value in vars(builtins).items()
        if name not in _IGNORED and not name.startswith("__")
    }
    watched |= {f"shell.{name}": _function(getattr(shell, name)) for name in _SHELL}
    kernel = getattr(shell, "kernel", None)
    if kernel is not None:
        watched["kernel.do_execute"] = _function(kernel.do_execute)
    return watched


def _function(value: Any) -> Any:
    """Return what is the same at each look: a bound method is made anew, its function is not."""
    return getattr(value, "__func__", value)
