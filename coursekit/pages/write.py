"""Write the feedback pages of a class: those that changed, several at a time, each on its own.

A page is `feedback/<student>/Assignment1/index.html`. It carries a key of all that it was made of;
where that is still the same, the page stays as it is.
"""

import functools
import hashlib
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tqdm import tqdm

from coursekit.autograde.jobs import whole_kit_digest
from coursekit.autograde.pool import default_workers
from coursekit.course import Course
from coursekit.gradebook import open_gradebook
from coursekit.marks import StudentMarks
from coursekit.pages.limited import Limits, run_limited
from coursekit.pages.student_page import TEMPLATES, Feedback, bare_page, full_page, plain_page


def write_feedback(
    course: Course,
    class_marks: Sequence[StudentMarks],
    workers: int | None = None,
    limits: Limits | None = None,
) -> list[str]:
    """Write the page of each student whose work, marks or comments changed.

    Each is made in a process of its own. Where that fails, a plainer page takes its place and says
    why; so does the sentence about it that is returned.
    """
    folder = course.reports / "pages.unfinished"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        return _write(course, list(_changed(course, class_marks, folder)), workers, limits)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def page_of(course: Course, student: str) -> Path:
    """Return where a student's page lies."""
    return course.feedback / student / course.assignment.name / "index.html"


def has_page(course: Course, marks: StudentMarks) -> bool:
    """Return whether there is something to tell: marks, or that files held nothing to mark."""
    folders = (course.submitted / marks.student, course.autograded / marks.student)
    return marks.has_marks and any(folder.is_dir() for folder in folders)


@dataclass
class _Todo:
    """A page to be made: what of, where it is written first, and where it belongs."""

    feedback: Feedback
    unfinished: Path
    target: Path
    why: str = ""
    """What kept the full page from being made."""


def _write(
    course: Course, todo: list[_Todo], workers: int | None, limits: Limits | None
) -> list[str]:
    if not todo:
        return []
    problems: list[str] = []
    with tqdm(total=len(todo), desc="feedback", unit="page") as bar:

        def attempt(kind: Callable[[_Todo], None], some: Iterable[_Todo]) -> Iterator[_Todo]:
            """Make these pages; yield those that could not be made."""
            made = run_limited(
                some,
                kind,
                workers or default_workers(),
                limits or Limits(),
                course.reports / "feedback.log",
                modules=(__name__,),
            )
            for page, problem in made:
                if problem is not None:
                    page.why = page.why or problem
                    yield page
                    continue
                place(page)

        def place(page: _Todo) -> None:
            try:
                _put_in_place(page)
            except OSError as error:
                problems.append(
                    f"{page.feedback.marks.student}: the feedback page can't be written to "
                    f"{page.target}: {error.strerror or error}. Make way there, then grade again."
                )
            bar.update()

        for page in attempt(_plain, list(attempt(_full, todo))):
            with page.unfinished.open("w", encoding="utf-8") as file:
                file.write(bare_page(page.feedback, _cause(page)))
            place(page)
    for page in todo:
        if page.why:
            student = page.feedback.marks.student
            problems.append(
                f"{student}: the feedback page is a plainer one, since {_cause(page)}. Marks are "
                f"not concerned; delete {page.target} to have it made again."
            )
    return problems


def _full(page: _Todo) -> None:
    page.unfinished.write_text(full_page(page.feedback), encoding="utf-8", errors="replace")


def _plain(page: _Todo) -> None:
    text = plain_page(page.feedback, _cause(page))
    page.unfinished.write_text(text, encoding="utf-8", errors="replace")


def _cause(page: _Todo) -> str:
    return f"a full one could not be made of this work ({page.why})"


def _put_in_place(page: _Todo) -> None:
    """Replace the student's page, and remove what else lay there: older pages, copied files."""
    folder = page.target.parent
    folder.mkdir(parents=True, exist_ok=True)
    page.unfinished.replace(page.target)
    for other in folder.iterdir():
        if other.is_dir() and not other.is_symlink():
            shutil.rmtree(other, ignore_errors=True)
        elif other != page.target:
            other.unlink()


def _changed(course: Course, class_marks: Sequence[StudentMarks], folder: Path) -> Iterator[_Todo]:
    """Yield the pages that are not there yet, or were made of something else."""
    names, comments = _names_and_comments(course)
    for number, marks in enumerate(class_marks):
        work = course.autograded / marks.student / course.assignment.name
        name, said = names.get(marks.student, ""), comments.get(marks.student, {})
        feedback = Feedback(
            course.assignment.name, marks, name, said, work, _key(marks, name, said, work)
        )
        target = page_of(course, marks.student)
        if _key_in(target) != feedback.key:
            yield _Todo(feedback, folder / f"{number}.html", target)


def _key(marks: StudentMarks, name: str, comments: dict[tuple[str, str], str], work: Path) -> str:
    """Return a digest of all that a page depends on."""
    digest = hashlib.sha256(whole_kit_digest() + _templates_digest())
    digest.update(repr((marks, name, sorted(comments.items()))).encode(errors="replace"))
    for notebook in dict.fromkeys(mark.task.notebook for mark in marks.marks):
        path = work / f"{notebook}.ipynb"
        content = hashlib.sha256(path.read_bytes()).digest() if path.is_file() else b"missing"
        digest.update(content)
    return digest.hexdigest()


@functools.cache
def _templates_digest() -> bytes:
    digest = hashlib.sha256()
    for path in sorted(TEMPLATES.rglob("*.*")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.digest()


def _key_in(page: Path) -> str | None:
    """Return the key of a page that is there."""
    try:
        with page.open(encoding="utf-8", errors="replace") as file:
            found = re.search(r'<meta name="coursekit" content="(\w+)">', file.read(1000))
    except OSError:
        return None
    return found[1] if found else None


def _names_and_comments(
    course: Course,
) -> tuple[dict[str, str], dict[str, dict[tuple[str, str], str]]]:
    """Return the students' names, and graders' comments by notebook and cell."""
    names, comments = {}, {}
    with open_gradebook(course) as gradebook:
        for submission in gradebook.assignment_submissions(course.assignment.name):
            student = submission.student
            names[student.id] = " ".join(filter(None, (student.first_name, student.last_name)))
            comments[student.id] = {
                (notebook.name, comment.name): comment.comment
                for notebook in submission.notebooks
                for comment in notebook.comments
                if comment.comment
            }
    return names, comments
