"""Settings for every test: threads fixed, plots without a screen, no network."""

import os

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
