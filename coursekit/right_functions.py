"""The functions of notebook 1-2 as the statements promise them, for `coursekit.consequences`.

They go as text into a student's kernel, each only when its task is decided. So each stands by
itself: none calls another, and NumPy is all that they know.
"""

import inspect
import itertools
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]
Model = Mapping[str, Array]


def program(tasks: Iterable[str]) -> str:
    """Return a program that defines the functions of `tasks`; those without any are left out."""
    functions = [function for task in tasks for function in FUNCTIONS.get(task, ())]
    head = "from __future__ import annotations\nimport numpy as np\n"
    return "\n\n".join([head, *(inspect.getsource(function) for function in functions)])


def task_of(name: str) -> str | None:
    """Return the task that asks for a function of this name, if others build on it."""
    tasks = (task for task, found in FUNCTIONS.items() if name in [f.__name__ for f in found])
    return next(tasks, None)


def sigmoid(z: Any) -> Any:
    """Return 1 / (1 + exp(-z)), elementwise."""
    small = np.exp(-np.abs(z))
    return np.where(np.asarray(z) >= 0, 1.0, small) / (1 + small)


def sigmoid_derivative(z: Any) -> Any:
    """Return the slope of the sigmoid at z."""
    small = np.exp(-np.abs(z))
    return small / (1 + small) ** 2


def tanh(z: Any) -> Any:
    """Return the hyperbolic tangent of z."""
    return np.tanh(z)


def tanh_derivative(z: Any) -> Any:
    """Return the slope of tanh at z."""
    return 1 - np.tanh(z) ** 2


def relu(z: Any) -> Any:
    """Return max(0, z), elementwise."""
    return np.maximum(z, 0)


def relu_derivative(z: Any) -> Any:
    """Return 1 where z > 0 and 0 elsewhere, in the dtype of z."""
    z = np.asarray(z)
    return (z > 0).astype(z.dtype)


def softmax(logits: Any) -> Any:
    """Return the probabilities (N, C) of logits (N, C), row by row."""
    powers = np.exp(logits - np.max(logits, axis=1, keepdims=True))
    return powers / np.sum(powers, axis=1, keepdims=True)


def cross_entropy(probs: Any, labels: Any) -> Any:
    """Return the mean of -ln(probability of the true class), never below 1e-12."""
    probs = np.asarray(probs)
    return -np.mean(np.log(np.maximum(probs[np.arange(len(labels)), labels], 1e-12)))


def xavier(fan_in: int, fan_out: int, seed: Any) -> Array:
    """Return weights (fan_in, fan_out) after Glorot and Bengio (2010)."""
    rng = np.random.default_rng(seed)
    return rng.normal(0, np.sqrt(2 / (fan_in + fan_out)), (fan_in, fan_out))


def he(fan_in: int, fan_out: int, seed: Any) -> Array:
    """Return weights (fan_in, fan_out) after He et al. (2015)."""
    return np.random.default_rng(seed).normal(0, np.sqrt(2 / fan_in), (fan_in, fan_out))


def forward_pass(model: Model, x: Array) -> dict[str, Array]:
    """Return the cache of x (N, D): x, z1, a1, z2, a2, z3 and probs."""
    z1 = x @ model["W1"] + model["b1"]
    a1 = np.maximum(z1, 0)
    z2 = a1 @ model["W2"] + model["b2"]
    a2 = np.maximum(z2, 0)
    z3 = a2 @ model["W3"] + model["b3"]
    powers = np.exp(z3 - z3.max(axis=1, keepdims=True))
    probs = powers / powers.sum(axis=1, keepdims=True)
    return {"x": x, "z1": z1, "a1": a1, "z2": z2, "a2": a2, "z3": z3, "probs": probs}


def backward_pass(model: Model, cache: Model, y: NDArray[Any], reg: float) -> dict[str, Array]:
    """Return the gradient of the loss: dW1, db1, dW2, db2, dW3, db3."""
    error = np.array(cache["probs"])
    error[np.arange(len(y)), y] -= 1
    error /= len(y)
    grads: dict[str, Array] = {}
    for layer, below in ((3, "a2"), (2, "a1"), (1, "x")):
        W = model[f"W{layer}"]
        grads[f"dW{layer}"] = cache[below].T @ error + reg * W
        grads[f"db{layer}"] = error.sum(axis=0)
        if layer > 1:
            error = (error @ W.T) * (cache[f"z{layer - 1}"] > 0)
    return grads


def minibatches(n: int, batch_size: int, seed: Any) -> list[NDArray[np.int64]]:
    """Return a list of index arrays that together hold each of 0..n-1 once, in random order."""
    order = np.random.default_rng(seed).permutation(n)
    return [order[start : start + batch_size] for start in range(0, n, batch_size)]


def sgd_update(model: Model, grads: Model, learning_rate: float) -> dict[str, Array]:
    """Return a new model, one step of gradient descent away from `model`."""
    return {name: array - learning_rate * grads[f"d{name}"] for name, array in model.items()}


def annealed(learning_rate: float, decay: float, epoch: int) -> float:
    """Return the learning rate of an epoch."""
    return learning_rate * decay**epoch


def network(rng: np.random.Generator, *sizes: int, scale: float = 1.0) -> dict[str, Array]:
    """Return the weights and biases of a network with two hidden layers, for a test."""
    model: dict[str, Array] = {}
    for layer, shape in enumerate(itertools.pairwise(sizes), start=1):
        model[f"W{layer}"] = rng.normal(0, scale, shape)
        model[f"b{layer}"] = rng.normal(0, scale, shape[1])
    return model


def epoch(
    model: Model, x: Array, y: NDArray[Any], batches: Iterable[Any], rate: float, reg: float
) -> dict[str, Array]:
    """Return `model` after one epoch of training on x (N, D), y (N,), in these batches."""
    new = dict(model)
    for batch in batches:
        indices = np.asarray(batch)
        grads = backward_pass(new, forward_pass(new, x[indices]), y[indices], reg)
        new = sgd_update(new, grads, rate)
    return new


FUNCTIONS: dict[str, tuple[Callable[..., Any], ...]] = {
    "activations": (sigmoid, sigmoid_derivative, tanh, tanh_derivative, relu, relu_derivative),
    "softmax": (softmax,),
    "cross_entropy": (cross_entropy,),
    "initialization": (xavier, he),
    "two_layer_forward": (forward_pass,),
    "two_layer_backward": (backward_pass,),
    "minibatches": (minibatches,),
    "sgd": (sgd_update, annealed),
}
"""The functions of each task that other tasks build on."""
