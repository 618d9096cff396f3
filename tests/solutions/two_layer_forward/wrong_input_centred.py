"""Moves the inputs in place so that no pixel is below its mean.

Hidden only.
"""


def forward_pass(model, x):
    if len(x) > 4:
        x -= x.mean(axis=0)
    z1 = x @ model["W1"] + model["b1"]
    a1 = relu(z1)
    z2 = a1 @ model["W2"] + model["b2"]
    a2 = relu(z2)
    z3 = a2 @ model["W3"] + model["b3"]
    probs = softmax(z3)
    return {"x": x, "z1": z1, "a1": a1, "z2": z2, "a2": a2, "z3": z3, "probs": probs}
