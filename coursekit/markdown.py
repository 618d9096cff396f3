"""Markdown cells as HTML that needs no network, for feedback and formgrader pages."""

import base64
import mimetypes
import re
from html import escape

from jinja2 import pass_context
from jinja2.runtime import Context
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from coursekit.course import REPOSITORY
from coursekit.mathml import to_mathml

_PICTURE = re.compile(r"utils/images/[\w-]+\.(png|svg|jpg|gif)")


@pass_context
def markdown2html(context: Context, source: str) -> str:
    """Return the HTML of a markdown cell: nbconvert's, with formulas and our pictures in it.

    Takes the place of nbconvert's filter of the same name. Pictures of the student package are
    embedded; no other file is, so that a submission cannot bring one of the grader's into its
    feedback.
    """
    attachments = context.get("cell", {}).get("attachments", {})
    renderer = _Renderer(escape=False, attachments=attachments)
    return str(MarkdownWithMath(renderer=renderer).render(source))


class _Renderer(IPythonRenderer):
    def block_math(self, body: str) -> str:
        return _formula(body, f"$${body}$$", block=True)

    def inline_math(self, body: str) -> str:
        return _formula(body, f"${body}$", block=False)

    def latex_environment(self, name: str, body: str) -> str:
        formula = f"\\begin{{{name}}}{body}\\end{{{name}}}"
        return _formula(formula, formula, block=True)

    def image(self, text: str, url: str, title: str | None = None) -> str:
        picture = REPOSITORY / url
        if _PICTURE.fullmatch(url) and picture.is_file():
            kind = mimetypes.guess_type(url)[0]
            url = f"data:{kind};base64,{base64.b64encode(picture.read_bytes()).decode()}"
        return str(super().image(text, url, title))


def _formula(formula: str, written: str, *, block: bool) -> str:
    """Return MathML, or what was written where that cannot be made."""
    return to_mathml(formula, block=block) or f"<code>{escape(written)}</code>"
