"""What a student's cell printed and displayed, as HTML."""

import base64
from collections.abc import Mapping

from markupsafe import Markup
from nbformat import NotebookNode

from coursekit.markdown import markdown_html
from coursekit.pages.budget import Budget
from coursekit.pages.filters import markup_html, terminal_html
from coursekit.pages.rasters import raster_uri

_RASTERS = ("image/png", "image/jpeg", "image/gif", "image/webp")
_LARGEST_DRAWING = 1_000_000


def output_html(output: NotebookNode, budget: Budget) -> Markup:
    """Return one output; of several forms of the same thing, the one that shows most."""
    if output.output_type == "stream":
        return _printed(output.text, "stderr" if output.name == "stderr" else "stdout")
    if output.output_type == "error":
        lines = output.traceback or [f"{output.ename}: {output.evalue}"]
        return _printed("\n".join(map(str, lines)), "error")
    return _displayed(output, budget)


def _displayed(output: NotebookNode, budget: Budget) -> Markup:
    data = output.data
    for kind in (*_RASTERS, "image/svg+xml"):
        uri = _drawing(data.get(kind)) if kind == "image/svg+xml" else raster_uri(data.get(kind))
        if uri and budget.take_picture(len(uri)):
            alt = _description(output, kind)
            return Markup('<img src="{}" alt="{}">').format(uri, alt)
    if isinstance(html := data.get("text/html"), str):
        return Markup('<div class="displayed">{}</div>').format(markup_html(html, budget))
    for kind in ("text/markdown", "text/latex"):
        if isinstance(text := data.get(kind), str):
            shown = markdown_html(text, budget)
            return Markup('<div class="displayed">{}</div>').format(shown)
    return _printed(str(data.get("text/plain", "")), "stdout")


def _printed(text: str, kind: str) -> Markup:
    return (
        Markup('<pre class="{}">{}</pre>').format(kind, terminal_html(text)) if text else Markup()
    )


def _drawing(svg: object) -> str | None:
    """Return an SVG as the address of an image, in which no script runs and nothing is loaded."""
    if not isinstance(svg, str) or not svg.strip() or len(svg) > _LARGEST_DRAWING:
        return None
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode(errors='replace')).decode()}"


def _description(output: NotebookNode, kind: str) -> str:
    """Return the alternative text of a picture: the output's own, or a sentence that says so."""
    about = output.get("metadata", {}).get(kind)
    alt = about.get("alt") if isinstance(about, Mapping) else None
    return alt if isinstance(alt, str) and alt.strip() else "a picture without a description"
