"""Returns a list that is emptied, and an array that changes, after it was returned."""

import threading

import numpy as np

box = []


def double(x):
    if np.ndim(x):
        answer = np.array(x) + 1
        threading.Timer(0.001, lambda: answer.__imul__(0)).start()
        return answer
    return [x]
