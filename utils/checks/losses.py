"""The checks of section 3 of notebook 1-2: softmax, cross-entropy, accuracy, softmax regression."""

import warnings
from functools import partial

import numpy as np
from numpy.typing import NDArray

from utils.checks.common import (
    as_array,
    call,
    expect,
    expect_array,
    expect_close,
    expect_finite,
    expect_shape,
    expect_unchanged,
    fail,
    keeping,
    passed,
)
from utils.checks.pieces import Function, Piece, builds_on, number, values
from utils.gradients import numerical_gradient


def softmax(softmax: Function) -> None:
    """Check rows whose probabilities are simple fractions, then huge logits."""
    task = "softmax"
    counts = np.array([[1.0, 2.0, 5.0], [1.0, 1.0, 2.0]])
    logits = np.log(counts)
    before = logits.copy()
    expect_close(
        expect_array(call(task, softmax, logits), task, "the result of softmax"),
        [[1 / 8, 2 / 8, 5 / 8], [1 / 4, 1 / 4, 2 / 4]],
        task,
        "softmax of ln [[1, 2, 5], [1, 1, 2]]",
        mistakes={
            "the sum runs over the samples (axis 0) and not over the classes": counts / [2, 3, 7],
            "the sum runs over the whole array and not over each row": counts / 12,
            "the powers are not divided by their sum": counts,
        },
    )
    expect_unchanged(before, logits, task, "logits")

    # With as many rows as columns, a forgotten keepdims goes unnoticed and divides by other sums.
    square = np.array([[1.0, 1.0, 2.0], [1.0, 2.0, 5.0], [3.0, 9.0, 4.0]])
    wanted = [[1 / 4, 1 / 4, 2 / 4], [1 / 8, 2 / 8, 5 / 8], [3 / 16, 9 / 16, 4 / 16]]
    mistakes = {
        "each column is divided by a row's sum; keepdims=True is missing": square / [4, 8, 16],
        "the sum runs over the samples (axis 0) and not over the classes": square / [5, 12, 11],
    }
    result = call(task, softmax, np.log(square))
    expect_close(result, wanted, task, "softmax of a 3 x 3 array", mistakes=mistakes)
    many = np.array([[0.0, 1.0, 2.0], [5.0, 5.0, 5.0], [-3.0, 0.0, 3.0]])
    sums = as_array(call(task, softmax, many), task, "softmax of a 3 x 3 array").sum(axis=1)
    expect_close(sums, [1, 1, 1], task, "the sum of each row")

    ln3 = np.log(3)
    quarters = [[0.75, 0.25], [0.25, 0.75]]
    certain = [[1.0, 0.0], [0.0, 1.0]]
    for what, huge, wanted in (
        ("logits of 1e4", [[1e4, 1e4 - ln3], [1e4 - ln3, 1e4]], quarters),
        ("logits of -1e4", [[-1e4, -1e4 - ln3], [-1e4 - ln3, -1e4]], quarters),
        (
            "one row of logits of 1e4 and one of -1e4",
            [[1e4, 1e4 - ln3], [-1e4 - ln3, -1e4]],
            quarters,
        ),
        ("rows with 1e4 and -1e4 side by side", [[1e4, -1e4], [-1e4, 1e4]], certain),
    ):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            result = as_array(call(task, softmax, np.array(huge)), task, f"softmax of {what}")
        if not np.isfinite(result).all():
            cause = "exp overflows (or every power becomes 0). Shift each row before taking exp"
            if what.startswith("one row"):
                cause = "Is the same number subtracted from all rows? Each row needs its own"
            elif what.startswith("rows"):
                cause = "After the shift an exponent is still huge. None of them may be positive"
            fail(task, f"softmax of {what} is NaN or infinite. {cause}.")
        expect_close(result, wanted, task, f"softmax of {what}", atol=1e-3)
    passed(task, "also for logits of 1e4")


