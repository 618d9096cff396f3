"""Right: Python's own statistics module on a list of numbers."""

import statistics


def describe_array(array):
    values = [float(value) for value in array.flat]
    summary = {"shape": array.shape, "dtype": array.dtype.name}
    summary["minimum"], summary["maximum"] = min(values), max(values)
    summary["mean"] = statistics.fmean(values)
    summary["std"] = statistics.pstdev(values)
    return summary
