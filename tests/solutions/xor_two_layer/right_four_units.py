"""One hidden unit for each corner, plain lists, the output adds up two of them."""


def xor_weights():
    W1 = [[-1, -1, 1, 1], [-1, 1, -1, 1]]
    b1 = [0.5, -0.5, -0.5, -1.5]
    return W1, b1, [0, 1, 1, 0], -0.5
