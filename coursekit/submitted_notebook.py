"""Read a submitted notebook file, whatever a student's editor or a broken upload made of it."""

import json
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode

RECORD = "coursekit"
"""Where a read notebook's metadata says what was wrong with its file: `unreadable`, a sentence."""

_ENCODINGS = ("utf-8-sig", "utf-16", "cp949")
"""Tried in turn. UTF-16 is taken only with a byte order mark; cp949 is Korean Windows."""


class SubmissionExporter(NotebookExporter):
    """nbconvert's exporter for `nbgrader autograde`, except that no file is too broken to read."""

    def from_file(
        self, file_stream: Any, resources: dict[str, Any] | None = None, **options: Any
    ) -> tuple[Any, dict[str, Any]]:
        """Read `file_stream`, which nbconvert opened as UTF-8 text, from its bytes.

        nbgrader reads twice: the submitted file, and then its cleaned copy, which is ours.
        """
        if getattr(self.parent, "_sanitizing", True):
            if Path(file_stream.name).is_symlink():  # perhaps to the instructor's own
                notebook = _without_cells("The file is a link, not a notebook.")
            else:
                notebook = read_submitted(file_stream.buffer.read())
        else:
            notebook = nbformat.read(file_stream, as_version=4)
        return self.from_notebook_node(notebook, resources, **options)


def read_submitted(content: bytes) -> NotebookNode:
    """Return the notebook in `content`, in the current format.

    Of a file that holds no notebook, the result has no cells, and its metadata says why: the
    student gets a mark and a reason. Parts of cells that have no sense are dropped.
    """
    try:
        cells = _cells(_document(content))
    except _Unreadable as problem:
        return _without_cells(str(problem))
    return nbformat.from_dict({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def _without_cells(problem: str) -> NotebookNode:
    return nbformat.v4.new_notebook(metadata={RECORD: {"unreadable": problem}})


class _Unreadable(Exception):
    """A sentence on what is wrong with a file."""


def _document(content: bytes) -> dict[str, Any]:
    if not content.strip(b"\0 \t\r\n"):
        raise _Unreadable("The file is empty.")
    try:
        document = json.loads(_text(content), parse_int=_number)
    except (ValueError, RecursionError) as error:
        where = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        raise _Unreadable(
            f"The file is damaged or cut off: it is not valid JSON{where}."
        ) from error
    if not isinstance(document, dict):
        raise _Unreadable("The file is JSON, but not a notebook.")
    return document


def _text(content: bytes) -> str:
    for encoding in _ENCODINGS:
        if encoding == "utf-16" and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
            continue
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            pass
    raise _Unreadable("The file's text has an encoding that is not known; notebooks are UTF-8.")


def _cells(document: dict[str, Any]) -> list[dict[str, Any]]:
    cells = document.get("cells")
    if not isinstance(cells, list) and isinstance(document.get("worksheets"), list):
        sheets = [sheet for sheet in document["worksheets"] if isinstance(sheet, dict)]
        cells = [cell for sheet in sheets for cell in _list(sheet.get("cells"))]  # formats 2 and 3
    if not isinstance(cells, list):
        raise _Unreadable("The file is JSON, but not a notebook: it has no list of cells.")
    readable = [_cell(cell) for cell in cells if isinstance(cell, dict)]
    if not readable:
        raise _Unreadable("The notebook has no cells.")
    return readable


def _cell(cell: dict[str, Any]) -> dict[str, Any]:
    """Return of a cell what grading reads, each part of the type that the format says.

    Nothing else of it is looked at: neither outputs and counts nor other metadata.
    """
    metadata = cell["metadata"] if isinstance(cell.get("metadata"), dict) else {}
    nbgrader = metadata.get("nbgrader")
    read: dict[str, Any] = {
        "cell_type": _cell_type(cell),
        "source": _source(cell),
        "metadata": {"tags": list(filter(None, map(_text_of, _list(metadata.get("tags")))))},
    }
    if isinstance(nbgrader, dict) and isinstance(nbgrader.get("grade_id"), str):
        read["metadata"]["nbgrader"] = {"grade_id": nbgrader["grade_id"]}
    if isinstance(cell.get("id"), str):
        read["id"] = cell["id"]
    if cell.get("attachments"):
        read["attachments"] = _attachments(cell["attachments"])
    return read


def _cell_type(cell: dict[str, Any]) -> str:
    """Return a cell's type; of a cell that says none, what the rest of it looks like."""
    kind = cell.get("cell_type")
    if kind in ("code", "markdown", "raw"):
        return str(kind)
    if kind in ("heading", "html", "text"):  # of older formats
        return "markdown"
    return "code" if {"outputs", "execution_count", "input"} & cell.keys() else "raw"


def _source(cell: dict[str, Any]) -> str:
    """Return a cell's text, which older formats call by other names."""
    names = ("source", "input", "code", "text")
    source = _text_of(next((cell[name] for name in names if name in cell), ""))
    if cell.get("cell_type") == "heading":
        level = cell.get("level")
        return f"{'#' * (level if type(level) is int and 1 <= level <= 6 else 1)} {source}"
    return source


def _attachments(attachments: object) -> dict[str, dict[str, str]]:
    """Return what is attached to a cell; of what is no attachment, nothing but its name."""
    if not isinstance(attachments, dict):
        return {"": {}}
    return {
        name: {kind: _text_of(content) for kind, content in bundle.items()}
        if isinstance(bundle, dict)
        else {}
        for name, bundle in attachments.items()
    }


def _text_of(value: object) -> str:
    """Return a text that may come as a list of lines; what is no text is empty."""
    if isinstance(value, list):
        value = "".join(line for line in value if isinstance(line, str))
    # half a surrogate pair is valid JSON, and no file can hold it
    return value.encode(errors="replace").decode() if isinstance(value, str) else ""


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _number(digits: str) -> int:
    """Return a whole number; none of those that grading reads has more than a few digits."""
    return int(digits) if len(digits) < 20 else 0
