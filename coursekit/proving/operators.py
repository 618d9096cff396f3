"""The mistakes that are made on purpose: each operator yields what could stand in a node's place.

They are the slips of this field: an axis, a divisor, a transposed product, a sign, train and eval,
`<` for `<=`, a bound, a dtype, a copy that is not made. `mutants` puts them into solutions.
"""

import ast
import copy
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

Node = TypeVar("Node", bound=ast.AST)
Operator = Callable[[ast.AST], Iterator[ast.AST]]
"""Yields other nodes for a node, which it leaves as it is; none if it has nothing to say of it.

A module stands for its statements, perhaps none.
"""


def axis(node: ast.AST) -> Iterator[ast.AST]:
    """Another axis, or none."""
    if isinstance(node, ast.Call):
        for i, word in enumerate(node.keywords):
            if word.arg in ("axis", "dim"):
                other = int(ast.unparse(word.value) == "0")  # -1 is 1 for what has two axes
                yield _with_keyword(node, i, ast.Constant(other))
                yield _without_keyword(node, i)


def keepdims(node: ast.AST) -> Iterator[ast.AST]:
    """`keepdims` dropped, or added where there is an axis."""
    if isinstance(node, ast.Call):
        names = [word.arg for word in node.keywords]
        for i, name in enumerate(names):
            if name in ("keepdims", "keepdim"):
                yield _without_keyword(node, i)
        for asked, added in (("axis", "keepdims"), ("dim", "keepdim")):
            if asked in names and added not in names:
                changed = copy.deepcopy(node)
                changed.keywords.append(ast.keyword(added, ast.Constant(True)))
                yield changed


def divisor(node: ast.AST) -> Iterator[ast.AST]:
    """A division left out or by another number; a mean that is a sum."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div | ast.FloorDiv):
        yield node.left
        yield ast.BinOp(node.left, node.op, ast.BinOp(node.right, ast.Add(), ast.Constant(1)))
        yield ast.BinOp(node.left, node.op, ast.BinOp(ast.Constant(2), ast.Mult(), node.right))
    if isinstance(node, ast.Call) and _is_name(node.func, "len") and len(node.args) == 1:
        shape = ast.Attribute(node.args[0], "shape", ast.Load())
        yield ast.Subscript(shape, ast.Constant(-1), ast.Load())
    if isinstance(node, ast.Attribute) and node.attr == "shape":
        yield ast.Attribute(ast.Attribute(node.value, "T", ast.Load()), "shape", ast.Load())


def product(node: ast.AST) -> Iterator[ast.AST]:
    """A matrix product in the other order, or of transposed factors; a transpose left out."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
        yield ast.BinOp(node.right, node.op, node.left)
        yield ast.BinOp(_transposed(node.left), node.op, node.right)
        yield ast.BinOp(node.left, node.op, _transposed(node.right))
        yield ast.BinOp(node.left, ast.Mult(), node.right)
    if isinstance(node, ast.Attribute) and node.attr == "T":
        yield node.value


