"""Notebooks that lost their ids, in the forms in which editors and people hand them in.

The student's work is the reference solution of the real notebooks; whatever the form, cleaning must
bring it to where it is in the proper form.
"""

import copy
import itertools
import json
import random
import time
from collections.abc import Callable
from typing import Any

import nbformat
import pytest
from mini_course import mini_source
from nbformat import NotebookNode
from this_course import NOTEBOOKS

from coursekit.clean import clean
from coursekit.course import REPOSITORY, Course
from coursekit.recognize import FOREIGN, is_of_assignment, recognize
from coursekit.source import read_source
from coursekit.student_run import fill_in
from coursekit.submitted_notebook import read_submitted
from coursekit.top_level import defined_names, statements

ANSWER = "Because a line cannot part them."
Document = dict[str, Any]


@pytest.fixture(scope="module")
def sources() -> dict[str, NotebookNode]:
    return {name: read_source(Course(REPOSITORY), name) for name in NOTEBOOKS}


@pytest.fixture(scope="module")
def solved(sources: dict[str, NotebookNode]) -> dict[str, Document]:
    """Each notebook as a student hands it in who solved it all."""
    found = {}
    for name, source in sources.items():
        student = nbformat.read(REPOSITORY / f"{name}.ipynb", as_version=4)
        written = {
            cell["id"]: ANSWER
            for cell in source.cells
            if cell.cell_type == "markdown" and "nbgrader" in cell.metadata
        }
        notebook = fill_in(student, source, written)
        found[name] = json.loads(nbformat.writes(notebook, split_lines=False))
    return found


def read(document: Document) -> NotebookNode:
    return read_submitted(json.dumps(document).encode())


def owned(cleaned: NotebookNode) -> dict[str, str]:
    """Return the texts of the instructor's cells, in their order."""
    return {
        cell["id"]: cell.source.strip() for cell in cleaned.cells if "nbgrader" in cell.metadata
    }


# --- forms ---------------------------------------------------------------------------------------


def bare(document: Document) -> Document:
    """As an editor leaves it that knows nothing of nbgrader."""
    document = copy.deepcopy(document)
    for cell in document["cells"]:
        cell.pop("id", None)
        cell["metadata"] = {}
    return {**document, "nbformat_minor": 2}


def code(*texts: str) -> list[Document]:
    return [{"cell_type": "code", "metadata": {}, "source": text, "outputs": []} for text in texts]


def with_cells(document: Document, cells: list[Document]) -> Document:
    return {**document, "cells": cells}


def colab(document: Document) -> Document:
    document = bare(document)
    for number, cell in enumerate(document["cells"]):
        cell["metadata"] = {"id": f"aB3{number}", "colab": {"height": 35}}
    drive = code("!pip install numpy\nfrom google.colab import drive", "import math")
    document["cells"][:0] = drive
    return document


def databricks(document: Document) -> Document:
    document = bare(document)
    for cell in document["cells"]:
        cell["metadata"] = {"application/vnd.databricks.v1+cell": {"title": "", "nuid": "4f1c"}}
        if cell["cell_type"] == "markdown":
            cell.update(cell_type="code", source=f"%md\n{cell['source']}", outputs=[])
    return document


def one_cell(document: Document) -> Document:
    """All cells merged into one, texts and all, as "Merge Selected Cells" does."""
    return with_cells(document, code("\n\n".join(c["source"] for c in document["cells"])))


def pairs_merged(document: Document) -> Document:
    cells = bare(document)["cells"]
    for first, second in zip(cells[::2], cells[1::2], strict=False):
        first["source"] += f"\n\n{second['source']}"
    return with_cells(document, cells[::2])


def shuffled(document: Document) -> Document:
    cells = bare(document)["cells"]
    random.Random(1).shuffle(cells)
    return with_cells(document, cells)


def reformatted(document: Document) -> Document:
    """Other quotes, tabs at the ends, no blank lines in what the instructor wrote."""
    locked = [cell["metadata"].get("nbgrader", {}).get("locked") for cell in document["cells"]]
    document = bare(document)
    for cell in itertools.compress(document["cells"], locked):
        lines = [line for line in cell["source"].splitlines() if line.strip()]
        cell["source"] = "\n".join(lines).replace('"', "'") + "\t\n"
    return document


