"""Which tasks of a notebook build on which others, read off the names that its cells use."""

import ast
from functools import lru_cache

from nbformat import NotebookNode
from notebook_runner import load_source


def needs(notebook: str, task: str, solution: str) -> frozenset[str]:
    """Return the tasks whose functions or classes a solution of `task` or its tests go through.

    Functions of other cells on the way are followed.
    """
    defined_in, used_in = _names(notebook)
    judges = [cell for cell in used_in if cell.split("__")[0] in (f"test_{task}", f"check_{task}")]
    names = _used(solution).union(*(used_in[cell] for cell in (task, *judges)))
    found: set[str] = set()
    while fresh := {defined_in[name] for name in names if name in defined_in} - found:
        found |= fresh
        names = frozenset().union(*(used_in[cell] for cell in fresh))
    return frozenset(found.intersection(code_tasks(notebook)) - {task})


def code_tasks(notebook: str) -> list[str]:
    """Return the ids of the code tasks of a notebook ("1-2"), in order."""
    return [
        cell["id"]
        for cell in cells_of(notebook)
        if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("solution")
    ]


@lru_cache(maxsize=3)
def cells_of(notebook: str) -> list[NotebookNode]:
    """Return the cells of an instructor notebook, read once; not to be changed."""
    return load_source(notebook)


@lru_cache(maxsize=3)
def _names(notebook: str) -> tuple[dict[str, str], dict[str, frozenset[str]]]:
    """Return the cell that defines each function or class, and the names that each cell uses."""
    defined_in: dict[str, str] = {}
    used_in: dict[str, frozenset[str]] = {}
    for cell in cells_of(notebook):
        if cell.cell_type != "code":
            continue
        used_in[cell["id"]] = _used(cell.source)
        if not cell.metadata.get("nbgrader", {}).get("grade"):
            for node in ast.parse(cell.source).body:
                if isinstance(node, ast.FunctionDef | ast.ClassDef):
                    defined_in[node.name] = cell["id"]
    return defined_in, used_in


def _used(source: str) -> frozenset[str]:
    return frozenset(node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name))
