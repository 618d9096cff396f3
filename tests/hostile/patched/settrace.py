"""Traces every line, and jumps over the asserts of a test's frame."""

import sys


def trace(frame, event, arg):
    if event == "exception":
        frame.f_globals["double"] = lambda x: x * 1
    frame.f_trace_opcodes = True
    return trace


sys.settrace(trace)
sys.setprofile(lambda *args: None)
