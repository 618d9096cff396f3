"""One student's page: the table of results first, then their work, part by part.

A page stands alone and runs nothing. `full_page` shows the work with plots and formulas;
`plain_page` shows its text and is for work of which a full page cannot be made.
"""

import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import jinja2
import nbformat
from markupsafe import Markup
from nbformat import NotebookNode
from nbgrader.utils import is_grade, is_solution

from coursekit.course import short_name
from coursekit.markdown import markdown_html
from coursekit.marks import StudentMarks, TaskMark
from coursekit.outcome import Outcome
from coursekit.pages.budget import Budget, as_written
from coursekit.pages.cells import worth_showing
from coursekit.pages.filters import code_html, in_ticks
from coursekit.pages.outputs import output_html
from coursekit.pages.redact import is_test, without_hidden_tests

TEMPLATES = Path(__file__).parent.parent / "templates"


@dataclass(frozen=True)
class Feedback:
    """All that a page is made of, but for the notebooks, which lie in `folder`."""

    assignment: str
    marks: StudentMarks
    name: str
    """The student's name; empty where the gradebook does not know it."""
    comments: dict[tuple[str, str], str]
    """A grader's comment, by notebook and cell."""
    folder: Path
    key: str
    """Of all that the page depends on."""

    def notebook(self, name: str) -> Path:
        return self.folder / f"{name}.ipynb"


def full_page(feedback: Feedback) -> str:
    """Return the page with markup, plots and pictures."""
    budget = Budget()

    def cells(path: Path, results: dict[str, "Result"]) -> list[Cell]:
        notebook = nbformat.read(path, as_version=4)
        return list(shown_cells(notebook, results, budget))

    return render(_page(feedback, cells))


def plain_page(feedback: Feedback, why: str) -> str:
    """Return a page of text only, which says in a sentence why."""
    note = f"This page shows your work as plain text, without plots and formulas, since {why}."

    def cells(path: Path, results: dict[str, "Result"]) -> list[Cell]:
        notebook = nbformat.read(path, as_version=4)
        return [_plain_cell(cell, results) for cell in worth_showing(notebook)]

    return render(_page(feedback, cells, note))


def bare_page(feedback: Feedback, why: str) -> str:
    """Return a page of results only, which says in a sentence why."""
    note = f"This page shows your results without your work, since {why}."
    return render(_page(feedback, lambda path, results: [], note))


@dataclass(frozen=True)
class Result:
    """What a row of the table says: a task, its points and how it ended."""

    task: str
    anchor: str
    score: float | None
    most: float
    outcome: Outcome
    comment: str = ""

    @property
    def state(self) -> str:
        """One word for the style: waiting, full, some or none."""
        if self.score is None:
            return "waiting"
        if self.score >= self.most:
            return "full"
        return "some" if self.score > 0 else "none"

    @property
    def word(self) -> str:
        return "awaits grading" if self.score is None else str(self.outcome.kind)


@dataclass(frozen=True)
class Cell:
    """A cell as HTML."""

    kind: str
    """`code`, `text`, or `prose` for text as it was written."""
    body: Markup
    outputs: list[Markup] = field(default_factory=list)
    result: Result | None = None
    answer: bool = False
    """Whether it is a student's answer to a task."""


@dataclass(frozen=True)
class Part:
    """One notebook on a page."""

    anchor: str
    title: str
    results: list[Result]
    cells: list[Cell]
    missing: str = ""
    """Why there is no work to show; empty where there is."""

    @property
    def score(self) -> float:
        return sum(result.score or 0 for result in self.results)

    @property
    def most(self) -> float:
        return sum(result.most for result in self.results)


@dataclass(frozen=True)
class Page:
    """What the template shows."""

    assignment: str
    student: str
    name: str
    parts: list[Part]
    total: float
    penalty: float
    note: str = ""
    """What is unusual about the page."""
    key: str = ""

    @property
    def most(self) -> float:
        return sum(part.most for part in self.parts)

    @property
    def awaiting(self) -> float:
        """Points that a person has yet to give."""
        return sum(r.most for part in self.parts for r in part.results if r.score is None)


def render(page: Page) -> str:
    """Return the HTML of a page."""
    return _environment().get_template("page.html.j2").render(page=page)


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader([TEMPLATES / "base", TEMPLATES]),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["in_ticks"] = in_ticks
    return environment


def _page(
    feedback: Feedback,
    cells: Callable[[Path, dict[str, Result]], list[Cell]],
    note: str = "",
) -> Page:
    marks = feedback.marks
    parts = [
        _part(feedback, name, list(group), cells)
        for name, group in itertools.groupby(marks.marks, key=lambda mark: mark.task.notebook)
    ]
    given = sum(part.score for part in parts)
    return Page(
        feedback.assignment,
        marks.student,
        feedback.name,
        parts,
        marks.total,
        max(0.0, round(given - marks.total, 2)),
        note,
        feedback.key,
    )


def _part(
    feedback: Feedback,
    name: str,
    marks: list[TaskMark],
    cells: Callable[[Path, dict[str, Result]], list[Cell]],
) -> Part:
    results = {
        mark.task.cell: Result(
            mark.task.name,
            anchor(name, mark.task.cell),
            mark.score,
            mark.task.points,
            mark.outcome,
            feedback.comments.get((name, mark.task.cell), ""),
        )
        for mark in marks
    }
    path = feedback.notebook(name)
    if path.is_file():
        return Part(short_name(name), title(name), list(results.values()), cells(path, results))
    return Part(
        short_name(name),
        title(name),
        list(results.values()),
        [],
        missing=marks[0].outcome.message or f"{name}.ipynb was not among the submitted files.",
    )


def title(notebook: str) -> str:
    """Return "1-2 NN from scratch" for "Assignment1-2_NN_from_scratch"."""
    return f"{short_name(notebook)} {notebook.partition('_')[2].replace('_', ' ')}".strip()


def anchor(notebook: str, cell: str) -> str:
    """Return the id of the place of a graded cell; nothing of a submission has an id."""
    return re.sub(r"[^\w-]", "-", f"{short_name(notebook)}-{cell}")


def shown_cells(
    notebook: NotebookNode, results: dict[str, Result], budget: Budget
) -> Iterator[Cell]:
    """Yield the cells that are worth showing, without hidden tests and outputs of tests."""
    for cell in worth_showing(notebook):
        yield _cell(cell, results, budget)


def _cell(cell: NotebookNode, results: dict[str, Result], budget: Budget) -> Cell:
    result, answer = _place(cell, results)
    source = without_hidden_tests(cell)
    if cell.cell_type == "markdown":
        body = markdown_html(source, budget, cell.get("attachments"))
        return Cell("text", body, [], result, answer)
    if cell.cell_type != "code":
        return Cell("text", as_written(source, ""), [], result, answer)
    outputs = [] if is_test(cell) else [output_html(output, budget) for output in cell.outputs]
    return Cell("code", code_html(source, budget), [o for o in outputs if o], result, answer)


def _plain_cell(cell: NotebookNode, results: dict[str, Result]) -> Cell:
    result, answer = _place(cell, results)
    kind = "code" if cell.cell_type == "code" else "prose"
    return Cell(kind, as_written(without_hidden_tests(cell), ""), [], result, answer)


def _place(cell: NotebookNode, results: dict[str, Result]) -> tuple[Result | None, bool]:
    """Return the result that stands at this cell, if any, and whether the cell is an answer."""
    grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
    return results.get(grade_id) if is_grade(cell) else None, bool(is_solution(cell))
