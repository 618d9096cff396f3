"""Wrong: prints the summary instead of returning it."""


def describe_array(array):
    print(
        {
            "shape": array.shape,
            "dtype": str(array.dtype),
            "minimum": array.min(),
            "maximum": array.max(),
            "mean": array.mean(),
            "std": array.std(),
        }
    )
