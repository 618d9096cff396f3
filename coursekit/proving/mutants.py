"""Mutants of a solution: its text with one mistake of an operator in it, as people slip."""

import ast
import copy
import difflib
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from types import CodeType
from typing import Any

from coursekit.proving.operators import OPERATORS
from coursekit.student_run import without_marks

_REGION = re.compile(r"### (BEGIN|END) SOLUTION")


@dataclass(frozen=True)
class Mutant:
    """A solution cell with one change."""

    text: str
    change: str
    """The lines that differ: "old -> new"; empty for a line that is gone."""
    operator: str = ""
    """Which of `operators` made it."""


def mutants(cell: str) -> Iterator[Mutant]:
    """Yield the mutants of a solution cell of an instructor notebook.

    Only what stands between the marks of a solution changes. None compiles to what the reference or
    another one does.
    """
    tree = ast.parse(cell)
    inside = _solution_lines(cell)
    original = ast.unparse(ast.parse(without_marks(cell)))
    known = {_code(original)}
    for path, node in _nodes(tree):
        number = getattr(node, "lineno", None) or _line_of(node)
        if number not in inside or _is_said(tree, node):
            continue
        for name, operator in OPERATORS.items():
            for other in operator(node):
                try:
                    text = ast.unparse(_replaced(tree, path, other))
                    code = _code(text)
                except (SyntaxError, ValueError, TypeError, AttributeError):
                    continue
                if code not in known:
                    known.add(code)
                    yield Mutant(text, _difference(original, text), name)


def _difference(old: str, new: str) -> str:
    lines = list(difflib.ndiff(old.splitlines(), new.splitlines()))
    gone = " / ".join(line[2:].strip() for line in lines if line.startswith("- "))
    come = " / ".join(line[2:].strip() for line in lines if line.startswith("+ "))
    return f"{gone} -> {come}"


def _solution_lines(text: str) -> set[int]:
    lines: set[int] = set()
    inside = False
    for number, line in enumerate(text.splitlines(), start=1):
        if mark := _REGION.search(line):
            inside = mark[1] == "BEGIN"
        elif inside:
            lines.add(number)
    return lines


_Path = tuple[tuple[str, int | None], ...]


def _nodes(tree: ast.AST, path: _Path = ()) -> Iterator[tuple[_Path, ast.AST]]:
    """Yield each node with the way to it: names of fields, and places in lists."""
    yield path, tree
    for name, value in ast.iter_fields(tree):
        if isinstance(value, ast.AST):
            yield from _nodes(value, (*path, (name, None)))
        elif isinstance(value, list):
            for i, item in enumerate(value):
                if isinstance(item, ast.AST):
                    yield from _nodes(item, (*path, (name, i)))


def _line_of(node: ast.AST) -> int | None:
    """Return the line of a node that has none of its own, as a slice or a comprehension."""
    return next((n.lineno for n in ast.walk(node) if isinstance(n, ast.expr)), None)


def _is_said(tree: ast.AST, node: ast.AST) -> bool:
    """Return whether a node is a text that stands alone, or words of an error or of a print."""
    if not (isinstance(node, ast.Constant) and isinstance(node.value, str)):
        return False
    for parent in ast.walk(tree):
        if isinstance(parent, ast.Raise | ast.JoinedStr) and node in ast.walk(parent):
            return True
        if isinstance(parent, ast.Expr) and parent.value is node:
            return True
    return False


def _replaced(tree: ast.Module, path: _Path, other: ast.AST) -> ast.Module:
    """Return a copy of a tree with another node, or statements, at the end of `path`."""
    root = copy.deepcopy(tree)
    node: Any = root
    for name, i in path[:-1]:
        node = getattr(node, name) if i is None else getattr(node, name)[i]
    name, i = path[-1]
    fresh = copy.deepcopy(other)
    if i is None:
        setattr(node, name, fresh)
    elif isinstance(fresh, ast.Module):
        empty: list[ast.stmt] = [ast.Pass()] if name == "body" else []
        statements = getattr(node, name)
        statements[i : i + 1] = fresh.body
        if not statements:
            setattr(node, name, empty)
    else:
        getattr(node, name)[i] = fresh
    return ast.fix_missing_locations(root)


def _code(text: str) -> Any:
    """Return what a program compiles to, without its positions."""
    with warnings.catch_warnings():  # a mutant may compare a number with `is`
        warnings.simplefilter("ignore", SyntaxWarning)
        return _without_positions(compile(text, "<mutant>", "exec"))


def _without_positions(code: CodeType) -> Any:
    constants = tuple(
        _without_positions(value)
        if isinstance(value, CodeType)
        else (type(value).__name__, repr(value))
        for value in code.co_consts
    )
    names = (code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars)
    return code.co_code, constants, names, code.co_argcount, code.co_name
