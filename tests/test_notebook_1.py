"""Notebook 1-1: the reference passes, and its checks tell right solutions from wrong ones."""

import contextlib
import functools
import hashlib
import io
import re
import warnings
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from notebook_runner import load_source, run_cells, solutions

EXERCISES = (
    "letter_mosaic",
    "describe_array",
    "mean_images",
    "class_counts",
    "shuffle_together",
    "count_broken_pairs",
    "count_overlap",
    "sanitize",
    "nearest_rms",
)
GRADED = {
    "test_fit_logistic_regression": 8,
    "test_accuracy_by_training_size": 9,
    "test_accuracy_by_training_size__default_sizes": 3,
}
PROBLEM = ("fit_logistic_regression", "accuracy_by_training_size")
RIGHT = [(task, path) for task in EXERCISES + PROBLEM for path in solutions(task, "right")]
WRONG = [(task, path) for task in EXERCISES + PROBLEM for path in solutions(task, "wrong")]


@lru_cache(maxsize=1)
def code() -> dict[str, str]:
    return {cell["id"]: cell.source for cell in load_source("1-1") if cell.cell_type == "code"}


def check_cells(task: str) -> list[str]:
    """The cells that judge one task: graded for the Problem, a self-check for an Exercise."""
    wanted = (f"test_{task}", f"check_{task}")
    return [name for name in code() if name in wanted or name.startswith(f"test_{task}__")]


def judge(
    task: str, solution: str, names: dict[str, Any] | None = None
) -> dict[str, Exception | None]:
    """Run a solution of one task and the cells that check it, in a notebook that is solved else."""
    namespace: dict[str, Any] = {"__name__": "__main__", **(names or {})}
    errors: dict[str, Exception | None] = {}
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in ("imports", *PROBLEM):
            exec(compile(code()[name], name, "exec"), namespace)
        exec(compile(solution, task, "exec"), namespace)
        for name in check_cells(task):
            try:
                exec(compile(code()[name], name, "exec"), namespace)
                errors[name] = None
            except Exception as error:
                errors[name] = error
    assert errors, f"no cell checks {task}"
    return errors


def name_of(value: Any) -> str:
    return value.stem if isinstance(value, Path) else str(value)


def test_every_cell_runs_on_the_small_data_folder(tmp_path: Path) -> None:
    errors = run_cells("1-1", cwd=tmp_path)
    failed = {name: error for name, error in errors.items() if error is not None}
    assert not failed
    assert set(GRADED) <= set(errors)
    with np.load(tmp_path / "data" / "notMNIST_sanitized.npz", allow_pickle=False) as stored:
        assert len(stored["test_labels"]) == len(stored["test_dataset"]) > 0
        assert len(stored["train_labels"]) == len(stored["train_dataset"])


def test_points_of_the_problem() -> None:
    metadata = {cell["id"]: cell.metadata.get("nbgrader", {}) for cell in load_source("1-1")}
    points = {name: data["points"] for name, data in metadata.items() if data.get("grade")}
    assert points == GRADED
    assert sum(points.values()) == 20
    for task in EXERCISES:
        assert metadata[task]["solution"]
        assert not metadata[f"check_{task}"]["grade"]
        assert metadata[f"check_{task}"]["locked"]


@pytest.mark.parametrize("task", EXERCISES + PROBLEM)
def test_images_are_handed_over_as_they_lie_in_memory(task: str) -> None:
    """hashlib and memoryview refuse mirrored views, which a student has no reason to expect."""
    spy = f"{code()[task]}\n\n{task} = spied({task})\n"
    errors = judge(task, spy, {"spied": spied})
    assert not any(errors.values()), errors


