"""Edit the instructor notebooks as Python scripts, and keep the notebooks tidy.

`unpack` writes `build/source/<notebook>.py` in jupytext's percent format: one `# %%` line per cell,
with the cell's id and its nbgrader metadata. `pack` writes the notebook back: same ids, no outputs,
metadata reduced to what the course needs. The notebook in `source/` is what is committed.
"""

import re
from pathlib import Path

import jupytext
import nbformat
from nbformat import NotebookNode

from coursekit.course import Course, CourseError

_KERNELSPEC = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
_CELL_METADATA = ("nbgrader", "tags")


def unpack(course: Course, notebooks: tuple[str, ...] = ()) -> list[Path]:
    """Write notebooks, by default all, as scripts below `build/source/`; return the scripts."""
    scripts = []
    for name in notebooks or course.notebooks:
        script = script_path(course, name)
        script.parent.mkdir(parents=True, exist_ok=True)
        script.write_text(to_script(read_source(course, name)), encoding="utf-8")
        scripts.append(script)
    return scripts


def pack(course: Course, notebooks: tuple[str, ...] = ()) -> list[Path]:
    """Write scripts, by default all, back as notebooks in `source/`; return those."""
    written = []
    for name in notebooks or course.notebooks:
        script = script_path(course, name)
        if not script.exists():
            raise CourseError(f"{script} is not there; run 'coursekit source unpack' first.")
        notebook = from_script(script.read_text(encoding="utf-8"))
        path = course.source / f"{name}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(nbformat.writes(notebook, indent=1) + "\n", encoding="utf-8")
        written.append(path)
    return written


def script_path(course: Course, name: str) -> Path:
    return course.root / "build" / "source" / f"{name}.py"


def read_source(course: Course, name: str) -> NotebookNode:
    """Return the instructor version of one notebook."""
    path = course.source / f"{name}.ipynb"
    if not path.exists():
        raise CourseError(f"{path} is not there; is '{course.root}' the course folder?")
    return parse_source(path.read_text(encoding="utf-8"))


def parse_source(text: str) -> NotebookNode:
    """Return an instructor notebook; one of an older format gets ids, the same each time."""
    notebook = nbformat.reads(text, as_version=4)
    used = {cell["id"] for cell in notebook.cells if "id" in cell}
    for cell in notebook.cells:
        if "id" not in cell:
            graded = cell.metadata.get("nbgrader", {}).get("grade_id")
            cell["id"] = graded if graded and graded not in used else _new_id(cell.source, used)
            used.add(cell["id"])
    notebook.nbformat_minor = max(5, notebook.nbformat_minor)
    return notebook


def to_script(notebook: NotebookNode) -> str:
    """Return `notebook` in percent format, with each cell's id in its header."""
    notebook = nbformat.from_dict(notebook)
    for cell in notebook.cells:
        cell.metadata["cell_id"] = cell["id"]
    notebook.metadata["jupytext"] = {
        "cell_metadata_filter": "all",
        "notebook_metadata_filter": "-all",
    }
    text: str = jupytext.writes(notebook, fmt="py:percent")
    return text


def from_script(text: str) -> NotebookNode:
    """Return the notebook of a percent-format script: ids from the headers, no outputs.

    A cell without a `cell_id` gets its nbgrader id, or one made from its first words. Raises
    `CourseError` if two cells share an id.
    """
    notebook = jupytext.reads(text, fmt="py:percent")
    used: set[str] = set()
    for cell in notebook.cells:
        wanted = cell.metadata.get("cell_id") or cell.metadata.get("nbgrader", {}).get("grade_id")
        if wanted in used:
            raise CourseError(
                f"Two cells have the id '{wanted}'; give one of them another cell_id."
            )
        cell["id"] = wanted or _new_id(cell.source, used)
        used.add(cell["id"])
        cell.metadata = {k: cell.metadata[k] for k in _CELL_METADATA if k in cell.metadata}
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    notebook.metadata = {"kernelspec": _KERNELSPEC, "language_info": {"name": "python"}}
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    nbformat.validate(notebook)
    return notebook


def _new_id(source: str, used: set[str]) -> str:
    words = re.findall(r"[a-z0-9]+", source.lower())[:5] or ["cell"]
    base = candidate = "-".join(words)[:40]
    number = 2
    while candidate in used:
        candidate, number = f"{base}-{number}", number + 1
    return candidate