def sign(node: ast.AST) -> Iterator[ast.AST]:
    """A minus dropped, or plus in its place; a step in the other direction."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield node.operand
    flipped: dict[type[ast.operator], type[ast.operator]] = {ast.Add: ast.Sub, ast.Sub: ast.Add}
    if isinstance(node, ast.BinOp | ast.AugAssign) and type(node.op) in flipped:
        yield _changed(node, op=flipped[type(node.op)]())


def arithmetic(node: ast.AST) -> Iterator[ast.AST]:
    """Another operation, or only one side of it."""
    others: dict[type[ast.operator], tuple[type[ast.operator], ...]] = {
        ast.Mult: (ast.Div, ast.Add),
        ast.Div: (ast.Mult, ast.FloorDiv),
        ast.FloorDiv: (ast.Div,),
        ast.Mod: (ast.FloorDiv,),
        ast.Pow: (ast.Mult,),
        ast.BitAnd: (ast.BitOr,),
        ast.BitOr: (ast.BitAnd,),
    }
    if isinstance(node, ast.BinOp):
        for other in others.get(type(node.op), ()):
            yield ast.BinOp(node.left, other(), node.right)
        yield node.left
        yield node.right
        if isinstance(node.op, ast.Sub | ast.Div | ast.Pow):
            yield ast.BinOp(node.right, node.op, node.left)


def comparison(node: ast.AST) -> Iterator[ast.AST]:
    """`<` for `<=`, `==` for `!=`, and the other way round."""
    others: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
        ast.Lt: (ast.LtE, ast.Gt),
        ast.LtE: (ast.Lt, ast.GtE),
        ast.Gt: (ast.GtE, ast.Lt),
        ast.GtE: (ast.Gt, ast.LtE),
        ast.Eq: (ast.NotEq, ast.LtE, ast.GtE),
        ast.NotEq: (ast.Eq, ast.Lt, ast.Gt),
        ast.In: (ast.NotIn,),
        ast.NotIn: (ast.In,),
        ast.Is: (ast.IsNot,),
        ast.IsNot: (ast.Is,),
    }
    if isinstance(node, ast.Compare):
        for i, operator in enumerate(node.ops):
            for other in others[type(operator)]:
                yield ast.Compare(
                    node.left, [*node.ops[:i], other(), *node.ops[i + 1 :]], node.comparators
                )


def condition(node: ast.AST) -> Iterator[ast.AST]:
    """A condition that always holds, or never; `and` for `or`; a `not` left out."""
    if isinstance(node, ast.If | ast.IfExp | ast.While):
        for value in (True, False):
            if not (value and isinstance(node, ast.While)):
                yield _changed(node, test=ast.Constant(value))
    if isinstance(node, ast.BoolOp):
        yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
        yield from node.values
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.Invert):
        yield node.operand
    if isinstance(node, ast.comprehension):
        for i in range(len(node.ifs)):
            yield _changed(node, ifs=node.ifs[:i] + node.ifs[i + 1 :])


def bounds(node: ast.AST) -> Iterator[ast.AST]:
    """A slice one shorter or longer at an end, or without a bound."""
    if not isinstance(node, ast.Slice):
        return
    for end in ("lower", "upper", "step"):
        bound = getattr(node, end)
        if bound is None:
            if end != "step":
                yield _changed(node, **{end: ast.Constant(1 if end == "lower" else -1)})
            continue
        for value in (None, _plus(bound, 1), _plus(bound, -1)):
            yield _changed(node, **{end: value})


def first_and_last(node: ast.AST) -> Iterator[ast.AST]:
    """A loop without its first or last turn, or one too many; the first element for the last."""
    if isinstance(node, ast.For | ast.comprehension):
        for part in (ast.Slice(ast.Constant(1)), ast.Slice(None, ast.Constant(-1))):
            items = ast.Call(ast.Name("list", ast.Load()), [node.iter], [])
            yield _changed(node, iter=ast.Subscript(items, part, ast.Load()))
    if isinstance(node, ast.Call) and _is_name(node.func, "range"):
        at = min(1, len(node.args) - 1)
        yield _with_argument(node, at, _plus(node.args[at], 1))
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant | ast.UnaryOp):
        for text in ("0", "-1"):
            index = ast.parse(text, mode="eval").body
            yield ast.Subscript(node.value, index, node.ctx)


def dtype(node: ast.AST) -> Iterator[ast.AST]:
    """Another dtype, or none asked for."""
    others = {
        "float32": ("float64", "float16"),
        "float64": ("float32",),
        "int32": ("int64", "uint8"),
        "int64": ("int32", "uint8"),
        "uint8": ("int64", "float32"),
        "long": ("float", "int"),
        "float": ("double",),
        "bool": ("int",),
    }
    if isinstance(node, ast.Attribute):
        for other in others.get(node.attr, ()):
            yield ast.Attribute(node.value, other, node.ctx)
    if isinstance(node, ast.Name) and node.id in ("float", "int", "bool"):
        for other in {"float": ("int",), "int": ("float", "bool"), "bool": ("int",)}[node.id]:
            yield ast.Name(other, node.ctx)


def constant(node: ast.AST) -> Iterator[ast.AST]:
    """A number that is a little or quite different; another word; the other truth."""
    if not isinstance(node, ast.Constant):
        return
    value = node.value
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, int):
        yield from map(ast.Constant, (value + 1, value - 1, -value, value * 2))
    elif isinstance(value, float):
        yield from (
            ast.Constant(other)
            for other in (value * 1.01, value * 2, -value, 0.0, value + 1)
            if other != value
        )
    elif isinstance(value, str):
        yield ast.Constant(f"{value}_")
    elif value is None:
        yield ast.Constant(0)


def arguments(node: ast.AST) -> Iterator[ast.AST]:
    """Arguments, or what is returned, in another order; one left out."""
    if isinstance(node, ast.Call):
        for i in range(len(node.args) - 1):
            swapped = _with_argument(node, i, node.args[i + 1])
            yield _with_argument(swapped, i + 1, node.args[i])
        if len(node.args) > 1:
            for i in range(len(node.args)):
                yield _changed(node, args=node.args[:i] + node.args[i + 1 :])
        for i in range(len(node.keywords)):
            yield _without_keyword(node, i)
    if isinstance(node, ast.Tuple | ast.List) and isinstance(node.ctx, ast.Load):
        for i in range(len(node.elts)):
            if i + 1 < len(node.elts) and not _same_number(node.elts[i], node.elts[i + 1]):
                swapped_two = [node.elts[i + 1], node.elts[i]]
                yield _changed(node, elts=[*node.elts[:i], *swapped_two, *node.elts[i + 2 :]])
            yield _changed(node, elts=node.elts[:i] + node.elts[i + 1 :])


def call(node: ast.AST) -> Iterator[ast.AST]:
    """A call left out, so that what it was given goes on: a copy, `.to(device)`, `np.exp`."""
    if not isinstance(node, ast.Call):
        return
    if isinstance(node.func, ast.Attribute):
        yield node.func.value
    if len(node.args) >= 1:
        yield node.args[0]


def function(node: ast.AST) -> Iterator[ast.AST]:
    """A function's neighbour: `max` for `min`, `ones` for `zeros`, `eval` for `train`."""
    pairs = [
        ("max", "min"),
        ("argmax", "argmin"),
        ("maximum", "minimum"),
        ("zeros", "ones"),
        ("zeros_like", "ones_like"),
        ("zeros_", "ones_"),
        ("sum", "mean"),
        ("mean", "median"),
        ("std", "var"),
        ("any", "all"),
        ("floor", "ceil"),
        ("train", "eval"),
        ("randn", "rand"),
        ("normal", "uniform"),
        ("standard_normal", "uniform"),
        ("normal_", "uniform_"),
        ("exp", "expm1"),
        ("log", "log1p"),
        ("append", "extend"),
        ("permutation", "shuffle"),
        ("sqrt", "square"),
        ("tanh", "sinh"),
        ("unique", "sort"),
        ("hstack", "vstack"),
        ("concatenate", "stack"),
        ("items", "keys"),
        ("values", "keys"),
        ("ReLU", "Tanh"),
        ("add", "discard"),
        ("argsort", "sort"),
        ("abs", "square"),
        ("log", "log2"),
        ("index", "count"),
        ("permutation", "arange"),
    ]
    others: dict[str, list[str]] = {}
    for one, other in pairs:
        others.setdefault(one, []).append(other)
        others.setdefault(other, []).append(one)
    if isinstance(node, ast.Attribute):
        for other in others.get(node.attr, ()):
            yield ast.Attribute(node.value, other, node.ctx)
    if isinstance(node, ast.Name) and node.id in ("max", "min", "any", "all", "abs", "sum"):
        for other in others[node.id]:
            if other in ("max", "min", "any", "all"):
                yield ast.Name(other, node.ctx)