def spied(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def spy(*arguments: Any, **keywords: Any) -> Any:
        for argument in (*arguments, *keywords.values()):
            for array in argument.values() if isinstance(argument, dict) else [argument]:
                if isinstance(array, np.ndarray):
                    assert array.flags.c_contiguous, f"{array.shape} with steps {array.strides}"
                    for part in array[:3] if array.ndim == 3 else [array]:
                        hashlib.sha256(part)
        return function(*arguments, **keywords)

    return spy


def test_a_stub_fails_its_own_check_only() -> None:
    stub = "def {}(*arguments, **keywords):\n    raise NotImplementedError('{}: not yet')"
    for task in EXERCISES + PROBLEM:
        for error in judge(task, stub.format(task, task)).values():
            assert task in str(error)


@pytest.mark.parametrize(("task", "path"), RIGHT, ids=name_of)
def test_right_solution(task: str, path: Path) -> None:
    errors = judge(task, path.read_text(encoding="utf-8"))
    assert all(error is None for error in errors.values()), errors


@pytest.mark.parametrize(("task", "path"), WRONG, ids=name_of)
def test_wrong_solution(task: str, path: Path) -> None:
    errors = judge(task, path.read_text(encoding="utf-8"))
    failed = [error for error in errors.values() if error is not None]
    assert failed, "no check noticed"
    assert all(str(error).startswith(f"{task}: ") for error in failed)


def test_a_fifth_of_the_wrong_solutions_fall_to_the_hidden_test_alone() -> None:
    hidden = {(task, path) for task, path in WRONG if "\nHidden only.\n" in path.read_text()}
    assert len(hidden) >= len(WRONG) / 5
    visible = dict(code())
    for task in PROBLEM:
        for name in check_cells(task):
            visible[name] = re.sub(
                "### BEGIN HIDDEN TESTS.*?### END HIDDEN TESTS", "", code()[name], flags=re.DOTALL
            )
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(globals(), "code", lambda: visible)
        for task, path in WRONG:
            if task in PROBLEM:
                seen = any(judge(task, path.read_text(encoding="utf-8")).values())
                assert seen != ((task, path) in hidden), path


@pytest.mark.parametrize(
    ("stem", "lost"),
    [
        ("wrong_sizes_not_cut", "test_accuracy_by_training_size__default_sizes"),
        ("wrong_sizes_dropped", "test_accuracy_by_training_size__default_sizes"),
        ("wrong_one_hundredth", "test_accuracy_by_training_size"),
        ("wrong_percent", "test_accuracy_by_training_size"),
        ("wrong_trained_on_test", "test_accuracy_by_training_size"),
    ],
)
def test_a_mistake_costs_one_cell(stem: str, lost: str) -> None:
    task = "accuracy_by_training_size"
    (path,) = (path for path in solutions(task, "wrong") if path.stem == stem)
    errors = judge(task, path.read_text(encoding="utf-8"))
    assert [name for name, error in errors.items() if error is not None] == [lost]


@pytest.mark.parametrize(
    ("task", "stem", "words"),
    [
        ("letter_mosaic", "wrong_reshape", "reshape alone"),
        ("describe_array", "wrong_no_return", "returns None"),
        ("describe_array", "wrong_other_keys", "no entry for maximum, minimum"),
        ("describe_array", "wrong_sample_deviation", "the pixels of one image, not of all"),
        ("describe_array", "wrong_std_per_image", "over all pixels of all images"),
        ("describe_array", "wrong_uint8_deviation", "in the dtype of the array"),
        ("mean_images", "wrong_first_images", "as the rarest letter has"),
        ("mean_images", "wrong_normalized", "were normalized"),
        ("mean_images", "wrong_whole_numbers", "cut down to whole numbers"),
        ("class_counts", "wrong_bincount", "up to the last of the classes"),
        ("class_counts", "wrong_plain_indexing", "counted once only"),
        ("class_counts", "wrong_sorted_by_size", "sorted by size"),
        ("class_counts", "wrong_ten_classes", "for classes=6 the result has 10 entries"),
        ("count_broken_pairs", "wrong_counts_intact", "that DO occur"),
        ("count_broken_pairs", "wrong_list_of_positions", "one number, how many"),
        ("count_overlap", "wrong_hash_of_mean", "different images are called equal"),
        ("count_overlap", "wrong_one_value", "two values should be returned"),
        ("count_overlap", "wrong_swapped", "images of the reference that occur"),
        ("sanitize", "wrong_images_only", "that were removed are still there"),
        ("sanitize", "wrong_order", "not in their old order"),
        ("sanitize", "wrong_inverted", "were kept and the others removed"),
        ("nearest_rms", "wrong_absolute", "absolute differences"),
        ("nearest_rms", "wrong_farthest", "the farthest image"),
        ("nearest_rms", "wrong_no_own_square", "the square of x"),
        ("nearest_rms", "wrong_same_position", "at its own position only"),
        ("fit_logistic_regression", "wrong_three_dimensions", "one row for each image"),
        ("fit_logistic_regression", "wrong_linear_regression", "Is it a classifier?"),
        ("fit_logistic_regression", "wrong_one_iteration", "go on long enough"),
        ("accuracy_by_training_size", "wrong_random_images", "more than the first n"),
        ("accuracy_by_training_size", "wrong_one_hundredth", "were rounded"),
        ("accuracy_by_training_size", "wrong_batch_of_test", "a part of the test images"),
        ("letter_mosaic", "wrong_replacement", "without replacement"),
        ("mean_images", "wrong_uint8_sum", "uint8"),
        ("class_counts", "wrong_unique", "no entry"),
        ("shuffle_together", "wrong_labels_left_behind", "labels stayed"),
        ("shuffle_together", "wrong_two_permutations", "two different permutations"),
        ("shuffle_together", "wrong_in_place", "in place"),
        ("count_broken_pairs", "wrong_images_only", "looked up together"),
        ("letter_mosaic", "wrong_list", "NumPy array"),
        ("letter_mosaic", "wrong_same_positions", "anew for each letter"),
        ("mean_images", "wrong_list", "NumPy array"),
        ("class_counts", "wrong_list", "NumPy array"),
        ("sanitize", "wrong_lists", "NumPy array"),
        ("shuffle_together", "wrong_roll", "only shifted"),
        ("shuffle_together", "wrong_dtype", "dtype"),
        ("shuffle_together", "wrong_global_random", "argument rng"),
        ("count_broken_pairs", "wrong_doubles_once", "stands twice"),
        ("count_broken_pairs", "wrong_one_label_each", "one image under two labels"),
        ("count_overlap", "wrong_hash_of_sum", "mirror images"),
        ("nearest_rms", "wrong_full_blocks_only", "not full"),
        ("count_overlap", "wrong_set_size", "every image counts"),
        ("count_overlap", "wrong_fraction", "percentage"),
        ("sanitize", "wrong_labels_cut", "same mask"),
        ("nearest_rms", "wrong_no_root", "square root"),
        ("fit_logistic_regression", "wrong_no_return", "return the fitted"),
        ("fit_logistic_regression", "wrong_sorted_labels", "labels[i]"),
        ("fit_logistic_regression", "wrong_unfitted", "is not fitted"),
        ("fit_logistic_regression", "wrong_row_means", "rows of 28 values"),
        ("fit_logistic_regression", "wrong_inner_split", "all of the images given"),
        ("fit_logistic_regression", "wrong_first_hundred", "all of the images given"),
        ("fit_logistic_regression", "wrong_shared_model", "new classifier in every call"),
        ("accuracy_by_training_size", "wrong_test_prefix", "as many test images"),
        ("accuracy_by_training_size", "wrong_trained_on_test", "scored on images"),
        ("accuracy_by_training_size", "wrong_percent", "percentages"),
    ],
)
def test_the_visible_check_names_the_mistake(task: str, stem: str, words: str) -> None:
    (path,) = (path for path in solutions(task, "wrong") if path.stem == stem)
    first = next(error for error in judge(task, path.read_text(encoding="utf-8")).values() if error)
    assert words in str(first)
