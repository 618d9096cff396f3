"""Settings for every test: threads fixed, plots without a screen, no network."""

import contextlib
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ["MPLBACKEND"] = "Agg"
os.environ["NOTMNIST_SOURCE"] = "embedded"

import pytest

from coursekit.course import REPOSITORY
from utils import progress


@pytest.fixture(autouse=True)
def no_shell(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let progress bars be those of a terminal, also after a test that started a shell here."""
    monkeypatch.setattr(progress, "get_ipython", lambda: None)


@pytest.fixture(autouse=True)
def main_module_stays() -> Iterator[None]:
    """IPython puts a module of its own in the place of `__main__`, which others would meet."""
    before = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = before


@pytest.fixture
def executed(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Let `autograde` execute in this process; the students and notebooks that it executed."""
    from autograding import pool_here

    from coursekit.autograde import run
    from coursekit.autograde.execution import execute

    done: list[tuple[str, str]] = []

    def counted(job: Any) -> bytes:
        done.append((job.student, job.notebook))
        return execute(job)

    monkeypatch.setattr(run, "execute", counted)
    monkeypatch.setattr(run, "_pool", lambda *_: contextlib.nullcontext(pool_here()))
    return done


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """An empty inbox in a course folder of its own, with the settings that ship."""
    shutil.copy(REPOSITORY / "course.toml", tmp_path)
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder
