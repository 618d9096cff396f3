"""Mistakes in graded cells that would show in the judge only, found when the course is built.

In JupyterLab a graded cell shares a process with what it tests; in the judge it does not. What
works there and not here is refused by rules over the text of the cells. What no rule can see shows
when the reference solution is graded.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from nbformat import NotebookNode

from coursekit.course import TRAINING_TAG, CourseError
from coursekit.judge.arguments import used_after_calls
from coursekit.judge.names import bound_names, foreign_names, instructor_imports, is_test


@dataclass(frozen=True)
class Finding:
    """A mistake: the cell's id, the line in it (from 1), and what to write instead."""

    cell: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.cell}, line {self.line}: {self.message}"


def check(notebook: NotebookNode, name: str) -> None:
    """Raise `CourseError` with every mistake in the graded cells of an instructor notebook."""
    findings = lint(notebook)
    if findings:
        listed = "".join(f"\n  {finding}" for finding in findings)
        raise CourseError(f"The judge could not run these tests of {name} as they are:{listed}")


def lint(notebook: NotebookNode) -> list[Finding]:
    """Return the mistakes in the graded cells of an instructor notebook, in their order."""
    known = _Known(notebook)
    findings = []
    for cell in notebook.cells:
        if is_test(cell):
            found = sorted(set(_lint_cell(cell.source, known)))
            findings += [Finding(cell["id"], line, message) for line, message in found]
        known.add(cell)
    return findings


class _Known:
    """What the cells above a test have defined: names of any kind, functions, classes."""

    def __init__(self, notebook: NotebookNode) -> None:
        self.names = set(instructor_imports(notebook))
        self.in_skipped: set[str] = set()
        self.functions: set[str] = set()
        self.classes: set[str] = set()

    def add(self, cell: NotebookNode) -> None:
        """Learn from one cell, if it is Python that a kernel runs."""
        if cell.cell_type != "code":
            return
        try:
            tree, names = ast.parse(cell.source), bound_names(cell.source)
        except SyntaxError:
            return
        if is_test(cell) or TRAINING_TAG in cell.metadata.get("tags", []):
            self.in_skipped |= names
            return
        self.names |= names
        for node in tree.body:
            if isinstance(node, ast.FunctionDef):
                self.functions.add(node.name)
            if isinstance(node, ast.ClassDef):
                self.classes.add(node.name)


_Mistake = tuple[int, str]


def _lint_cell(source: str, known: _Known) -> Iterator[_Mistake]:
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        yield error.lineno or 1, "a graded cell must be plain Python, without magics and commands."
        return
    yield from _names(source, tree, known)
    objects = (known.functions | known.classes) - bound_names(source)
    yield from used_after_calls(tree, objects)
    objects |= _instances(tree, known.classes)
    for node in ast.walk(tree):
        for rule in (_imports, _calls, _patches):
            for message in rule(node):
                yield node.lineno, message  # type: ignore[attr-defined]
        for line, message in _decisions(node, objects, known.classes):
            yield line, message


def _names(source: str, tree: ast.Module, known: _Known) -> Iterator[_Mistake]:
    """Names that nobody defines, or not in time."""
    for name in foreign_names(source) - known.names:
        where = " but a test or a training cell, which the judge does not see" * (
            name in known.in_skipped
        )
        yield _first_line(tree, name), f"no cell above defines {name}{where}; define it here."
    bound: set[str] = set()
    later = bound_names(source)
    for statement in tree.body:
        for name in foreign_names(ast.unparse(statement)) & (later - bound):
            if not isinstance(statement, ast.FunctionDef | ast.ClassDef):
                yield (
                    _first_line(statement, name),
                    f"{name} is used before the cell binds it. A name that a cell binds anywhere "
                    "is its own from the start; use another name for one of the two.",
                )
        bound |= bound_names(ast.unparse(statement))


def _first_line(tree: ast.AST, name: str) -> int:
    nodes = (node for node in ast.walk(tree) if isinstance(node, ast.Name))
    return min((node.lineno for node in nodes if node.id == name), default=1)


def _instances(tree: ast.Module, classes: set[str]) -> set[str]:
    """Return the names that are bound to an object of a student's class: `model = Model(...)`."""
    return {
        target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Call)
        and isinstance(node.value.func, ast.Name)
        and node.value.func.id in classes
        for target in node.targets
        if isinstance(target, ast.Name)
    }


