"""The zoo of solutions is complete, and what sorts it into submissions keeps them apart."""

import ast
from functools import lru_cache

import pytest
from graded_solutions import Solution, share, task_of, zoo
from notebook_runner import SOLUTIONS
from task_graph import cells_of, code_tasks, needs

PARTS = ("1-1", "1-2", "1-3")
TASKS = [(part, task) for part in PARTS for task in code_tasks(part)]
EVERYTHING = [solution for part in PARTS for solution in zoo(part)]


@pytest.mark.parametrize(("part", "task"), TASKS)
def test_every_task_has_three_right_and_five_wrong_solutions(part: str, task: str) -> None:
    of_task = [solution for solution in zoo(part) if solution.task == task]
    right = {ast.unparse(without_docstring(one)) for one in of_task if one.right}
    wrong = {ast.unparse(without_docstring(one)) for one in of_task if not one.right}
    assert len(right) >= 3, f"{len(right)} right solutions"
    assert len(wrong) >= 5, f"{len(wrong)} wrong solutions"
    assert not right & wrong
    for one in of_task:
        assert one.name.startswith(("right_", "wrong_")), one.name


def without_docstring(solution: Solution) -> ast.Module:
    module = ast.parse(solution.text)
    return ast.Module(module.body[1:], [])


@pytest.mark.parametrize("solution", EVERYTHING, ids=str)
def test_a_solution_says_what_it_is(solution: Solution) -> None:
    assert solution.docstring
    assert ast.parse(solution.text).body[1:], "there is no code below the docstring"
    assert solution.also_breaks <= graded_cells(solution.notebook)
    assert solution.task not in {task_of(name) for name in solution.also_breaks}
    assert not (solution.right and solution.also_breaks), "a right solution breaks nothing"


@lru_cache(maxsize=3)
def graded_cells(part: str) -> frozenset[str]:
    return frozenset(
        cell["id"].removeprefix("test_")
        for cell in cells_of(part)
        if cell.metadata.get("nbgrader", {}).get("grade")
    )


def test_every_folder_belongs_to_a_task() -> None:
    assert {path.name for path in SOLUTIONS.iterdir()} == {task for _, task in TASKS}


@pytest.mark.parametrize("part", PARTS)
def test_submissions_hold_each_solution_once_and_keep_apart_what_disturbs(part: str) -> None:
    submissions = share(zoo(part))
    assert sorted(str(one) for group in submissions for one in group) == sorted(map(str, zoo(part)))
    for group in submissions:
        assert len({one.task for one in group}) == len(group)
        assert len({one.right for one in group}) == 1
        if not group[0].right:
            tasks = {one.task for one in group}
            assert not any(one.touches & tasks for one in group)
    assert len(submissions) < len(zoo(part)) / 2


def test_tasks_that_build_on_others_are_known() -> None:
    assert needs("1-1", "accuracy_by_training_size", "") == {"fit_logistic_regression"}
    assert needs("1-1", "fit_logistic_regression", "") == frozenset()
    assert {"two_layer_forward", "softmax", "activations"} <= needs("1-2", "predict", "")
    assert "softmax" in needs("1-2", "accuracy", "def accuracy(z, y):\n    return softmax(z)")
