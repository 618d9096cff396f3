"""Wrong solutions made out of a right one: each with one small change, as people slip.

The operators are those of this field: axes, means and sums, transposed products, signs, training
and evaluation mode, bounds, first and last elements, copies that are left out.
"""

import ast
import copy
import difflib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from coursekit.student_run import without_marks

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"

_TWINS = (
    ("argmax", "argmin"), ("cos", "sin"), ("eval", "train"), ("floor", "ceil"), ("log", "log2"),
    ("max", "min"), ("maximum", "minimum"), ("mean", "sum"), ("ones", "zeros"), ("ones_", "zeros_"),
    ("permutation", "arange"), ("std", "var"), ("tanh", "sigmoid"), ("zeros_like", "ones_like"),
    ("any", "all"), ("append", "extend"), ("index", "count"),
)  # fmt: skip
_TWIN = {a: b for pair in _TWINS for a, b in (pair, pair[::-1])}
_LEFT_OUT = (
    "copy", "clone", "detach", "long", "float", "double", "item", "tolist", "reshape", "ravel",
    "flatten", "squeeze", "abs", "sqrt", "astype", "to", "clip",
)  # fmt: skip
"""Methods, and `.T`, of which the object itself may be taken instead."""
_SWAPPED: dict[type[ast.AST], tuple[type[ast.AST], ...]] = {
    ast.Add: (ast.Sub,), ast.Sub: (ast.Add,), ast.Mult: (ast.Div,), ast.Div: (ast.Mult,),
    ast.FloorDiv: (ast.Div,), ast.Mod: (ast.FloorDiv,), ast.Pow: (ast.Mult,),
    ast.Lt: (ast.LtE, ast.Gt), ast.LtE: (ast.Lt,), ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt,), ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,), ast.And: (ast.Or,),
    ast.Or: (ast.And,), ast.In: (ast.NotIn,), ast.NotIn: (ast.In,),
    ast.BitAnd: (ast.BitOr,), ast.BitOr: (ast.BitAnd,),
}  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """A solution cell with one change."""

    text: str
    change: str
    """The lines that differ: "old -> new"; empty for a line that is gone."""


def mutants(cell: str) -> Iterator[Mutant]:
    """Yield the mutants of a solution cell of an instructor notebook, each text once.

    Only what stands between the marks of a solution changes.
    """
    lines = cell.splitlines()
    inside: set[int] = set()
    is_inside, number = False, 0
    for line in lines:
        if line.strip() in (BEGIN, END):
            is_inside = line.strip() == BEGIN
            continue
        number += 1
        if is_inside:
            inside.add(number)
    tree = ast.parse(without_marks(cell))
    original = ast.unparse(tree)
    seen = {original}
    for index, node in enumerate(ast.walk(tree)):
        if getattr(node, "lineno", 0) not in inside:
            continue
        for change in _changes(node):
            changed = copy.deepcopy(tree)
            target = next(n for i, n in enumerate(ast.walk(changed)) if i == index)
            text = _applied(changed, target, change)
            if text is not None and text not in seen:
                seen.add(text)
                yield Mutant(text, _difference(original, text))


Change = Callable[[Any], Any]
"""Returns what takes the place of a node of the copied tree; None for nothing."""


def _applied(tree: ast.Module, target: ast.AST, change: Change) -> str | None:
    class Replace(ast.NodeTransformer):
        def visit(self, node: ast.AST) -> Any:
            return change(node) if node is target else self.generic_visit(node)

    try:
        changed: ast.Module = Replace().visit(tree)
        ast.fix_missing_locations(changed)
        for node in ast.walk(changed):
            if hasattr(node, "body") and isinstance(node.body, list) and not node.body:
                node.body.append(ast.Pass())
        text = ast.unparse(changed)
        compile(text, "<mutant>", "exec")
    except (SyntaxError, TypeError, ValueError, AttributeError):
        return None
    return text


def _difference(old: str, new: str) -> str:
    lines = list(difflib.ndiff(old.splitlines(), new.splitlines()))
    gone = " / ".join(line[2:].strip() for line in lines if line.startswith("- "))
    come = " / ".join(line[2:].strip() for line in lines if line.startswith("+ "))
    return f"{gone} -> {come}"


