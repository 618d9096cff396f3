"""What the test of a task accepts, no test of a task that uses it refuses.

For each task of notebook 1-2 that others build on there are variants: the right functions, with
their results (or what they compute with) in other forms and precisions. A variant that passes the
test of its task must not cost a right solution of another task its points.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from notebook_runner import solutions
from task_graph import needs
from test_notebook_2 import CODE_TASKS, cells, quietly, solved_but, start  # noqa: F401

from coursekit import right_functions
from utils.checks.common import CheckFailed

Change = Callable[[Any], Any]


def in_arrays(change: Change) -> Change:
    """Return what does `change` to each array or number in a result."""

    def changed(result: Any) -> Any:
        if isinstance(result, dict):
            return {name: changed(value) for name, value in result.items()}
        if isinstance(result, list | tuple):
            return type(result)(changed(value) for value in result)
        return change(np.asarray(result))

    return changed


def floats(change: Change) -> Change:
    return in_arrays(lambda a: change(a) if a.dtype.kind == "f" else a)


FORMS: dict[str, Change] = {
    "float32": floats(lambda a: a.astype(np.float32)),
    "float16": floats(lambda a: a.astype(np.float16)),
    "longdouble": floats(lambda a: a.astype(np.longdouble)),
    **{f"rounded to {n}": floats(lambda a, n=n: np.round(a, n)) for n in (2, 3, 4, 5, 6, 7, 8, 10)},
    **{f"off by {e}": floats(lambda a, e=e: a * (1 + e)) for e in (1e-4, 1e-5, 5e-6, 1e-6, 1e-8)},
    **{f"plus {e}": floats(lambda a, e=e: a + e) for e in (1e-4, 1e-6, 1e-7, 1e-8, 1e-10, 1e-12)},
    "at least 1e-12": floats(lambda a: np.where(np.abs(a) < 1e-12, 1e-12, a)),
    "lists": in_arrays(lambda a: a.tolist()),
    "matrices": in_arrays(lambda a: np.matrix(a) if a.ndim == 2 else a),
    "columns first": in_arrays(np.asfortranarray),
    "read-only": in_arrays(lambda a: np.broadcast_to(a, a.shape) if a.ndim else a),
    "one axis more": in_arrays(lambda a: a[None]),
    "one axis less": in_arrays(np.squeeze),
    "number in an array": in_arrays(np.atleast_1d),
    "masked": in_arrays(np.ma.array),
    "integers": in_arrays(lambda a: a.astype(np.int64)),
    "int32 for int64": in_arrays(lambda a: a.astype(np.int32) if a.dtype.kind in "iu" else a),
    "tuples for lists": lambda r: tuple(r) if isinstance(r, list) else r,
    "iterators for lists": lambda r: iter(r) if isinstance(r, list) else r,
    "another dict": lambda r: OrderedDict(reversed(r.items())) if isinstance(r, dict) else r,
    "more keys": lambda r: r | {"more": 0} if isinstance(r, dict) else r,
}
"""What a variant does with its results."""

SOFTMAX_SLIPS = (
    "divisor + 1e-8",
    "divisor + 1e-12",
    "float32 before the shift",
    "float32 after the shift",
    "at least 1e-12",
)
LOGARITHMS = {
    "log(p + 1e-12)": lambda p: np.log(p + 1e-12),
    "log(p + 1e-15)": lambda p: np.log(p + 1e-15),
    "log(p + 1e-10)": lambda p: np.log(p + 1e-10),
    "clip(1e-12, 1 - 1e-12)": lambda p: np.log(np.clip(p, 1e-12, 1 - 1e-12)),
    "clip(1e-10, 1)": lambda p: np.log(np.clip(p, 1e-10, 1)),
    "clip(1e-7, 1 - 1e-7)": lambda p: np.log(np.clip(p, 1e-7, 1 - 1e-7)),
    "float32": lambda p: np.log(np.maximum(p, 1e-12).astype(np.float32)),
}


def softmax_with(kind: str) -> Callable[..., Any]:
    def softmax(logits: Any) -> Any:
        if kind == "float32 before the shift":
            logits = logits.astype(np.float32)
        shifted = logits - logits.max(axis=1, keepdims=True)
        if kind == "float32 after the shift":
            shifted = shifted.astype(np.float32)
        powers = np.exp(shifted)
        more = {"divisor + 1e-8": 1e-8, "divisor + 1e-12": 1e-12}.get(kind, 0)
        p = powers / (powers.sum(axis=1, keepdims=True) + more)
        return np.clip(p, 1e-12, 1) if kind == "at least 1e-12" else p

    return softmax


def cross_entropy_with(kind: str) -> Callable[..., Any]:
    def cross_entropy(probs: Any, labels: Any) -> Any:
        p = probs[np.arange(len(labels)), labels]
        return -np.mean(LOGARITHMS[kind](p))

    return cross_entropy


def in_float32(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that gets all its float64 arrays in float32."""

    def cast(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: cast(item) for name, item in value.items()}
        is_array = isinstance(value, np.ndarray) and value.dtype == np.float64
        return value.astype(np.float32) if is_array else value

    return lambda *args: function(*map(cast, args))


