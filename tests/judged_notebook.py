"""Graded cells of the instructor notebooks run by the judge, without a Jupyter kernel.

The judge is the real process. The student's end is a fork of this process that runs the solutions
and then serves the bridge, cell by cell.
"""

import contextlib
import io
import linecache
import os
import socket
import subprocess
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

import torch._dynamo  # noqa: F401  # loaded here once, not in every fork that makes an optimizer
from notebook_runner import load_source
from this_course import find_notebook

from coursekit.checkpoint_of import prepare_folder, working_in
from coursekit.course import REPOSITORY, Course
from coursekit.judge.bridge import Server
from coursekit.judge.client import Judge
from coursekit.judge.names import instructor_imports, tests_of
from coursekit.judge.verdict import Ending, Verdict
from coursekit.source import read_source


class JudgedNotebook:
    """One notebook ("1-2") and its judge, both working in `folder`."""

    def __init__(self, name: str, folder: Path) -> None:
        self.folder = folder
        prepare_folder(folder)
        self.code = {cell["id"]: cell.source for cell in load_source(name)}
        source = read_source(Course(REPOSITORY), find_notebook(name))
        self.graded = [cell["id"] for cell in tests_of(source.cells)]
        self.judge = Judge(instructor_imports(source), self._start)

    def _start(self, arguments: list[str], descriptor: int) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            [sys.executable, *arguments],
            pass_fds=[descriptor],
            stdin=subprocess.DEVNULL,
            cwd=self.folder,
        )

    def run(
        self,
        cells: Sequence[str],
        tests: Sequence[str],
        replace: dict[str, str] | None = None,
        names: dict[str, Any] | None = None,
        seconds: float = 60,
    ) -> dict[str, Verdict]:
        """Run `cells` as the student's, with some texts replaced; return the verdicts of `tests`.

        `names` are put into the student's notebook before.
        """
        texts = {name: (replace or {}).get(name, self.code[name]) for name in cells}
        pairs = [socket.socketpair() for _ in tests]
        child = os.fork()
        if child == 0:
            for ours, _ in pairs:
                ours.close()
            _serve(texts, self.folder, [theirs for _, theirs in pairs], dict(names or {}))
        verdicts: dict[str, Verdict] = {}
        try:
            for (ours, theirs), name in zip(pairs, tests, strict=True):
                theirs.close()
                with ours:
                    lost = [n for n, v in verdicts.items() if v.ending is not Ending.PASSED]
                    verdicts[name] = self.judge.run_cell(self.code[name], ours, seconds, lost)
        finally:
            for ours, _ in pairs:
                ours.close()
            os.kill(child, 9)
            os.waitpid(child, 0)
        return verdicts


def _serve(
    texts: dict[str, str], folder: Path, ends: list[socket.socket], names: dict[str, Any]
) -> NoReturn:
    """Be the student's kernel: run the cells, then serve one connection after the other."""
    try:
        namespace = {"__name__": "__main__", **names}
        with working_in(folder), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with contextlib.redirect_stdout(io.StringIO()):
                for name, text in texts.items():
                    lines = text.splitlines(keepends=True)
                    linecache.cache[name] = (len(text), None, lines, name)
                    exec(compile(text, name, "exec"), namespace)
                for end in ends:
                    with end, contextlib.suppress(ConnectionError):
                        Server(end, namespace).run()
    except BaseException as error:
        print(f"the student's end stopped: {error!r}", file=sys.stderr)
    finally:
        os._exit(0)
