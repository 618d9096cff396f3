"""What one page may take to look good: seconds for markup, and room for pictures.

Parsers of markup can be made to run for hours by a few lines. So each piece of a page has a limit
of length and time, and all of a page together one of time; what is beyond it is shown as it was
written.
"""

import re
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from jinja2.runtime import Context
from markupsafe import Markup

PIECE_SECONDS = 3.0
"""Processor time that one piece may take; most need a hundredth."""

LONGEST_MARKUP = 50_000
"""Characters of one piece that are looked at as markup."""

MOST_MARKS = 2_000
"""Characters with a meaning in markup, in one piece: several parsers take time for each pair."""

LONGEST_PLAIN = 200_000
"""Characters of one piece that are shown at all."""

_MARK = re.compile(r"[\\$<\[*_`|>!~#&\x1b]")


@dataclass
class Budget:
    """What is left for the pieces of one page."""

    seconds: float = 10.0
    picture_characters: int = 40_000_000
    """Of base64 text."""

    def take_picture(self, characters: int) -> bool:
        """Return whether there is room for a picture; if so, it is taken."""
        if characters > self.picture_characters:
            return False
        self.picture_characters -= characters
        return True


def budget_of(context: Context | dict[str, Any]) -> Budget:
    """Return the budget of the page that a filter's Jinja context belongs to."""
    resources = context.get("resources")
    if not isinstance(resources, dict):
        return Budget()
    budget = resources.setdefault("coursekit_budget", Budget())
    assert isinstance(budget, Budget)
    return budget


def within_budget(
    text: str, budget: Budget, render: Callable[[str], str], most_marks: int = MOST_MARKS
) -> Markup:
    """Return the HTML `render(text)`, or the text as it was written where that would take long."""
    if len(text) > LONGEST_MARKUP:
        return as_written(text, "it is very long")
    if most_marks and sum(1 for _ in _MARK.finditer(text)) > most_marks:
        return as_written(text, "it holds very many signs with a meaning")
    if budget.seconds <= 0:
        return as_written(text, "the cells before it took very long to convert")
    started = time.process_time()
    try:
        with _time_limit(min(PIECE_SECONDS, budget.seconds)):
            return Markup(render(text))
    except _OutOfTime:
        return as_written(text, "converting it takes very long")
    except Exception as error:
        return as_written(text, f"it could not be converted ({type(error).__name__})")
    finally:
        budget.seconds -= time.process_time() - started


def as_written(text: str, why: str) -> Markup:
    """Return a text as HTML that shows each character of it, and a sentence that says why."""
    note = f"Shown as it was written, since {why}." if why else ""
    rest = "\n… (the rest was cut off)" if len(text) > LONGEST_PLAIN else ""
    shown = Markup("<pre>{}</pre>").format(text[:LONGEST_PLAIN] + rest)
    return Markup('<p class="as-written">{}</p>').format(note) + shown if why else shown


class _OutOfTime(BaseException):
    """Raised where the time of a piece has run out; no library takes it for an error of its own."""


@contextmanager
def _time_limit(seconds: float) -> Iterator[None]:
    """Raise `_OutOfTime` in the block when it has computed for `seconds`.

    Signals reach the main thread alone; in another one, the limits of length have to do.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(*_: object) -> None:
        raise _OutOfTime

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
