"""The notebooks on a hosted notebook service: the one cell of FAQ.md is enough."""

import os
import re
import shutil
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell
from student_folder import first_task, make_student_folder
from this_course import ASSIGNMENT, find_notebook

from coursekit.course import REPOSITORY


def documented_cell() -> str:
    faq = (REPOSITORY / "coursekit" / "student" / "FAQ.md").read_text(encoding="utf-8")
    cells = re.findall(r"```python\n(.*?)```", faq, re.DOTALL)
    assert len(set(cells)) == 1, "the English and the Korean cell differ"
    cell: str = cells[0]
    return cell


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A service's home folder: the archive and a notebook are uploaded, nothing else."""
    root = tmp_path_factory.mktemp("hosted")
    folder = make_student_folder(root)
    home = root / "home"
    home.mkdir()
    shutil.copy(root / "course" / f"{ASSIGNMENT}.tar.gz", home)
    shutil.copy(folder / f"{find_notebook('1-2')}.ipynb", home)
    return home


def run_to_the_first_check(home: Path) -> NotebookNode:
    """Run the documented cell twice, then the uploaded notebook up to its first check."""
    notebook = nbformat.read(home / f"{find_notebook('1-2')}.ipynb", as_version=4)
    _, check = first_task("1-2")
    end = [cell["id"] for cell in notebook.cells].index(check["id"]) + 1
    notebook.cells = [new_code_cell(documented_cell()) for _ in range(2)] + notebook.cells[:end]
    return NotebookClient(
        notebook,
        timeout=120,
        allow_errors=True,
        kernel_name="python3",
        resources={"metadata": {"path": str(home)}},
    ).execute(env=os.environ | {"NOTMNIST_SOURCE": "embedded", "PIP_NO_INDEX": "1"})


def test_the_documented_cell_makes_a_notebook_run_on_a_hosted_service(home: Path) -> None:
    code = [cell for cell in run_to_the_first_check(home).cells if cell.cell_type == "code"]
    stops = [
        (cell["id"], "\n".join(output.traceback))
        for cell in code
        for output in cell.outputs
        if output.output_type == "error"
    ]
    task, check = first_task("1-2")
    assert [cell for cell, _ in stops] == [check["id"]], stops
    assert f"{task['id']}: replace this line" in stops[0][1]
    assert (home / ASSIGNMENT / "data" / "notMNIST.npz").exists(), "it runs in another folder"


def test_the_documented_cell_does_nothing_in_the_folder_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "utils").mkdir()
    monkeypatch.chdir(tmp_path)
    exec(documented_cell(), {})
    assert Path.cwd() == tmp_path
    assert [path.name for path in tmp_path.iterdir()] == ["utils"]
