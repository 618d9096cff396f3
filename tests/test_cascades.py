"""Nothing for nothing: with every answer of notebook 1-2 wrong there is no point to be had."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from judged_notebook import JudgedNotebook
from notebook_runner import SOLUTIONS, solutions
from test_notebook_2 import CODE_TASKS, POINTS

from coursekit.judge.verdict import Ending

CASCADES = Path(__file__).with_name("cascades")
ATTACKS = sorted(path.stem for path in CASCADES.glob("[a-z]*.py"))
BEFORE = ("imports", "settings", "load_data", "perceptron")
TESTS = [f"test_{task}" for task in CODE_TASKS]


@pytest.fixture(scope="module")
def notebook(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JudgedNotebook]:
    made = JudgedNotebook("1-2", tmp_path_factory.mktemp("cascades"))
    with made.judge:
        yield made


def points(notebook: JudgedNotebook, texts: dict[str, str]) -> dict[str, int]:
    """Return the points of each test that is passed, with `texts` in the cells of their tasks."""
    verdicts = notebook.run([*BEFORE, *CODE_TASKS], TESTS, texts)
    passed = [name for name, verdict in verdicts.items() if verdict.ending is Ending.PASSED]
    return {name: POINTS[name.removeprefix("test_")] for name in passed}


def test_the_reference_has_all_points(notebook: JudgedNotebook) -> None:
    assert list(points(notebook, {})) == TESTS


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_gets_nothing(attack: str, notebook: JudgedNotebook) -> None:
    wrong, text = ((CASCADES / f"{name}.py").read_text() for name in ("_wrong", attack))
    first, *others = CODE_TASKS
    cells = {first: f"{wrong}\n{text}", **dict.fromkeys(others, "")}
    verdicts = notebook.run([*BEFORE, *CODE_TASKS], TESTS, cells)
    assert {verdict.ending for verdict in verdicts.values()} == {Ending.CHECK_FAILED}


@pytest.mark.parametrize("rank", range(6))
def test_a_notebook_of_wrong_solutions_gets_nothing(rank: int, notebook: JudgedNotebook) -> None:
    texts = {}
    for task in CODE_TASKS:
        files = solutions(task, "wrong")
        texts[task] = files[rank % len(files)].read_text(encoding="utf-8")
    assert points(notebook, texts) == {}


@pytest.mark.parametrize("task", ["activations", "softmax", "cross_entropy", "two_layer_forward"])
def test_what_is_right_on_top_of_a_mistake_keeps_its_points(
    task: str, notebook: JudgedNotebook
) -> None:
    for path in solutions(task, "wrong"):
        found = points(notebook, {task: path.read_text(encoding="utf-8")})
        assert [name for name in TESTS if name not in found] == [f"test_{task}"], path


@pytest.mark.parametrize("text", ["", "raise NotImplementedError('softmax: not yet')"])
def test_a_missing_function_costs_its_own_points(text: str, notebook: JudgedNotebook) -> None:
    """As where its cell has a syntax error, and defines nothing."""
    kept = f"def softmax(logits):\n    {text}\n" if text else ""
    found = points(notebook, {"softmax": kept})
    assert [name for name in TESTS if name not in found] == ["test_softmax"]


def test_right_functions_come_and_go(notebook: JudgedNotebook) -> None:
    """The student's own functions stand in the notebook again when a test has ended."""
    wrong = (SOLUTIONS / "softmax" / "wrong_axis.py").read_text()
    late = f"{notebook.code['softmax_regression']}\nkept = softmax\n"
    late += "def is_back():\n    return softmax is kept\n"
    notebook.code["test_is_back"] = "assert is_back() is True"
    tests = ["test_softmax", "test_softmax_regression", "test_is_back"]
    texts = {"softmax": wrong, "softmax_regression": late}
    verdicts = notebook.run([*BEFORE, *CODE_TASKS], tests, texts)
    endings = [verdicts[name].ending for name in tests]
    assert endings == [Ending.CHECK_FAILED, Ending.PASSED, Ending.PASSED]
