"""A stranger's checkpoint: a good one comes back whole, a bad one is refused in a sentence."""

import os
import pickle
import zipfile
from collections import OrderedDict
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from utils.checkpoints import CheckpointError, find_checkpoint, load_weights


class Trap:
    """What a malicious checkpoint holds: unpickling it makes a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return (Path.touch, (self.path,))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "problem2_2000-00000.pt"


def network() -> nn.Module:
    torch.manual_seed(1)
    return nn.Sequential(nn.Linear(6, 5), nn.BatchNorm1d(5), nn.ReLU(), nn.Linear(5, 3))


def refusal(path: Path, **limits: int) -> str:
    with pytest.raises(CheckpointError) as raised:
        load_weights(path, **limits)
    text = str(raised.value)
    assert str(path) in text
    assert text.endswith(".")
    assert "\n" not in text
    return text


def rewrite(path: Path, change: Any) -> None:
    """Replace the members of the zip archive by what `change(name, content)` returns."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, content in members.items():
            archive.writestr(name, change(name, content))


def test_a_state_dict_comes_back_whole(path: Path) -> None:
    model = network()
    torch.save(model.state_dict(), path)
    weights = load_weights(path)
    other = network()
    other.load_state_dict(weights)
    assert type(weights) is dict
    assert weights.keys() == model.state_dict().keys()
    for name, value in model.state_dict().items():
        assert torch.equal(weights[name], value)
        assert weights[name].dtype == value.dtype
    x = torch.randn(4, 6)
    assert torch.equal(other.eval()(x), model.eval()(x))


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
def test_other_precisions_are_fine(path: Path, dtype: torch.dtype) -> None:
    torch.save({"weight": torch.ones(2, 3, dtype=dtype)}, str(path))
    assert load_weights(str(path))["weight"].dtype == dtype


def test_parameters_become_plain_tensors(path: Path) -> None:
    torch.save(OrderedDict(network().named_parameters()), path)
    assert all(type(value) is torch.Tensor for value in load_weights(path).values())
    assert not any(value.requires_grad for value in load_weights(path).values())


def test_missing_file(path: Path) -> None:
    assert "cannot be read" in refusal(path)


def test_link(path: Path, tmp_path: Path) -> None:
    target = tmp_path / "elsewhere.pt"
    torch.save(network().state_dict(), target)
    path.symlink_to(target)
    assert "is a link" in refusal(path)


def test_folder_and_pipe(path: Path) -> None:
    path.mkdir()
    assert "not a regular file" in refusal(path)
    path.rmdir()
    os.mkfifo(path)
    assert "not a regular file" in refusal(path)  # and does not wait for a writer


def test_too_large(path: Path) -> None:
    torch.save({"weight": torch.zeros(1000, 1000)}, path)
    assert "larger than 1 MB" in refusal(path, max_bytes=1_000_000)
    assert load_weights(path, max_bytes=4_100_000)["weight"].shape == (1000, 1000)


def test_unpacks_to_more_than_the_limit(path: Path) -> None:
    torch.save({"weight": torch.zeros(1000, 1000)}, path)
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    assert path.stat().st_size < 100_000
    assert "unpacks to more than 1 MB" in refusal(path, max_bytes=1_000_000)


def test_a_small_file_that_describes_a_huge_tensor(path: Path) -> None:
    torch.save({"weight": torch.zeros(1).expand(10_000_000, 1000)}, path)
    assert path.stat().st_size < 10_000
    assert "describes tensors of more than 50 MB" in refusal(path)


@pytest.mark.parametrize("kept", [0, 10, 0.5, 0.99])
def test_truncated(path: Path, kept: float) -> None:
    torch.save(network().state_dict(), path)
    content = path.read_bytes()
    path.write_bytes(content[: int(kept * len(content)) if kept < 1 else int(kept)])
    assert "truncated" in refusal(path)


