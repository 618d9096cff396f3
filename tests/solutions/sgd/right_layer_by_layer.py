"""Walks over the layers, W and b together; anneals in a loop."""

def sgd_update(model, grads, learning_rate):
    new = {}
    for i in range(1, len(model) // 2 + 1):
        for letter in "Wb":
            new[f"{letter}{i}"] = model[f"{letter}{i}"] - learning_rate * grads[f"d{letter}{i}"]
    return new


def annealed(learning_rate, decay, epoch):
    for _ in range(epoch):
        learning_rate *= decay
    return learning_rate
