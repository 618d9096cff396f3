"""What it costs that tests run in the judge: one call, and one graded cell.

    python benchmarks/judge.py
    python benchmarks/judge.py --runs 400

A notebook is graded as always, kernel and judge in their sandboxes. Its tests time calls of the
student's functions from inside the judge; beside that, the same calls within one process. Medians.
"""

import argparse
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from measuring import describe_machine, title
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook
from traitlets.config import Config

from coursekit.course import REPOSITORY, Course
from coursekit.execute import ExecuteSubmission
from coursekit.release import write_notebook

NAME = "Assignment1-2_NN_from_scratch"

STUDENT = """
def same(x):
    return x

def copied(x):
    return x.copy()

def step(model):
    for name in model:
        model[name] -= 0.1

def call_back(f):
    return f(1)

class Box:
    size = 3

box = Box()
"""

CALLS = {
    "a number": "lambda: same(1.5)",
    "an attribute of an object": "lambda: box.size",
    "an array of 10 x 10": "lambda: copied(small)",
    "a dict of 6 arrays, 13 KB, one way": "lambda: same(model)",
    "the same, changed in place": "lambda: step(model)",
    "with a function that is called back": "lambda: call_back(lambda n: n)",
    "1 MB there and back": "lambda: copied(megabyte)",
    "100 MB there and back": "lambda: copied(large)",
}
"""What is called, and how; what a call passes comes from SETUP."""

SETUP = """
import statistics, time
import numpy as np
small = np.ones((10, 10))
sizes = ((30, 20), (20,), (20, 30), (30,), (30, 10), (10,))
model = {f"p{i}": np.ones(size) for i, size in enumerate(sizes)}
megabyte, large = np.ones(1 << 17), np.ones(100 << 17)

def median_ms(call, runs):
    call()
    times = []
    for _ in range(runs):
        started = time.perf_counter()
        call()
        times.append(time.perf_counter() - started)
    return statistics.median(times) * 1e3
"""

EMPTY_CELLS = 30


class Timed(ExecuteSubmission):
    """The grader's step, with the seconds of each graded cell."""

    seconds: list[float]

    async def _judge_cell(self, cell: NotebookNode) -> None:
        started = time.perf_counter()
        await super()._judge_cell(cell)
        self.seconds.append(time.perf_counter() - started)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=1000, help="calls of each kind")
    runs = parser.parse_args().runs
    print(describe_machine())
    remote, per_cell, first, whole = graded(runs)
    local = in_one_process(runs)

    title("One call of a student's function")
    print("| what crosses | in one process, ms | through the judge, ms |\n|---|---|---|")
    for what in CALLS:
        print(f"| {what} | {local[what]:.4f} | {remote[what]:.3f} |")
    title("A graded cell")
    print("| | ms |\n|---|---|")
    print(f"| a test of one call, median of {EMPTY_CELLS} | {per_cell * 1e3:.0f} |")
    print(f"| the first one, which waits for the judge to start | {first * 1e3:.0f} |")
    print(f"| the whole notebook of {EMPTY_CELLS + len(CALLS)} tests | {whole * 1e3:.0f} |")


def graded(runs: int) -> tuple[dict[str, float], float, float, float]:
    """Grade a notebook of tests that time themselves.

    Returns the ms of each call, and the seconds of a test of one call, of the first such test, and
    of the notebook.
    """
    tests = ["assert same(1) == 1"] * (EMPTY_CELLS + 1)
    for call in CALLS.values():
        tests.append(f"{SETUP}\nprint(median_ms({call}, {few(call, runs)}))")
    notebook = new_notebook(cells=[new_code_cell(STUDENT)])
    notebook.cells += [
        new_code_cell(
            test,
            metadata={"nbgrader": {"grade": True, "solution": False, "grade_id": f"test_{n}"}},
        )
        for n, test in enumerate(tests)
    ]
    notebook.metadata.coursekit = {"flags": []}
    with tempfile.TemporaryDirectory() as folder:
        course = Course(Path(folder))
        course.source.mkdir(parents=True)
        write_notebook(course.source / f"{NAME}.ipynb", new_notebook())
        (course.root / "build").symlink_to(REPOSITORY / "build")
        config = Config()
        config.CourseDirectory.root = folder
        resources: dict[str, Any] = {"metadata": {"path": folder}, "nbgrader": {"notebook": NAME}}
        step = Timed(config=config)
        step.seconds = []
        started = time.perf_counter()
        executed, _ = step.preprocess(notebook, resources)
        whole = time.perf_counter() - started
    results = executed.cells[-len(CALLS) :]
    failed = [cell.metadata.coursekit for cell in executed.cells[1:] if _failed(cell)]
    if failed:
        raise SystemExit(f"a test of this benchmark failed: {failed[0]}")
    calls = {what: float(cell.outputs[0].text) for what, cell in zip(CALLS, results, strict=True)}
    empty = step.seconds[1 : EMPTY_CELLS + 1]
    return calls, statistics.median(empty), step.seconds[0], whole


def in_one_process(runs: int) -> dict[str, float]:
    """Return the ms of each call where test and student share a process."""
    names: dict[str, Any] = {}
    exec(STUDENT + SETUP, names)
    return {
        what: names["median_ms"](eval(call, names), few(call, runs)) for what, call in CALLS.items()
    }


def few(call: str, runs: int) -> int:
    """Return how often to make a call: large ones less often."""
    return max(3, runs // 200) if "large" in call else runs


def _failed(cell: NotebookNode) -> bool:
    return bool(cell.metadata.coursekit["outcome"] != "passed")


if __name__ == "__main__":
    main()
