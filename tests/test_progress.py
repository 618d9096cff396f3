"""Progress bars are lines of text, in a notebook on standard output."""

import io

import pytest

from utils import progress


def test_in_a_notebook_the_bar_is_text_on_standard_output(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("TQDM_DISABLE", raising=False)
    monkeypatch.setattr(progress, "get_ipython", object)
    with progress.tqdm(total=3, desc="epochs", unit="epoch") as bar:
        for number in range(3):
            bar.update()
            progress.tqdm.write(f"loss of epoch {number}")
    shown = capsys.readouterr()
    assert shown.err == ""
    last = shown.out.replace("\n", "\r").rstrip("\r").rpartition("\r")[2]
    assert last.startswith("epochs: 100%") and "3/3" in last
    written = [line.strip() for line in shown.out.replace("\r", "\n").splitlines()]
    assert [line for line in written if line.startswith("loss")] == [
        f"loss of epoch {number}" for number in range(3)
    ]


def test_elsewhere_it_is_tqdm_as_ever(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("TQDM_DISABLE", raising=False)
    assert list(progress.tqdm(range(3))) == [0, 1, 2]
    shown = capsys.readouterr()
    assert shown.out == "" and "3/3" in shown.err
    own = io.StringIO()
    list(progress.tqdm(range(3), file=own))
    assert "3/3" in own.getvalue() and capsys.readouterr().err == ""
