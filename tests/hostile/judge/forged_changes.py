"""Claims to have changed arguments that it was not given, into things of other types.

Costs: it claims them when triple is called, too.
"""

import sys


def double(x):
    for module in list(sys.modules.values()):
        if getattr(module, "__name__", "").endswith("changes") and hasattr(module, "changed"):
            module.changed = lambda before: [(n, [0] * 10) for n in range(-3, 40)]
    return x + 1
