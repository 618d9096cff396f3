"""Read the experiments of part 3 from a YAML file: which settings to try, on what, for how long.

A mistake in the file gives a sentence that names the place in it, before anything is trained.
"""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import yaml
from torch import nn

from utils.errors import DataError

OPTIMIZERS: dict[str, type[torch.optim.Optimizer]] = {
    "adadelta": torch.optim.Adadelta,
    "adam": torch.optim.Adam,
    "adamw": torch.optim.AdamW,
    "sgd": torch.optim.SGD,
}
_RATES = ("learning_rate", "weight_decay")
_LENGTHS = ("images", "batch_size", "epochs", "patience")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")


@dataclass(frozen=True)
class Setting:
    """One way to train: the optimizer, its learning rate, and the weight decay."""

    optimizer: str
    learning_rate: float
    weight_decay: float

    def make_optimizer(self, parameters: Iterable[nn.Parameter]) -> torch.optim.Optimizer:
        """Return a new optimizer of this kind for `parameters`."""
        make: Any = OPTIMIZERS[self.optimizer]
        optimizer: torch.optim.Optimizer = make(
            parameters, lr=self.learning_rate, weight_decay=self.weight_decay
        )
        return optimizer


@dataclass(frozen=True)
class Plan:
    """Settings by their names, and how each is trained."""

    images: int | None
    """How many training images are used; None takes all."""
    batch_size: int
    epochs: int
    """At most so many epochs."""
    patience: int
    """Stop after so many epochs in a row without a better validation accuracy."""
    settings: dict[str, Setting]
    varied: str = ""
    """In a sweep: "learning_rate" or "weight_decay", whose values the settings try."""


@dataclass(frozen=True)
class Experiments:
    """What the file holds: the plan of the report's table, and the sweeps by their names."""

    table: Plan
    sweeps: dict[str, Plan]


def read_experiments(path: str | Path = "experiments.yaml") -> Experiments:
    """Return the experiments in the YAML file `path`.

    Raises `DataError`, with a sentence that names the file and the entry, if the file is missing,
    is not YAML, or holds an unknown, missing or impossible entry.
    """
    path = Path(path)
    root = _Entry(path.name, "", _load(path))
    root.keys(required=("table",), optional=("sweeps",))
    sweeps = {}
    if "sweeps" in root.value:
        entry = root.child("sweeps")
        sweeps = {name: _read_sweep(entry.child(name)) for name in entry.names()}
    return Experiments(_read_table(root.child("table")), sweeps)


class _Loader(yaml.SafeLoader):
    """PyYAML's safe loader, which builds plain values only, and no name twice in one mapping."""


class _NameTwice(yaml.MarkedYAMLError):
    """A mapping has the same name twice."""


def _mapping_without_repeats(loader: _Loader, node: yaml.MappingNode) -> dict[Any, Any]:
    seen = set()
    for key, _ in node.value:
        if key.value in seen:
            raise _NameTwice(
                problem=f"the name {key.value!r} stands twice in one place",
                problem_mark=key.start_mark,
            )
        seen.add(key.value)
    return loader.construct_mapping(node, deep=True)


_Loader.add_constructor("tag:yaml.org,2002:map", _mapping_without_repeats)


