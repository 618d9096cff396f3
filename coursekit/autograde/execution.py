"""What a worker does: clean one submitted notebook and execute it."""

import dataclasses
import platform
import tempfile
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.utils import compute_checksum
from traitlets.config import Config

from coursekit.autograde.jobs import ANY_KIT, Job, kit_digest
from coursekit.clean import clean
from coursekit.course import REPOSITORY, Course, CourseError
from coursekit.execute import ExecuteSubmission
from coursekit.source import parse_source
from coursekit.stubs import without_solutions
from coursekit.submitted_notebook import read_submitted


def execute(job: Job) -> bytes:
    """Return the executed notebook of `job`, in which every graded cell has its outcome.

    Raises `CourseError` where the kit is not the one that made the job: marks would differ.
    """
    if job.kit not in (ANY_KIT, kit_digest()):
        raise CourseError(
            f"The coursekit on {platform.node()} is another version than the one that grades; "
            "install the same one there, and start its workers again."
        )
    submitted = read_submitted(job.submitted)
    source = parse_source(job.source.decode())
    with tempfile.TemporaryDirectory(prefix="autograde-", ignore_cleanup_errors=True) as folder:
        course = Course(Path(folder))
        course.source.mkdir(parents=True)
        (course.source / f"{job.notebook}.ipynb").write_bytes(job.source)
        submission = course.submitted / job.student / course.assignment.name
        (submission / "model_checkpoints").mkdir(parents=True)
        for name, content in job.checkpoints:
            (submission / "model_checkpoints" / name).write_bytes(content)
        made = REPOSITORY / "build"
        made.mkdir(exist_ok=True)
        (course.root / "build").symlink_to(made)
        config = Config()
        config.CourseDirectory.root = folder
        config.ExecuteSubmission.update(dataclasses.asdict(job.settings))
        resources = {
            "metadata": {"path": str(submission)},
            "nbgrader": {"notebook": job.notebook, "student": job.student},
        }
        executed, _ = ExecuteSubmission(config=config).preprocess(
            clean(submitted, source), resources
        )
    _write_checksums(executed, source)
    return nbformat.writes(executed).encode()


def _write_checksums(executed: NotebookNode, source: NotebookNode) -> None:
    """Give cells the checksums of their stubs, by which nbgrader sees which were not worked on."""
    stubs = {cell["id"]: cell for cell in without_solutions(source).cells}
    for cell in executed.cells:
        if "nbgrader" in cell.metadata:
            cell.metadata.nbgrader["checksum"] = compute_checksum(stubs[cell["id"]])