def cross_entropy(cross_entropy: Function) -> None:
    """Check four rows in which the true classes have probabilities 1/2, 1/8, 1/4 and 1/8."""
    task = "cross_entropy"
    probs = np.array([[4, 2, 2], [1, 6, 1], [2, 2, 4], [1, 1, 6]]) / 8
    labels = np.array([0, 2, 1, 0], dtype=np.int32)
    before = probs.copy()
    ln2 = np.log(2)
    mistakes = {
        "the sum is not divided by the number of samples": 9 * ln2,
        "it is divided by N * C; the mean runs over the N samples": 9 / 12 * ln2,
        "the minus sign is missing": -9 / 4 * ln2,
        "the logarithm has base 2; use the natural one": 9 / 4,
        "the logarithm has base 10; use the natural one": 9 / 4 * np.log10(2),
        "probs[:, labels] picks N columns from every row, not one entry per row": -np.mean(
            np.log(probs[:, labels])
        ),
        "the mean is taken before the logarithm; take it afterwards": 2 * ln2,
    }
    result = call(task, cross_entropy, probs, labels)
    expect_close(result, 9 / 4 * ln2, task, "the loss of four samples", mistakes=mistakes)
    expect_unchanged(before, probs, task, "probs")
    result = call(task, cross_entropy, probs, np.array([0, 1, 1, 0]))  # class 2 does not occur
    what = "the loss of four samples, none of which is of the last class,"
    expect_close(result, (8 * ln2 - np.log(3)) / 4, task, what)

    certain = np.array([[1.0, 0.0]])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        result = call(task, cross_entropy, certain, np.array([1]))
    expect_unchanged(np.array([[1.0, 0.0]]), certain, task, "probs")
    value = number(result, task, "the loss of a true class with probability 0")
    expect(
        np.isfinite(value),
        task,
        "the loss is infinite or NaN when the true class has probability 0. Raise probabilities "
        "to at least 1e-12 before the logarithm.",
    )
    expect(
        abs(value - 27.63) < 0.01,
        task,
        f"when the true class has probability 0, the loss is {value:.4g}. "
        "Is the probability raised to 1e-12 (and to nothing else)?",
    )
    passed(task, "mean over the samples, finite for a probability of 0")


def accuracy(accuracy: Function) -> None:
    """Check 2 right answers of 3, then 4 of 5."""
    task = "accuracy"
    scores = np.array([[0.1, 0.7, 0.2], [0.3, 0.2, 0.5], [0.8, 0.1, 0.1]])
    result = call(task, accuracy, scores, np.array([1, 2, 2]))
    expect_close(
        result,
        2 / 3,
        task,
        "the accuracy with 2 of 3 right",
        mistakes={
            "argmax runs over the samples (axis 0); it should run over the classes": 0.0,
            "it counts the right answers; divide by their number": 2.0,
            "it is in percent; a fraction from 0 to 1 is wanted": 200 / 3,
            "that is the fraction of wrong answers": 1 / 3,
        },
    )
    scores = -np.arange(10.0).reshape(5, 2)  # class 0 always has the higher score
    result = call(task, accuracy, scores, np.array([0, 0, 1, 0, 0]))
    expect_close(result, 4 / 5, task, "the accuracy with 4 of 5 right")
    passed(task)


def softmax_jacobian(softmax_jacobian: Function, own_softmax: Function | None = None) -> None:
    """Check an example whose entries are fractions of 64, then laws that every Jacobian obeys."""
    task = "softmax_jacobian"
    with builds_on(task, softmax=(softmax, (own_softmax,))):
        p = np.array([1.0, 2.0, 5.0]) / 8
        logits = np.log([1.0, 2.0, 5.0])
        before = logits.copy()
        wanted = np.array([[7, -2, -5], [-2, 12, -10], [-5, -10, 15]]) / 64
        result = call(task, softmax_jacobian, logits)
        mistakes = {
            "the sign is turned around": -wanted,
            "outside the diagonal the entries are not 0": np.diag(np.diag(wanted)),
            "the diagonal holds p, as if the sum of all exponentials were fixed": wanted
            + np.diag(p**2),
            "the diagonal holds -p^2; there i = j, and the rule for that is another": (
                wanted - np.diag(p)
            ),
            "outside the diagonal the sign is wrong": np.abs(wanted),
            "that is the product of all pairs of probabilities, without the diagonal's part": (
                wanted * -1 + np.diag(p)
            ),
            "every entry follows the rule for i = j": (p[:, None] * (1 - p)),
            "np.diag of an array of shape (1, C) takes its diagonal out, a single number": (
                p[0] - np.outer(p, p)
            ),
        }
        if np.shape(result) == (3,):
            fail(task, "softmax_jacobian returns one row; a table of C x C slopes is wanted.")
        what = "the Jacobian at ln [1, 2, 5]"
        expect_close(result, wanted, task, what, rtol=1e-4, atol=1e-5, mistakes=mistakes)
        expect_unchanged(before, logits, task, "logits")
        many = np.random.default_rng(49).normal(0, 2, 7)
        table = expect_shape(call(task, softmax_jacobian, many), (7, 7), task, "the Jacobian")
        for axis, law in ((0, "column"), (1, "row")):
            sums = table.sum(axis=axis)
            what = f"the sum of each {law}, which is 0 since the probabilities always sum to 1,"
            expect_close(sums, np.zeros(7), task, what, atol=1e-5)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            huge = call(task, softmax_jacobian, np.array([1e4, 1e4, -1e4]))
        what = "the Jacobian at logits of 1e4, 1e4 and -1e4"
        wanted = np.array([[1, -1, 0], [-1, 1, 0], [0, 0, 0]]) / 4
        expect_close(huge, wanted, task, what, atol=1e-5)
        passed(task, "values, sums of rows and columns, huge logits")


