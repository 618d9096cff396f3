"""Read notebook files whatever editor last saved them: other encodings, older formats.

nbgrader reads UTF-8 and format 4 only, and one file that it cannot read ends its whole run.
"""

import codecs
import json
import re
import warnings
from typing import Any

import nbformat

_CELL_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")  # as nbformat's schema has it


class BadNotebook(Exception):
    """A file that is no notebook; the text completes the sentence "<name> ..."."""


def read_notebook(content: bytes) -> tuple[bytes, dict[str, Any], list[str]]:
    """Return a notebook's file as UTF-8 in format 4, its JSON, and what was mended, in words.

    A file that needs no mending is returned as it is. Raises `BadNotebook`.
    """
    text, notes = _decode(content)
    try:
        notebook = json.loads(text, parse_int=_whole_number)
    except (ValueError, RecursionError) as error:
        where = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        raise BadNotebook(f"is not valid JSON{where}") from error
    if not isinstance(notebook, dict) or not isinstance(notebook.get("nbformat"), int):
        raise BadNotebook("is JSON, but not a notebook")
    if notebook["nbformat"] in (1, 2, 3):
        notebook = _upgrade(notebook)
        notes.append("was in an old format and has been upgraded")
    elif notebook["nbformat"] != 4:
        raise BadNotebook(f"is in notebook format {notebook['nbformat']}, which is unknown here")
    if _has_half_characters(text, notebook):
        notebook = _replace_half_characters(notebook)
        notes.append("held half a character, which has been replaced")
    if not _is_valid(notebook):
        notebook, damaged = _essentials(notebook)
        notes.append("had damaged metadata or outputs, which have been dropped")
        if damaged:
            notes.append(f"had {damaged} damaged cell(s), which have been dropped")
    if notes:
        content = (json.dumps(notebook, ensure_ascii=False, indent=1) + "\n").encode("utf-8")
    return content, notebook, notes


def without_outputs(content: bytes) -> bytes | None:
    """Return a notebook's file without what its cells printed, None if it is no notebook."""
    try:
        _, notebook, _ = read_notebook(content)
    except BadNotebook:
        return None
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"] = []
    return (json.dumps(notebook, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def grade_ids(notebook: dict[str, Any]) -> set[str]:
    """Return the ids of all cells that nbgrader knows."""
    found = set()
    for cell in notebook["cells"]:
        info = cell.get("metadata", {}).get("nbgrader")
        if isinstance(info, dict) and isinstance(info.get("grade_id"), str):
            found.add(info["grade_id"])
    return found


def _decode(content: bytes) -> tuple[str, list[str]]:
    if not content:
        raise BadNotebook("is empty")
    encodings: tuple[str, ...]
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ("utf-16",)
    elif content.startswith(codecs.BOM_UTF8):
        encodings = ("utf-8-sig",)
    elif content[1:2] == b"\0":  # JSON begins with an ASCII character
        encodings = ("utf-16-le",)
    elif content[:1] == b"\0":
        encodings = ("utf-16-be",)
    else:
        encodings = ("utf-8", "cp949")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        name = "UTF-8 with a byte order mark" if encoding == "utf-8-sig" else encoding
        return text, [] if encoding == "utf-8" else [f"was saved as {name} and has been converted"]
    raise BadNotebook("is in an encoding that is unknown here")


def _whole_number(digits: str) -> int:
    """Return a number, 0 for one so long that Python takes it for an attack."""
    return int(digits) if len(digits) < 1000 else 0


def _upgrade(notebook: dict[str, Any]) -> dict[str, Any]:
    try:
        old = nbformat.reads(json.dumps(notebook), as_version=nbformat.NO_CONVERT)
        new: dict[str, Any] = json.loads(nbformat.writes(nbformat.convert(old, 4)))
    except Exception as error:  # the converters assume valid input and raise what comes of it
        raise BadNotebook(
            f"is in an old format and cannot be upgraded ({type(error).__name__})"
        ) from error
    return new


def _is_valid(notebook: dict[str, Any]) -> bool:
    """Whether a notebook keeps to nbformat's schema; nbgrader stumbles over one that does not."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # cells without an id, or two with one, get new ids
            nbformat.validate(notebook, relax_add_props=True)
    except Exception:  # a damaged notebook can break the validator too
        return False
    return True


def _essentials(notebook: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """Return what of a damaged notebook counts, and how many cells do not even have that.

    What counts is the text of the cells with its pictures, and which cells they are.
    """
    cells: list[dict[str, Any]] = []
    names = set[str]()
    found = _list(notebook.get("cells"))
    for cell in found:
        source = cell.get("source") if isinstance(cell, dict) else None
        if isinstance(source, list) and all(isinstance(line, str) for line in source):
            source = "".join(source)
        if not isinstance(source, str) or cell.get("cell_type") not in ("code", "markdown", "raw"):
            continue
        metadata = cell.get("metadata")
        info = metadata.get("nbgrader") if isinstance(metadata, dict) else None
        kept = {"cell_type": cell["cell_type"], "source": source, "metadata": {}}
        if isinstance(info, dict):
            kept["metadata"] = {"nbgrader": info}
        name = cell.get("id")
        is_good = isinstance(name, str) and _CELL_ID.fullmatch(name) and name not in names
        # nbformat would draw an id by lot, and two readings of one file would differ
        kept["id"] = name if is_good else f"unnamed-{len(cells)}"
        names.add(kept["id"])
        if _are_attachments(cell.get("attachments")) and cell["cell_type"] != "code":
            kept["attachments"] = cell["attachments"]
        if cell["cell_type"] == "code":
            kept |= {"execution_count": None, "outputs": []}
        cells.append(kept)
    plain = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    if (found and not cells) or not _is_valid(plain):
        raise BadNotebook("is a damaged notebook")
    return plain, len(found) - len(cells)


def _are_attachments(value: Any) -> bool:
    """Whether these are a text's pictures as nbformat keeps them: a name, a type, the content."""
    return isinstance(value, dict) and all(
        isinstance(bundle, dict) and all(isinstance(content, str) for content in bundle.values())
        for bundle in value.values()
    )


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise BadNotebook("is a notebook without a list of cells")
    return value


def _has_half_characters(text: str, notebook: dict[str, Any]) -> bool:
    """Whether the notebook holds one half of a surrogate pair, which UTF-8 cannot express."""
    if not re.search(r"\\u[dD][89a-fA-F]", text):
        return False
    try:
        json.dumps(notebook, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        return True
    return False


def _replace_half_characters(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    if isinstance(value, list):
        return [_replace_half_characters(item) for item in value]
    if isinstance(value, dict):
        return {
            _replace_half_characters(key): _replace_half_characters(item)
            for key, item in value.items()
        }
    return value
