"""Imported by the parent of all judges: what every judge would otherwise import and read itself."""

import importlib
import pkgutil

import coursekit.judge.process  # noqa: F401
import utils.checks
from coursekit.hidden import load_hidden_set, load_scoring_set
from coursekit.judge import adapters

for _module in pkgutil.iter_modules(utils.checks.__path__, "utils.checks."):
    importlib.import_module(_module.name)
adapters.adapt()  # before a judge binds any name of these modules
load_hidden_set()
load_scoring_set()
