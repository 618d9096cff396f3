"""Wrong: short names of its own for the entries."""


def describe_array(array):
    return {
        "shape": array.shape,
        "dtype": str(array.dtype),
        "min": array.min(),
        "max": array.max(),
        "mean": array.mean(),
        "std": array.std(),
    }
