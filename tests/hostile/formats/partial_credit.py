"""Ends a test with a value, which nbgrader reads as partial credit: too much, negative, NaN."""

values = [10**6, float("nan"), -5, "all"]


def double(x):
    import sys
    from IPython.display import display

    display(values[0])
    get_ipython().displayhook(values[0])
    sys.displayhook(values[0])
    values.append(values.pop(0))
    return x + 1
