"""Cleaning reads the text of cells and nothing else: no field of a file costs what was earned."""

import base64
import io
import json
import time
from typing import Any

import nbformat
import pytest
from mini_course import cell_of, mini_source
from nbformat import NotebookNode
from PIL import Image

from coursekit import attachments, clean
from coursekit.stubs import without_solutions
from coursekit.submitted_notebook import read_submitted

SOLUTIONS = {
    "double": "def double(x):\n    return x * 2",
    "triple": "def triple(x):\n    return x * 3",
    "why": "It is so.",
}
NEVER = "9" * 5_000
"""A number that Python refuses to read."""


def document() -> dict[str, Any]:
    """Return the file of a solved mini notebook."""
    notebook = without_solutions(mini_source())
    for cell in notebook.cells:
        cell.source = SOLUTIONS.get(cell["id"], cell.source)
    found: dict[str, Any] = json.loads(nbformat.writes(notebook))
    return found


def cleaned(content: dict[str, Any] | bytes) -> NotebookNode:
    """Clean a submitted file; the result is a notebook that every tool can read and write."""
    content = content if isinstance(content, bytes) else json.dumps(content).encode()
    notebook = clean.clean(read_submitted(content), mini_source())
    nbformat.validate(json.loads(nbformat.writes(notebook)))
    return notebook


def work(notebook: NotebookNode) -> dict[str, str]:
    return {name: cell_of(notebook, name).source for name in SOLUTIONS}


# --- every field, with values of every type ------------------------------------------------------

VALUES: list[Any] = [
    None, True, -5, 1e30, 4.5, "3", "", "\ud800", "x" * 100_000, [], [None], [1, "a", {}], {},
    {"a": 1}, {"a": [{"b": None}]}, [["a"]], float("nan"), float("inf"),
]  # fmt: skip

NOTEBOOK_FIELDS = ("metadata", "nbformat", "nbformat_minor", "worksheets", "extra")
METADATA_FIELDS = (
    "kernelspec", "language_info", "title", "authors", "orig_nbformat", "widgets", "coursekit",
)  # fmt: skip
CELL_FIELDS = ("id", "metadata", "outputs", "execution_count", "attachments", "extra", "cell_type")
CELL_METADATA_FIELDS = (
    "nbgrader", "tags", "name", "format", "jupyter", "execution", "collapsed", "scrolled",
    "coursekit", "editable", "deletable",
)  # fmt: skip
NBGRADER_FIELDS = (
    "grade_id", "grade", "solution", "locked", "task", "points", "schema_version", "checksum",
    "cell_type",
)  # fmt: skip
OUTPUTS = ("output_type", "data", "metadata", "execution_count", "name", "text", "ename",
           "evalue", "traceback")  # fmt: skip


@pytest.mark.parametrize("field", NOTEBOOK_FIELDS)
def test_no_field_of_a_notebook_costs_anything(field):
    for value in VALUES:
        assert work(cleaned({**document(), field: value})) == SOLUTIONS, value


@pytest.mark.parametrize("field", METADATA_FIELDS)
def test_no_metadata_of_a_notebook_costs_anything(field):
    for value in VALUES:
        assert work(cleaned({**document(), "metadata": {field: value}})) == SOLUTIONS, value


@pytest.mark.parametrize("field", CELL_FIELDS)
def test_no_field_of_a_cell_costs_anything(field):
    for value in VALUES:
        file = document()
        for cell in file["cells"]:
            cell[field] = value
        assert work(cleaned(file)) == SOLUTIONS, value


@pytest.mark.parametrize("field", CELL_METADATA_FIELDS)
def test_no_metadata_of_a_cell_costs_anything(field):
    for value in VALUES:
        file = document()
        for cell in file["cells"]:
            cell["metadata"][field] = value
        assert work(cleaned(file)) == SOLUTIONS, value