def with_result(function: Callable[..., Any], change: Change) -> Callable[..., Any]:
    return lambda *args, **kwargs: change(function(*args, **kwargs))


def variants(task: str) -> dict[str, dict[str, Callable[..., Any]]]:
    """Return the variants of a task's functions, by a name that says what is different."""
    functions = {f.__name__: f for f in right_functions.FUNCTIONS[task]}
    found = {
        form: {name: with_result(f, change) for name, f in functions.items()}
        for form, change in FORMS.items()
    }
    found["computed in float32"] = {name: in_float32(f) for name, f in functions.items()}
    if task == "softmax":
        found |= {kind: {"softmax": softmax_with(kind)} for kind in SOFTMAX_SLIPS}
    if task == "cross_entropy":
        found |= {kind: {"cross_entropy": cross_entropy_with(kind)} for kind in LOGARITHMS}
    if task == "activations":
        slope = {"relu_derivative": lambda z: np.asarray(z) > 0}
        found["booleans as slopes"] = functions | slope
    return found


PAIRS = [(piece, form) for piece in right_functions.FUNCTIONS for form in variants(piece)]


def accepts(namespace: dict[str, Any], task: str) -> bool | str:
    with quietly():
        try:
            exec(compile(cells()[f"test_{task}"].source, task, "exec"), dict(namespace))
        except CheckFailed as error:
            return str(error)
    return True


@pytest.mark.parametrize(("piece", "form"), PAIRS)
def test_what_a_test_accepts_no_later_one_refuses(
    piece: str,
    form: str,
    start: dict[str, Any],  # noqa: F811
) -> None:
    for task, told in refusals(start, piece, form, {task: [] for task in CODE_TASKS}):
        pytest.fail(f"the reference of {task}: {told}")


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("piece", right_functions.FUNCTIONS)
def test_nor_does_it_for_any_right_solution(
    piece: str,
    start: dict[str, Any],  # noqa: F811
) -> None:
    for form in variants(piece):
        for task, told in refusals(
            start, piece, form, {t: solutions(t, "right") for t in CODE_TASKS}
        ):
            pytest.fail(f"{form}, {task}: {told}")


def refusals(
    start: dict[str, Any],  # noqa: F811
    piece: str,
    form: str,
    others: dict[str, list[Path]],
) -> Iterator[tuple[str, str]]:
    """Yield the tasks, and solutions of them, whose tests refuse what the test of `piece` accepts.

    Each is the reference's, or one of the files in `others`.
    """
    replaced = variants(piece)[form]
    said = accepts({**solved_but(start, {}), **replaced}, piece)
    if said is not True:
        assert str(said).startswith(f"{piece}: ")
        return
    for task in CODE_TASKS:
        if piece in needs("1-2", task, ""):
            for path in others[task] or [None]:
                texts = {task: path.read_text(encoding="utf-8")} if path else {}
                namespace = solved_but(start, texts)
                namespace.update(replaced)
                told = accepts(namespace, task)
                if told is not True:
                    yield f"{task} {path.name if path else ''}", str(told)


def test_slips_that_many_make_cost_nothing(start: dict[str, Any]) -> None:  # noqa: F811
    """What the statements allow: any float precision, 1e-12 added in place of a floor."""
    for piece, form in (
        ("softmax", "divisor + 1e-8"),
        ("softmax", "float32 before the shift"),
        ("softmax", "float32 after the shift"),
        ("softmax", "computed in float32"),
        ("cross_entropy", "log(p + 1e-12)"),
        ("cross_entropy", "float32"),
        ("cross_entropy", "clip(1e-12, 1 - 1e-12)"),
        *((piece, "float32") for piece in right_functions.FUNCTIONS),
        *((piece, "computed in float32") for piece in right_functions.FUNCTIONS),
        ("activations", "booleans as slopes"),
        ("minibatches", "tuples for lists"),
        ("minibatches", "iterators for lists"),
        ("minibatches", "int32 for int64"),
        ("two_layer_forward", "more keys"),
        ("two_layer_backward", "another dict"),
        ("sgd", "another dict"),
    ):
        functions = {**solved_but(start, {}), **variants(piece)[form]}
        assert accepts(functions, piece) is True, (piece, form, accepts(functions, piece))


@pytest.mark.parametrize(
    ("piece", "form"),
    [
        *((piece, "matrices") for piece in ("activations", "softmax", "initialization", "sgd")),
        *((piece, "lists") for piece in ("activations", "softmax", "initialization", "sgd")),
        *((piece, "lists") for piece in ("two_layer_forward", "two_layer_backward")),
    ],
)
def test_what_is_no_array_is_refused_at_once(
    piece: str,
    form: str,
    start: dict[str, Any],  # noqa: F811
) -> None:
    told = accepts({**solved_but(start, {}), **variants(piece)[form]}, piece)
    assert f"is a {form.replace('matrices', 'matrix').removesuffix('s')}, which" in str(told)
