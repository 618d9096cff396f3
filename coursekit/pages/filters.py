"""The filters of nbconvert's templates, within bounds: for formgrader, feedback and our own page.

nbconvert's own take quadratic time or worse for some texts, and a grader's server waits for them.
"""

import re
from collections.abc import Callable
from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape
from nbconvert.filters import ansi2html as nbconverts_ansi2html
from nbconvert.filters import strip_ansi
from nbconvert.filters.highlight import Highlight2HTML

from coursekit.markdown import markdown2html
from coursekit.pages.budget import LONGEST_PLAIN, Budget, budget_of, within_budget
from coursekit.pages.sanitize import Pictures, sanitized

_MOST_COLOURS = 1_000
"""Changes of colour in one output; each costs time for all that follows it."""

_highlight = Highlight2HTML()


def code_html(source: str, budget: Budget) -> Markup:
    """Return Python code with its colours."""
    return within_budget(source, budget, _highlight, most_marks=0)


def markup_html(html: str, budget: Budget) -> Markup:
    """Return HTML that code of a student displayed, made harmless."""
    pictures = Pictures(budget)
    shown = within_budget(pictures.take_out(html), budget, lambda text: sanitized(text, pictures))
    return Markup(pictures.put_back(shown))


def terminal_html(text: str) -> Markup:
    """Return printed text, with the colours that it sets."""
    if len(text) > LONGEST_PLAIN:
        text = text[:LONGEST_PLAIN] + "\n… (the rest was cut off)"
    if text.count("\x1b") > _MOST_COLOURS:
        text = strip_ansi(text)
    return Markup(nbconverts_ansi2html(text))


@pass_context
def highlight_code(context: Context, source: str, **_: Any) -> Markup:
    """Take the place of nbconvert's filter of this name."""
    return code_html(source, budget_of(context))


@pass_context
def clean_html(context: Context, html: object) -> Markup:
    """Take the place of nbconvert's filter of this name; what is clean already stays."""
    if isinstance(html, Markup):
        return html
    text = html.decode(errors="replace") if isinstance(html, bytes) else str(html)
    return markup_html(text, budget_of(context))


def ansi2html(text: str) -> Markup:
    """Take the place of nbconvert's filter of this name."""
    return terminal_html(str(text))


def strip_files_prefix(text: str) -> str:
    """Take the place of nbconvert's filter of this name, which mends addresses of 2012."""
    return text


def in_ticks(text: str) -> Markup:
    """Return a sentence with what stands in backticks as code."""
    return Markup(re.sub(r"`([^`\n]+)`", r"<code>\1</code>", str(escape(text))))


FILTERS: dict[str, Callable[..., str]] = {
    "markdown2html": markdown2html,
    "highlight_code": highlight_code,
    "clean_html": clean_html,
    "ansi2html": ansi2html,
    "strip_files_prefix": strip_files_prefix,
    "in_ticks": in_ticks,
}
"""For `c.HTMLExporter.filters`."""
