"""Notebooks use as many threads as there are idle cores, and say how many."""

from collections.abc import Iterator

import joblib
import psutil
import pytest
import threadpoolctl
import torch
from notebook_runner import load_source

from utils.threads import choose_threads, idle_cores


@pytest.fixture(autouse=True)
def threads_of_this_process() -> Iterator[None]:
    before = torch.get_num_threads()
    with threadpoolctl.threadpool_limits(None):
        yield
    torch.set_num_threads(before)


@pytest.mark.parametrize(
    ("cores", "busy_percent", "threads"),
    [(2, 0, 2), (2, 50, 1), (2, 100, 1), (4, 20, 3), (8, 6, 8), (1, 100, 1), (16, 75, 4)],
)
def test_idle_cores(cores: int, busy_percent: float, threads: int) -> None:
    assert idle_cores(cores, busy_percent) == threads


def test_numpy_and_torch_get_the_idle_cores(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    monkeypatch.setattr(joblib, "cpu_count", lambda only_physical_cores: 4)
    monkeypatch.setattr(psutil, "cpu_percent", lambda seconds: 55.0)
    choose_threads()
    assert torch.get_num_threads() == 2
    assert {library["num_threads"] for library in threadpoolctl.threadpool_info()} == {2}
    assert capsys.readouterr().out == (
        "Threads for numerics: 2 (busy cores: 2 of 4; OMP_NUM_THREADS sets another number).\n"
    )


@pytest.mark.parametrize("wish", ["1", "3"])
def test_a_wish_is_respected(
    wish: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = torch.get_num_threads()
    monkeypatch.setenv("OMP_NUM_THREADS", wish)
    choose_threads()
    assert torch.get_num_threads() == before
    assert capsys.readouterr().out == f"Threads for numerics: {wish}, as OMP_NUM_THREADS says.\n"


@pytest.mark.parametrize("name", ["1-1", "1-2", "1-3"])
def test_each_notebook_chooses_after_its_imports(name: str) -> None:
    [cell] = [cell for cell in load_source(name) if cell["id"] == "imports"]
    assert cell.source.rstrip().endswith("choose_threads()")
