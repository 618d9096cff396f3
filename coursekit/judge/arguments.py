"""Arguments that a test uses after a student's function got them, as if nothing had changed them.

What the student's code changes in place comes back into the test's arrays, lists and dicts. A test
that goes on with them compares with what the student made of them. So it hands over copies, or
makes sure that they are kept: `with keeping(task, x=x): ...`, or `expect_unchanged` after it.
"""

import ast
from collections.abc import Iterator

_MAKERS = frozenset({"np", "torch", "rng", "numpy"})
_CHANGING = frozenset({"nn", "optim", "manual_seed", "Generator", "default_rng", "DataLoader"})
"""What makes something that a task is there to change: networks, optimizers, generators."""
_COPIES = frozenset({"copy", "astype", "clone", "tolist", "deepcopy"})


def used_after_calls(tree: ast.Module, functions: set[str]) -> Iterator[tuple[int, str]]:
    """Yield (line, message) for each such use; `functions` are the student's."""
    scopes: list[list[ast.stmt]] = [tree.body]
    scopes += [node.body for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    for body in scopes:
        yield from _in_scope(body, functions)


def _in_scope(body: list[ast.stmt], functions: set[str]) -> Iterator[tuple[int, str]]:
    nodes = list(_walk(body))
    bound = _bindings(nodes)
    kept = {
        id(inner): set(_kept_names(node))
        for node in nodes
        if isinstance(node, ast.With)
        for inner in ast.walk(node)
    }
    for call in nodes:
        if not isinstance(call, ast.Call) or (name := _student_function(call, functions)) is None:
            continue
        for word in (*call.args, *(keyword.value for keyword in call.keywords)):
            if not isinstance(word, ast.Name) or word.id not in bound:
                continue
            if word.id in kept.get(id(call), ()):
                continue
            line = _next_use(nodes, call, word.id, bound[word.id])
            if line is not None:
                yield (
                    line,
                    f"{word.id} is used after {name} got it, which may have changed it; hand over "
                    f"a copy, or call it in `with keeping(task, {word.id}={word.id})`, which "
                    "refuses a change.",
                )


def _walk(body: list[ast.stmt]) -> Iterator[ast.AST]:
    """Yield the nodes of a scope in the order of the text, without functions defined in it."""
    for statement in body:
        yield from _walk_node(statement)


def _walk_node(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Lambda):
        return
    yield node
    for child in ast.iter_child_nodes(node):
        yield from _walk_node(child)


def _bindings(nodes: list[ast.AST]) -> dict[str, list[int]]:
    """Return the lines that bind each name that holds an array, a list or a dict."""
    makes: set[str] = set()
    lines: dict[str, list[int]] = {}
    for node in nodes:
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            lines.setdefault(node.id, []).append(node.lineno)
        if isinstance(node, ast.Assign):
            for target in node.targets:
                makes |= set(_changeable(target, node.value))
    return {name: lines[name] for name in makes if name in lines}


def _changeable(target: ast.expr, value: ast.expr) -> Iterator[str]:
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        for one, part in zip(target.elts, value.elts, strict=False):
            yield from _changeable(one, part)
    elif isinstance(target, ast.Name) and _makes_array(value):
        yield target.id


def _makes_array(value: ast.expr) -> bool:
    if isinstance(value, ast.List | ast.Dict | ast.ListComp | ast.DictComp):
        return True
    if not isinstance(value, ast.Call) or not isinstance(value.func, ast.Attribute):
        return False
    names = {n.attr for n in ast.walk(value.func) if isinstance(n, ast.Attribute)}
    roots = {n.id for n in ast.walk(value.func) if isinstance(n, ast.Name)}
    return not (names | roots) & _CHANGING and bool(roots & _MAKERS or value.func.attr in _COPIES)


def _kept_names(block: ast.With) -> Iterator[str]:
    for item in block.items:
        opened = item.context_expr
        if isinstance(opened, ast.Call) and ast.unparse(opened.func).endswith("keeping"):
            for keyword in opened.keywords:
                yield from (n.id for n in ast.walk(keyword.value) if isinstance(n, ast.Name))


def _student_function(call: ast.Call, functions: set[str]) -> str | None:
    """Return the student's function that a call runs: directly, or by `call(task, f, ...)`."""
    if isinstance(call.func, ast.Name) and call.func.id in functions:
        return call.func.id
    if ast.unparse(call.func).split(".")[-1] == "call" and len(call.args) > 1:
        function = call.args[1]
        if isinstance(function, ast.Name) and function.id in functions:
            return function.id
    return None


def _next_use(nodes: list[ast.AST], call: ast.Call, name: str, bound: list[int]) -> int | None:
    """Return the line of the next use of a name behind a call, unless it is bound anew before."""
    end = call.end_lineno or call.lineno
    inside = {id(node) for node in ast.walk(call)}
    rebound = min((line for line in bound if line > call.lineno), default=None)
    compared = {
        id(part)
        for node in nodes
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("expect_unchanged")
        for part in ast.walk(node)
    }
    for node in nodes:
        if not isinstance(node, ast.Name) or node.id != name or id(node) in inside:
            continue
        if isinstance(node.ctx, ast.Load) and node.lineno >= end:
            same_line = node.lineno == end and node.col_offset < (call.end_col_offset or 0)
            if not same_line and (rebound is None or node.lineno <= rebound):
                return None if id(node) in compared else node.lineno
    for loop in nodes:  # the next turn of a loop
        if isinstance(loop, ast.For | ast.While) and any(part is call for part in ast.walk(loop)):
            last = loop.end_lineno or loop.lineno
            if not any(loop.lineno <= line <= last for line in bound):
                return call.lineno
    return None
