"""`coursekit prove`: mutants are made as people slip, and what no test notices is told."""

from pathlib import Path

import pytest
from autograding import copy_of, run
from mini_course import NAME, cell_of, make_course, mini_source
from this_course import HERE, find_notebook

from coursekit.course import REPOSITORY, Course, CourseError, new_course
from coursekit.proof import zoo
from coursekit.proving import equivalent
from coursekit.proving.candidates import tasks_of
from coursekit.proving.mutants import mutants
from coursekit.proving.page import summary, write_page
from coursekit.proving.prove import LEAST_RIGHT, LEAST_WRONG, complaints, prove
from coursekit.release import write_notebook

TASKS = [(name, task) for name in HERE.notebooks for task in tasks_of(HERE, name)]

CELL = '''
import numpy as np


def mean_error(p, y, n):
    """Return it."""
    ### BEGIN SOLUTION
    total = 0
    for i in range(n):
        total += -np.log(p[i, y[i]]).sum(axis=0, keepdims=True)
        if i < n:
            p = p.copy() @ p.T
    return total / n, p[:-1]
    ### END SOLUTION
'''


def changes(cell: str = CELL) -> list[str]:
    return [mutant.change for mutant in mutants(cell)]


@pytest.mark.parametrize(
    "change",
    [
        "total = 0 -> total = 1",
        "for i in range(n): -> for i in list(range(n))[1:]:",
        "for i in range(n): -> for i in list(range(n))[:-1]:",
        "if i < n: -> if i <= n:",
        "if i < n: -> if i > n:",
        "p = p.copy() @ p.T -> p = p @ p.T",
        "p = p.copy() @ p.T -> p = p.copy() @ p",
        "p = p.copy() @ p.T -> p = p.T @ p.copy()",
        "return (total / n, p[:-1]) -> return (total, p[:-1])",
        "return (total / n, p[:-1]) -> return (p[:-1], total / n)",
        "return (total / n, p[:-1]) -> return (total / n, p[:])",
        "total += -np.log(p[i, y[i]]).sum(axis=0, keepdims=True) -> "
        "total += -np.log(p[i, y[i]]).sum(axis=0)",
        "total += -np.log(p[i, y[i]]).sum(axis=0, keepdims=True) -> "
        "total += -np.log(p[i, y[i]]).mean(axis=0, keepdims=True)",
        "total += -np.log(p[i, y[i]]).sum(axis=0, keepdims=True) -> "
        "total += np.log(p[i, y[i]]).sum(axis=0, keepdims=True)",
        "total += -np.log(p[i, y[i]]).sum(axis=0, keepdims=True) -> "
        "total += -np.log(p[i, y[i]]).sum(axis=1, keepdims=True)",
        "total += -np.log(p[i, y[i]]).sum(axis=0, keepdims=True) -> "
        "total = total + -np.log(p[i, y[i]]).sum(axis=0, keepdims=True)",
        "for i in range(n): -> for i in range(n + 1):",
        "if i < n: -> if True:",
        "if i < n: / p = p.copy() @ p.T -> ",
        "return (total / n, p[:-1]) -> return (total / (n + 1), p[:-1])",
        "return (total / n, p[:-1]) -> return (total / n,)",
        "return (total / n, p[:-1]) -> return (total / n, p[1:-1])",
    ],
)
def test_a_slip_is_among_the_mutants(change: str) -> None:
    assert change in changes()


def test_mutants_are_programs_that_differ_inside_the_solution_only() -> None:
    made = list(mutants(CELL))
    assert len({mutant.text for mutant in made}) == len(made) > 30
    for mutant in made:
        compile(mutant.text, "mutant", "exec")
        assert '"""Return it."""' in mutant.text
        assert "def mean_error(p, y, n):" in mutant.text
    folded = changes("### BEGIN SOLUTION\nx = 2 * 1\n### END SOLUTION")
    assert "x = 2 * 1 -> x = 1" in folded
    assert "x = 2 * 1 -> x = 2" not in folded  # Python compiles both to the same
    assert changes("x = 1\n### BEGIN SOLUTION\n### END SOLUTION\ny = 2") == []


@pytest.mark.parametrize(("name", "task"), TASKS, ids=[task for _, task in TASKS])
def test_a_task_has_its_zoo(name: str, task: str) -> None:
    right, wrong = (len(zoo(HERE, task, kind)) for kind in ("right", "wrong"))
    assert right >= LEAST_RIGHT, f"write {LEAST_RIGHT - right} more right_*.py for {task}"
    assert wrong >= LEAST_WRONG, f"write {LEAST_WRONG - wrong} more wrong_*.py for {task}"


