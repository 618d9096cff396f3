"""Which names a graded cell takes from where: its own, the instructor's imports, the student's."""

import ast
import builtins
import symtable
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nbformat import NotebookNode  # the judge's process runs without this package

HIDDEN_BEGINS, HIDDEN_ENDS = "BEGIN HIDDEN TESTS", "END HIDDEN TESTS"

_MODULE_NAMES = frozenset({"__name__", "__doc__", "__file__", "__builtins__"})


def foreign_names(source: str) -> set[str]:
    """Return the names that a cell reads and neither binds nor finds among Python's builtins."""
    used, bound = _used_and_bound(source)
    return used - bound - vars(builtins).keys() - _MODULE_NAMES


def bound_names(source: str) -> set[str]:
    """Return the names that a cell binds at its top level, whatever the statement."""
    return _used_and_bound(source)[1]


def _used_and_bound(source: str) -> tuple[set[str], set[str]]:
    table = symtable.symtable(source, "<cell>", "exec")
    used, bound = set(), set()
    waiting = [table]
    while waiting:
        scope = waiting.pop()
        waiting += scope.get_children()
        for symbol in scope.get_symbols():
            if scope is table or symbol.is_global():
                if symbol.is_referenced():
                    used.add(symbol.get_name())
                if symbol.is_assigned() or symbol.is_imported():
                    bound.add(symbol.get_name())
    return used, bound


def imports_of(source: str) -> dict[str, str]:
    """Return {bound name: statement} for the imports at the top level of a cell."""
    found = {}
    for node in ast.parse(source).body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            for alias in node.names:
                single = type(node)(**{**dict(ast.iter_fields(node)), "names": [alias]})
                name = alias.asname or alias.name.split(".")[0]
                found[name] = ast.unparse(ast.fix_missing_locations(single))
    return found


def instructor_imports(source: "NotebookNode") -> dict[str, str]:
    """Return the imports of the locked cells of an instructor notebook that carry no points.

    Cells that are no plain Python (with a magic in them) and the student's own cells do not count.
    """
    found: dict[str, str] = {}
    for cell in source.cells:
        nbgrader = cell.metadata.get("nbgrader", {})
        if cell.cell_type != "code" or not nbgrader.get("locked") or nbgrader.get("grade"):
            continue
        try:
            found |= imports_of(cell.source)
        except SyntaxError:
            continue
    return found


def hidden_lines(source: str) -> set[int]:
    """Return the numbers (from 1) of a cell's lines that students do not get to see."""
    lines: set[int] = set()
    inside = False
    for number, line in enumerate(source.splitlines(), start=1):
        inside = inside or HIDDEN_BEGINS in line
        if inside:
            lines.add(number)
        inside = inside and HIDDEN_ENDS not in line
    return lines


def is_test(cell: "NotebookNode") -> bool:
    """Return whether the judge runs a cell: it carries points, and is not for students to fill."""
    nbgrader = cell.metadata.get("nbgrader", {})
    return cell.cell_type == "code" and bool(nbgrader.get("grade")) and not nbgrader.get("solution")


def tests_of(cells: Iterable["NotebookNode"]) -> list["NotebookNode"]:
    """Return the cells that the judge runs."""
    return [cell for cell in cells if is_test(cell)]
