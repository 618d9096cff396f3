"""Markdown cells as HTML that needs no network and does nothing, for feedback and formgrader."""

import re
import secrets
import time
from html import escape

from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from coursekit.mathml import to_mathml
from coursekit.pages.budget import Budget, budget_of, within_budget
from coursekit.pages.sanitize import Pictures, sanitized


@pass_context
def markdown2html(context: Context, source: str) -> Markup:
    """Return the HTML of a markdown cell. Takes the place of nbconvert's filter of this name."""
    cell = context.get("cell") or {}
    return markdown_html(source, budget_of(context), cell.get("attachments"))


def markdown_html(source: str, budget: Budget, attachments: object = None) -> Markup:
    """Return nbconvert's HTML of `source`, made harmless: formulas as MathML, attached pictures in.

    What would take too long is shown as it was written.
    """
    pictures = Pictures(budget, attachments)

    def render(text: str) -> str:
        renderer = _Renderer(budget)
        html = str(MarkdownWithMath(renderer=renderer).render(text))
        return pictures.put_back(renderer.fill_in(sanitized(html, pictures)))

    shown = within_budget(pictures.take_out(source), budget, render)
    return Markup(pictures.put_back(shown))


class _Renderer(IPythonRenderer):
    """Renders markdown with a placeholder for each piece of HTML that is ours, not the writer's."""

    def __init__(self, budget: Budget) -> None:
        super().__init__(escape=False, exclude_anchor_links=True)
        self._budget = budget
        self._placeholder = secrets.token_hex(8)  # nobody can write it
        self._ours: list[str] = []

    def fill_in(self, html: str) -> str:
        """Put our pieces in their places; inside a tag (an alternative text) leave them out."""

        def piece_or_tag(found: re.Match[str]) -> str:
            tag, number = found.groups()
            return re.sub(placeholder, "", tag) if tag else self._ours[int(number)]

        placeholder = rf"{self._placeholder}-(\d+)-"
        return re.sub(rf'(<\w(?:[^>"]|"[^"]*")*>)|{placeholder}', piece_or_tag, html)

    def block_math(self, body: str) -> str:
        return self._formula(body, f"$${body}$$", block=True)

    def inline_math(self, body: str) -> str:
        return self._formula(body, f"${body}$", block=False)

    def latex_environment(self, name: str, body: str) -> str:
        formula = f"\\begin{{{name}}}{body}\\end{{{name}}}"
        return self._formula(formula, formula, block=True)

    def image(self, text: str, url: str, title: str | None = None) -> str:
        """Leave it to the sanitizer which address becomes a picture."""
        about = f' title="{escape(title)}"' if title else ""
        return f'<img src="{escape(url)}" alt="{escape(text)}"{about}>'

    def _formula(self, formula: str, written: str, *, block: bool) -> str:
        """Keep a formula as MathML, or as it was written where that cannot be made in time."""
        started = time.monotonic()
        mathml = to_mathml(formula, block=block) if self._budget.seconds > 0 else None
        self._budget.seconds -= time.monotonic() - started
        self._ours.append(mathml or f"<code>{escape(written)}</code>")
        return f"{self._placeholder}-{len(self._ours) - 1}-"
