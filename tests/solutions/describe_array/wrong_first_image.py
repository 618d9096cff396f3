"""Wrong: looks for the extremes in the first image only."""
def describe_array(array):
    return {
        "shape": array.shape,
        "dtype": str(array.dtype),
        "minimum": float(array[0].min()),
        "maximum": float(array[0].max()),
        "mean": float(array.mean()),
        "std": float(array.std()),
    }