_NO_MODULE = {
    "mock": "a patch in the judge does not reach the student's code; pass what the code should use",
    "pytest": "pytest is not there when a notebook is graded; use try and except, or utils.checks",
    "pickle": "the judge reads no pickle; let the student's code return values",
    "joblib": "the judge reads no pickle; let the student's code return values",
    "dill": "the judge reads no pickle; let the student's code return values",
    "cloudpickle": "the judge reads no pickle; let the student's code return values",
}

_SOURCE = "the judge has no source of the student's functions; test what they return"
_FILE = "a file of a student's may be anything; let their code return the content"
_NO_METHOD = {
    "getsource": _SOURCE,
    **dict.fromkeys(
        ("seterr", "set_default_dtype", "set_grad_enabled", "set_num_threads", "simplefilter"),
        "it stays for the tests after this one; use np.errstate, torch.no_grad or the like in with",
    ),
    "getsourcelines": _SOURCE,
    "signature": _SOURCE,
    "open": _FILE,
    "read_text": _FILE,
    "read_bytes": _FILE,
}
"""Functions that are refused by their last name, whatever they belong to."""

_NO_CALL = {
    "torch.load": "the judge unpickles no file of a student's; use utils.checkpoints.load_weights",
    "np.load": _FILE,
    "np.loadtxt": _FILE,
    "globals": "the judge's names are not the notebook's; write the name",
    "locals": "the judge's names are not the notebook's; write the name",
    "eval": "write the expression itself; the judge fetches the names that it sees in the cell",
    "exec": "write the code itself; the judge fetches the names that it sees in the cell",
    "get_ipython": "there is no IPython in the judge",
}


def _imports(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        modules = [alias.name for alias in node.names]
    elif isinstance(node, ast.ImportFrom):
        modules = [node.module or "", *(alias.name for alias in node.names)]
        if "*" in modules:
            yield "import names one by one: the judge must know which ones are not the student's."
    else:
        return
    for module in modules:
        for part in module.split("."):
            if part in _NO_MODULE:
                yield f"{_NO_MODULE[part]}."


def _calls(node: ast.AST) -> Iterator[str]:
    if not isinstance(node, ast.Call):
        return
    called = ast.unparse(node.func)
    if called == "zip" and not any(
        word.arg == "strict" and isinstance(word.value, ast.Constant) and word.value.value is True
        for word in node.keywords
    ):
        yield "zip stops at the shorter one, so an empty answer passes; write strict=True."
    reason = _NO_CALL.get(called) or _NO_METHOD.get(called.rpartition(".")[2])
    if reason:
        yield f"{reason}."


def _patches(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Assign):
        for target in node.targets:
            if isinstance(target, ast.Attribute) and _root(target) in _LIBRARIES:
                yield f"{_NO_MODULE['mock']}."


_LIBRARIES = frozenset({"np", "numpy", "torch", "nn", "F", "sklearn", "random", "builtins", "math"})


def _root(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _decisions(node: ast.AST, objects: set[str], classes: set[str]) -> Iterator[_Mistake]:
    """Places where a student's object, not a value, would decide what is true."""

    def is_object(part: ast.expr) -> bool:
        if isinstance(part, ast.Call):
            return isinstance(part.func, ast.Name) and part.func.id in classes
        return isinstance(part, ast.Name) and part.id in objects

    if isinstance(node, ast.Compare):
        values = [node.left, *node.comparators]
        identity = all(isinstance(operator, ast.Is | ast.IsNot) for operator in node.ops)
        for value in values if not identity else ():
            if is_object(value):
                yield (
                    value.lineno,
                    f"{ast.unparse(value)} is an object of the student's, which could say that it "
                    "equals anything; compare values that it returns.",
                )
    for value in _tested(node):
        if is_object(value):
            yield (
                value.lineno,
                f"{ast.unparse(value)} is an object of the student's, which could say that it is "
                "true; test a value that it returns.",
            )
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("isinstance", "issubclass")
        and any(isinstance(arg, ast.Name) and arg.id in classes for arg in node.args[1:])
    ):
        yield (
            node.lineno,
            "a class of the student's is not known to the judge; test what its objects do.",
        )


def _tested(node: ast.AST) -> list[ast.expr]:
    """Return the expressions whose truth a statement or an expression asks for."""
    if isinstance(node, ast.Assert | ast.If | ast.While | ast.IfExp):
        return [node.test]
    if isinstance(node, ast.BoolOp):
        return node.values
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return [node.operand]
    return []
