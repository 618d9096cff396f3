"""Notebook 1-2: the reference passes, and its checks tell right solutions from wrong ones."""

import ast
import contextlib
import io
import re
import warnings
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from notebook_runner import load_source, prepare_folder, run_cells, solutions, working_in

from utils import plots_network
from utils.checks.common import CheckFailed, call
from utils.gradients import numerical_gradient

POINTS = {
    "perceptron_and_or": 2,
    "xor_explanation": 2,
    "xor_two_layer": 3,
    "activations": 4,
    "softmax": 3,
    "cross_entropy": 3,
    "accuracy": 1,
    "softmax_regression": 4,
    "initialization": 2,
    "two_layer_forward": 4,
    "two_layer_loss": 3,
    "two_layer_backward": 6,
    "minibatches": 2,
    "sgd": 2,
    "predict": 1,
    "build_model": 3,
}
CODE_TASKS = [task for task in POINTS if task != "xor_explanation"]
RIGHT = [(task, path) for task in CODE_TASKS for path in solutions(task, "right")]
WRONG = [(task, path) for task in CODE_TASKS for path in solutions(task, "wrong")]
SAYS = {
    ("perceptron_and_or", "wrong_no_margin"): "the margin is too small",
    ("xor_two_layer", "wrong_transposed"): "looks transposed",
    ("activations", "wrong_derivative_of_output"): "takes z for the activation",
    ("activations", "wrong_overflow"): "exp(1000) overflows",
    ("activations", "wrong_slope_at_zero"): "> and not >=",
    ("activations", "wrong_in_place"): "changed its argument z of relu in place",
    ("activations", "wrong_integers"): "stored as integers",
    ("activations", "wrong_integer_slope"): "stored as integers",
    ("activations", "wrong_integer_tanh"): "stored as integers",
    ("softmax", "wrong_axis"): "axis 0",
    ("softmax", "wrong_overflow"): "exp overflows",
    ("softmax", "wrong_global_shift"): "Each row needs its own",
    ("softmax", "wrong_keepdims"): "keepdims=True",
    ("softmax", "wrong_mean_shift"): "None of them may be positive",
    ("softmax", "wrong_min_shift"): "None of them may be positive",
    ("cross_entropy", "wrong_sum"): "not divided by the number of samples",
    ("cross_entropy", "wrong_all_pairs"): "N columns from every row",
    ("cross_entropy", "wrong_clip_in_place"): "changed its argument probs in place",
    ("cross_entropy", "wrong_classes_of_labels"): "Does a size come from elsewhere",
    ("accuracy", "wrong_axis"): "axis 0",
    ("softmax_regression", "wrong_missing_n"): "misses the factor 1/N",
    ("softmax_regression", "wrong_half"): "misses the factor 1/2",
    ("softmax_regression", "wrong_no_labels"): "P instead of P - Y",
    ("softmax_regression", "wrong_classes_of_labels"): "Does a size come from elsewhere",
    ("softmax_regression", "wrong_ten_classes"): "Does a size come from elsewhere",
    ("initialization", "wrong_variance"): "square root",
    ("initialization", "wrong_fan_out"): "exchanged",
    ("initialization", "wrong_global_seed"): "The seed is a NumPy Generator here",
    ("two_layer_forward", "wrong_no_second_relu"): "ReLU is not applied to layer 2",
    ("two_layer_forward", "wrong_z_overwritten"): "in place",
    ("two_layer_forward", "wrong_third_relu"): "applied to layer 3 too",
    ("two_layer_loss", "wrong_biases_regularized"): "contains the biases",
    ("two_layer_loss", "wrong_arguments_ignored"): "must use x and y",
    ("two_layer_loss", "wrong_default_reg"): "then reg is REG",
    ("two_layer_backward", "wrong_missing_n"): "the factor 1/N is missing",
    ("two_layer_backward", "wrong_no_relu_slope"): "the slope of ReLU is missing",
    ("two_layer_backward", "wrong_bias_regularized"): "the bias is regularized",
    ("two_layer_backward", "wrong_transposed"): "looks transposed",
    ("two_layer_backward", "wrong_bias_mean"): "a mean over the samples",
    ("two_layer_backward", "wrong_n_twice"): "1/N is there twice",
    ("minibatches", "wrong_last_dropped"): "last, smaller batch is missing",
    ("minibatches", "wrong_with_replacement"): "appears twice",
    ("minibatches", "wrong_empty_split"): "an empty one behind them",
    ("minibatches", "wrong_empty_range"): "an empty one behind them",
    ("sgd", "wrong_uphill"): "uphill",
    ("sgd", "wrong_inverse_time"): "1/t annealing",
    ("predict", "wrong_axis"): "axis 0",
    ("build_model", "wrong_not_annealed"): "not annealed",
    ("build_model", "wrong_bias_decay"): "bias looks regularized",
    ("build_model", "wrong_not_assigned"): "assigned",
    ("build_model", "wrong_unseeded"): "the same seed",
    ("build_model", "wrong_labels_of_the_first"): "labels of a batch",
    ("build_model", "wrong_later_layers_zero"): "all weights of W2 are equal",
    ("build_model", "wrong_same_batches"): "every epoch has the same batches",
    ("build_model", "wrong_same_stream"): "same random numbers",
    ("build_model", "wrong_xavier"): "times that of he",
    ("build_model", "wrong_random_biases"): "does not start at 0",
    ("build_model", "wrong_report_first"): "on_epoch gets another model",
    ("build_model", "wrong_annealed_twice"): "annealed twice",
}
"""What the visible check must say about some of the wrong solutions."""
HIDDEN = re.compile(r"### BEGIN HIDDEN TESTS\n(.*?)### END HIDDEN TESTS", re.DOTALL)


