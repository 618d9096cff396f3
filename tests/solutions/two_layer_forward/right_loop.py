"""A loop over the layers."""


def forward_pass(model, x):
    cache = {"x": x}
    signal = x
    for layer in (1, 2):
        cache[f"z{layer}"] = np.dot(signal, model[f"W{layer}"]) + model[f"b{layer}"]
        signal = cache[f"a{layer}"] = relu(cache[f"z{layer}"])
    cache["z3"] = np.dot(signal, model["W3"]) + model["b3"]
    cache["probs"] = softmax(cache["z3"])
    return cache
