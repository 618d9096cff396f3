"""The proof, before a release, that the tests take right solutions for right.

A wrong hidden test costs a whole class its points. So the reference is graded as a submission is,
in the sandbox and by the judge, and so is each right solution that the course has collected.
"""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.utils import determine_grade, is_grade, is_solution
from tqdm import tqdm

from coursekit.autograde.execution import execute
from coursekit.autograde.jobs import ANY_KIT, Job, Settings
from coursekit.autograde.lock import only_grader
from coursekit.autograde.pool import Finished, default_workers, local_pool, run_all
from coursekit.autograde.run import Choice, settings_of
from coursekit.course import Course, CourseError, short_name
from coursekit.judge.lint import check
from coursekit.outcome import Outcome
from coursekit.solved import solve
from coursekit.source import read_source

_MOST = 20
"""Complaints that are told at once."""


@dataclass(frozen=True)
class Submission:
    """A notebook with right solutions of some tasks, the reference's of the others."""

    notebook: str
    files: tuple[Path, ...] = ()
    """At most one of each task; its folder is named like the task."""

    @property
    def texts(self) -> dict[str, str]:
        return {path.parent.name: path.read_text(encoding="utf-8") for path in self.files}


def prove(course: Course, *, quick: bool = False) -> None:
    """Raise `CourseError` if a right solution loses a point, naming solution, task and message.

    Right is the reference and, unless `quick`, each `tests/solutions/<task>/right_*.py` of the
    course. Also raises it for graded cells that the judge could not run.
    """
    names = [name for name in course.notebooks if (course.source / f"{name}.ipynb").exists()]
    for name in names:
        check(read_source(course, name), name)
    submissions = [Submission(name) for name in names]
    if not quick:
        submissions += [s for name in names for s in share(name, right_solutions(course, name))]
    complaints = list(_graded(course, submissions))
    if complaints:
        more = f"\n  and {len(complaints) - _MOST} more" if len(complaints) > _MOST else ""
        listed = "".join(f"\n  {complaint}" for complaint in complaints[:_MOST])
        raise CourseError(
            f"Nothing is released, as tests take right solutions for wrong:{listed}{more}\n"
            "Mend the test, or the solution, then release again."
        )


def right_solutions(course: Course, name: str) -> list[Path]:
    """Return the files of right solutions of a notebook's tasks, in the order of the tasks."""
    return [
        path
        for cell in read_source(course, name).cells
        if cell.cell_type == "code" and is_solution(cell)
        for path in zoo(course, cell["id"], "right")
    ]


def zoo(course: Course, task: str, kind: str) -> list[Path]:
    """Return the solutions that the course has collected of a task, `right` or `wrong` ones."""
    return sorted((course.root / "tests" / "solutions" / task).glob(f"{kind}_*.py"))


def first_line(solution: str) -> str:
    """Return the first line of the docstring of a solution's text."""
    return (ast.get_docstring(ast.parse(solution)) or "").partition("\n")[0]


def share(name: str, files: list[Path]) -> list[Submission]:
    """Put solutions into as few submissions as possible, no two of one task into the same."""
    groups: list[list[Path]] = []
    for path in files:
        for group in groups:
            if all(path.parent != other.parent for other in group):
                group.append(path)
                break
        else:
            groups.append([path])
    return [Submission(name, tuple(group)) for group in groups]


def _graded(course: Course, submissions: list[Submission]) -> Iterator[str]:
    """Grade the submissions; yield what is wrong with the result of each."""
    shipped = settings_of(course, Choice())
    settings = Settings(  # these are no strangers' programs, so they may run without a sandbox
        shipped.timeout, shipped.preload, True, shipped.notebook_timeout, shipped.restarts
    )
    files = sum(len(submission.files) for submission in submissions)
    what = f"reference{f' and {files} right solutions' if files else ''}"
    with (
        only_grader(course) as scratch,
        local_pool(default_workers(), scratch, settings.preload) as pool,
        tqdm(total=len(submissions), desc=what, unit="notebook") as bar,
    ):
        done = run_all(
            pool, submissions, lambda s: solved_job(course, s.notebook, s.texts, settings), execute
        )
        for finished in done:
            bar.update()
            yield from _complaints(finished)


def solved_job(course: Course, notebook: str, texts: Mapping[str, str], settings: Settings) -> Job:
    """Return a job for a solved notebook with `texts` in the cells of their tasks."""
    work = solve(course, notebook, texts)
    return Job(
        "reference",
        notebook,
        "",
        ANY_KIT,
        nbformat.writes(work.notebook).encode(),
        (course.source / f"{notebook}.ipynb").read_bytes(),
        tuple(work.checkpoints.items()),
        settings,
    )


def _complaints(finished: Finished[Submission]) -> Iterator[str]:
    submission = finished.task
    place = short_name(submission.notebook)
    if finished.problem:
        yield f"{place}: it could not be graded: {finished.problem}"
        return
    for cell in nbformat.reads(finished.result.decode(), as_version=4).cells:
        task = cell["id"].removeprefix("test_").removeprefix("check_")
        said = _lost(cell)
        if said:
            yield f"{place} {task}: {_whose(submission, task)} {said}"


def _lost(cell: NotebookNode) -> str | None:
    """Return what a solution lost in a cell: points of a test, or a check of an exercise."""
    if is_grade(cell) and not is_solution(cell):
        score, points = determine_grade(cell)
        outcome = Outcome.read_from(cell)
        said = f"{outcome.kind}. {outcome.message}".strip()
        return f"has {score:g} of {points:g} points: {said}" if score != points else None
    if cell["id"].startswith("check_"):
        errors = [output for output in cell.outputs if output.output_type == "error"]
        return f"does not pass its check: {errors[0].evalue}" if errors else None
    return None


def _whose(submission: Submission, task: str) -> str:
    """Say which solution a test judged; those beside it may be what it fell with."""
    own = [path for path in submission.files if path.parent.name == task.split("__")[0]]
    if own:
        return f"{own[0].name} ({_what_it_is(own[0])})"
    beside = ", ".join(f"{path.parent.name}/{path.name}" for path in submission.files)
    return f"the reference{f' beside {beside}' if beside else ''}"


def _what_it_is(path: Path) -> str:
    return first_line(path.read_text(encoding="utf-8")).rstrip(".") or "no docstring"
