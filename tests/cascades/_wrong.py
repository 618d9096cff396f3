"""Wrong answers of the right form, which the attacks begin with."""

import numpy as np


def and_weights():
    return np.array([1.0, 1.0]), 0.5


or_weights = and_weights


def xor_weights():
    return np.ones((2, 2)), np.zeros(2), np.ones(2), 0.0


def sigmoid(z):
    return np.zeros(np.shape(z))


sigmoid_derivative = tanh = tanh_derivative = relu = relu_derivative = sigmoid


def softmax(logits):
    return np.full(np.shape(logits), 0.5)


def cross_entropy(probs, labels):
    return 1.0


def accuracy(scores, labels):
    return 0.1


def softmax_jacobian(logits):
    return np.zeros((len(logits), len(logits)))


def softmax_regression(W, x, y, reg):
    return 1.0, np.zeros(W.shape)


def xavier(fan_in, fan_out, seed):
    return np.ones((fan_in, fan_out))


he = xavier


def forward_pass(model, x):
    ones = {f"{kind}{layer}": x @ model["W1"] * 0 for kind in "za" for layer in (1, 2, 3)}
    return {"x": x, **ones, "probs": np.full((len(x), len(model["b3"])), 0.5)}


def calculate_loss(model, x=None, y=None, reg=None):
    return 1.0


def backward_pass(model, cache, y, reg):
    return {f"d{name}": np.zeros(array.shape) for name, array in model.items()}


def minibatches(n, batch_size, seed):
    return [np.arange(n)]


def sgd_update(model, grads, learning_rate):
    return dict(model)


def annealed(learning_rate, decay, epoch):
    return learning_rate / 2


def predict(model, x):
    return np.zeros(len(x), int) - 1


def build_model(x, y, hidden_sizes=(9, 9), epochs=9, seed=0, on_epoch=None, **settings):
    sizes = [x.shape[1], *hidden_sizes, int(y.max()) + 1]
    model = {f"W{i}": np.ones((sizes[i - 1], sizes[i])) for i in (1, 2, 3)}
    return model | {f"b{i}": np.zeros(sizes[i]) for i in (1, 2, 3)}
