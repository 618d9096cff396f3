"""The visible checks of notebook 1-2, one function per task, in the order of the notebook.

They are meant to be read. A check never computes the answer the way a solution would: it compares
with small examples worked by hand (logits that are logarithms, so that probabilities are
fractions), with laws that every right answer obeys, or with central differences. For frequent
mistakes it knows the value that the mistake would give, and says so.

A check that builds on other tasks takes their functions, too: see `builds_on` in `pieces.py`.
"""

from utils.checks.activations import activations, elu, leaky_relu, maxout
from utils.checks.build_model import build_model
from utils.checks.losses import (
    accuracy,
    cross_entropy,
    softmax,
    softmax_jacobian,
    softmax_regression,
)
from utils.checks.network import (
    predict,
    two_layer_backward,
    two_layer_forward,
    two_layer_loss,
)
from utils.checks.optimizers import adadelta, adam
from utils.checks.perceptrons import perceptron_and_or, xor_two_layer
from utils.checks.training import initialization, minibatches, sgd

__all__ = [
    "accuracy",
    "activations",
    "adadelta",
    "adam",
    "build_model",
    "cross_entropy",
    "elu",
    "initialization",
    "leaky_relu",
    "maxout",
    "minibatches",
    "perceptron_and_or",
    "predict",
    "sgd",
    "softmax",
    "softmax_jacobian",
    "softmax_regression",
    "two_layer_backward",
    "two_layer_forward",
    "two_layer_loss",
    "xor_two_layer",
]
