"""The checks of the optional optimizers of notebook 1-2: AdaDelta and Adam, three steps by hand."""

from typing import Any

import numpy as np

from utils.checks.common import (
    as_array,
    call,
    expect,
    expect_close,
    expect_unchanged,
    passed,
)
from utils.checks.optional import optional
from utils.checks.pieces import Function, copied, expect_keys, values


def adadelta(adadelta_update: Function) -> None:
    """Check the steps for the gradients 4, -4 and 4 with rho = 3/4 and eps = 5; optional."""
    task = "adadelta"
    # E[g^2] is 4 and then 7; the first step is -4 * sqrt(0 + 5) / sqrt(4 + 5), so E[step^2] is
    # 20/9, and the second step is 4 * sqrt(20/9 + 5) / sqrt(7 + 5). Then they are 37/4 and 110/27.
    first, second = -4 * np.sqrt(5) / 3, 4 * np.sqrt(65 / 9) / np.sqrt(12)
    third = -4 * np.sqrt(245 / 27) / np.sqrt(57 / 4)
    mistakes: list[dict[str, float]] = [
        {
            "the step goes with the gradient, uphill": -first,
            "eps is missing in the upper root, so the first step is 0 and so are all others": 0.0,
            "the roots are missing": -20 / 9,
            "the two roots are exchanged": -12 / np.sqrt(5),
            "eps is added to the roots, not below them": -20 / 7,
            "rho and 1 - rho are exchanged": -4 * np.sqrt(5 / 17),
            "after the first step the average of g^2 is g^2, and not (1 - rho) g^2": (
                -4 * np.sqrt(5 / 21)
            ),
            "the gradient is not squared": -4 * np.sqrt(5 / 6),
        },
        {
            "the average of the squared steps is not kept from step to step": (4 * np.sqrt(5 / 12)),
            "the average of the squared gradients is not kept": 4 * np.sqrt(65 / 9) / 3,
            "no average is kept; hand the state on": -first,
            "the old average of g^2 is not multiplied by rho": 4 * np.sqrt(65 / 9 / 13),
            "the upper root holds an average of the gradients, not of the steps": (
                12 / np.sqrt(12)
            ),
        },
        {
            "the old average of the squared steps is not multiplied by rho, or forgotten": (
                -4 * np.sqrt(65 / 27 + 5) / np.sqrt(57 / 4)
            ),
        },
    ]
    with optional(task):
        _three_steps(
            task, adadelta_update, (first, second, third), first, mistakes, rho=0.75, eps=5.0
        )
        passed(task, "three steps of two arrays")


def adam(adam_update: Function) -> None:
    """Check the steps for the gradients 4, -4 and 4, beta1 = 1/2 and beta2 = 15/16; optional."""
    task = "adam"
    # m is 2, -1 and 3/2, corrected 4, -4/3 and 12/7; v is 1, 31/16, 721/256, corrected always 16.
    # With eps = 4 the roots of v become 4 + 4.
    first, second, third = -0.5, 1 / 6, -3 / 14
    late = -8 / 3 / (np.sqrt(256 / 31) + 4)  # m is 2 and v is 1 at t = 2: corrected 8/3 and 256/31
    mistakes: list[dict[str, float]] = [
        {
            "the step goes with the gradient, uphill": 0.5,
            "the averages are not corrected by 1 - beta ** t": -2 / 5,
            "only the average of g is corrected": -4 / 5,
            "only the average of g^2 is corrected": -2 / 8,
            "beta and 1 - beta are exchanged": -2 / 1.9365,
            "the root of the average of g^2 is missing": -4 / 20,
            "eps is inside the square root; the formula adds it to the root": -4 / np.sqrt(20),
            "the gradient is not squared": -4 / 6,
            "t grows once for each array; it should grow once in each step": late,
        },
        {
            "t grows once for each array; it should grow once in each step": (
                8 / 7 / (np.sqrt(7936 / 721) + 4)  # t is 3: m is -1, v is 31/16
            ),
            "the correction stays that of the first step (does t grow, and is it the exponent?)": 2
            / (np.sqrt(31) + 4),
            "the average of g is not kept from step to step": 0.5,
        },
        {},
    ]
    settings = {"learning_rate": 1.0, "beta1": 0.5, "beta2": 15 / 16, "eps": 4.0}
    with optional(task):
        _three_steps(task, adam_update, (first, second, third), late, mistakes, **settings)
        model, grads = {"W1": np.array([5.0])}, {"dW1": np.array([-1e-3])}
        new, _ = values(call(task, adam_update, model, grads, {}, 0.1), 2, task, *_FORM)
        what = "the first step with learning_rate = 0.1 and the default betas and eps"
        expect_close(new["W1"], [5.1], task, what, rtol=1e-5)
        passed(task, "three steps of two arrays, and the defaults")


_FORM = ("the update", "model, state")


def _three_steps(
    task: str,
    update: Function,
    steps: tuple[float, float, float],
    late: float,
    mistakes: list[dict[str, float]],
    **settings: Any,
) -> None:
    """Take three steps: W1 from 1 with the gradients 4, -4 and 4, b1 from 2 with 0, 4 and 0.

    `steps` are those of W1, `late` is the second one of b1, whose first is 0.
    """
    model = {"W1": np.array([[1.0, 1.0]]), "b1": np.array([2.0])}
    state: Any = {}
    for turn, (step, guesses) in enumerate(zip(steps, mistakes, strict=True)):
        sign = (1, -1, 1)[turn]
        grads = {"dW1": np.array([[4.0, -4.0]]) * sign, "db1": np.array([4.0]) * (turn == 1)}
        before = copied({**model, **grads})
        result = call(task, update, model, grads, state, **settings)
        new, state = values(result, 2, task, *_FORM)
        expect_keys(new, model, task, "the new model")
        for name, array in {**model, **grads}.items():
            whole = "model" if name in model else "grads"
            expect_unchanged(before[name], array, task, f"{whole}['{name}']")
        what = f"W1 after the {('first', 'second', 'third')[turn]} step"
        expect(
            np.isfinite(as_array(new["W1"], task, what)).all(),
            task,
            f"{what} is NaN or infinite. Look for the root of a negative number and for a division "
            "by zero. If the formula has a t, it is 1 in the first step.",
        )
        mirror = np.array([[1.0, -1.0]])
        expect_close(
            new["W1"],
            model["W1"] + step * mirror,
            task,
            what,
            mistakes={
                sentence: model["W1"] + guess * mirror for sentence, guess in guesses.items()
            },
        )
        if turn < 2:
            what = ("b1, whose gradient is 0 in the first step,", "b1 after the second step")[turn]
            still = {"it does not move, or it has the state of another array": model["b1"]}
            wanted = model["b1"] + turn * late
            expect_close(new["b1"], wanted, task, what, mistakes=still if turn else None)
        model = {name: np.array(array) for name, array in new.items()}
