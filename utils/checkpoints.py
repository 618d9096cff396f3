"""Read a checkpoint that somebody else made: tensors only, of bounded size, or a clear refusal.

A file written by `torch.save` is a zip archive around a pickle, and unpickling can run any code
that the file's author likes. `load_weights` therefore reads only regular files of bounded size,
looks at the names that the pickle uses, and only then lets PyTorch's restricted unpickler
(`weights_only=True`) build the tensors. See "torch.load" and "Serialization
semantics" in the PyTorch documentation.
"""

import io
import os
import pickletools
import stat
import warnings
import zipfile
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

MAX_BYTES = 50_000_000
"""The largest checkpoint that is accepted: 12 million float32 parameters and a little more."""

# The names that the pickle of a state dict looks up. PyTorch's own list is longer: with it, a few
# bytes can ask for gigabytes (`bytearray(10**10)`).
_NAMES = {
    "collections OrderedDict",
    "torch._utils _rebuild_tensor_v2",
    "torch._utils _rebuild_parameter",
    *(
        f"torch {kind}Storage"
        for kind in ("Half", "BFloat16", "Float", "Double", "Int", "Long", "Bool")
    ),
}


class CheckpointError(Exception):
    """A checkpoint that cannot be used, told in one sentence: which file, why, what to do."""


def load_weights(path: str | Path, max_bytes: int = MAX_BYTES) -> dict[str, Tensor]:
    """Return the state dict in the file `path`: parameter names to finite CPU tensors.

    Raises `CheckpointError` if the file is missing, a link or not a regular file, larger than
    `max_bytes` (also once unpacked), truncated, holds anything but named tensors, or holds a NaN
    or an infinity.
    """
    return weights_in(read_file(path, max_bytes), path, max_bytes)


def weights_in(content: bytes, path: str | Path, max_bytes: int = MAX_BYTES) -> dict[str, Tensor]:
    """Return the state dict in `content`, read from the file `path`. Errors as `load_weights`."""
    path = Path(path)
    _check_archive(path, content, max_bytes)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the refusal below says all that matters
            loaded = torch.load(io.BytesIO(content), map_location="cpu", weights_only=True)
    except Exception as error:  # a hostile file may raise nearly anything
        raise CheckpointError(
            f"{path} holds more than tensors or is damaged ({type(error).__name__}); "
            "save torch.save(model.state_dict(), path) again."
        ) from error
    return _check_state_dict(path, loaded, max_bytes)


def load_run(path: str | Path, max_bytes: int = MAX_BYTES) -> Any:
    """Return what the file `path` holds of a training run: tensors, numbers and containers of them.

    Raises `CheckpointError` if it cannot be read, is larger than `max_bytes`, or does not load with
    `weights_only=True`.
    """
    return run_in(read_file(path, max_bytes), path)


