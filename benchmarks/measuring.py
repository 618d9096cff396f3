"""What the benchmarks share: seconds by the clock and of the CPU, ways that take turns, titles."""

import os
import platform
import statistics
import time
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

import numpy as np
from tqdm import tqdm

from utils.workers import cores

Columns = TypeVar("Columns", bound=tuple[Any, ...])
Ways = dict[str, Callable[[], object]]


class Spent(NamedTuple):
    """Seconds by the clock, and of all cores together with those of ended child processes."""

    wall: float
    cpu: float

    def __sub__(self, earlier: "Spent") -> "Spent":
        return Spent(self.wall - earlier.wall, self.cpu - earlier.cpu)


def take_turns(
    ways: Ways, runs: int, after: Callable[[], object] = lambda: None
) -> dict[str, Spent]:
    """The median of each way's times. They take turns, so that a busy minute hits them all.

    `after` cleans up after each, which takes no part in the time.
    """
    spent: dict[str, list[Spent]] = {name: [] for name in ways}
    for _ in tqdm(range(runs), desc="runs", leave=False):
        for name, function in ways.items():
            spent[name].append(measure(function))
            after()
    return {name: median(times) for name, times in spent.items()}


def measure(function: Callable[[], object]) -> Spent:
    before = now()
    function()
    return now() - before


def median(runs: list[Columns]) -> Columns:
    """The medians of each column of several named tuples."""
    return type(runs[0])(*(statistics.median(values) for values in zip(*runs, strict=True)))


def now() -> Spent:
    """The clocks; only differences between two readings mean something."""
    children = os.times()
    cpu = time.process_time() + children.children_user + children.children_system
    return Spent(time.perf_counter(), cpu)


def describe_machine(**versions: str) -> str:
    """The computer, and what else it is doing, for the reader of the tables."""
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    known = {"Python": platform.python_version(), "NumPy": np.__version__} | versions
    software = ", ".join(f"{name} {version}" for name, version in known.items())
    return f"{platform.platform(terse=True)}, {cores()} cores{load}; {software}"


def title(text: str) -> None:
    print(f"\n\n{text}\n{'-' * len(text)}")
