"""Returns the probabilities alone."""


def forward_pass(model, x):
    a1 = relu(x @ model["W1"] + model["b1"])
    a2 = relu(a1 @ model["W2"] + model["b2"])
    return softmax(a2 @ model["W3"] + model["b3"])
