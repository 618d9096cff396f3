"""Wrong: the shape of one image instead of the shape of the array."""


def describe_array(array):
    return {
        "shape": array[0].shape,
        "dtype": str(array.dtype),
        "minimum": float(array.min()),
        "maximum": float(array.max()),
        "mean": float(array.mean()),
        "std": float(array.std()),
    }
