"""Read a submitted notebook file, whatever a student's editor or a broken upload made of it."""

import json
import warnings
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
        document = json.loads(_text(content))
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
    if "worksheets" in document:
        document = _upgraded(document)
    cells = document.get("cells")
    if not isinstance(cells, list):
        raise _Unreadable("The file is JSON, but not a notebook: it has no list of cells.")
    readable = [_cell(cell) for cell in cells if isinstance(cell, dict)]
    if not readable:
        raise _Unreadable("The notebook has no cells.")
    return readable


def _upgraded(document: dict[str, Any]) -> dict[str, Any]:
    """Return a notebook of format 3 or older in format 4."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about ids, which such files do not have
            return nbformat.reads(json.dumps(document), as_version=4)
    except Exception as error:  # whatever its converter meets in a file of no sense
        raise _Unreadable(
            "The notebook is of an old format, and damaged; open it in JupyterLab and save it."
        ) from error


def _cell(cell: dict[str, Any]) -> dict[str, Any]:
    """Return of a cell what grading reads, each part of the type that the format says."""
    source = cell.get("source", "")
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    metadata = dict(cell["metadata"]) if isinstance(cell.get("metadata"), dict) else {}
    tags = metadata.get("tags", [])
    metadata["tags"] = [t for t in tags if isinstance(t, str)] if isinstance(tags, list) else []
    read = {
        "cell_type": cell["cell_type"] if cell.get("cell_type") in _TYPES else "raw",
        # half a surrogate pair is valid JSON, and no file can hold it
        "source": source.encode(errors="replace").decode() if isinstance(source, str) else "",
        "metadata": metadata,
    }
    if isinstance(cell.get("id"), str):
        read["id"] = cell["id"]
    if isinstance(cell.get("attachments"), dict):
        read["attachments"] = cell["attachments"]
    return read


_TYPES = ("code", "markdown", "raw")
