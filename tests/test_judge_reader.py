"""A file that a student's code wrote, read by the judge: a good one whole, a bad one refused."""

import os
import pickle
import socket
import zipfile
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from coursekit.judge import reader
from utils.checkpoints import CheckpointError


class Trap:
    """What a malicious checkpoint holds: unpickling it makes a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return (Path.touch, (self.path,))


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A path below the working folder, as tests give them."""
    monkeypatch.chdir(tmp_path)
    Path("model_checkpoints").mkdir()
    return Path("model_checkpoints/problem2_2000-00000.pt")


def network() -> nn.Module:
    torch.manual_seed(1)
    return nn.Sequential(nn.Linear(6, 5), nn.BatchNorm1d(5), nn.ReLU(), nn.Linear(5, 3))


def refusal(path: Path, load: Any = reader.load_weights, **limits: int) -> str:
    with pytest.raises(CheckpointError) as raised:
        load(path, **limits)
    text = str(raised.value)
    assert text.endswith(".")
    assert "\n" not in text
    return text


def rewrite(path: Path, pickled: bytes) -> None:
    """Replace the pickle inside a checkpoint."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, content in members.items():
            archive.writestr(name, pickled if name.endswith(".pkl") else content)


@pytest.mark.parametrize("absolute", [False, True])
def test_a_state_dict_comes_back_whole(path: Path, absolute: bool) -> None:
    model = network()
    torch.save(model.state_dict(), path)
    weights = reader.load_weights(path.absolute() if absolute else path)
    assert weights.keys() == model.state_dict().keys()
    for name, value in model.state_dict().items():
        assert torch.equal(weights[name], value)
        assert weights[name].dtype == value.dtype


def test_a_run_comes_back_whole(path: Path) -> None:
    model = network()
    optimizer = torch.optim.Adam(model.parameters())
    model(torch.randn(4, 6)).sum().backward()
    optimizer.step()
    torch.save({"optimizer": optimizer.state_dict(), "epoch": 3, "best": 0.5}, path)
    run = reader.load_run(path)
    assert (run["epoch"], run["best"]) == (3, 0.5)
    other = torch.optim.Adam(model.parameters())
    other.load_state_dict(run["optimizer"])
    assert torch.equal(
        other.state_dict()["state"][0]["exp_avg"], optimizer.state_dict()["state"][0]["exp_avg"]
    )


def test_links_are_not_followed(path: Path, tmp_path: Path) -> None:
    target = tmp_path / "elsewhere"
    target.mkdir()
    torch.save(network().state_dict(), target / path.name)
    path.symlink_to(target / path.name)
    assert "is a link" in refusal(path)
    path.unlink()
    path.parent.rmdir()
    path.parent.symlink_to(target)
    assert path.exists()
    assert "behind a link" in refusal(path)
    assert "leads out of the folder" in refusal(Path("model_checkpoints/../elsewhere/x.pt"))


def test_what_is_no_file(path: Path) -> None:
    assert "cannot be read (No such file or directory)" in refusal(path)
    path.mkdir()
    assert "not a regular file" in refusal(path)
    path.rmdir()
    os.mkfifo(path)
    assert "not a regular file" in refusal(path)  # and does not wait for a writer
    path.unlink()
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(str(path))
        assert "not a regular file" in refusal(path)


def test_too_large(path: Path) -> None:
    torch.save({"weight": torch.zeros(1000, 1000)}, path)
    assert "larger than 1 MB" in refusal(path, max_bytes=1_000_000)
    assert "larger than 1 MB" in refusal(path, reader.load_run, max_bytes=1_000_000)


def test_truncated_or_something_else(path: Path) -> None:
    torch.save(network().state_dict(), path)
    content = path.read_bytes()
    for length in (0, 1, len(content) // 2, len(content) - 1):
        path.write_bytes(content[:length])
        assert "truncated, damaged or was not written by torch.save" in refusal(path)
        assert "does not load with weights_only=True" in refusal(path, reader.load_run)


@pytest.mark.parametrize("load", [reader.load_weights, reader.load_run])
def test_code_does_not_run(path: Path, tmp_path: Path, load: Any) -> None:
    made = tmp_path / "made_by_the_trap"
    torch.save({"weight": torch.ones(2), "trap": Trap(made)}, path)
    assert "whole objects" in refusal(path, load) or "more than tensors" in refusal(path, load)
    torch.save(network().state_dict(), path)
    rewrite(path, pickle.dumps(Trap(made)))
    refusal(path, load)
    assert not made.exists()


def test_a_pickle_that_asks_for_memory(path: Path) -> None:
    torch.save(network().state_dict(), path)
    size = (8 * 10**9).to_bytes(8, "little")
    rewrite(path, b"\x80\x02cbuiltins\nbytearray\n\x8a\x08" + size + b"\x85R.")
    assert "'builtins bytearray'" in refusal(path)
    assert "weights_only=True" in refusal(path, reader.load_run)


def test_a_tensor_that_claims_more_than_is_stored(path: Path) -> None:
    torch.save({"weight": torch.zeros(1).expand(200_000, 10_000)}, path)
    assert path.stat().st_size < 10_000
    assert "more than 50 MB" in refusal(path)
    assert "too much memory" in refusal(path, reader.load_run)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"model": network().state_dict()}, "'model' that is no tensor but OrderedDict"),
        ({"weight": torch.tensor([1.0, float("nan")])}, "NaN or infinite values in 'weight'"),
        ({"weight": np.ones(3)}, "more than tensors"),
        ({"weight": torch.ones(2), "best": Fraction(1, 2)}, "more than tensors"),
        ([torch.ones(2)], "holds list instead of a state dict"),
    ],
)
def test_other_content(path: Path, content: Any, words: str) -> None:
    torch.save(content, path)
    assert words in refusal(path)


def test_a_reader_that_dies_is_a_refusal(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    torch.save(network().state_dict(), path)
    monkeypatch.setattr(reader, "weights_in", lambda *_: os.kill(os.getpid(), 9))
    assert "too much memory or time" in refusal(path)


def test_no_child_is_left(path: Path) -> None:
    torch.save(network().state_dict(), path)
    children = Path(f"/proc/self/task/{os.getpid()}/children")
    before = set(children.read_text().split())
    reader.load_weights(path)
    assert set(children.read_text().split()) <= before
