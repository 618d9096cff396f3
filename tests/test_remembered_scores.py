"""Scores are computed once for the same network and images, and anew for any others."""

import pytest
import torch
from torch import nn

from utils.checks import remembered
from utils.checks.fully_connected import BATCH
from utils.checks.recording import record


@pytest.fixture
def replays(monkeypatch):
    """The list of what was computed, an entry each time."""
    computed, replay = [], remembered.replay
    monkeypatch.setattr(remembered, "_scores", type(remembered._scores)())
    monkeypatch.setattr(remembered, "replay", lambda *a: computed.append(a) or replay(*a))
    return computed


def test_the_same_question_is_computed_once(replays):
    torch.manual_seed(0)
    model, x = nn.Sequential(nn.Linear(784, 10)), torch.rand(BATCH, 784)
    recording, _ = record(model, x)
    state = dict(model.state_dict())
    first = remembered.scores(recording, state, x, "task")
    first[:] = 0  # what a caller does to its own does not matter
    second = remembered.scores(*[record(model, x)[0], dict(state), x.clone()], "task")
    assert len(replays) == 1
    assert torch.allclose(torch.from_numpy(second), model(x), atol=1e-5)


def test_another_question_is_computed_anew(replays):
    torch.manual_seed(0)
    model, x = nn.Sequential(nn.Linear(784, 10)), torch.rand(BATCH, 784)
    recording, _ = record(model, x)
    state = {name: value.clone() for name, value in model.state_dict().items()}
    remembered.scores(recording, state, x, "task")
    other = x.clone()
    other[-1, -1] += 1e-6
    remembered.scores(recording, state, other, "task")
    state["0.bias"][0] += 1
    changed = remembered.scores(recording, state, x, "task")
    relu, _ = record(nn.Sequential(model[0], nn.ReLU()), x)
    assert (remembered.scores(relu, state, x, "task") >= 0).all()
    assert len(replays) == 4
    assert (changed < 0).any()
