"""Run snippets in the sandbox, for the tests."""

import json
import subprocess
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coursekit.sandbox.launch import start
from coursekit.sandbox.limits import Limits
from coursekit.sandbox.python_view import PYTHON
from coursekit.sandbox.view import View

MIB = 1 << 20

SMALL = Limits(
    memory_bytes=512 * MIB,
    processes=40,
    file_bytes=32 * MIB,
    folder_bytes=64 * MIB,
    folder_entries=500,
    scratch_bytes=32 * MIB,
    open_files=100,
    cpu_seconds=20,
    wall_seconds=30,
)
"""Limits that a snippet reaches soon; the last ones end it whatever else fails."""

REPORT = "import json\ndef report(value):\n    print(json.dumps(value), flush=True)\n"


@dataclass(frozen=True)
class Run:
    """How a snippet ended."""

    status: int
    reason: str | None
    text: str

    @property
    def value(self) -> Any:
        """What the snippet gave to `report`, the last time."""
        lines = [line for line in self.text.splitlines() if line]
        assert lines, f"the snippet said nothing; it ended with {self.status}, {self.reason}"
        return json.loads(lines[-1])


def run(
    code: str, work: Path, *, limits: Limits = SMALL, view: View | None = None, **options: Any
) -> Run:
    """Run `code` in the sandbox, `work` being its folder; it may call `report(value)` to answer."""
    process = start(
        [PYTHON, "-c", REPORT + textwrap.dedent(code)],
        view or View(work),
        limits,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        **options,
    )
    text, _ = process.communicate(timeout=limits.wall_seconds + 30)
    return Run(process.returncode, process.reason, text.decode(errors="replace"))