def test_a_flipped_bit(path: Path) -> None:
    torch.save({"weight": torch.ones(100, 100)}, path)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    assert "damaged" in refusal(path)


@pytest.mark.parametrize("content", [b"not a checkpoint", pickle.dumps({"weight": [1.0]})])
def test_not_written_by_torch(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    assert "was not written by torch.save" in refusal(path)


def test_a_zip_of_something_else(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("letter.txt", "dear grader")
    assert "holds more than tensors or is damaged" in refusal(path)


def test_code_in_the_pickle_does_not_run(path: Path, tmp_path: Path) -> None:
    made = tmp_path / "made_by_the_trap"
    torch.save({"weight": torch.ones(2), "trap": Trap(made)}, path)
    assert "more than tensors" in refusal(path)
    assert not made.exists()


def test_code_in_a_rewritten_pickle_does_not_run(path: Path, tmp_path: Path) -> None:
    made = tmp_path / "made_by_the_trap"
    torch.save(network().state_dict(), path)
    rewrite(path, lambda name, old: pickle.dumps(Trap(made)) if name.endswith(".pkl") else old)
    assert "more than tensors" in refusal(path)
    assert not made.exists()


def test_a_pickle_that_asks_for_memory(path: Path) -> None:
    torch.save(network().state_dict(), path)
    bomb = b"\x80\x02cbuiltins\nbytearray\n\x8a\x08" + (10**12).to_bytes(8, "little") + b"\x85R."
    rewrite(path, lambda name, old: bomb if name.endswith(".pkl") else old)
    assert "'builtins bytearray'" in refusal(path)


def test_a_whole_model(path: Path) -> None:
    torch.save(network(), path)
    assert "save torch.save(model.state_dict(), path) again" in refusal(path)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (
            {"model": network().state_dict(), "epoch": 3},
            "'model' that is no tensor but OrderedDict",
        ),
        ({"weight": [0.0, 1.0]}, "no tensor but list"),
        ({"weight": 1.5}, "no tensor but float"),
        ({7: torch.ones(2)}, "name is of type int"),
        ({"weight\nof two lines": "text"}, "no tensor but str"),
        ([torch.ones(2)], "holds list instead of a state dict"),
        (torch.ones(2), "holds Tensor instead of a state dict"),
        ({}, "instead of a state dict with parameters"),
        ({"weight": torch.ones(3).to_sparse()}, "more than tensors"),
        ({"weight": torch.empty(3, device="meta")}, "more than tensors"),
        ({"weight": torch.ones(3, dtype=torch.complex64)}, "more than tensors"),
        ({"weight": torch.ones(3).to(torch.float8_e5m2)}, "more than tensors"),
        ({"a": torch.ones(3), "b": torch.tensor([1.0, float("nan")])}, "infinite values in 'b'"),
        ({"weight": torch.tensor([float("inf")])}, "NaN or infinite"),
        ({"weight": np.ones(3)}, "more than tensors"),
        ({"weight": torch.ones(2), "best": Fraction(1, 2)}, "more than tensors"),
    ],
)
def test_other_content(path: Path, content: Any, words: str) -> None:
    torch.save(content, path)
    assert words in refusal(path)


def test_find_the_one_checkpoint(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="no file named problem2_"):
        find_checkpoint("problem2_*.pt", tmp_path)
    with pytest.raises(CheckpointError, match="no file named problem2_"):
        find_checkpoint("problem2_*.pt", tmp_path / "missing")
    (tmp_path / "unbroken_best.pt").touch()
    (tmp_path / "problem2_2000-00000.pt").touch()
    assert find_checkpoint("problem2_*.pt", tmp_path).name == "problem2_2000-00000.pt"
    (tmp_path / "problem2_2000-00001.pt").touch()
    with pytest.raises(CheckpointError, match=r"holds 2 files .*keep only the one"):
        find_checkpoint("problem2_*.pt", tmp_path)
