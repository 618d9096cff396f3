"""Settings for every test: threads fixed, plots without a screen, no network."""

import os
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ["MPLBACKEND"] = "Agg"
os.environ["NOTMNIST_SOURCE"] = "embedded"

import pytest

from utils import progress


@pytest.fixture(autouse=True)
def no_shell(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let progress bars be those of a terminal, also after a test that started a shell here."""
    monkeypatch.setattr(progress, "get_ipython", lambda: None)


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """An empty inbox in a course folder of its own."""
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder
