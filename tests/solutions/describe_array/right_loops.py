"""Right: one loop over all numbers, in Python's own floats."""
import math


def describe_array(array):
    numbers = [float(value) for value in array.flat]
    total = math.fsum(numbers)
    mean = total / len(numbers)
    variance = math.fsum((value - mean) ** 2 for value in numbers) / len(numbers)
    return {
        "shape": tuple(array.shape),
        "dtype": f"{array.dtype}",
        "minimum": min(numbers),
        "maximum": max(numbers),
        "mean": mean,
        "std": math.sqrt(variance),
    }
