"""What marks depend on: nothing that can change one is left out of the digest of the kit."""

import ast
import re
from pathlib import Path

from coursekit.autograde.jobs import NOT_FOR_MARKS, kit_files
from coursekit.course import REPOSITORY

COUNTED = [path for path in kit_files() if path.suffix == ".py"]


def named_in(path: Path) -> set[str]:
    """Return the modules that a file imports, anywhere in it, or names in a text."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found |= set(re.findall(r"\bcoursekit(?:\.\w+)+", node.value))
    return found


def test_what_decides_marks_uses_nothing_that_is_left_out():
    left_out = tuple(name.removesuffix(".py").replace("/", ".") for name in NOT_FOR_MARKS)
    strays = {
        (path.relative_to(REPOSITORY).as_posix(), module)
        for path in COUNTED
        if path.is_relative_to(REPOSITORY / "coursekit")
        for module in named_in(path)
        for out in left_out
        if module == out or module.startswith(f"{out}.")
    }
    assert strays <= DATA_ONLY, "take it out of NOT_FOR_MARKS, or do not use it there"


DATA_ONLY = {
    # sentences on what to run, and a folder that is kept out of the kernel's sight
    ("coursekit/hidden.py", "coursekit.embedded"),
}


def test_code_checks_and_data_are_counted():
    counted = {path.relative_to(REPOSITORY).as_posix() for path in kit_files()}
    assert {
        "coursekit/clean.py",
        "coursekit/execute.py",
        "coursekit/hidden_set/scores.npz",
        "coursekit/hidden_set/tests.npz",
        "coursekit/judge/session.py",
        "coursekit/save_marks.py",
        "utils/checks/common.py",
        "utils/embedded/notMNIST_small.tar.gz",
    } <= counted
    assert not {"coursekit/report.py", "coursekit/cli.py", "coursekit/collect.py"} & counted


def test_what_is_left_out_is_there():
    assert not [name for name in NOT_FOR_MARKS if not (REPOSITORY / name).exists()]
