"""Wrong: the variance under the name of the standard deviation."""


def describe_array(array):
    return {
        "shape": array.shape,
        "dtype": str(array.dtype),
        "minimum": array.min(),
        "maximum": array.max(),
        "mean": array.mean(),
        "std": array.var(),
    }
