"""The limits hold, and leave room, with what really runs: kernels that have the modules that ship.

PyTorch's CUDA build alone maps more than 4 GB of libraries, so that a limit on addresses in place
of one on memory leaves a kernel no room for a thread. The modules are those of nbgrader_config.py.
"""

import mmap
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from coursekit import execute, isolation
from coursekit.autograde.run import Choice, settings_of
from coursekit.course import REPOSITORY, Course
from coursekit.sandbox.control_group import ControlGroup
from coursekit.sandbox.limits import Limits
from coursekit.sandbox.processes import held_bytes, shared_out_bytes
from coursekit.sandbox.python_view import PYTHON
from coursekit.sandbox.view import View
from coursekit.trial import grade_a_cell
from coursekit.warm_parents import WarmParents

SETTINGS = settings_of(Course(REPOSITORY), Choice())


@pytest.fixture(scope="module")
def parents() -> Iterator[WarmParents]:
    parents = isolation.warm(SETTINGS.preload)
    if parents is None:
        pytest.skip("this host forks no sandboxed programs")
    yield parents
    parents.close()


def outcome(parents: WarmParents, text: str, limits: Limits | None = None) -> tuple[str, str]:
    """Run a program in a fork that has the modules; return what it said, and why it was ended."""
    with tempfile.TemporaryDirectory(dir=parents.base) as folder:
        heading = "def say(value):\n    print(value, file=open('said', 'w'), flush=True)\n"
        Path(folder, "program.py").write_text(heading + text)
        process = parents.kernels.start(
            [PYTHON, "-m", "program"],
            View(Path(folder), parents.shown.utils),
            limits or Limits(wall_seconds=100),
        )
        process.wait(120)
        said = Path(folder, "said")
        return said.read_text().strip() if said.exists() else "", process.reason or ""


def test_the_modules_are_the_ones_that_ship() -> None:
    assert {"torch", "matplotlib.pyplot", "sklearn.linear_model"} <= set(SETTINGS.preload)


def test_there_is_room_for_threads_and_training(parents: WarmParents) -> None:
    text = """
import threading
import torch
stop = threading.Event()
threads = [threading.Thread(target=stop.wait) for _ in range(40)]
for thread in threads:
    thread.start()
model = torch.nn.Linear(784, 1000)
optimizer = torch.optim.Adam(model.parameters())
model(torch.ones(1000, 784)).sum().backward()
optimizer.step()
stop.set()
say(len(threads))
"""
    assert outcome(parents, text) == ("40", "")


def test_one_array_that_is_too_large_is_a_memory_error(parents: WarmParents) -> None:
    text = """
import numpy as np
fits = np.ones(100_000_000)  # 0.8 GB
del fits
try:
    np.ones(5 << 27)  # 5 GiB
    say("all of it")
except MemoryError:
    say("MemoryError")
"""
    assert outcome(parents, text) == ("MemoryError", "")


@pytest.mark.parametrize(
    "hoard",
    [
        pytest.param("mmap.mmap(-1, 60 << 20, mmap.MAP_PRIVATE)", id="private"),
        pytest.param("mmap.mmap(-1, 60 << 20, mmap.MAP_SHARED)", id="shared"),
    ],
)
@pytest.mark.parametrize("grouped", [True, False], ids=["control group", "watched"])
def test_many_processes_together_are_ended(
    parents: WarmParents, monkeypatch: pytest.MonkeyPatch, hoard: str, grouped: bool
) -> None:
    """Each is far below what one may have: a gigabyte is asked for, 60 MiB at a time."""
    if not grouped:
        monkeypatch.setattr(ControlGroup, "around", lambda *_: None)
    text = f"""
import mmap, os, time
for _ in range(20):
    if os.fork() == 0:
        held = {hoard}
        for place in range(0, len(held), 4096):
            held[place] = 1
        time.sleep(30)
        os._exit(0)
    time.sleep(0.1)
time.sleep(30)
say("all of it")
"""
    limits = Limits(memory_bytes=700 << 20, wall_seconds=60)
    said, reason = outcome(parents, text, limits)
    assert (said, reason) == ("", "It held more than 700 MiB of memory.")


def test_memory_that_processes_share_is_counted_once(parents: WarmParents) -> None:
    """Ten children of a program that holds 100 MiB do not hold a gigabyte."""
    text = """
import os, time
held = b"x" * (100 << 20)
for _ in range(10):
    if os.fork() == 0:
        time.sleep(2)
        os._exit(0)
time.sleep(1)
say("all of it")
"""
    limits = Limits(memory_bytes=900 << 20, wall_seconds=60)
    assert outcome(parents, text, limits) == ("all of it", "")


def test_both_ways_to_count_see_memory() -> None:
    before = held_bytes(os.getpid()), shared_out_bytes(os.getpid())
    held = mmap.mmap(-1, 50 << 20, mmap.MAP_PRIVATE)  # new pages, none that Python had before
    for place in range(0, len(held), 4096):
        held[place] = 1
    after = held_bytes(os.getpid()), shared_out_bytes(os.getpid())
    assert all(b - a > 45 << 20 for a, b in zip(before, after, strict=True))
    assert held_bytes(1 << 22) == 0  # nobody has that number


@pytest.mark.parametrize("forks", [True, False], ids=["warm", "cold"])
def test_a_cell_with_a_thread_is_graded(forks: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not forks:
        monkeypatch.setattr(execute, "warm", lambda _: None)
        monkeypatch.setattr(isolation, "warm", lambda _: None)
    trial = grade_a_cell(SETTINGS)
    assert (trial.problem, trial.warm) == (None, forks)


def test_a_trial_says_why_grading_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a limit on addresses below what PyTorch's libraries take, as it once was."""
    monkeypatch.setattr(isolation, "Limits", lambda: Limits(address_bytes=1 << 29))
    problem = grade_a_cell(SETTINGS).problem
    assert problem and problem.endswith(".")
