"""`accuracy_by_training_size` before the judge: no points without training, none lost with it."""

from collections.abc import Iterator

import pytest
from judged_notebook import JudgedNotebook
from notebook_runner import SOLUTIONS, solutions

from coursekit.judge.verdict import Ending, Verdict

CELLS = ("imports", "fit_logistic_regression", "accuracy_by_training_size")
FIT, ACCURACY, SIZES = TESTS = (
    "test_fit_logistic_regression",
    "test_accuracy_by_training_size",
    "test_accuracy_by_training_size__default_sizes",
)

SIGNATURE = """\
def accuracy_by_training_size(
    train_images, train_labels, test_images, test_labels, sizes=(100, 500, 2500, 10_000)
):
"""
SHARES = f"""\
import numpy as np

{SIGNATURE}\
    sizes = [min(n, len(train_images)) for n in sizes]
    return {{n: float(np.isin(test_labels, train_labels[:n]).mean()) for n in sizes}}
"""
"""The answer of the visible check, without training."""

KEEPS_LABELS = """
import numpy as np

known = {}


class LogisticRegressionByHeart:
    def predict(self, rows):
        return np.array([known.get(row.tobytes(), 0) for row in rows])

    def score(self, rows, labels):
        return float(np.mean(self.predict(rows) == labels))


def knows_labels(images, labels):
    known.update((image.tobytes(), label) for image, label in zip(images, labels))
    return LogisticRegressionByHeart()
"""
"""A later cell's classifier that answers with labels that it has met, and learns nothing."""

ATTACKS = {
    "label shares": SHARES,
    "label shares, and a classifier that agrees": f"""\
{KEEPS_LABELS}
{SIGNATURE}\
    globals()["fit_logistic_regression"] = knows_labels  # its own test is over
    fit_logistic_regression(test_images, test_labels)
    sizes = [min(n, len(train_images)) for n in sizes]
    return {{n: float(np.isin(test_labels, train_labels[:n]).mean()) for n in sizes}}
""",
    "everything is right": f"""\
{KEEPS_LABELS}
{SIGNATURE}\
    globals()["fit_logistic_regression"] = knows_labels
    fit_logistic_regression(test_images, test_labels)
    return {{min(n, len(train_images)): 1.0 for n in sizes}}
""",
    "calls it and guesses": f"""\
{SIGNATURE}\
    sizes = [min(n, len(train_images)) for n in sizes]
    for n in sizes:
        fit_logistic_regression(train_images[:n], train_labels[:n])
    return {{n: 0.5 + 0.1 * i for i, n in enumerate(sizes)}}
""",
    "guesses what letters give": f"""\
{SIGNATURE}\
    sizes = [min(n, len(train_images)) for n in sizes]
    tests = len(test_images)
    return {{n: round(tests * min(0.9, 0.3 + n / 400)) / tests for n in sizes}}
""",
}

BY_WEIGHTS = f"""\
import numpy as np

{SIGNATURE}\
    rows = test_images.reshape(len(test_images), -1)
    result = {{}}
    for n in dict.fromkeys(min(n, len(train_images)) for n in sizes):
        model = fit_logistic_regression(train_images[:n], train_labels[:n])
        scores = rows @ model.coef_.T + model.intercept_
        if len(model.classes_) == 2:
            scores = np.hstack([-scores, scores])
        result[n] = float((model.classes_[scores.argmax(axis=1)] == test_labels).mean())
    return result
"""


@pytest.fixture(scope="module")
def notebook(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JudgedNotebook]:
    made = JudgedNotebook("1-1", tmp_path_factory.mktemp("accuracy"))
    with made.judge:
        yield made


def verdicts(notebook: JudgedNotebook, texts: dict[str, str]) -> dict[str, Verdict]:
    return notebook.run(CELLS, TESTS, texts)


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_points_for_accuracies_without_training(attack: str, notebook: JudgedNotebook) -> None:
    found = verdicts(notebook, {"accuracy_by_training_size": ATTACKS[attack]})
    assert found[FIT].ending is Ending.PASSED
    assert found[ACCURACY].ending is Ending.CHECK_FAILED


@pytest.mark.parametrize(
    "path", solutions("fit_logistic_regression", "right"), ids=lambda p: p.stem
)
def test_a_fit_that_is_accepted_is_accepted_later(path, notebook: JudgedNotebook) -> None:
    texts = {"fit_logistic_regression": path.read_text(encoding="utf-8")}
    assert {v.ending for v in verdicts(notebook, texts).values()} == {Ending.PASSED}


def test_who_reads_the_weights_of_the_classifier_is_right(notebook: JudgedNotebook) -> None:
    found = verdicts(notebook, {"accuracy_by_training_size": BY_WEIGHTS})
    assert {verdict.ending for verdict in found.values()} == {Ending.PASSED}


@pytest.mark.parametrize("stem", ["wrong_no_return", "wrong_row_means", "wrong_two_iterations"])
def test_a_wrong_fit_is_charged_once(stem: str, notebook: JudgedNotebook) -> None:
    text = (SOLUTIONS / "fit_logistic_regression" / f"{stem}.py").read_text(encoding="utf-8")
    found = verdicts(notebook, {"fit_logistic_regression": text})
    assert [name for name in TESTS if found[name].ending is not Ending.PASSED] == [FIT]


def test_two_wrong_answers_get_nothing(notebook: JudgedNotebook) -> None:
    wrong = {
        task: solutions(task, "wrong")
        for task in ("fit_logistic_regression", "accuracy_by_training_size")
    }
    for rank in range(0, 30, 6):
        texts = {task: paths[rank % len(paths)].read_text() for task, paths in wrong.items()}
        found = verdicts(notebook, texts)
        assert found[FIT].ending is not Ending.PASSED
        assert {found[ACCURACY].ending, found[SIZES].ending} != {Ending.PASSED}