def format_3(document: Document) -> Document:
    cells = []
    for cell in bare(document)["cells"]:
        if cell["cell_type"] == "code":
            cells.append({"cell_type": "code", "input": cell["source"], "language": "python"})
        elif cell["source"].startswith("### "):
            first, _, rest = cell["source"].partition("\n")
            cells.append({"cell_type": "heading", "level": 3, "source": first[4:]})
            cells.append({"cell_type": "markdown", "source": rest})
        else:
            cells.append({"cell_type": "markdown", "source": cell["source"]})
    return {"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": cells}]}


def solutions_only(document: Document) -> Document:
    cells = [c for c in document["cells"] if c["metadata"].get("nbgrader", {}).get("solution")]
    return with_cells(document, bare(with_cells(document, cells))["cells"])


def pasted_at_the_end(document: Document) -> Document:
    """The proper notebook, its solution cells deleted and their text in new cells below."""
    mine = [c for c in document["cells"] if c["metadata"].get("nbgrader", {}).get("solution")]
    rest = [c for c in document["cells"] if c not in mine]
    return with_cells(document, [*rest, *bare(with_cells(document, mine))["cells"]])


FORMS: dict[str, tuple[Callable[[Document], Document], set[str]]] = {
    "bare": (bare, set()),
    "colab": (colab, set()),
    "databricks": (databricks, set()),
    "one cell": (one_cell, set()),
    "pairs merged": (pairs_merged, set()),
    "shuffled": (shuffled, {"written"}),
    "reformatted": (reformatted, set()),
    "solutions only": (solutions_only, {"written"}),
    "pasted at the end": (pasted_at_the_end, {"written", "order"}),
    "format 3": (format_3, set()),
}
"""Forms, and what they lose: the place of written answers, the order of the cells."""


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", NOTEBOOKS)
def test_every_form_comes_to_the_proper_one(sources, solved, name, form):
    make, loses = FORMS[form]
    proper = owned(clean(read(solved[name]), sources[name]))
    found = clean(read(make(solved[name])), sources[name])
    answers = {cell_id for cell_id, text in proper.items() if text == ANSWER}
    skipped = answers if "written" in loses else set()
    assert {i: t for i, t in owned(found).items() if i not in skipped} == {
        i: t for i, t in proper.items() if i not in skipped
    }
    if "order" not in loses:
        assert list(owned(found)) == list(proper)
    assert 1 <= len(found.metadata.coursekit.flags) < 10


def test_the_proper_form_is_left_as_it_is(sources, solved):
    for name in NOTEBOOKS:
        cells = read(solved[name]).cells
        recognized = recognize(cells, sources[name])
        assert recognized.cells == cells
        assert recognized.notes() == []
        assert clean(read(solved[name]), sources[name]).metadata.coursekit.flags == []


def test_it_is_said_what_was_recognized_and_how(sources, solved):
    name = NOTEBOOKS[1]
    flags = clean(read(bare(solved[name])), sources[name]).metadata.coursekit.flags
    assert flags[0].startswith("cells without ids were recognized by their text: imports, settings")
    assert flags[1].startswith("cells without ids were recognized by the names they define: perc")
    assert flags[2].endswith("by the question above them: xor_explanation, jacobian_derivation.")


@pytest.mark.parametrize("form", ["proper", "bare"])
def test_a_notebook_of_another_assignment_is_none_of_this(sources, solved, form):
    for name in NOTEBOOKS:
        for other in NOTEBOOKS:
            document = solved[other] if form == "proper" else bare(solved[other])
            assert is_of_assignment(read(document), sources[name]) == (name == other)
    foreign = clean(read(bare(solved[NOTEBOOKS[0]])), sources[NOTEBOOKS[1]])
    assert foreign.metadata.coursekit.flags == [FOREIGN]
    assert foreign.metadata.coursekit.unreadable == FOREIGN


