"""Formulas as MathML, which browsers show by themselves: no script and no network.

The conversion runs in a process of its own, because students write formulas too: some make the
converter run for hours (unclosed brackets) or overflow its stack (deep nesting).
"""

import json
import resource
import select
import signal
import subprocess
import sys
from functools import lru_cache
from typing import TextIO

_PATIENCE = 1.0
"""Seconds that one formula may take; all of the notebooks' own need a few milliseconds."""

_LONGEST = 5_000
"""Characters of a formula that is converted."""

_MEMORY = 1_000_000_000
"""Bytes of the worker's address space; it has no modules that are large."""

_worker: subprocess.Popen[str] | None = None


@lru_cache(maxsize=10_000)
def to_mathml(formula: str, *, block: bool) -> str | None:
    """Return a `<math>` element for LaTeX `formula`, or None where it cannot be converted.

    `block` sets it on a line of its own. Text in the formula comes back escaped.
    """
    if len(formula) > _LONGEST:
        return None
    worker, answer = _running_worker(), ""
    try:
        answer = _ask(worker, json.dumps([formula, block]))
    finally:  # also when we are interrupted: its answer would be taken for that to the next one
        if not answer:
            worker.kill()
            worker.wait()
    mathml = json.loads(answer) if answer else None
    return mathml if isinstance(mathml, str) else None


def _running_worker() -> "subprocess.Popen[str]":
    """Return a worker process that waits for a question; a new one where there is none."""
    global _worker
    if _worker is None or _worker.poll() is not None:
        _worker = subprocess.Popen(
            [sys.executable, "-I", __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert _worker.stdout is not None
        _worker.stdout.readline()  # it says when it is ready
    return _worker


def _ask(worker: "subprocess.Popen[str]", question: str) -> str:
    """Return the worker's line of answer; an empty one where it gives none in time."""
    assert worker.stdin is not None and worker.stdout is not None
    try:
        print(question, file=worker.stdin, flush=True)
    except BrokenPipeError:
        return ""
    answered, _, _ = select.select([worker.stdout], [], [], _PATIENCE)
    return worker.stdout.readline() if answered else ""


def _serve(requests: TextIO, answers: TextIO) -> None:
    """Answer one JSON line per formula until there are no more: the worker process.

    It ends itself at a formula that takes too long, as nobody else might be there to do it.
    """
    from math_core import LatexError, LatexToMathML

    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    converter = LatexToMathML(fancy_error=False, max_expansions=0)
    print("ready", file=answers, flush=True)
    for request in requests:
        formula, block = json.loads(request)
        signal.setitimer(signal.ITIMER_REAL, _PATIENCE + 1)
        try:
            answer = converter.convert_with_local_state(formula, displaystyle=block)
        except LatexError:
            answer = None
        signal.setitimer(signal.ITIMER_REAL, 0)
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    _serve(sys.stdin, sys.stdout)
