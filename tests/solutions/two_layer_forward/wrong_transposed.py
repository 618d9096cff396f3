"""The product is written for column vectors."""


def forward_pass(model, x):
    z1 = model["W1"] @ x + model["b1"]
    a1 = relu(z1)
    z2 = model["W2"] @ a1 + model["b2"]
    a2 = relu(z2)
    z3 = model["W3"] @ a2 + model["b3"]
    return {"x": x, "z1": z1, "a1": a1, "z2": z2, "a2": a2, "z3": z3, "probs": softmax(z3)}
