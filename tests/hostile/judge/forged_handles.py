"""Answers with handles and callbacks that were never given: odd kinds, numbers and abilities."""

import sys


def server():
    frame = sys._getframe()
    while frame and type(frame.f_locals.get("self")).__name__ != "Server":
        frame = frame.f_back
    return frame and frame.f_locals["self"]


references = [
    ("callback", 0),
    ("callback", -1),
    ("handle", 1, "nn.Module", "int", "double", "clignoe"),
    ("handle", -1, "nn.Module.Linear", "bool", None, ""),
    ("handle", 2**70, "class", "ndarray\n<script>", "x" * 10**6, "c" * 10**6),
    ("library", "os", "system"),
    ("object", 0),
    (),
]


class Odd:
    pass


def double(x):
    if bridge := server():
        references.append(references.pop(0))
        bridge._refer = lambda value: references[0]
    return Odd()
