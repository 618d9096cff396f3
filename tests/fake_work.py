"""Small stand-ins for a student's files: notebooks of three tasks and a checkpoint.

The cells carry the metadata that nbgrader gives the released notebooks, checksums included.
"""

import io
import zipfile
from collections.abc import Iterable
from pathlib import Path

import nbformat
from nbformat import NotebookNode, v4
from nbgrader.utils import compute_checksum

STUDENT = "2000-00000"
NOTEBOOKS = (
    "Assignment1-1_Data_Curation.ipynb",
    "Assignment1-2_NN_from_scratch.ipynb",
    "Assignment1-3_NN_with_PyTorch.ipynb",
)
TASKS = {
    NOTEBOOKS[0]: ("balance", "overlap", "train_model"),
    NOTEBOOKS[1]: ("softmax", "forward_pass", "backward_pass"),
    NOTEBOOKS[2]: ("naive_linear", "make_model", "training_loop"),
}


def make_notebook(
    name: str,
    solved: Iterable[str] | None = None,
    run: bool = True,
    written: str = "Because of the loss.",
) -> NotebookNode:
    """Return a notebook with a free cell, three tasks with a check each, and a written task.

    `solved` names the tasks that differ from what was released (default: all), `run` tells whether
    its cells have counts and outputs.
    """
    tasks = TASKS[name]
    solved = tasks if solved is None else tuple(solved)
    cells = [v4.new_markdown_cell("# Title"), v4.new_code_cell("import numpy as np")]
    for task in tasks:
        stub = f"def {task}(x):\n    raise NotImplementedError('{task}: replace this line.')"
        solution = v4.new_code_cell(stub)
        mark(solution, task, solution=True)
        if task in solved:
            solution.source = f"def {task}(x):\n    return x"
        check = v4.new_code_cell(f"checks.{task}({task})")
        mark(check, f"test_{task}", grade=True, locked=True, points=4)
        cells += [solution, check]
    question = v4.new_markdown_cell("YOUR ANSWER HERE")
    mark(question, f"why_{tasks[0]}", grade=True, solution=True, points=3)
    question.source = written
    cells += [question, v4.new_code_cell("# try something here"), v4.new_code_cell("")]
    notebook = v4.new_notebook(cells=cells)
    for number, cell in enumerate(notebook.cells):
        cell.id = cell.metadata.get("nbgrader", {}).get("grade_id", f"cell-{number}")
        if run and cell.cell_type == "code" and cell.source:
            run_cell(cell, number + 1)
    return notebook


def mark(cell: NotebookNode, grade_id: str, **flags: object) -> None:
    """Give a cell nbgrader's metadata, as `nbgrader generate_assignment` leaves it."""
    cell.metadata.nbgrader = NotebookNode(
        {
            "grade": False,
            "grade_id": grade_id,
            "locked": False,
            "schema_version": 3,
            "solution": False,
            "task": False,
            **flags,
        }
    )
    cell.metadata.nbgrader.checksum = compute_checksum(cell)


def run_cell(cell: NotebookNode, count: int, text: str = "passed\n") -> None:
    """Make a code cell look as if it had been run."""
    cell.execution_count = count
    if cell.source.startswith("checks."):
        cell.outputs = [v4.new_output("stream", name="stdout", text=text)]


def make_checkpoint() -> bytes:
    """Return a file that looks like one of `torch.save` from outside."""
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as archive:
        archive.writestr("problem2/data.pkl", b"no real pickle")
        archive.writestr("problem2/data/0", bytes(range(256)) * 40)
    return raw.getvalue()


def write_work(folder: Path, student: str = STUDENT) -> Path:
    """Write three solved notebooks and the checkpoint into `folder`; return it."""
    (folder / "model_checkpoints").mkdir(parents=True, exist_ok=True)
    for name in NOTEBOOKS:
        nbformat.write(make_notebook(name), folder / name)
    (folder / "model_checkpoints" / f"problem2_{student}.pt").write_bytes(make_checkpoint())
    return folder


def notebook_bytes(notebook: NotebookNode) -> bytes:
    """Return what the file of a notebook holds."""
    return (nbformat.writes(notebook) + "\n").encode("utf-8")