# --- a small notebook, case by case --------------------------------------------------------------

TESTS = "assert double(1) == 2", "assert triple(1) == 3"
DOUBLE, TRIPLE = "def double(x):\n    return x * 2", "def triple(x):\n    return x * 3"


def cleaned(*cells: Document) -> NotebookNode:
    return clean(read({"cells": list(cells)}), mini_source())


def ids(notebook: NotebookNode) -> list[str]:
    return [cell["id"] for cell in notebook.cells]


def test_own_cells_stay_where_the_work_needs_them():
    helper = "def helper(x):\n    return x"
    notebook = cleaned(*code("import math", helper, DOUBLE, TRIPLE, "y = 1"))
    texts = [cell.source for cell in notebook.cells]
    assert owned(notebook)["double"] == DOUBLE
    assert texts.index(helper) < texts.index(DOUBLE) < texts.index(TRIPLE) < texts.index("y = 1")
    assert ids(notebook).index("double") < ids(notebook).index("test_double")


def test_a_stub_that_was_left_does_not_stand_for_the_work():
    said = "double: replace this line with your solution"
    stub = f'def double(x):\n    raise NotImplementedError("{said}")'
    assert owned(cleaned(*code(stub, DOUBLE, TRIPLE)))["double"] == DOUBLE
    assert owned(cleaned(*code(stub, TRIPLE)))["double"] == stub


def test_of_two_versions_the_last_is_the_work_as_in_jupyter():
    earlier = "def double(x):\n    return x + x + 1"
    assert owned(cleaned(*code(earlier, DOUBLE, TRIPLE)))["double"] == DOUBLE


def test_a_merged_cell_with_an_id_is_cut():
    (cell,) = code(f"{DOUBLE}\n\n{TESTS[0]}\n\n# and now the other\n{TRIPLE}")
    cell["metadata"] = {"nbgrader": {"grade_id": "double"}}
    notebook = cleaned(cell)
    assert owned(notebook)["double"] == DOUBLE
    assert owned(notebook)["triple"] == f"# and now the other\n{TRIPLE}"
    assert ids(notebook).index("triple") > ids(notebook).index("test_double")


def test_a_mistake_in_merged_code_costs_what_it_stands_in():
    notebook = cleaned(*code(f"{DOUBLE}\n\ndef triple(x):\n    return x *\n\nz = (1"))
    assert owned(notebook)["double"] == DOUBLE
    assert owned(notebook)["triple"].startswith("def triple(x):\n    return x *")


def test_names_in_strings_and_calls_are_no_work():
    text = 'note = """\ndef double(x):\n    pass\n"""\nprint(double == 3)\nf(\ntriple=3)'
    assert defined_names(text) == {"note"}


def test_tests_stand_behind_the_work_that_they_use():
    order = ids(cleaned(*code(TESTS[1], TESTS[0], TRIPLE, DOUBLE)))
    assert order.index("double") < order.index("test_double")
    assert order.index("triple") < order.index("test_triple")


def test_an_answer_without_a_place_is_named():
    words = {"cell_type": "markdown", "source": "I think that it is so.", "metadata": {}}
    notebook = cleaned(words, *code(DOUBLE, TRIPLE))
    assert any("why: no answer was found" in flag for flag in notebook.metadata.coursekit.flags)


SLOW = {
    "quotes": '"' * 150_000,
    "open strings": "'''\\" * 40_000,
    "brackets": "(" * 150_000,
    "statements": "a = 1\n" * 30_000,
    "decorators": "@\n" * 60_000,
    "definitions": "def double\n" * 15_000,
    "comments": "#\n" * 90_000,
    "one word": "x" * 190_000,
    "commas": "a," * 90_000,
}
"""Texts that were made to keep a reader busy."""


@pytest.mark.parametrize("text", SLOW.values(), ids=SLOW)
def test_text_of_any_kind_is_read_quickly(text):
    started = time.monotonic()
    assert "".join(part.text for part in statements(text)) == text
    assert owned(cleaned(*code(text, DOUBLE, TRIPLE)))["triple"] == TRIPLE
    assert time.monotonic() - started < 15