def statement(node: ast.AST) -> Iterator[ast.AST]:
    """A statement left out; a block without its `with`; `continue` for `break`."""
    if isinstance(node, ast.Return) and node.value is not None:
        yield ast.Return(None)
    elif isinstance(node, ast.stmt) and not isinstance(
        node, ast.FunctionDef | ast.ClassDef | ast.Return | ast.Pass
    ):
        yield ast.Module([], [])
    if isinstance(node, ast.With):
        yield ast.Module(node.body, [])
    if isinstance(node, ast.Break):
        yield ast.Continue()


def in_place(node: ast.AST) -> Iterator[ast.AST]:
    """A step that is not added, or a new object where the old one was to change; and reversed."""
    if isinstance(node, ast.AugAssign):
        value = ast.BinOp(_loaded(node.target), node.op, node.value)
        yield ast.Assign([node.target], node.value, lineno=node.lineno)
        yield ast.Assign([node.target], value, lineno=node.lineno)
    if (
        isinstance(node, ast.Assign)
        and isinstance(node.value, ast.BinOp)
        and len(node.targets) == 1
        and isinstance(node.targets[0], ast.Name)
        and ast.dump(_loaded(node.targets[0])) == ast.dump(node.value.left)
    ):
        yield ast.AugAssign(node.targets[0], node.value.op, node.value.right)


OPERATORS: dict[str, Operator] = {
    operator.__name__: operator
    for operator in (
        axis,
        keepdims,
        divisor,
        product,
        sign,
        arithmetic,
        comparison,
        condition,
        bounds,
        first_and_last,
        dtype,
        constant,
        arguments,
        call,
        function,
        statement,
        in_place,
    )
}
"""All of them, by name; a mutant that two of them make is the first one's."""


def _changed(node: Node, **fields: Any) -> Node:
    """Return a copy of a node with other fields."""
    other = copy.copy(node)
    for name, value in fields.items():
        setattr(other, name, value)
    return other


def _is_name(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _same_number(one: ast.expr, other: ast.expr) -> bool:
    return (
        isinstance(one, ast.Constant)
        and isinstance(other, ast.Constant)
        and one.value == other.value
    )


def _transposed(node: ast.expr) -> ast.expr:
    if isinstance(node, ast.Attribute) and node.attr == "T":
        return node.value
    return ast.Attribute(node, "T", ast.Load())


def _plus(node: ast.expr, number: int) -> ast.expr:
    operator = ast.Add() if number > 0 else ast.Sub()
    return ast.BinOp(node, operator, ast.Constant(abs(number)))


def _loaded(target: ast.expr) -> ast.expr:
    read = copy.copy(target)
    read.ctx = ast.Load()  # type: ignore[attr-defined]
    return read


def _with_keyword(call: ast.Call, i: int, value: ast.expr) -> ast.Call:
    word = ast.keyword(call.keywords[i].arg, value)
    return _changed(call, keywords=[*call.keywords[:i], word, *call.keywords[i + 1 :]])


def _without_keyword(call: ast.Call, i: int) -> ast.Call:
    return _changed(call, keywords=call.keywords[:i] + call.keywords[i + 1 :])


def _with_argument(call: ast.Call, i: int, value: ast.expr) -> ast.Call:
    return _changed(call, args=[*call.args[:i], value, *call.args[i + 1 :]])