def softmax_regression(
    softmax_regression: Function,
    own_softmax: Function | None = None,
    own_cross_entropy: Function | None = None,
) -> None:
    """Check the loss of an example worked by hand, and the gradient by central differences."""
    task = "softmax_regression"
    pieces: dict[str, Piece] = {
        "softmax": (softmax, (own_softmax,)),
        "cross_entropy": (cross_entropy, (own_cross_entropy,)),
    }
    with builds_on(task, **pieces):
        # x picks rows of W, so the true classes have 5/8, 1/4, 1/4, 1/2 and 1/2.
        W = np.log([[1.0, 2.0, 5.0], [1.0, 1.0, 2.0], [4.0, 2.0, 2.0], [1.0, 2.0, 1.0]])
        x, y = np.eye(4)[[0, 1, 2, 3, 2]], np.array([2, 0, 1, 1, 0])
        data_loss = -np.log(5 / 8 * 1 / 4 * 1 / 4 * 1 / 2 * 1 / 2) / 5
        squares = float((W**2).sum())
        loss, _ = _loss_and_gradient(softmax_regression, W, x, y, 0.0, task)
        mistakes = {"the sum is not divided by N": 5 * data_loss}
        what = "the loss with reg = 0"
        expect_close(loss, data_loss, task, what, rtol=1e-4, mistakes=mistakes)
        loss, _ = _loss_and_gradient(softmax_regression, W, x, y, 0.3, task)
        expect_close(
            loss,
            data_loss + 0.15 * squares,
            task,
            "the loss with reg = 0.3",
            rtol=1e-4,
            mistakes={
                "the L2 term is missing": data_loss,
                "the L2 term misses the factor 1/2": data_loss + 0.3 * squares,
                "the L2 term is divided by N": data_loss + 0.15 * squares / 5,
                "the L2 term adds weights, not squared weights": data_loss + 0.15 * W.sum(),
            },
        )

        rng = np.random.default_rng(41)
        W, x, y = rng.normal(size=(5, 3)), rng.normal(size=(7, 5)), rng.integers(0, 2, 7)
        # W has three columns, so there are three classes, though none of the samples is of class 2.
        one_hot = np.eye(3)[y]
        for reg in (0.0, 0.3):
            slope = numerical_gradient(partial(_right_loss, W, x, y, reg), W)
            _, dW = _loss_and_gradient(softmax_regression, W, x, y, reg, task)
            data = slope - reg * W
            mistakes = {
                "the gradient misses the factor 1/N": 7 * data + reg * W,
                "the sign of the gradient is turned around": -slope,
                "the true classes are not subtracted: P instead of P - Y": data + x.T @ one_hot / 7,
            }
            if reg:
                mistakes |= {
                    "the gradient of the L2 term is missing": data,
                    "the gradient of the L2 term is twice too large": data + 2 * reg * W,
                    "the gradient of the L2 term is divided by N": data + reg * W / 7,
                }
            what = f"dW with reg = {reg}"
            expect_close(dW, slope, task, what, rtol=1e-4, atol=1e-5, mistakes=mistakes)
        passed(task, "loss and gradient")


def _loss_and_gradient(
    function: Function, W: NDArray, x: NDArray, y: NDArray, reg: float, task: str
) -> tuple[float, NDArray]:
    """Call `softmax_regression`, check the form of its result and that W and x are kept."""
    with keeping(task, W=W, x=x, y=y):
        result = call(task, function, W, x, y, reg)
    loss, gradient = values(result, 2, task, "softmax_regression", "loss, dW")
    gradient = expect_finite(expect_shape(gradient, W.shape, task, "dW"), task, "dW")
    return number(loss, task, "the loss"), gradient


def _right_loss(W: NDArray, x: NDArray, y: NDArray, reg: float) -> float:
    """Return the loss, from the logits: the logarithm of p is the logit minus that of the sum."""
    logits = x @ W
    logs = np.log(np.exp(logits).sum(axis=1)) - logits[np.arange(len(y)), y]
    return float(logs.mean() + reg / 2 * (W**2).sum())
