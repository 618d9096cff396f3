"""The logits are clipped to 30 either way, "so that nothing overflows".

Hidden only.
"""


def forward_pass(model, x):
    z1 = x @ model["W1"] + model["b1"]
    a1 = relu(z1)
    z2 = np.clip(a1 @ model["W2"] + model["b2"], -30, 30)
    a2 = relu(z2)
    z3 = a2 @ model["W3"] + model["b3"]
    probs = softmax(z3)
    return {"x": x, "z1": z1, "a1": a1, "z2": z2, "a2": a2, "z3": z3, "probs": probs}
