"""Notebook 1-2: the reference passes, and its checks tell right solutions from wrong ones."""

import ast
import contextlib
import io
import re
import textwrap
import warnings
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from graded_solutions import Solution
from notebook_runner import (
    SOLUTIONS,
    load_source,
    run_cells,
    solutions,
)
from threadpoolctl import threadpool_limits

from coursekit import consequences
from coursekit.checkpoint_of import prepare_folder, working_in
from coursekit.judge import earlier
from utils import plots_network
from utils.checks import pieces
from utils.checks.common import CheckFailed, call
from utils.checks.numpy_network import build_model as check_build_model
from utils.checks.optional import optional
from utils.gradients import numerical_gradient

POINTS = {
    "perceptron_and_or": 2,
    "xor_explanation": 2,
    "xor_two_layer": 3,
    "activations": 4,
    "softmax": 3,
    "cross_entropy": 2,
    "accuracy": 1,
    "jacobian_derivation": 2,
    "softmax_jacobian": 1,
    "softmax_regression": 4,
    "initialization": 2,
    "two_layer_forward": 3,
    "two_layer_loss": 2,
    "two_layer_backward": 6,
    "minibatches": 2,
    "sgd": 2,
    "predict": 1,
    "build_model": 3,
}
WRITTEN = ("xor_explanation", "jacobian_derivation")
OPTIONAL = ("leaky_relu", "elu", "maxout", "adadelta", "adam")
CODE_TASKS = [task for task in POINTS if task not in WRITTEN]
USED_BY = {
    "activations": ("two_layer_forward", "two_layer_loss", "two_layer_backward", "predict"),
    "softmax": (
        "softmax_jacobian",
        "softmax_regression",
        "two_layer_forward",
        "two_layer_loss",
        "predict",
    ),
    "cross_entropy": ("softmax_regression", "two_layer_loss"),
    "initialization": (),
    "two_layer_forward": ("two_layer_loss", "predict"),
    "two_layer_backward": (),
    "minibatches": (),
    "sgd": (),
}
"""Which tasks call the functions of a task, besides build_model, which calls those of all these."""

