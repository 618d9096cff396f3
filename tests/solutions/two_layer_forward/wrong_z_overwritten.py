"""ReLU writes into z1 and z2, so the cache has lost where the units were off."""


def forward_pass(model, x):
    z1 = x @ model["W1"] + model["b1"]
    a1 = np.maximum(z1, 0, out=z1)
    z2 = a1 @ model["W2"] + model["b2"]
    a2 = np.maximum(z2, 0, out=z2)
    z3 = a2 @ model["W3"] + model["b3"]
    return {"x": x, "z1": z1, "a1": a1, "z2": z2, "a2": a2, "z3": z3, "probs": softmax(z3)}
