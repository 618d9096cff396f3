"""Make the student version: three notebooks without solutions, and the archive students unpack."""

import gzip
import io
import json
import shutil
import tarfile
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import nbformat

from coursekit.course import REPOSITORY, Course
from coursekit.judge.lint import check
from coursekit.nbgrader_command import run_nbgrader
from coursekit.source import read_source

STUDENT_FILES = Path(__file__).parent / "student"
"""What students get besides the notebooks and `utils`: README, requirements, settings."""

ASKED = "assignment.json"
"""Beside the notebooks: what `utils/submission.py` has to know of the course's settings."""

_FILE_TIME = 1_767_225_600
"""All files' time in the archive: 2026-01-01. Fixed, and late enough for zip (1980)."""


def release(course: Course) -> Path:
    """Generate the student notebooks at the top of the course folder and the archive beside them.

    Returns the archive. The gradebook learns the tasks and their points on the way. Raises
    `CourseError` for graded cells that the judge could not run.
    """
    for name in course.notebooks:
        check(read_source(course, name), name)
    run_nbgrader(course, "generate_assignment", course.assignment.name, "--force")
    for name in course.notebooks:
        notebook = nbformat.read(course.release / f"{name}.ipynb", as_version=4)
        write_notebook(course.root / f"{name}.ipynb", notebook)
    (course.root / ASKED).write_text(asked(course), encoding="utf-8")
    return pack_archive(course)


def write_notebook(path: Path, notebook: nbformat.NotebookNode) -> None:
    """Write a notebook the way all committed ones are written: indent 1, a newline at the end."""
    path.write_text(nbformat.writes(notebook, indent=1) + "\n", encoding="utf-8")


def asked(course: Course) -> str:
    """Return what is asked for, as JSON: notebooks, checkpoint, how a student id is written."""
    content = {
        "assignment": course.assignment.name,
        "notebooks": [f"{name}.ipynb" for name in course.notebooks],
        "checkpoint": course.assignment.checkpoint,
        "saved_in": course.assignment.saved_in,
        "student_id": asdict(course.settings.student_id),
    }
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def pack_archive(course: Course) -> Path:
    """Write the archive of the student version; the same files give the same bytes."""
    target = course.root / f"{course.assignment.name}.tar.gz"
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for folder in ("", *course.assignment.folders):
            entry = tarfile.TarInfo(f"{course.assignment.name}/{folder}".rstrip("/"))
            entry.type, entry.mode, entry.mtime = tarfile.DIRTYPE, 0o755, _FILE_TIME
            archive.addfile(entry)
        for name, path in sorted(student_files(course)):
            entry = tarfile.TarInfo(f"{course.assignment.name}/{name}")
            entry.size, entry.mtime = path.stat().st_size, _FILE_TIME
            entry.mode = 0o755 if path.suffix == ".sh" else 0o644
            with path.open("rb") as content:
                archive.addfile(entry, content)
    unfinished = target.with_suffix(".unfinished")
    with unfinished.open("wb") as file, gzip.GzipFile("", "wb", 6, file, mtime=0) as packed:
        packed.write(raw.getvalue())
    unfinished.replace(target)
    return target


def unpack_archive(archive: Path, folder: Path) -> Path:
    """Unpack the student archive as a student does; return the assignment folder."""
    with tarfile.open(archive) as content:
        top = folder / content.getnames()[0]
        shutil.rmtree(top, ignore_errors=True)
        content.extraction_filter = getattr(tarfile, "data_filter", None)  # new in 3.11.4
        content.extractall(folder)
    return top


def student_files(course: Course) -> Iterator[tuple[str, Path]]:
    """Yield (name in the archive, file) for every file that students get."""
    for name in course.notebooks:
        yield f"{name}.ipynb", course.root / f"{name}.ipynb"
    yield ASKED, course.root / ASKED
    for name in course.assignment.ships:
        for path in _files(REPOSITORY / name):
            yield path.relative_to(REPOSITORY).as_posix(), path
    for path in STUDENT_FILES.iterdir():
        if path.is_file():
            yield path.name, path


def _files(path: Path) -> Iterator[Path]:
    """Yield a file, or all below a folder but what Python keeps there for itself."""
    if path.is_file():
        yield path
    for file in path.rglob("*"):
        if file.is_file() and "__pycache__" not in file.parts:
            yield file