@lru_cache(maxsize=1)
def cells() -> dict[str, Any]:
    return {cell["id"]: cell for cell in load_source("1-2")}


def visible_part(task: str) -> str:
    return HIDDEN.sub("", cells()[f"test_{task}"].source)


def hidden_part(task: str) -> str:
    match = HIDDEN.search(cells()[f"test_{task}"].source)
    assert match, f"test_{task} has no hidden tests"
    return match.group(1)


@contextlib.contextmanager
def quietly() -> Iterator[None]:
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@pytest.fixture(scope="module")
def solved(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the notebook has defined once data are loaded and every task is solved."""
    folder = tmp_path_factory.mktemp("notebook")
    prepare_folder(folder)
    namespace: dict[str, Any] = {"__name__": "__main__"}
    with working_in(folder), quietly():
        for name in ("imports", "settings", "load_data", "perceptron", *CODE_TASKS):
            exec(compile(cells()[name].source, name, "exec"), namespace)
    return namespace


def judge(solved: dict[str, Any], solution: str, test: str) -> Exception | None:
    """Run a solution's text, then the text of a test; return the error of the test, if any."""
    namespace = dict(solved)
    with quietly():
        exec(compile(solution, "solution", "exec"), namespace)
        try:
            exec(compile(test, "test", "exec"), namespace)
        except Exception as error:
            return error
    return None


def name_of(value: Any) -> str:
    return value.stem if isinstance(value, Path) else str(value)


def test_every_cell_runs_on_the_small_data_folder(tmp_path: Path) -> None:
    errors = run_cells("1-2", cwd=tmp_path)
    assert not {name: error for name, error in errors.items() if error is not None}
    assert {f"test_{task}" for task in CODE_TASKS} <= set(errors)


def test_points_and_headings_agree() -> None:
    metadata = {name: cell.metadata.get("nbgrader", {}) for name, cell in cells().items()}
    points = {
        name.removeprefix("test_"): data["points"]
        for name, data in metadata.items()
        if data.get("grade")
    }
    assert points == POINTS
    assert sum(points.values()) == 45
    for task, worth in POINTS.items():
        statement = cells()[f"{task}-statement"].source
        written = ", written" if task == "xor_explanation" else ""
        unit = "point" if worth == 1 else "points"
        assert statement.startswith(f"### Task `{task}` ({worth} {unit}{written})\n"), task


def test_order_and_locks_of_the_cells_of_a_task() -> None:
    names = list(cells())
    for task in CODE_TASKS:
        place = names.index(f"{task}-statement")
        assert names[place : place + 3] == [f"{task}-statement", task, f"test_{task}"]
        assert cells()[task].metadata["nbgrader"]["solution"]
        assert cells()[f"test_{task}"].metadata["nbgrader"]["locked"]
        assert cells()[f"test_{task}"].source.startswith(f"checks.{task}(")
    for cell in cells().values():
        if cell.cell_type == "code":
            assert cell.metadata["nbgrader"]["grade_id"] == cell["id"]


@pytest.mark.parametrize("task", CODE_TASKS)
def test_a_test_cell_shows_no_value(task: str) -> None:
    """A value at the end of a cell would be printed in feedback, and taken for a partial score."""
    last = ast.parse(cells()[f"test_{task}"].source).body[-1]
    if isinstance(last, ast.Expr):
        assert isinstance(last.value, ast.Call)
        assert ast.unparse(last.value.func) in ("expect", "expect_unchanged", f"checks.{task}")


@pytest.mark.parametrize("task", CODE_TASKS)
def test_a_stub_says_which_task_is_missing(task: str, solved: dict[str, Any]) -> None:
    message = f"raise NotImplementedError('{task}: not yet')"
    stub = re.sub(
        r"( *)### BEGIN SOLUTION.*?### END SOLUTION",
        rf"\1{message}",
        cells()[task].source,
        flags=re.DOTALL,
    )
    for test in (visible_part(task), hidden_part(task)):
        assert str(judge(solved, stub, test)).startswith(f"{task}: ")


@pytest.mark.parametrize(("task", "path"), RIGHT, ids=name_of)
def test_right_solution(task: str, path: Path, solved: dict[str, Any]) -> None:
    assert judge(solved, path.read_text(encoding="utf-8"), cells()[f"test_{task}"].source) is None


@pytest.mark.parametrize(("task", "path"), WRONG, ids=name_of)
def test_wrong_solution(task: str, path: Path, solved: dict[str, Any]) -> None:
    """The hidden tests alone reject it, and, unless it is made to please it, the check does."""
    solution = path.read_text(encoding="utf-8")
    assert str(judge(solved, solution, hidden_part(task))).startswith(f"{task}: ")
    error = judge(solved, solution, visible_part(task))
    if path.stem == "wrong_hard_coded":
        assert error is None
    else:
        assert str(error).startswith(f"{task}: ")
        assert SAYS.get((task, path.stem), "") in str(error)


def test_every_task_has_solutions_of_both_kinds() -> None:
    for task in CODE_TASKS:
        assert len(solutions(task, "right")) >= 1, task
        assert len(solutions(task, "wrong")) >= 2, task


def test_numerical_gradient_of_a_known_function() -> None:
    weights = np.array([[1.0, -2.0], [0.5, 3.0]])
    before = weights.copy()
    gradient = numerical_gradient(lambda: float((weights**3).sum()), weights)
    np.testing.assert_allclose(gradient, 3 * before**2, rtol=1e-8)
    np.testing.assert_array_equal(weights, before)


def test_a_check_names_the_line_where_a_solution_stopped() -> None:
    def stops(x: Any) -> Any:
        return np.ones((2, 3)) @ x

    with pytest.raises(CheckFailed) as caught:
        call("softmax", stops, np.ones((2, 3)))
    assert str(caught.value).startswith("softmax: stops stopped with ValueError: matmul: ")
    assert ", at the line `return np.ones((2, 3)) @ x`." in str(caught.value)
    assert "is a factor transposed?" in str(caught.value)


@pytest.mark.parametrize(
    ("line", "end"), [("x = W @ y", "ValueError: bad, at the line `x = W @ y`."), (None, ": bad.")]
)
def test_an_error_from_another_process_brings_its_line_along(line: str | None, end: str) -> None:
    def remote() -> None:
        error = ValueError("bad")
        error.student_line = line  # type: ignore[attr-defined]
        raise error

    with pytest.raises(CheckFailed) as caught:
        call("softmax", remote)
    assert str(caught.value).endswith(end)


def test_a_stub_is_shown_without_a_traceback() -> None:
    def stub() -> None:
        raise NotImplementedError("softmax: replace this line")

    with pytest.raises(NotImplementedError) as caught:
        call("softmax", stub)
    shown = caught.value._render_traceback_()  # type: ignore[attr-defined]
    assert shown == ["NotImplementedError: softmax: replace this line"]


def test_a_plot_after_the_training_says_what_to_run_first(solved: dict[str, Any]) -> None:
    for name in ("plot_learning_curves", "score_on_test_set", "plot_first_layer"):
        namespace = {key: value for key, value in solved.items() if key != "model"}
        with pytest.raises(plots_network.NotTrained, match=r"'model'.* Run the training cell"):
            exec(compile(cells()[name].source, name, "exec"), namespace)


def test_the_points_table_at_the_top_agrees() -> None:
    table = cells()["title"].source
    assert {
        task: int(worth) for task, worth in re.findall(r"`(\w+)`(?: \(written\))? (\d+)", table)
    } == (POINTS)
    assert "**45 of 100**" in table
