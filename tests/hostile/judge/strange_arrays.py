"""Returns arrays of odd types and memory: objects, records, dates, byte-swapped, negative strides."""

import numpy as np

kinds = [
    np.array([object()]),
    np.zeros(1, dtype=[("f", "f8", (1000,))]),
    np.array(["NaT"], dtype="datetime64[s]"),
    np.arange(4, dtype=">f8")[::-1],
    np.zeros(0, dtype="U100000000"),
    np.lib.stride_tricks.as_strided(np.zeros(1), (10**7, 10**7), (0, 0)),
    np.matrix([[1]]),
    np.zeros((1,) * 32),
    np.ma.masked_all(3),
    np.longdouble(2),
    np.float16(2),
    np.void(b"x"),
]


def double(x):
    kinds.append(kinds.pop(0))
    return kinds[0]