def _load(path: Path) -> Any:
    """Return what the YAML file holds, or say where it is not YAML."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise DataError(
            f"{path} cannot be read ({reason}). It lies beside the notebooks; unpack it again from "
            "Assignment1.tar.gz if it is gone."
        ) from error
    try:
        return yaml.load(text, _Loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f", line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "it is not YAML"
        advice = "Check the indentation (blanks, no tabs), the colons and the brackets there."
        if isinstance(error, _NameTwice):
            advice = "Give one of them another name, or delete it."
        raise DataError(f"{path.name}{place}: {problem}. {advice}") from error


@dataclass(frozen=True)
class _Entry:
    """A value of the file, and its place there for messages: `table.settings.adam`."""

    file: str
    place: str
    value: Any

    def wrong(self, message: str) -> DataError:
        where = f"{self.file}, {self.place}" if self.place else self.file
        return DataError(f"{where}: {message}")

    def child(self, name: str) -> "_Entry":
        return _Entry(self.file, f"{self.place}.{name}".lstrip("."), self.value[name])

    def names(self) -> list[str]:
        """Return the names in a mapping of things that the student named; there is at least one."""
        if not isinstance(self.value, dict) or not self.value:
            raise self.wrong("there should be names here, each with its values indented below it.")
        for name in self.value:
            if not isinstance(name, str) or not _NAME.fullmatch(name):
                raise self.wrong(
                    f"{name!r} is no good name; use up to 40 letters, digits, _ and -, since it "
                    "also names a file."
                )
        return list(self.value)

    def keys(self, required: tuple[str, ...], optional: tuple[str, ...] = ()) -> None:
        """Refuse a mapping that lacks one of `required` or has a name that we do not know."""
        if not isinstance(self.value, dict):
            raise self.wrong(f"there should be names with values here: {', '.join(required)}.")
        missing = [name for name in required if name not in self.value]
        unknown = [str(name) for name in self.value if name not in required + optional]
        if unknown:
            known = ", ".join(required + optional)
            raise self.wrong(f"{unknown[0]!r} is not known here; known are {known}.")
        if missing:
            raise self.wrong(f"{missing[0]!r} is missing.")

    def count(self) -> int:
        if type(self.value) is not int or self.value < 1:
            raise self.wrong(f"a whole number from 1 up is needed, not {self.value!r}.")
        return self.value

    def rate(self) -> float:
        """Return a number that a learning rate or a weight decay can be."""
        may_be_zero = self.place.rpartition(".")[2].startswith("weight_decay")
        value = self.value
        if isinstance(value, str):  # YAML takes 1e-4 for text: it asks for the point of 1.0e-4
            try:
                value = float(value)
            except ValueError:
                value = None
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise self.wrong(f"a number is needed, not {self.value!r}.")
        if not math.isfinite(value) or value < 0 or (value == 0 and not may_be_zero):
            limit = "0 or more" if may_be_zero else "more than 0"
            raise self.wrong(f"a number of {limit} is needed, not {self.value!r}.")
        return float(value)

    def optimizer(self) -> str:
        if not isinstance(self.value, str) or self.value not in OPTIMIZERS:
            known = ", ".join(OPTIMIZERS)
            raise self.wrong(f"{self.value!r} is no optimizer known here; known are {known}.")
        return self.value


def _read_table(entry: _Entry) -> Plan:
    entry.keys((*_LENGTHS, "settings"))
    settings = {}
    children = entry.child("settings")
    for name in children.names():
        child = children.child(name)
        child.keys(("optimizer", *_RATES))
        rates = (child.child(rate).rate() for rate in _RATES)
        settings[name] = Setting(child.child("optimizer").optimizer(), *rates)
    return _make_plan(entry, settings)


def _read_sweep(entry: _Entry) -> Plan:
    entry.keys((*_LENGTHS, "optimizer", *_RATES))
    listed = [name for name in _RATES if isinstance(entry.value[name], list)]
    if len(listed) != 1:
        raise entry.wrong(
            "exactly one of learning_rate and weight_decay should be a list, like [0.1, 0.01]; "
            f"here {'both are' if listed else 'none is'}."
        )
    varied = entry.child(listed[0])
    if not varied.value:
        raise varied.wrong("the list is empty; give it the values to try.")
    values = [
        _Entry(entry.file, f"{varied.place}[{i}]", value).rate()
        for i, value in enumerate(varied.value)
    ]
    (fixed,) = (name for name in _RATES if name != listed[0])
    other = {fixed: entry.child(fixed).rate()}
    optimizer = entry.child("optimizer").optimizer()
    settings = {f"{value:g}": Setting(optimizer, **{listed[0]: value}, **other) for value in values}
    return _make_plan(entry, settings, varied=listed[0])


def _make_plan(entry: _Entry, settings: dict[str, Setting], varied: str = "") -> Plan:
    images = entry.child("images")
    return Plan(
        images=None if images.value == "all" else images.count(),
        batch_size=entry.child("batch_size").count(),
        epochs=entry.child("epochs").count(),
        patience=entry.child("patience").count(),
        settings=settings,
        varied=varied,
    )
