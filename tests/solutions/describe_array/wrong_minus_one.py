"""Wrong: divides the squared deviations by N - 1, as for a sample."""
def describe_array(array):
    return {
        "shape": array.shape,
        "dtype": str(array.dtype),
        "minimum": float(array.min()),
        "maximum": float(array.max()),
        "mean": float(array.mean()),
        "std": float(array.std(ddof=1)),
    }