@pytest.mark.parametrize("field", NBGRADER_FIELDS)
def test_no_metadata_of_nbgrader_costs_anything(field):
    for value in VALUES:
        file = document()
        for cell in file["cells"]:
            cell["metadata"].get("nbgrader", {})[field] = value
        assert work(cleaned(file)) == SOLUTIONS, value


@pytest.mark.parametrize("field", OUTPUTS)
def test_no_output_costs_anything(field):
    for value in VALUES:
        file = document()
        for cell in file["cells"]:
            cell["outputs"] = [{"output_type": "display_data", field: value}, value]
        assert work(cleaned(file)) == SOLUTIONS, value


@pytest.mark.parametrize("value", VALUES, ids=range(len(VALUES)))
def test_a_text_of_no_sense_costs_its_own_cell(value):
    file = document()
    file["cells"].insert(0, {"cell_type": "code", "source": value, "metadata": {}})
    file["cells"].append(value)
    assert work(cleaned(file)) == SOLUTIONS


@pytest.mark.parametrize("field", ["execution_count", "nbformat_minor", "id"])
def test_a_number_that_python_cannot_read_costs_nothing(field):
    file = document()
    (file if field == "nbformat_minor" else file["cells"][0])[field] = 123456
    content = json.dumps(file).replace("123456", NEVER).encode()
    assert work(cleaned(content)) == SOLUTIONS


def test_metadata_as_deep_as_json_can_be_costs_nothing():
    deep = "[" * 900 + "]" * 900
    content = json.dumps({**document(), "metadata": "DEEP"}).replace('"DEEP"', deep)
    assert work(cleaned(content.encode())) == SOLUTIONS


# --- many, and long ------------------------------------------------------------------------------


def own(*texts: str, cell_type: str = "code") -> list[dict[str, Any]]:
    return [{"cell_type": cell_type, "source": text, "metadata": {}} for text in texts]


def with_own(cells: list[dict[str, Any]]) -> NotebookNode:
    file = document()
    file["cells"][1:1] = cells
    return cleaned(file)


def flags(notebook: NotebookNode) -> list[str]:
    return list(notebook.metadata.coursekit.flags)


def test_empty_cells_are_left_out_without_a_word():
    started = time.monotonic()
    notebook = with_own(own("") * 20_000 + own(" \n", cell_type="markdown") * 20_000)
    assert work(notebook) == SOLUTIONS
    assert len(notebook.cells) == len(mini_source().cells)
    assert flags(notebook) == []
    assert time.monotonic() - started < 20


def test_of_very_many_cells_the_first_are_kept_and_all_work():
    started = time.monotonic()
    notebook = with_own(own("1") * 20_000)
    assert work(notebook) == SOLUTIONS
    assert len(notebook.cells) == clean.MOST_CELLS + len(mini_source().cells) - 1
    assert "left out: there are too many" in " ".join(flags(notebook))
    assert time.monotonic() - started < 20


def test_a_cell_that_is_too_long_is_cut_and_the_others_stay():
    notebook = with_own([*own("x = 1\n" * 100_000), *own("y" * 500_000, cell_type="markdown")])
    assert work(notebook) == SOLUTIONS
    code, text = notebook.cells[1:3]
    assert code.source == "# A program of 600,000 characters was left out here.\n"
    assert len(text.source) < clean.LONGEST_CELL + 100
    assert flags(notebook) == ["2 cells were cut: they have more than 200,000 characters."]


def test_long_cells_are_bounded_together():
    notebook = with_own(own("y" * 150_000, cell_type="markdown") * 100)
    assert work(notebook) == SOLUTIONS
    assert sum(len(cell.source) for cell in notebook.cells) < 1.1 * clean.MOST_TEXT
    assert "too long" in flags(notebook)[0]


def test_much_of_one_kind_is_said_once():
    file = document()
    file["cells"] = [cell for cell in file["cells"] if cell["id"] in SOLUTIONS] * 30
    notebook = cleaned(file)
    assert work(notebook) == SOLUTIONS
    assert len(flags(notebook)) < 10


