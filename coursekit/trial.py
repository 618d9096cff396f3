"""Grade one made-up cell for real: with the kernel, the judge and the modules that grading uses."""

import dataclasses
import time

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from coursekit import isolation
from coursekit.autograde.execution import execute
from coursekit.autograde.jobs import ANY_KIT, Job, Settings
from coursekit.course import CourseError
from coursekit.outcome import Kind, Outcome

_ANSWER = """\
import threading

def double(x):
    found = []
    thread = threading.Thread(target=lambda: found.append(2 * x))
    thread.start()
    thread.join()
    return found[0]
"""


@dataclasses.dataclass(frozen=True)
class Trial:
    """How a cell was graded on this host."""

    problem: str | None
    """Why it got no points, as a sentence; None if it got them."""
    warm: bool
    """Whether kernels and judges are forked from a process that has the modules imported."""
    seconds: float


def grade_a_cell(settings: Settings) -> Trial:
    """Grade a right answer that starts a thread, as kernels do, and say how that went."""
    began = time.perf_counter()
    try:
        problem = _problem(settings)
        warm = isolation.warm(settings.preload) is not None
    except CourseError as error:
        problem, warm = str(error), False
    except (OSError, EOFError, RuntimeError) as error:
        problem, warm = f"{type(error).__name__}: {error}.", False
    return Trial(problem, warm, time.perf_counter() - began)


def _problem(settings: Settings) -> str | None:
    notebook = nbformat.writes(_notebook()).encode()
    job = Job("trial", "Trial", "", ANY_KIT, notebook, notebook, (), settings)
    executed = nbformat.reads(execute(job).decode(), as_version=4)
    outcome = Outcome.read_from(executed.cells[-1])
    return None if outcome.kind is Kind.PASSED else f"It {outcome.kind}: {outcome.message}"


def _notebook() -> NotebookNode:
    return new_notebook(
        metadata={"kernelspec": {"name": "python3", "display_name": "", "language": "python"}},
        cells=[
            new_code_cell(_ANSWER, id="double", metadata=_nbgrader("double", solution=True)),
            new_code_cell(
                "assert double(21) == 42",
                id="test_double",
                metadata=_nbgrader("test_double", grade=True, locked=True, points=1),
            ),
        ],
    )


def _nbgrader(name: str, **kind: int) -> dict[str, dict[str, object]]:
    cell = {"grade": False, "locked": False, "solution": False, "task": False, **kind}
    return {"nbgrader": {**cell, "grade_id": name, "schema_version": 3}}
