"""Wrong: a tuple instead of the dict asked for."""


def describe_array(array):
    return array.shape, array.dtype, array.min(), array.max(), array.mean(), array.std()