def run_in(content: bytes, path: str | Path) -> Any:
    """Return what `load_run` does, of the `content` of the file `path`."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return torch.load(io.BytesIO(content), map_location="cpu", weights_only=True)
    except Exception as error:  # whatever was written instead
        kind = "whole objects; save the state dicts of the model and of the optimizer."
        if "numpy" in str(error):
            kind = "a value of NumPy; turn a number into Python's with float(...) or int(...)."
        raise CheckpointError(
            f"the file does not load with weights_only=True. It seems to hold {kind}"
        ) from error


def find_checkpoint(pattern: str, folder: str | Path = "model_checkpoints") -> Path:
    """Return the one file in `folder` whose name matches `pattern`, for example "problem2_*.pt".

    Raises `CheckpointError` if none or several match.
    """
    found = sorted(Path(folder).glob(pattern))
    if not found:
        raise CheckpointError(
            f"{folder}/ holds no file named {pattern}; run the training cell that saves it, "
            "and keep the file in that folder."
        )
    if len(found) > 1:
        names = ", ".join(path.name for path in found[:5])
        raise CheckpointError(
            f"{folder}/ holds {len(found)} files named {pattern} ({names}); keep only the one that "
            "is to be graded."
        )
    return found[0]


def read_file(path: str | Path, max_bytes: int = MAX_BYTES) -> bytes:
    """Return the content of a regular file, without following a link at its end.

    Raises `CheckpointError` if there is none, or if it has more than `max_bytes`.
    """
    path = Path(path)
    try:
        kind = path.lstat().st_mode
    except OSError as error:
        raise CheckpointError(
            f"{path} cannot be read ({error.strerror}); save the checkpoint there first."
        ) from error
    if stat.S_ISLNK(kind):
        raise CheckpointError(f"{path} is a link; put the checkpoint file itself in its place.")
    if not stat.S_ISREG(kind):
        raise CheckpointError(f"{path} is not a regular file; save the checkpoint there again.")
    # O_NOFOLLOW: the file may have become a link since the line above. Windows knows no such flag.
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    try:
        with os.fdopen(os.open(path, flags), "rb") as file:
            content = file.read(max_bytes + 1)
    except OSError as error:
        raise CheckpointError(
            f"{path} cannot be read ({error.strerror}); save the checkpoint there again."
        ) from error
    if len(content) > max_bytes:
        raise CheckpointError(
            f"{path} is larger than {max_bytes / 1e6:.0f} MB; "
            "save the parameters alone, of a smaller network if need be."
        )
    return content


def _check_archive(path: Path, content: bytes, max_bytes: int) -> None:
    """Refuse what is not an intact zip archive, or unpacks to more than `max_bytes`."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
            damaged = None if unpacked > max_bytes else archive.testzip()
            names = [] if unpacked > max_bytes or damaged else _names_in_pickle(archive)
    except Exception as error:  # zipfile raises many kinds on crafted archives
        raise CheckpointError(
            f"{path} is truncated, damaged or was not written by torch.save; save it again."
        ) from error
    if unpacked > max_bytes:
        raise CheckpointError(
            f"{path} unpacks to more than {max_bytes / 1e6:.0f} MB; "
            "save the parameters alone, of a smaller network if need be."
        )
    if damaged:
        raise CheckpointError(f"{path} is damaged (at {damaged}); save it again.")
    strange = [name for name in names if name not in _NAMES]
    if strange:
        raise CheckpointError(
            f"{path} holds more than tensors ({strange[0][:60]!r}); "
            "save torch.save(model.state_dict(), path) again."
        )


def _names_in_pickle(archive: zipfile.ZipFile) -> list[str]:
    """Return the "module name" pairs that the pickle would look up, without unpickling it."""
    names = []
    for member in archive.infolist():  # not by name: two members may share one
        if member.filename.lower().endswith("data.pkl"):
            for opcode, argument, _ in pickletools.genops(archive.read(member)):
                if opcode.name == "GLOBAL":
                    names.append(str(argument))
                elif opcode.name in ("STACK_GLOBAL", "INST", "EXT1", "EXT2", "EXT4"):
                    names.append(opcode.name)  # torch.save writes none of these
    return names


def _check_state_dict(path: Path, loaded: object, max_bytes: int) -> dict[str, Tensor]:
    """Return `loaded` as a plain dict if it is a state dict of finite tensors."""
    if not isinstance(loaded, dict) or not loaded:
        raise CheckpointError(
            f"{path} holds {type(loaded).__name__} instead of a state dict with parameters; "
            "save model.state_dict()."
        )
    weights: dict[str, Tensor] = {}
    described = 0
    for name, value in loaded.items():
        if not isinstance(name, str):
            raise CheckpointError(
                f"{path} has an entry whose name is of type {type(name).__name__}; "
                "save model.state_dict() alone."
            )
        if not isinstance(value, Tensor):
            raise CheckpointError(
                f"{path} has an entry {name[:60]!r} that is no tensor but "
                f"{type(value).__name__}; save model.state_dict() alone."
            )
        # A view can claim far more elements than are stored, so count what it claims.
        described += value.numel() * value.element_size()
        if described > max_bytes:
            raise CheckpointError(
                f"{path} describes tensors of more than {max_bytes / 1e6:.0f} MB; "
                "save the parameters alone, of a smaller network if need be."
            )
        if not torch.isfinite(value).all():
            raise CheckpointError(
                f"{path} holds NaN or infinite values in {name[:60]!r}; the training diverged, "
                "so train again with a smaller learning rate."
            )
        weights[name] = value.detach()
    return weights
