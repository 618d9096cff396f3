"""The hostile zoo: each attack is one small file, `tests/hostile/<family>/<name>.py`.

Its docstring says what is tried. What the file holds besides decides what is handed in:

- anything: the text of a cell that a student puts in front of the tests of `double`, after an
  honest wrong answer (before those of `apply_twice` if it defines that). Most attacks are that;
- `def notebook(nb)`: changes the student's notebook, an `nbformat` node, in place;
- `def folder(path)`: changes the folder that is handed in, `Assignment1-2_*.ipynb` in it;
- `def checkpoint(path)`: writes the checkpoint of a submission of the PyTorch notebook, whose
  network was never trained.

A line `Costs: ...` of the docstring says why the attack costs its author `triple`, which is kept
otherwise; the tests read it.
"""

import ast
import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from coursekit.course import Course
from coursekit.release import write_notebook
from hostile.course import NEIGHBOUR_SECRET, NOTEBOOK, TORCH_NOTEBOOK, solved, submission_folder

HERE = Path(__file__).resolve().parent

FIRST, LAST = "a-honest", "z-honest"
"""The honest students who are graded before and after all attacks."""

_HOOKS = ("notebook", "folder", "checkpoint")


@dataclass(frozen=True)
class Attack:
    """One file of the zoo."""

    path: Path
    doc: str
    hooks: ModuleType | None
    """The file as a module when it defines a hook; None when it is the text of a cell."""

    @property
    def family(self) -> str:
        return self.path.parent.name

    @property
    def name(self) -> str:
        return self.path.stem

    @property
    def student(self) -> str:
        """The id under which the attack is handed in."""
        return f"m-{self.family}-{self.name}"

    @property
    def title(self) -> str:
        return self.doc.splitlines()[0]

    @property
    def costs(self) -> str:
        """Why the attack loses its honestly earned points, or ""."""
        lines = (line for line in self.doc.splitlines() if line.startswith("Costs: "))
        return next(lines, "").removeprefix("Costs: ")

    @property
    def notebook(self) -> str:
        """The name of the notebook that is attacked."""
        return TORCH_NOTEBOOK if self._hook("checkpoint") else NOTEBOOK

    def hand_in(self, course: Course) -> None:
        """Put the attack where nbgrader finds submissions."""
        folder = submission_folder(course, self.student)
        notebook = solved(course, self.notebook)
        if self.hooks is None:
            text = self.path.read_text(encoding="utf-8")
            task = "apply_twice" if "def apply_twice(" in text else "double"
            insert_before(notebook, f"test_{task}", text)
        if edit := self._hook("notebook"):
            edit(notebook)
        write_notebook(folder / f"{self.notebook}.ipynb", notebook)
        if change := self._hook("folder"):
            change(folder)
        if write := self._hook("checkpoint"):
            (folder / "model_checkpoints").mkdir()
            write(folder / "model_checkpoints" / "problem2_2000-00000.pt")

    def _hook(self, name: str) -> Callable[..., object] | None:
        return getattr(self.hooks, name, None)


def load_zoo(*families: str) -> list[Attack]:
    """Return all attacks, or those of `families`, ordered by family and name."""
    paths = sorted(path for path in HERE.glob("*/*.py") if not path.name.startswith("_"))
    return [_load(path) for path in paths if not families or path.parent.name in families]


def hand_in_honest(course: Course, student: str) -> None:
    """Hand in an honest student's work: right for everything, with a secret in it."""
    right = {
        "double": f"def double(x):  # {NEIGHBOUR_SECRET}\n    return x * 2",
        "apply_twice": "def apply_twice(f, x):\n    return f(f(x))",
    }
    folder = submission_folder(course, student)
    write_notebook(folder / f"{NOTEBOOK}.ipynb", solved(course, NOTEBOOK, **right))


def insert_before(notebook: NotebookNode, cell_id: str, text: str) -> None:
    """Insert a cell of the student's own in front of another."""
    place = next(i for i, cell in enumerate(notebook.cells) if cell["id"] == cell_id)
    notebook.cells.insert(place, new_code_cell(text, id="mine"))


def cell_of(notebook: NotebookNode, cell_id: str) -> NotebookNode:
    return next(cell for cell in notebook.cells if cell["id"] == cell_id)


def _load(path: Path) -> Attack:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    doc = ast.get_docstring(tree)
    assert doc, f"{path} needs a docstring that says what the attack tries."
    defined = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    return Attack(path, doc, _import(path) if defined & set(_HOOKS) else None)


def _import(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"hostile_{path.parent.name}_{path.stem}", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
