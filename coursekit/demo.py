"""The whole course once, on real files, for three made-up students."""

import hashlib
import shutil
import subprocess
import textwrap
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

import nbformat

from coursekit.autograde.run import Choice
from coursekit.collect import collect
from coursekit.course import REPOSITORY, Course, CourseError, new_course, short_name
from coursekit.grade import grade
from coursekit.marks import StudentMarks, read_tasks
from coursekit.release import release, unpack_archive, write_notebook
from coursekit.source import read_source
from coursekit.student_run import fill_in, run_notebook

_ENVIRONMENT = {"NOTMNIST_SOURCE": "embedded", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
"""One thread: two of them slow each other down eightfold when the machine has other work."""

_SOLUTIONS = REPOSITORY / "tests" / "solutions"


@dataclass(frozen=True)
class DemoStudent:
    """A made-up student: `wrong` maps task ids to files that hold their wrong solutions."""

    id: str
    what: str
    solves: bool = True
    wrong: dict[str, Path] = field(default_factory=dict)


STUDENTS = (
    DemoStudent("2000-00000", "the reference solution"),
    DemoStudent(
        "2000-00001",
        "two tasks wrong",
        wrong={
            "softmax": _SOLUTIONS / "softmax" / "wrong_overflow.py",
            "softmax_regression": _SOLUTIONS / "softmax_regression" / "wrong_missing_n.py",
        },
    ),
    DemoStudent("2000-00002", "an untouched student version", solves=False),
)


def run_demo(folder: Path) -> int:
    """Run the course in `folder` and print where everything lies; return 0.

    What an earlier run left is used again where its inputs have not changed: the solved notebooks
    take minutes to train.
    """
    course = begin_again(folder)
    _say("1. The student version", "nbgrader generates it from source/")
    archive = release(course)
    print(f"   {archive} ({archive.stat().st_size / 1e6:.1f} MB)")

    _say("2. Three students work", "their notebooks run from the first cell to the last")
    inbox = course.root / "inbox"
    inbox.mkdir(exist_ok=True)
    for person in STUDENTS:
        print(f"   {person.id}: {person.what}")
        home = work(course, archive, person)
        hand_in(course, home, person, inbox)

    _say("3. Collect, grade, give feedback", "what a TA runs")
    report = collect(course, inbox)
    print(textwrap.indent(report.text(), "   "))
    graded = grade(course, Choice(force=True))

    _say("4. The result", "")
    print_table(course, graded.marks)
    print(f"\n   marks     {graded.table}\n   report    {graded.report}")
    for student in graded.marks:
        print(f"   feedback  {course.feedback / student.student / course.assignment.name}")
    text, status = graded.result()
    print(f"\n{textwrap.indent(text, '   ')}")
    return status


def begin_again(folder: Path) -> Course:
    """Return the demo's course without marks: nbgrader releases no other notebooks beside old ones.

    What the made-up students did stays; see `work`.
    """
    course = new_course(folder)
    course.gradebook.unlink(missing_ok=True)
    for made in (course.submitted, course.autograded, course.feedback):
        shutil.rmtree(made, ignore_errors=True)
    return course


def work(course: Course, archive: Path, student: DemoStudent) -> Path:
    """Unpack the student archive for one student and do their work; return their folder."""
    home = course.root / "students" / student.id
    done = home / "done"
    fingerprint = _fingerprint(archive, course, student)
    if done.exists() and done.read_text() == fingerprint:
        print("      done in an earlier run; nothing it depends on has changed")
        return home / course.assignment.name
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    folder = _copy_of_reference(course, student) if student.wrong else unpack_archive(archive, home)
    for name in course.notebooks if student.solves else ():
        path = folder / f"{name}.ipynb"
        source = read_source(course, name)
        wrong = {t: f.read_text() for t, f in student.wrong.items() if t in _ids(source)}
        if student.wrong and not wrong:
            continue  # as the reference student left it
        solved = fill_in(nbformat.read(path, as_version=4), source, wrong)
        write_notebook(path, solved)
        run_notebook(path, environment=_ENVIRONMENT, keep_errors=bool(wrong))
    done.write_text(fingerprint)
    return folder


def hand_in(course: Course, folder: Path, student: DemoStudent, inbox: Path) -> None:
    """Pack a submission with CollectSubmission.sh and put it in the inbox, as an upload would.

    The script refuses an untouched student version; that one comes as a zip made by hand.
    """
    result = subprocess.run(
        ["bash", "CollectSubmission.sh", student.id],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if student.solves:
        if result.returncode != 0:
            raise CourseError(f"CollectSubmission.sh refused {student.id}: {result.stderr.strip()}")
        shutil.copy(folder / f"{student.id}.tar.gz", inbox)
        return
    if result.returncode == 0:
        raise CourseError("CollectSubmission.sh packed an untouched student version.")
    print("      CollectSubmission.sh refuses it, as it should; it is handed in as a zip instead")
    with zipfile.ZipFile(inbox / f"{student.id}.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name in course.notebooks:
            archive.write(folder / f"{name}.ipynb", f"{student.id}/{name}.ipynb")


def print_table(course: Course, class_marks: list[StudentMarks]) -> None:
    """Print a line per student: points per part, total, what failed."""
    tasks = read_tasks(course)
    parts = list(dict.fromkeys(task.notebook for task in tasks))
    most = [sum(task.points for task in tasks if task.notebook == part) for part in parts]
    heads = [f"{short_name(part)} /{points:g}" for part, points in zip(parts, most, strict=True)]
    row = "   {:<12}" + "{:>9}" * len(parts) + "{:>11}{:>9}  {}"
    print(row.format("student", *heads, f"total /{sum(most):g}", "by hand", "what lost points"))
    for student in class_marks:
        failed = [mark.task.name for mark in student.failed]
        shown = ", ".join(failed[:4]) + (f" and {len(failed) - 4} more" if len(failed) > 4 else "")
        print(
            row.format(
                student.student,
                *(f"{student.part(part):g}" for part in parts),
                f"{student.total:g}",
                f"{student.awaiting:g}",
                shown or "nothing",
            )
        )


def _say(title: str, detail: str) -> None:
    print(f"\n{title}{': ' if detail else ''}{detail}", flush=True)


def _ids(source: nbformat.NotebookNode) -> set[str]:
    return {cell["id"] for cell in source.cells}


def _copy_of_reference(course: Course, student: DemoStudent) -> Path:
    """Give `student` the reference student's folder, under their own id: training takes minutes."""
    reference = course.root / "students" / STUDENTS[0].id / course.assignment.name
    folder = course.root / "students" / student.id / course.assignment.name
    shutil.copytree(reference, folder, ignore=shutil.ignore_patterns("*.tar.gz.bak", "2000-*"))
    for name in course.notebooks:
        path = folder / f"{name}.ipynb"
        text = path.read_text(encoding="utf-8").replace(STUDENTS[0].id, student.id)
        path.write_text(text, encoding="utf-8")
    for checkpoint in (reference / "model_checkpoints").glob(f"*{STUDENTS[0].id}.pt"):
        (folder / "model_checkpoints" / checkpoint.name).unlink()
        own = checkpoint.name.replace(STUDENTS[0].id, student.id)
        shutil.copy(checkpoint, folder / "model_checkpoints" / own)
    return folder


def _fingerprint(archive: Path, course: Course, student: DemoStudent) -> str:
    digest = hashlib.sha256(archive.read_bytes())
    for name in course.notebooks:
        digest.update((course.source / f"{name}.ipynb").read_bytes())
    for path in student.wrong.values():
        digest.update(path.read_bytes())
    return digest.hexdigest()
