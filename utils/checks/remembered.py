"""What was found of a network, kept for the cells that ask for it again.

Problem 2 has a cell for each bar, and all of them look at the same checkpoint and score it on the
same images. It is kept by what it follows from, to the last bit: nothing else can be taken for it.
"""

import hashlib
from collections import OrderedDict

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from utils.checks.fully_connected import replay
from utils.checks.local_sharing import expect_nothing_shared
from utils.checks.recording import Recording

_KEPT = 4
_scores: OrderedDict[bytes, NDArray[np.float32]] = OrderedDict()
_share_nothing: set[bytes] = set()


def scores(
    recording: Recording, weights: dict[str, Tensor], x: Tensor, task: str
) -> NDArray[np.float32]:
    """Return `replay` of the same arguments, (n, 10) float32, computed or remembered."""
    key = _digest(recording, weights, x)
    if key not in _scores:
        _scores[key] = replay(recording, weights, x, task).numpy()
    _scores.move_to_end(key)
    while len(_scores) > _KEPT:
        _scores.popitem(last=False)
    return _scores[key].copy()


def shares_nothing(recording: Recording, weights: dict[str, Tensor], task: str) -> None:
    """Do what `expect_nothing_shared` does, unless the same network has passed it already."""
    key = _digest(recording, weights, torch.zeros(0))
    if key not in _share_nothing:
        expect_nothing_shared(recording, weights, task)
        _share_nothing.add(key)


def _digest(recording: Recording, weights: dict[str, Tensor], x: Tensor) -> bytes:
    constants = {f"constant {n}": value for n, value in recording.constants.items()}
    steps = (recording.input, recording.output, recording.operations, recording.weights)
    digest = hashlib.sha256(repr(steps).encode())
    for name, value in {**weights, **constants, "x": x}.items():
        if isinstance(value, Tensor):
            digest.update(repr((name, value.dtype, value.shape)).encode())
            digest.update(
                np.ascontiguousarray(value.detach().numpy()).reshape(-1).view(np.uint8).data
            )
        else:
            digest.update(repr((name, value)).encode())
    return digest.digest()