def test_a_fifth_of_the_wrong_solutions_is_for_the_hidden_tests() -> None:
    for name in HERE.notebooks:
        texts = [
            path.read_text(encoding="utf-8")
            for task in tasks_of(HERE, name)
            for path in zoo(HERE, task, "wrong")
        ]
        hidden = sum("Hidden only." in text for text in texts)
        assert 5 * hidden >= len(texts), name


@pytest.mark.timeout(300)
def test_a_sample_is_judged_rightly(tmp_path: Path) -> None:
    """One task of each notebook; `make proof` does all."""
    course = new_course(tmp_path / "course")  # of its own, as one grader works in a course
    (course.root / "tests").symlink_to(REPOSITORY / "tests")
    tasks = ("count_broken_pairs", "softmax", "evaluate")
    rows = prove(course, tasks=tasks, sample=60)
    assert [row.task for row in rows] == list(tasks)
    assert sum(len(row.right) + len(row.wrong) + len(row.mutants) for row in rows) == 60
    assert list(complaints(rows)) == []


# ------------------------------------------------------------------------------ a small course

SOLUTIONS = {
    "double/right_sum": '"""Adds."""\ndef double(x):\n    return x + x\n',
    "double/wrong_square": '"""Squares."""\ndef double(x):\n    return x * x\n',
    "double/wrong_for_large": '"""Up to ten."""\ndef double(x):\n    return min(2 * x, 20)\n',
    "triple/wrong_stops": '"""Never ends."""\ndef triple(x):\n    raise ValueError("no")\n',
}


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Course:
    course = make_course(tmp_path_factory.mktemp("proving") / "course")
    for name, text in SOLUTIONS.items():
        path = course.root / "tests" / "solutions" / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return course


@pytest.fixture
def course(released: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Course:
    monkeypatch.setattr(equivalent, "reasons", dict)
    return copy_of(released, tmp_path / "course")


def test_what_became_of_each_is_told(course: Course, tmp_path: Path) -> None:
    double, triple = prove(course)
    assert [one.accepted for one in double.right] == [True]
    assert {one.candidate.name: (one.accepted, one.visible) for one in double.wrong} == {
        "wrong_square": (False, False),
        "wrong_for_large": (False, True),
    }
    assert triple.wrong[0].message.startswith("(raised an error) ValueError: no")
    assert not list(complaints([double, triple]))
    write_page(tmp_path / "proof.md", [double, triple])
    page = (tmp_path / "proof.md").read_text(encoding="utf-8")
    assert summary([double, triple]) in page
    assert "- **Squares.** " in page
    assert "Wrong solutions rejected: 3 of 3, 1 of them by the hidden test alone." in page


def test_a_test_that_misses_is_told(course: Course) -> None:
    source = mini_source()
    test = cell_of(source, "test_double")
    test.source = test.source.replace("double(21) == 42", "double(3) == 6")
    write_notebook(course.source / f"{NAME}.ipynb", source)
    said = run(course, "prove", "--task", "double", status=1)
    assert "1-2 double: wrong_for_large is wrong and was accepted" in said
    test.source = "assert double(2) >= 4"
    write_notebook(course.source / f"{NAME}.ipynb", source)
    said = run(course, "prove", "--task", "double", status=1)
    assert "1-2 double: nothing notices the change return x * 2 -> return x * 3" in said
    test.source = "assert double(2) == 5"
    write_notebook(course.source / f"{NAME}.ipynb", source)
    said = run(course, "prove", "--task", "double", status=1)
    assert "1-2 double: right_sum is right and was refused:" in said


def test_a_task_that_is_none(course: Course) -> None:
    with pytest.raises(CourseError, match=r"There is no task nonsense in these notebooks\."):
        prove(course, tasks=["nonsense"])


def test_a_reason_for_a_change_that_does_not_occur(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    stale = {("double", "return x * 4 -> return x"): "It was once."}
    monkeypatch.setattr("coursekit.proving.prove.reasons", lambda: stale)
    with pytest.raises(CourseError, match="does not occur any more: return x"):
        prove(course, tasks=["double"])


def test_the_reasons_that_ship_are_of_tasks() -> None:
    assert {task for task, _ in equivalent.reasons()} <= {task for _, task in TASKS}
    assert find_notebook("1-2")