# --- pictures ------------------------------------------------------------------------------------


def picture(kind: str, size: tuple[int, int] = (30, 20)) -> str:
    raw = io.BytesIO()
    Image.new("RGB", size, "white").save(raw, kind)
    return base64.b64encode(raw.getvalue()).decode()


def answered(attached: Any) -> NotebookNode:
    file = document()
    answer = next(cell for cell in file["cells"] if cell["id"] == "why")
    answer["attachments"] = attached
    answer["source"] = "![x](attachment:image.png)"
    notebook = cleaned(file)
    assert work(notebook) == {**SOLUTIONS, "why": "![x](attachment:image.png)"}
    return notebook


@pytest.mark.parametrize("kind", ["png", "jpeg", "gif", "webp"])
def test_a_pasted_picture_stays(kind):
    content = picture(kind)
    notebook = answered({"image.png": {f"image/{kind}": content}})
    assert cell_of(notebook, "why").attachments == {"image.png": {f"image/{kind}": content}}
    assert flags(notebook) == []


def test_a_picture_is_of_the_kind_that_its_bytes_say():
    lines = [line + "\n" for line in (picture("jpeg")[:60], picture("jpeg")[60:])]
    notebook = answered({"image.png": {"image/png": lines}})
    assert cell_of(notebook, "why").attachments == {
        "image.png": {"image/jpeg": "".join(lines).replace("\n", "")}
    }


def test_a_picture_in_a_text_of_the_student_s_own_stays():
    text = {**own("![x](attachment:a.png)", cell_type="markdown")[0]}
    notebook = with_own([{**text, "attachments": {"a.png": {"image/png": picture("png")}}}])
    assert notebook.cells[1].attachments["a.png"]["image/png"] == picture("png")


SVG = base64.b64encode(b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>").decode()
HUGE = base64.b64encode(
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (60_000).to_bytes(4, "big") * 2 + b"\x08\x02\0\0\0"
).decode()

ODD = {
    "svg": {"image.svg": {"image/svg+xml": SVG}},
    "svg as png": {"image.png": {"image/png": SVG}},
    "page": {"image.png": {"text/html": "<script>alert(1)</script>"}},
    "broken": {"image.png": {"image/png": "%%%"}},
    "cut off": {"image.png": {"image/png": "iVBORw0KGgo="}},
    "empty": {"image.png": {"image/png": ""}},
    "no bundle": {"image.png": 7},
    "a list": ["image.png"],
    "a number": 7,
    "text": "image.png",
    "numbers": {"image.png": {"image/png": 7}},
    "lists": {"image.png": {"image/png": [7, None]}},
    "no name": {"": {"image/png": picture("png")}},
    "half a character": {"\ud800": {"image/png": picture("png")}},
    "long name": {"x" * 1_000: {"image/png": picture("png")}},
    "a bomb": {"image.png": {"image/png": HUGE}},
    "too large": {"image.png": {"image/png": picture("png") + "A" * 12_000_000}},
}


@pytest.mark.parametrize("name", ODD)
def test_what_is_no_picture_is_left_out_and_named(name):
    notebook = answered(ODD[name])
    assert not cell_of(notebook, "why").get("attachments")
    (flag,) = flags(notebook)
    assert flag.startswith("why: the attachment ")
    assert "was left out: " in flag


def test_of_hundreds_of_pictures_the_first_stay():
    content = picture("png")
    notebook = answered({f"{number}.png": {"image/png": content} for number in range(500)})
    kept = cell_of(notebook, "why").attachments
    assert list(kept) == [f"{number}.png" for number in range(attachments.MOST_PICTURES)]
    assert 1 <= len(flags(notebook)) <= clean.MOST_OF_A_KIND


def test_what_is_attached_to_code_is_left_out():
    file = document()
    file["cells"][2]["attachments"] = {"a.png": {"image/png": picture("png")}}
    assert all("attachments" not in cell for cell in cleaned(file).cells)
