"""Cut the outputs of an executed notebook to what pages about it can hold and show safely.

What a kernel may send is bounded before that (`execute`), but 20 MB of markup keep nbconvert, which
sanitizes it for feedback and formgrader, busy for ten minutes: a second for each 50,000 characters.

It does not sanitize all: an image's width from the metadata lands in its tag as it is, where it may
bring a script along, and a widget without an id ends the conversion of a page.
"""

from collections.abc import Mapping

from nbformat import NotebookNode, from_dict
from nbformat.v4 import new_output

LONGEST_TEXT = 20_000
"""Characters of text that are kept of one cell."""

MOST_OUTPUTS = 200
"""Outputs that are kept of one cell."""

MOST_MARKUP = 500_000
"""Characters of everything but printed text and pictures that are kept of one notebook."""

MOST_PICTURES = 30_000_000
"""Characters of pictures (base64) that are kept of one notebook."""

LONGEST_DESCRIPTION = 1000
"""Characters of a picture's alternative text; the notebooks' own have up to 600."""

LARGEST_COUNT = 1_000_000
"""A cell's number is below it."""

LARGEST_PICTURE = 20_000
"""Pixels of a picture's width or height, as a page is to show it."""

_PICTURES = ("image/png", "image/jpeg", "image/gif")
_KINDS = (
    *_PICTURES, "image/svg+xml", "text/html", "text/latex", "text/markdown", "text/plain"
)  # fmt: skip
_CUT = "\n… (the rest was cut off)\n"


def cut_outputs(nb: NotebookNode) -> None:
    """Shorten or drop the outputs of `nb`, in place, that are too long or too many.

    Of what is displayed, texts and pictures stay, and the size and description of pictures.
    """
    markup, pictures = MOST_MARKUP, MOST_PICTURES
    for cell in nb.cells:
        if cell.cell_type != "code":
            continue
        text, kept = LONGEST_TEXT, []
        cell.execution_count = _count(cell.get("execution_count"))
        for output in cell.outputs[:MOST_OUTPUTS]:
            if "execution_count" in output:
                output.execution_count = _count(output.execution_count)
            if output.output_type == "stream":
                output.text = "".join(output.text)  # which may be a list of lines
                if text > 0:
                    kept.append(output)
                if len(output.text) > text:
                    output.text = output.text[: max(0, text)] + _CUT
                text -= len(output.text)
                continue
            if "data" in output:
                output.metadata = _about_pictures(output.metadata)
                output.data = _known(output.data)
                if not output.data:
                    continue
            data = output.get("data", {})
            shown = sum(_size(value) for kind, value in data.items() if kind in _PICTURES)
            rest = _size(output) - shown
            if shown <= pictures and rest <= markup:
                pictures, markup = pictures - shown, markup - rest
                kept.append(output)
            else:
                note = f"… (an output of {(shown + rest) / 1e6:.1f} MB was left out)\n"
                kept.append(_left_out(output, note))
        cell.outputs = kept


def _count(count: object) -> int | None:
    """Return a cell's number if it is one: the kernel says it, and a student's code can, too."""
    return count if type(count) is int and 0 <= count < LARGEST_COUNT else None


def _known(data: Mapping[str, object]) -> NotebookNode:
    """Return the kinds of one output that pages can show, each as one text."""
    joined = {
        kind: "".join(map(str, value)) if isinstance(value, list) else value
        for kind, value in data.items()
        if kind in _KINDS
    }
    return from_dict({kind: text for kind, text in joined.items() if isinstance(text, str)})


def _about_pictures(metadata: Mapping[str, object]) -> NotebookNode:
    """Return of an output's metadata how large its pictures are to be shown, and what they show."""
    return from_dict(
        {
            kind: _sizes(about) | _description(about)
            for kind, about in metadata.items()
            if kind in _PICTURES and isinstance(about, Mapping)
        }
    )


def _sizes(about: Mapping[str, object]) -> dict[str, int | float]:
    """Return the width and height of a picture, in pixels, as far as they are such numbers."""
    sizes = {}
    for name in ("width", "height"):
        size = about.get(name)
        if isinstance(size, int | float) and size is not True and 0 < size <= LARGEST_PICTURE:
            sizes[name] = size
    return sizes


def _description(about: Mapping[str, object]) -> dict[str, str]:
    """Return a picture's alternative text, as one line without control characters."""
    text = about.get("alt")
    if not isinstance(text, str):
        return {}
    line = " ".join(text[: 2 * LONGEST_DESCRIPTION].split())
    readable = "".join(filter(str.isprintable, line))[:LONGEST_DESCRIPTION]
    return {"alt": readable} if readable else {}


def _left_out(output: NotebookNode, note: str) -> NotebookNode:
    """Return what stands for an output that is too long; an error stays an error."""
    if output.output_type == "error":
        return new_output("error", ename=str(output.ename)[:100], evalue=note, traceback=[note])
    return new_output("stream", name="stdout", text=note)


def _size(value: object) -> int:
    """Return the number of characters in all texts that a value of JSON holds."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, Mapping):
        return sum(len(str(key)) + _size(item) for key, item in value.items())
    if isinstance(value, list | tuple):
        return sum(map(_size, value))
    return 10
