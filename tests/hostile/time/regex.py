"""Matches a regular expression that backtracks without end, in C."""

import re


def double(x):
    return re.fullmatch(r"(a|aa|aaa)*b", "a" * 80)
