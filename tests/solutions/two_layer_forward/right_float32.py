"""Casts all to float32."""


def forward_pass(model, x):
    m = {name: np.asarray(value, dtype=np.float32) for name, value in model.items()}
    cache = {"x": np.asarray(x, dtype=np.float32)}
    cache["z1"] = cache["x"] @ m["W1"] + m["b1"]
    cache["a1"] = relu(cache["z1"])
    cache["z2"] = cache["a1"] @ m["W2"] + m["b2"]
    cache["a2"] = relu(cache["z2"])
    cache["z3"] = cache["a2"] @ m["W3"] + m["b3"]
    cache["probs"] = softmax(cache["z3"])
    return cache
