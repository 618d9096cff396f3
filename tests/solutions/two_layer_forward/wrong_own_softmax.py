"""A softmax of its own, which overflows for large logits.

Hidden only.
"""


def forward_pass(model, x):
    z1 = x @ model["W1"] + model["b1"]
    a1 = relu(z1)
    z2 = a1 @ model["W2"] + model["b2"]
    a2 = relu(z2)
    z3 = a2 @ model["W3"] + model["b3"]
    probs = np.exp(z3) / np.exp(z3).sum(axis=1, keepdims=True)
    return {"x": x, "z1": z1, "a1": a1, "z2": z2, "a2": a2, "z3": z3, "probs": probs}
