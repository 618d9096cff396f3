"""np.subtract into new arrays, and the rate through the logarithm of the decay."""


def sgd_update(model, grads, learning_rate):
    return dict(
        (key[1:], np.subtract(model[key[1:]], np.multiply(learning_rate, gradient)))
        for key, gradient in grads.items()
    )


def annealed(learning_rate, decay, epoch):
    return learning_rate * np.exp(epoch * np.log(decay))
