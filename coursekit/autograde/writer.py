"""The one writer: executed notebooks go through nbgrader's own autograder into the gradebook."""

import contextlib
import logging
import shutil
import signal
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import CheckCellMetadata
from sqlalchemy.exc import SAWarning, SQLAlchemyError

from coursekit.autograde.jobs import Submission
from coursekit.autograde.left import KEY
from coursekit.course import Course, CourseError
from coursekit.execute import ExecuteSubmission
from coursekit.gradebook import database_troubles, explain, read_config


class MarksWriter:
    """Writes the marks of one student after the other."""

    def __init__(self, course: Course) -> None:
        self._course = course
        self._config = read_config(course)

    def write(self, student: str, executed: dict[str, tuple[str, bytes]]) -> None:
        """Write the marks of `student`; `executed` maps a notebook to its key and its text.

        Of notebooks that are not among these, what was written before stays, unless they are not
        handed in any more. Raises `CourseError` when the submission cannot be processed, or the
        gradebook cannot be used.
        """
        submitted = Submission(self._course, student).notebooks
        with _uninterrupted():
            for notebook in ["*"] if set(executed) == set(submitted) else list(executed):
                coursedir = _CourseDirectory(
                    config=self._config,
                    assignment_id=self._course.assignment.name,
                    student_id=student,
                    notebook_id=notebook,
                )
                converter = _Autograde(coursedir=coursedir, config=self._config, force=True)
                converter.executed = executed
                self._convert(converter, student)
            self._remove_withdrawn(student)  # nbgrader has given them 0

    def write_missing(self, student: str) -> None:
        """Write 0 for every task of the notebooks that `student` did not hand in."""
        submitted = Submission(self._course, student).notebooks
        with database_troubles(self._course), warnings.catch_warnings():
            warnings.simplefilter("ignore", SAWarning)
            coursedir = CourseDirectory(config=self._config)
            with Gradebook(coursedir.db_url, coursedir.course_id) as gradebook:
                gradebook.update_or_create_student(student)
                submission = gradebook.update_or_create_submission(
                    self._course.assignment.name, student
                )
                for notebook in submission.notebooks:
                    if notebook.name not in submitted:
                        for grade in notebook.grades:
                            grade.auto_score, grade.needs_manual_grade = 0, False
                gradebook.db.commit()
        self._remove_withdrawn(student)

    def _remove_withdrawn(self, student: str) -> None:
        """Remove what was autograded of notebooks that are not handed in any more."""
        submitted = Submission(self._course, student).notebooks
        folder = self._course.autograded / student / self._course.assignment.name
        if not submitted:
            shutil.rmtree(folder, ignore_errors=True)
        for path in folder.glob("*.ipynb"):
            if path.stem not in submitted:
                path.unlink()

    def _convert(self, converter: "_Autograde", student: str) -> None:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", SAWarning)  # nbgrader's queries cause them
                converter.start()
        except (NbGraderException, SQLAlchemyError, OSError) as error:
            trouble = _database_error(converter.trouble or error)
            if isinstance(trouble, SQLAlchemyError):
                raise GradebookUnusable(explain(trouble, self._course)) from error
            if isinstance(trouble, OSError):
                raise GradebookUnusable(
                    f"The marks of {student} can't be written: {trouble}. Marks already written "
                    "are kept; mend this and run the same command again to go on."
                ) from error
            reason = str(trouble).strip().splitlines() or [type(trouble).__name__]
            raise CourseError(
                f"nbgrader can't process the submission of {student}: {reason[0]}"
            ) from error


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Let Ctrl-C wait for the end of the block; where it comes, it can get lost in a query."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, frame: came.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if came:
        raise KeyboardInterrupt


def _database_error(error: BaseException) -> BaseException:
    """Return the database error that `error`, one of nbgrader's own, stands for, or `error`."""
    context = error.__context__
    return context if isinstance(context, SQLAlchemyError) else error


class GradebookUnusable(CourseError):
    """Nothing can be written, for this student or another; grading stops."""


class _CourseDirectory(CourseDirectory):
    """nbgrader's folders of a course, without times of hand-in.

    It would stumble over one that it can't read; `settle` takes them, and tells of those.
    """

    def get_existing_timestamp(self, dest_path: str) -> None:
        return None


class _Autograde(Autograde):
    """nbgrader's autograder from the marks on; what comes before, a worker has done.

    It remembers the first error, which nbgrader reports only as one of many.
    """

    executed: dict[str, tuple[str, bytes]]
    trouble: BaseException | None = None

    def init_notebooks(self) -> None:
        """Take the one folder as it is named; nbgrader would read brackets in it as a pattern."""
        folder = Path(self._format_source(self.coursedir.assignment_id, self.coursedir.student_id))
        wanted = self.coursedir.notebook_id
        found = [name for name in self.executed if wanted in ("*", name)]
        self.assignments = {str(folder): [str(folder / f"{name}.ipynb") for name in found]}

    def init_assignment(self, assignment_id: str, student_id: str) -> None:
        with self._remembered():
            super().init_assignment(assignment_id, student_id)

    def convert_single_notebook(self, notebook_filename: str) -> None:
        self._sanitizing = True  # the folder that nbgrader now reads from: submitted/
        resources = self.init_single_notebook_resources(notebook_filename)
        key, text = self.executed[resources["nbgrader"]["notebook"]]
        notebook = nbformat.reads(text.decode(), as_version=4)
        notebook.metadata["coursekit"][KEY] = key
        steps = self.autograde_preprocessors
        self.exporter._preprocessors = []
        for step in steps[steps.index(ExecuteSubmission) + 1 :]:
            if step is not CheckCellMetadata:  # clean has put the instructor's metadata back
                self.exporter.register_preprocessor(step)
        with self._remembered():
            output, resources = self.exporter.from_notebook_node(notebook, resources)
            self.write_single_notebook(output, resources)

    @contextmanager
    def _remembered(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            self.trouble = self.trouble or error
            raise


@contextmanager
def logged(path: Path) -> Iterator[None]:
    """Let nbgrader log into the file at `path` while the block runs, and nowhere else."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handler = logging.FileHandler(path, mode="w", encoding="utf-8")
    handler.setFormatter(logging.Formatter("[%(levelname)s] %(message)s"))
    with contextlib.ExitStack() as stack:
        stack.callback(handler.close)
        for name in ("traitlets", "tornado.application"):  # nbgrader's converters, its gradebook
            stack.enter_context(_logging_only_to(handler, logging.getLogger(name)))
        yield


@contextmanager
def _logging_only_to(handler: logging.Handler, logger: logging.Logger) -> Iterator[None]:
    before = logger.handlers[:], logger.level, logger.propagate
    logger.handlers, logger.propagate = [handler], False
    logger.setLevel(logging.INFO)
    try:
        yield
    finally:
        logger.handlers, level, logger.propagate = before
        logger.setLevel(level)
