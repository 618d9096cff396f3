"""Formulas as MathML, which browsers show by themselves: no script and no network.

The conversion runs in a process of its own, because students write formulas too: some make the
converter run for hours (unclosed brackets) or overflow its stack (deep nesting).
"""

import json
import select
import subprocess
import sys
from functools import lru_cache
from typing import TextIO

_PATIENCE = 2.0
"""Seconds that one formula may take; all of the notebooks' own need a few milliseconds."""

_worker: subprocess.Popen[str] | None = None


@lru_cache(maxsize=10_000)
def to_mathml(formula: str, *, block: bool) -> str | None:
    """Return a `<math>` element for LaTeX `formula`, or None where it cannot be converted.

    `block` sets it on a line of its own. Text in the formula comes back escaped.
    """
    global _worker
    if _worker is None or _worker.poll() is not None:
        _worker = subprocess.Popen(
            [sys.executable, "-I", __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
    assert _worker.stdin is not None and _worker.stdout is not None
    print(json.dumps([formula, block]), file=_worker.stdin, flush=True)
    answered, _, _ = select.select([_worker.stdout], [], [], _PATIENCE)
    answer = _worker.stdout.readline() if answered else ""
    if not answer:
        _worker.kill()
        _worker.wait()
        return None
    mathml = json.loads(answer)
    return mathml if isinstance(mathml, str) else None


def _serve(requests: TextIO, answers: TextIO) -> None:
    """Answer one JSON line per formula until there are no more: the worker process."""
    from math_core import LatexError, LatexToMathML

    converter = LatexToMathML(fancy_error=False, max_expansions=0)
    for request in requests:
        formula, block = json.loads(request)
        try:
            answer = converter.convert_with_local_state(formula, displaystyle=block)
        except LatexError:
            answer = None
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    _serve(sys.stdin, sys.stdout)