def _changes(node: ast.AST) -> Iterator[Change]:
    """Yield the changes that suit a node."""
    if isinstance(node, ast.BinOp):
        yield from _operators(node)
    elif isinstance(node, ast.Compare):
        for number, operator in enumerate(node.ops):
            for other in _SWAPPED.get(type(operator), ()):
                yield _set_in("ops", number, other())
    elif isinstance(node, ast.BoolOp | ast.AugAssign):
        for other in _SWAPPED.get(type(node.op), ()):
            yield _set("op", other())
    elif isinstance(node, ast.UnaryOp):
        yield lambda n: n.operand
    elif isinstance(node, ast.IfExp):
        yield lambda n: n.body
        yield lambda n: n.orelse
    elif isinstance(node, ast.Constant):
        yield from _constants(node)
    elif isinstance(node, ast.Call):
        yield from _calls(node)
    elif isinstance(node, ast.Attribute):
        if node.attr in _TWIN:
            yield _set("attr", _TWIN[node.attr])
        if node.attr == "T":
            yield lambda n: n.value
    elif isinstance(node, ast.Name) and node.id in _TWIN and isinstance(node.ctx, ast.Load):
        yield _set("id", _TWIN[node.id])
    elif isinstance(node, ast.Slice):
        yield from _slices(node)
    elif isinstance(node, ast.For):
        for bounds in ("1:", ":-1"):
            yield _part_of_loop(bounds)
    if isinstance(node, ast.Return) and isinstance(node.value, ast.Tuple):
        yield lambda n: ast.Return(ast.Tuple(n.value.elts[::-1], ast.Load()))
    if isinstance(node, ast.With | ast.If):
        yield lambda n: n.body
    if isinstance(node, ast.If) and node.orelse:
        yield lambda n: n.orelse
    if isinstance(node, ast.Expr | ast.Assign | ast.AugAssign | ast.If | ast.Continue | ast.Break):
        yield lambda n: None


def _operators(node: ast.BinOp) -> Iterator[Change]:
    for other in _SWAPPED.get(type(node.op), ()):
        yield _set("op", other())
    if isinstance(node.op, ast.MatMult | ast.Sub | ast.Div | ast.Pow):
        yield lambda n: ast.BinOp(n.right, n.op, n.left)
    if not isinstance(node.op, ast.MatMult):
        yield lambda n: n.left
    if isinstance(node.op, ast.Add | ast.Mult):
        yield lambda n: n.right


def _constants(node: ast.Constant) -> Iterator[Change]:
    value = node.value
    others: list[object] = []
    if isinstance(value, bool):
        others = [not value]
    elif isinstance(value, int):
        others = [value + 1, value - 1]
    elif isinstance(value, float):
        others = [2 * value, 0.0]
    elif isinstance(value, str) and value.isidentifier() and len(value) > 1:
        others = [f"{value}_"]
    yield from (_set("value", other) for other in others)


def _calls(node: ast.Call) -> Iterator[Change]:
    for number in range(len(node.keywords)):
        yield _without("keywords", number)
        if node.keywords[number].arg in ("axis", "dim"):
            yield _without("args", len(node.args))
    for number in range(len(node.args) if len(node.args) > 1 else 0):
        yield _without("args", number)
    if len(node.args) == 2:
        yield lambda n: ast.Call(n.func, n.args[::-1], n.keywords)
    if isinstance(node.func, ast.Attribute) and node.func.attr in _LEFT_OUT:
        yield lambda n: n.func.value
    if len(node.args) == 1 and not node.keywords and not isinstance(node.args[0], ast.Starred):
        yield lambda n: n.args[0]


def _slices(node: ast.Slice) -> Iterator[Change]:
    for name in ("lower", "upper"):
        bound = getattr(node, name)
        if bound is not None:
            yield _set(name, None)
        for step in (1, -1):
            moved = None if bound is None else ast.BinOp(bound, ast.Add(), ast.Constant(step))
            if moved is not None:
                yield _set(name, moved)
    if node.lower is None:
        yield _set("lower", ast.Constant(1))
    if node.upper is None:
        yield _set("upper", ast.Constant(-1))
    if node.step is not None:
        yield _set("step", None)


def _part_of_loop(bounds: str) -> Change:
    def change(node: Any) -> Any:
        whole = ast.unparse(node.iter)
        node.iter = ast.parse(f"list({whole})[{bounds}]", mode="eval").body
        return node

    return change


def _set(name: str, value: object) -> Change:
    def change(node: Any) -> Any:
        setattr(node, name, value)
        return node

    return change


def _set_in(name: str, number: int, value: object) -> Change:
    def change(node: Any) -> Any:
        getattr(node, name)[number] = value
        return node

    return change


def _without(name: str, number: int) -> Change:
    def change(node: Any) -> Any:
        items = getattr(node, name)
        if number < len(items):
            del items[number]
        return node

    return change
