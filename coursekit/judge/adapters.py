"""Functions of `utils` that the judge replaces by its own, as it trusts no file and no object."""

import importlib
import sys

_READER = "coursekit.judge.reader"

ADAPTERS: dict[str, dict[str, str]] = {
    "utils.checkpoints": {
        "load_weights": f"{_READER}:load_weights",
        "load_run": f"{_READER}:load_run",
    },
    "utils.checks.common": {"calls_of_student": "coursekit.judge.remote:calls_of_student"},
    "utils.checks.pieces": {"excused": "coursekit.consequences:left_to_the_hidden_test"},
    "utils.checks.experiments": {"load_weights": f"{_READER}:load_weights"},
    "utils.checks.pytorch": {
        "load_weights": f"{_READER}:load_weights",
        "load_run": f"{_READER}:load_run",
        "record": "coursekit.judge.tape:record",
        "gradients_on": "coursekit.judge.earlier:gradients_on",
    },
}
"""Module of `utils`: name in it: "module:name" of what stands there in the judge."""


def adapt() -> None:
    """Put the judge's functions into those modules that have been imported."""
    for module, names in ADAPTERS.items():
        if module in sys.modules:
            for name, place in names.items():
                home, _, function = place.partition(":")
                replacement = getattr(importlib.import_module(home), function)
                setattr(sys.modules[module], name, replacement)