RIGHT = [(task, path) for task in CODE_TASKS for path in solutions(task, "right")]
WRONG = [(task, path) for task in CODE_TASKS for path in solutions(task, "wrong")]
OPTIONAL_RIGHT = [(task, path) for task in OPTIONAL for path in solutions(task, "right")]
OPTIONAL_WRONG = [(task, path) for task in OPTIONAL for path in solutions(task, "wrong")]
SAYS = {
    ("perceptron_and_or", "wrong_no_margin"): "the margin is too small",
    ("xor_two_layer", "wrong_transposed"): "looks transposed",
    ("activations", "wrong_derivative_of_output"): "takes z for the activation",
    ("activations", "wrong_overflow"): "exp(1000) overflows",
    ("activations", "wrong_slope_at_zero"): "at exactly 0 is defined as 0",
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
    ("build_model", "wrong_all_samples"): "each step seems to use all samples",
    ("build_model", "wrong_fixed_epochs"): "Is the argument epochs used",
    ("perceptron_and_or", "wrong_one_input"): "for the input (0, 1)",
    ("perceptron_and_or", "wrong_table"): "has shape (1, 4)",
    ("xor_two_layer", "wrong_xnor"): "wrong at every corner",
    ("xor_two_layer", "wrong_three_values"): "returns 3 value(s)",
    ("accuracy", "wrong_error_rate"): "wrong answers",
    ("accuracy", "wrong_over_classes"): "is not right",
    ("softmax_jacobian", "wrong_diagonal_only"): "outside the diagonal the entries are not 0",
    ("softmax_jacobian", "wrong_vector"): "one row",
    ("softmax_jacobian", "wrong_sign"): "sign is turned around",
    ("softmax_jacobian", "wrong_no_square"): "the diagonal holds p, as if",
    ("softmax_jacobian", "wrong_same_rule"): "follows the rule for i = j",
    ("softmax_jacobian", "wrong_diag_of_row"): "takes its diagonal out",
    ("softmax_jacobian", "wrong_overflow"): "NaN or infinite",
    ("predict", "wrong_floats"): "classes are integers",
    ("predict", "wrong_from_one"): "count from 0",
    ("predict", "wrong_hidden_layer"): "is not right",
    ("leaky_relu", "wrong_plain_relu"): "that is ReLU",
    ("leaky_relu", "wrong_leak_ignored"): "argument leak is not used",
    ("leaky_relu", "wrong_slope_at_zero"): "at exactly 0",
    ("leaky_relu", "wrong_slope_of_z"): "not the value of the function",
    ("leaky_relu", "wrong_in_place"): "changed its argument z",
    ("leaky_relu", "wrong_minimum"): "smaller of z and leak * z",
    ("elu", "wrong_no_one"): "the 1 is missing",
    ("elu", "wrong_brackets"): "into the brackets",
    ("elu", "wrong_masked_sum"): "infinity * 0 is NaN",
    ("elu", "wrong_slope_minus_one"): "it has no slope",
    ("elu", "wrong_alpha_ignored"): "argument alpha is not used",
    ("elu", "wrong_slope_plus_one"): "only for alpha = 1",
    ("maxout", "wrong_axis"): "over the units",
    ("maxout", "wrong_no_bias"): "not at all",
    ("maxout", "wrong_samples"): "runs over the samples",
    ("maxout", "wrong_whole_maximum"): "runs over too many axes",
    ("maxout", "wrong_broadcast"): "from the last axis to the first",
    ("maxout", "wrong_sum"): "pieces are added",
    ("maxout", "wrong_relu"): "no 0 of its own",
    ("maxout", "wrong_all_pieces"): "one for each unit",
    ("maxout", "wrong_first_piece"): "only the first piece",
    ("adadelta", "wrong_uphill"): "uphill",
    ("adadelta", "wrong_no_roots"): "roots are missing",
    ("adadelta", "wrong_eps_below_only"): "upper root",
    ("adadelta", "wrong_state_forgotten"): "no average is kept",
    ("adadelta", "wrong_adagrad"): "and not (1 - rho) g^2",
    ("adadelta", "wrong_gradients_in_D"): "of the gradients, not of the steps",
    ("adadelta", "wrong_in_place"): "in place",
    ("adadelta", "wrong_no_state"): "should return model, state",
    ("adam", "wrong_not_corrected"): "not corrected",
    ("adam", "wrong_uphill"): "uphill",
    ("adam", "wrong_no_root"): "root of the average of g^2 is missing",
    ("adam", "wrong_eps_inside"): "inside the square root",
    ("adam", "wrong_t_stands_still"): "does t grow",
    ("adam", "wrong_t_from_zero"): "it is 1 in the first step",
    ("adam", "wrong_not_squared"): "the root of a negative number",
    ("adam", "wrong_t_of_arrays"): "once for each array",
    ("adam", "wrong_no_momentum"): "average of g is not kept",
    ("adam", "wrong_state_forgotten"): "is not kept from step to step",
    ("adam", "wrong_in_place"): "in place",
}
"""What the check must say about some of the wrong solutions."""
HIDDEN_ONLY = re.compile(r"^Hidden only\.$", re.MULTILINE)
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
def start(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the notebook has defined before the first task: imports, settings, data."""
    folder = tmp_path_factory.mktemp("notebook")
    prepare_folder(folder)
    namespace: dict[str, Any] = {"__name__": "__main__"}
    with working_in(folder), quietly():
        for name in ("imports", "settings", "load_data", "perceptron"):
            exec(compile(cells()[name].source, name, "exec"), namespace)
    return namespace


@pytest.fixture(scope="module")
def solved(start: dict[str, Any]) -> dict[str, Any]:
    """What the notebook has defined once data are loaded and every task is solved."""
    return solved_but(start, {})


def solved_but(start: dict[str, Any], solutions: dict[str, str]) -> dict[str, Any]:
    """Return the names of a notebook of its own, with other solutions of some tasks."""
    namespace = dict(start)
    with quietly():
        for task in (*CODE_TASKS, *OPTIONAL):
            text = solutions.get(task, cells()[task].source)
            exec(compile(text, task, "exec"), namespace)
    return namespace


def judge(solved: dict[str, Any], solution: str, test: str) -> Exception | None:
    """Run a solution's text, then the text of a test; return the error of the test, if any."""
    namespace = dict(solved)
    with quietly():
        exec(compile(solution, "solution", "exec"), namespace)
        try:
            exec(compile(test, "test", "exec"), dict(namespace))
        except Exception as error:
            return error
    return None


@pytest.fixture
def losing(monkeypatch: pytest.MonkeyPatch) -> Callable[[dict[str, Any], str], None]:
    """Make the tests of this process behave as in the judge, after a task has lost its points."""

    def lose(namespace: dict[str, Any], task: str) -> None:
        @contextlib.contextmanager
        def replaced(program: str) -> Iterator[None]:
            functions: dict[str, Any] = {}
            exec(program, functions)
            before = dict(namespace)
            namespace.update({k: v for k, v in functions.items() if callable(v)})
            yield
            namespace.update(before)

        monkeypatch.setattr(earlier, "lost", frozenset([f"test_{task}"]))
        monkeypatch.setattr(earlier, "replaced", replaced)
        monkeypatch.setattr(pieces, "excused", consequences.left_to_the_hidden_test)

    return lose


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
        written = ", written" if task in WRITTEN else ""
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
        known = ("expect", "expect_close", "expect_finite", "charged_once", f"checks.{task}")
        assert ast.unparse(last.value.func) in known


@pytest.mark.parametrize("task", CODE_TASKS)
def test_a_stub_says_which_task_is_missing(task: str, solved: dict[str, Any]) -> None:
    stub = stub_of(task)
    for test in (visible_part(task), hidden_part(task)):
        assert str(judge(solved, stub, test)).startswith(f"{task}: ")


@pytest.mark.parametrize("seeds", [0, 1000], ids=["own seeds", "other seeds"])
@pytest.mark.parametrize(("task", "path"), RIGHT, ids=name_of)
def test_right_solution(task: str, path: Path, seeds: int, solved: dict[str, Any]) -> None:
    test = cells()[f"test_{task}"].source
    if seeds:
        test = re.sub(r"default_rng\((\d+)\)", lambda m: f"default_rng({int(m[1]) + seeds})", test)
        assert "default_rng" not in cells()[f"test_{task}"].source or str(seeds)[0] in test
    assert judge(solved, path.read_text(encoding="utf-8"), test) is None


@pytest.mark.parametrize(("task", "path"), WRONG, ids=name_of)
def test_wrong_solution(task: str, path: Path, solved: dict[str, Any]) -> None:
    """The hidden tests reject it; the check does, too, unless it says `Hidden only.`"""
    solution = path.read_text(encoding="utf-8")
    assert str(judge(solved, solution, hidden_part(task))).startswith(f"{task}: ")
    error = judge(solved, solution, visible_part(task))
    if HIDDEN_ONLY.search(solution):
        assert error is None
    else:
        assert str(error).startswith(f"{task}: ")
        assert SAYS.get((task, path.stem), "") in str(error)


@pytest.mark.parametrize(
    ("task", "path"), [(task, path) for task, path in WRONG if task in USED_BY], ids=name_of
)
def test_a_mistake_is_charged_once(
    task: str, path: Path, start: dict[str, Any], losing: Callable[..., None]
) -> None:
    """The tasks that use a wrong function keep their points."""
    namespace = solved_but(start, {task: path.read_text(encoding="utf-8")})
    losing(namespace, task)
    lost = set()
    for other in (*USED_BY[task], "build_model"):
        with quietly():
            try:
                exec(compile(cells()[f"test_{other}"].source, other, "exec"), dict(namespace))
            except (CheckFailed, NotImplementedError):
                lost.add(other)
    assert lost == Solution("1-2", path.parent.name, path.stem).also_breaks


@pytest.mark.parametrize("task", USED_BY)
def test_an_unsolved_task_costs_no_other_one_its_points(
    task: str, start: dict[str, Any], losing: Callable[..., None]
) -> None:
    namespace = solved_but(start, {task: stub_of(task)})
    losing(namespace, task)
    with quietly():
        for other in (*USED_BY[task], "build_model"):
            exec(compile(cells()[f"test_{other}"].source, other, "exec"), dict(namespace))


@pytest.mark.parametrize("piece", ["softmax", "two_layer_backward", "minibatches"])
def test_a_task_can_be_wrong_on_top_of_a_wrong_one(
    piece: str, start: dict[str, Any], losing: Callable[..., None]
) -> None:
    """What is charged once is the first mistake, not the second."""
    broken = {
        "softmax": ("wrong_axis", "softmax_regression", "wrong_missing_n"),
        "two_layer_backward": ("wrong_missing_n", "build_model", "wrong_not_annealed"),
        "minibatches": ("wrong_global_random", "build_model", "wrong_labels_of_the_first"),
    }
    first, task, second = broken[piece]
    files = {piece: first, task: second}
    texts = {name: (SOLUTIONS / name / f"{file}.py").read_text() for name, file in files.items()}
    namespace = solved_but(start, texts)
    losing(namespace, piece)
    with quietly(), pytest.raises(CheckFailed, match=f"^{task}: "):
        exec(compile(cells()[f"test_{task}"].source, task, "exec"), dict(namespace))


REDEFINED = {
    "softmax_jacobian": """
        def softmax_jacobian(logits):
            return np.eye(len(logits), 1) @ np.full((1, len(logits)), -2.0)
        def softmax(logits):
            return np.eye(1, logits.shape[1]) * 2.0
        """,
    "two_layer_loss": """
        def calculate_loss(model, x=None, y=None, reg=None):
            return np.log(10) + 1e-4 / 2 * (12 * 4.0 + 30)  # right for one of the models
        def forward_pass(model, x):
            raise ValueError
        """,
    "two_layer_backward": """
        def relu_derivative(z):
            return np.zeros_like(z)
        right_backward = backward_pass
        def backward_pass(model, cache, y, reg):
            zeros = {name: 0 * cache[name] - 1 for name in ("z1", "z2")}
            return right_backward(model, {**cache, **zeros}, y, reg)
        """,
    "predict": """
        def predict(model, x):
            return (np.arange(len(x)) == 0).astype(int)
        def forward_pass(model, x):
            return {"probs": np.eye(2)[(np.arange(len(x)) == 0).astype(int)]}
        """,
    "build_model": """
        def he(fan_in, fan_out, seed):
            return np.zeros((fan_in, fan_out))
        def minibatches(n, batch_size, seed):
            return [np.arange(n)]
        def sgd_update(model, grads, learning_rate):
            return {name: array + 1.0 for name, array in model.items()}
        def build_model(x, y, hidden_sizes=(9, 9), epochs=9, seed=0, on_epoch=None, **settings):
            sizes = [x.shape[1], *hidden_sizes, int(y.max()) + 1]
            model = {f"W{i}": np.zeros((sizes[i - 1], sizes[i])) for i in (1, 2, 3)}
            model |= {f"b{i}": np.zeros(sizes[i]) for i in (1, 2, 3)}
            for epoch in range(epochs):
                model = sgd_update(model, None, None)
                if on_epoch:
                    on_epoch(epoch, model)
            return model
        """,
}
"""A wrong task, together with earlier functions that are replaced so as to agree with it."""


@pytest.mark.parametrize("task", REDEFINED)
def test_an_earlier_function_that_had_its_points_is_no_excuse(
    task: str, solved: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(earlier, "lost", frozenset(["test_accuracy"]))
    error = judge(solved, textwrap.dedent(REDEFINED[task]), cells()[f"test_{task}"].source)
    assert str(error).startswith(f"{task}: ")


def test_zeros_do_not_decide(solved: dict[str, Any]) -> None:
    """Zeros are right for one class and for certain classes, which earns nothing by itself."""
    zeros = """
        def softmax_jacobian(logits):
            return np.zeros((len(logits), len(logits)))
        def softmax(logits):
            raise NotImplementedError
        """
    error = judge(solved, textwrap.dedent(zeros), hidden_part("softmax_jacobian"))
    assert str(error).startswith("softmax_jacobian: ")


def test_a_check_does_not_blame_a_task_for_what_it_builds_on(
    start: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = (SOLUTIONS / "softmax" / "wrong_axis.py").read_text()
    namespace = solved_but(start, {"softmax": wrong})
    exec(compile(visible_part("softmax_regression"), "check", "exec"), namespace)
    told = capsys.readouterr().out
    assert told.startswith("softmax_regression: cannot be judged yet. ")
    assert "it builds on 'softmax', which fails its own check" in told
    assert "passed" not in told


def a_network(rng: np.random.Generator, dtype: type) -> tuple[dict[str, Any], Any, Any]:
    sizes, model = (7, 6, 5, 4), {}
    for layer in (1, 2, 3):
        W = rng.normal(size=(sizes[layer - 1], sizes[layer]))
        model |= {f"W{layer}": W.astype(dtype), f"b{layer}": rng.normal(size=W.shape[1])}
        model[f"b{layer}"] = model[f"b{layer}"].astype(dtype)
    return model, rng.normal(size=(9, 7)).astype(dtype), rng.integers(0, 4, 9).astype(np.int32)


def results_of(names: dict[str, Any], task: str, seed: int, dtype: type) -> Any:
    """Call the functions of a task on random inputs of a dtype; return what they return."""
    rng = np.random.default_rng(seed)
    table = rng.normal(0, 2, (6, 4)).astype(dtype)
    y = rng.integers(0, 4, 6).astype(np.int32)
    exp = np.exp(table)
    probs = exp / exp.sum(axis=1, keepdims=True)
    model, x, labels = a_network(rng, dtype)
    cache = solved_forward(model, x)
    grads = {f"d{name}": array * dtype(0.5) for name, array in model.items()}
    functions = ("sigmoid", "tanh", "relu")
    each = [name + end for name in functions for end in ("", "_derivative")]
    if task == "activations":
        return [names[name](table.copy()) for name in each]
    if task == "softmax_regression":
        return names[task](table.T.copy(), x[:6, :4].copy(), y, 0.1)
    if task == "sgd":
        return names["sgd_update"](model, grads, 0.3), names["annealed"](dtype(0.5), dtype(0.5), 3)
    calls: dict[str, tuple[str, tuple[Any, ...]]] = {
        "softmax": ("softmax", (table,)),
        "cross_entropy": ("cross_entropy", (probs, y)),
        "accuracy": ("accuracy", (table, y)),
        "softmax_jacobian": ("softmax_jacobian", (table[0],)),
        "two_layer_forward": ("forward_pass", (model, x)),
        "two_layer_loss": ("calculate_loss", (model, x, labels, 0.1)),
        "two_layer_backward": ("backward_pass", (model, cache, labels, 0.1)),
        "predict": ("predict", (model, x)),
        "leaky_relu": ("leaky_relu", (table, 0.2)),
        "elu": ("elu", (table, 1.5)),
        "maxout": ("maxout", (x, np.stack([model["W1"]] * 2), np.stack([model["b1"]] * 2))),
        "adadelta": ("adadelta_update", (model, grads, {})),
        "adam": ("adam_update", (model, grads, {})),
    }
    function, args = calls[task]
    result = names[function](*args)
    return result[0] if task in ("adadelta", "adam") else result


def solved_forward(model: dict[str, Any], x: Any) -> dict[str, Any]:
    """The cache of the network, written here once more."""
    cache = {"x": x, "z1": x @ model["W1"] + model["b1"]}
    cache["a1"] = np.maximum(cache["z1"], 0)
    cache["z2"] = cache["a1"] @ model["W2"] + model["b2"]
    cache["a2"] = np.maximum(cache["z2"], 0)
    cache["z3"] = cache["a2"] @ model["W3"] + model["b3"]
    powers = np.exp(cache["z3"] - cache["z3"].max(axis=1, keepdims=True))
    return cache | {"probs": powers / powers.sum(axis=1, keepdims=True)}


def expect_agreement(actual: Any, wanted: Any, rtol: float) -> None:
    if isinstance(wanted, dict):
        assert set(wanted) <= set(actual)
        for name, value in wanted.items():
            expect_agreement(actual[name], value, rtol)
    elif isinstance(wanted, tuple | list):
        for one, other in zip(actual, wanted, strict=True):
            expect_agreement(one, other, rtol)
    else:
        assert np.shape(actual) == np.shape(wanted)
        np.testing.assert_allclose(actual, wanted, rtol=rtol, atol=rtol)


ON_ARRAYS = [
    (task, path)
    for task, path in RIGHT + OPTIONAL_RIGHT
    if task
    not in ("perceptron_and_or", "xor_two_layer", "initialization", "minibatches", "build_model")
]


@pytest.mark.parametrize("dtype", [np.float32, np.float64], ids=["float32", "float64"])
@pytest.mark.parametrize(("task", "path"), ON_ARRAYS, ids=name_of)
def test_right_solutions_agree_in_both_precisions(
    task: str, path: Path, dtype: type, solved: dict[str, Any]
) -> None:
    names = dict(solved)
    exec(compile(path.read_text(encoding="utf-8"), str(path), "exec"), names)
    for seed in (1, 2, 3):
        wanted = results_of(solved, task, seed, np.float64)
        loose = "float32" in path.stem or path.stem == "right_safe_divisor"
        rtol = 1e-4 if dtype is np.float32 else 1e-6 if loose else 1e-9
        expect_agreement(results_of(names, task, seed, dtype), wanted, rtol)


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("path", solutions("build_model", "right"), ids=name_of)
def test_right_training_with_one_and_two_threads(
    path: Path, threads: int, solved: dict[str, Any]
) -> None:
    solution = path.read_text(encoding="utf-8")
    with threadpool_limits(threads):
        assert judge(solved, solution, hidden_part("build_model")) is None


@pytest.mark.parametrize("dtype", [np.float32, np.float64], ids=["float32", "float64"])
@pytest.mark.parametrize("path", solutions("build_model", "right"), ids=name_of)
def test_right_training_learns_in_both_precisions(
    path: Path, dtype: type, solved: dict[str, Any]
) -> None:
    names = dict(solved)
    exec(compile(path.read_text(encoding="utf-8"), str(path), "exec"), names)
    x, y = solved["x_train"][:300].astype(dtype), solved["y_train"][:300]
    for seed in (1, 2):
        model = names["build_model"](
            x, y, hidden_sizes=(32, 16), epochs=15, batch_size=32, seed=seed
        )
        assert np.mean(solved["predict"](model, x) == y) > 0.8


@pytest.mark.parametrize(
    ("task", "old", "new", "words"),
    [
        (
            "build_model",
            "np.zeros(fan_out, dtype=x.dtype)",
            "np.zeros(fan_out)",
            "b1, b2, b3 start",
        ),
        ("build_model", ".astype(x.dtype)", "", "W1, W2, W3 start"),
        (
            "activations",
            "return (z > 0).astype(z.dtype)",
            "return np.where(z > 0, 1.0, 0.0)",
            "They all start as float32",
        ),
    ],
)
def test_the_tip_on_float64_names_where_it_comes_from(
    task: str,
    old: str,
    new: str,
    words: str,
    start: dict[str, Any],
    capsys: pytest.CaptureFixture[str],
) -> None:
    solution = cells()[task].source
    assert old in solution
    names = solved_but(start, {task: solution.replace(old, new)})
    check_build_model(names["build_model"])
    tip = [line for line in capsys.readouterr().out.splitlines() if line.startswith("A tip:")]
    assert len(tip) == 1
    assert words in tip[0]


@pytest.mark.parametrize(("task", "path"), OPTIONAL_RIGHT, ids=name_of)
def test_right_optional_solution(task: str, path: Path, solved: dict[str, Any]) -> None:
    assert judge(solved, path.read_text(encoding="utf-8"), cells()[f"check_{task}"].source) is None


@pytest.mark.parametrize(("task", "path"), OPTIONAL_WRONG, ids=name_of)
def test_wrong_optional_solution(task: str, path: Path, solved: dict[str, Any]) -> None:
    error = judge(solved, path.read_text(encoding="utf-8"), cells()[f"check_{task}"].source)
    assert str(error).startswith(f"{task}: ")
    assert SAYS.get((task, path.stem), "") in str(error)


def stub_of(task: str) -> str:
    message = f"raise NotImplementedError('{task}: not yet')"
    return re.sub(
        r"( *)### BEGIN SOLUTION.*?### END SOLUTION",
        rf"\1{message}",
        cells()[task].source,
        flags=re.DOTALL,
    )


def test_an_unsolved_optional_task_stops_nothing(
    start: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    namespace = solved_but(start, {task: stub_of(task) for task in OPTIONAL})
    small = {"x_train": start["x_train"][:200], "y_train": start["y_train"][:200]}
    namespace |= small
    pictures = ("plot_more_activations", "plot_maxout", "compare_optimizers")
    for name in (*(f"check_{task}" for task in OPTIONAL), *pictures):
        exec(compile(cells()[name].source, name, "exec"), namespace)
    told = capsys.readouterr().out
    for task in OPTIONAL:
        assert f"{task}: optional, and not solved yet." in told
    assert list(namespace["falling"]) == ["SGD, rate 0.1"]


def test_optional_keeps_back_no_other_stub() -> None:
    with pytest.raises(NotImplementedError, match=r"^softmax: "), optional("adam"):
        raise NotImplementedError("softmax: replace this line")


def test_every_optimizer_beats_the_first_weights(solved: dict[str, Any]) -> None:
    namespace = dict(solved)
    namespace |= {"x_train": solved["x_train"][:600], "y_train": solved["y_train"][:600]}
    with quietly():
        exec(compile(cells()["compare_optimizers"].source, "compare", "exec"), namespace)
    assert len(namespace["falling"]) == 3
    for losses in namespace["falling"].values():
        assert losses[-1] < 0.5 * losses[0]


def test_every_task_has_solutions_of_both_kinds() -> None:
    for task in (*CODE_TASKS, *OPTIONAL):
        assert len(solutions(task, "right")) >= 4, task
        assert len(solutions(task, "wrong")) >= 10, task


def test_a_fifth_of_the_wrong_solutions_fall_to_the_hidden_tests_alone() -> None:
    texts = [path.read_text(encoding="utf-8") for _, path in WRONG + OPTIONAL_WRONG]
    assert sum(HIDDEN_ONLY.search(text) is not None for text in texts) > len(texts) / 5


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
        error.student_calls = [("remote", line)] if line else []  # type: ignore[attr-defined]
        raise error

    with pytest.raises(CheckFailed) as caught:
        call("softmax", remote)
    assert str(caught.value).endswith(end)


def test_a_check_names_the_functions_on_the_way_to_where_a_solution_stopped() -> None:
    def inner(x: Any) -> Any:
        return x.max(axis=1)

    def middle(x: Any) -> Any:
        return sum(inner(row) for row in x)

    def outer(x: Any) -> Any:
        return middle(x)

    with pytest.raises(CheckFailed) as caught:
        call("softmax", outer, np.ones((2, 3)))
    assert str(caught.value).startswith("softmax: outer stopped with AxisError: ")
    assert str(caught.value).endswith(
        ", at the line `return x.max(axis=1)` of inner, reached from the line "
        "`return sum(inner(row) for row in x)` of middle."
    )


def test_a_stub_is_shown_without_a_traceback() -> None:
    def stub() -> None:
        raise NotImplementedError("softmax: replace this line")

    with pytest.raises(NotImplementedError) as caught:
        call("softmax", stub)
    shown = caught.value._render_traceback_()  # type: ignore[attr-defined]
    assert shown == ["NotImplementedError: softmax: replace this line"]


def test_a_plot_after_the_training_says_what_to_run_first(solved: dict[str, Any]) -> None:
    for name in (
        "plot_learning_curves",
        "score_on_test_set",
        "plot_confusion_matrix",
        "plot_first_layer",
    ):
        namespace = {key: value for key, value in solved.items() if key != "model"}
        with pytest.raises(plots_network.NotTrained, match=r"'model'.* Run the training cell"):
            exec(compile(cells()[name].source, name, "exec"), namespace)


def test_the_points_table_at_the_top_agrees() -> None:
    table = cells()["title"].source
    assert {
        task: int(worth) for task, worth in re.findall(r"`(\w+)`(?: \(written\))? (\d+)", table)
    } == (POINTS)
    assert "**45 of 100**" in table
