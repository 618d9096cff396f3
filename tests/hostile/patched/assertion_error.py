"""Replaces AssertionError by an exception that IPython passes over."""

import builtins


class Quiet(SystemExit):
    pass


builtins.AssertionError = AssertionError = Quiet
