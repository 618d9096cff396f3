"""Mutants of a solution: its text with one mistake of an operator in it."""

import ast
import copy
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from types import CodeType
from typing import Any

from coursekit.proving.operators import OPERATORS

_REGION = re.compile(r"### (BEGIN|END) SOLUTION")


@dataclass(frozen=True)
class Mutant:
    """A solution with one mistake."""

    task: str
    operator: str
    line: str
    """The text of the line in the reference, without its indentation."""
    becomes: str
    """What the mistake makes of the statement, or of the head of it: `loss = total`."""
    text: str
    """The whole cell, as Python writes it."""

    def __str__(self) -> str:
        return f"{self.task}, {self.operator}: `{self.line}` becomes `{self.becomes}`"


def mutants_of(task: str, text: str) -> list[Mutant]:
    """Return all mutants of a task's cell: those that do not compile to what another does.

    `text` holds the marks of the solution; only what stands between them is changed.
    """
    tree = ast.parse(text)
    inside = _solution_lines(text)
    lines = text.splitlines()
    known = {_code(tree)}
    found = []
    for path, node in _nodes(tree):
        number = getattr(node, "lineno", None) or _line_of(node)
        if number not in inside or (isinstance(node, ast.expr) and _is_docstring(tree, node)):
            continue
        for name, operator in OPERATORS.items():
            for other in operator(node):
                mutated, statement = _replaced(tree, path, other)
                try:
                    code = _code(mutated)
                    shown = ast.unparse(statement)
                except (SyntaxError, ValueError, TypeError):
                    continue
                if code in known:
                    continue
                known.add(code)
                found.append(
                    Mutant(
                        task,
                        name,
                        lines[number - 1].strip(),
                        shown.splitlines()[0],
                        ast.unparse(mutated) + "\n",
                    )
                )
    return found


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


def _is_docstring(tree: ast.AST, node: ast.AST) -> bool:
    """Return whether a node is a text that stands alone, or words of an error or of a print."""
    if not (isinstance(node, ast.Constant) and isinstance(node.value, str)):
        return False
    for parent in ast.walk(tree):
        if isinstance(parent, ast.Raise | ast.JoinedStr) and node in ast.walk(parent):
            return True
        if isinstance(parent, ast.Expr) and parent.value is node:
            return True
    return False


def _replaced(tree: ast.Module, path: _Path, other: ast.AST) -> tuple[ast.Module, ast.AST]:
    """Return a copy of a tree with another node at the end of `path`, and the statement there."""
    root = copy.deepcopy(tree)
    node: Any = root
    statement: ast.AST = root
    for name, i in path[:-1]:
        node = getattr(node, name) if i is None else getattr(node, name)[i]
        if isinstance(node, ast.stmt):
            statement = node
    name, i = path[-1]
    fresh = copy.deepcopy(other)
    if i is None:
        setattr(node, name, fresh)
    else:
        getattr(node, name)[i] = fresh
    if isinstance(fresh, ast.stmt):
        statement = fresh
    return ast.fix_missing_locations(root), statement


def _code(tree: ast.Module) -> Any:
    """Return what a program compiles to, without its positions."""
    text = ast.unparse(ast.fix_missing_locations(tree))
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
