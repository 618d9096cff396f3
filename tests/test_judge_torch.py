"""PyTorch across the bridge: tensors, networks, gradients, optimizers, and what may not cross."""

from typing import Any

import pytest
import torch
from judge_pair import judge_of
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from coursekit.judge import tape
from coursekit.judge.remote import BrokenAnswer, JudgeError, Remote, StudentError
from coursekit.judge.session import Session
from coursekit.judge.torch_values import put_into_module, state_of_module
from coursekit.judge.wire import WireError

NETWORKS = """
import torch
from torch import nn

class Layer(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outputs, inputs))
        self.bias = nn.Parameter(torch.zeros(outputs))
        self.note = "of the student"

    def forward(self, x):
        return x @ self.weight.T + self.bias

    def squares(self):
        return self.weight.square().sum().item()

class Tied(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(4, 4)
        self.second = nn.Linear(4, 4)
        self.second.weight = self.first.weight
        self.register_buffer("scale", torch.tensor(2.0))
        self.register_buffer("hidden", torch.tensor(1.0), persistent=False)

    def forward(self, x):
        return self.second(self.first(x)) * self.scale

class Stops(nn.Module):
    def forward(self, x):
        return x @ torch.zeros(7, 7)

def with_norm():
    return nn.Sequential(nn.Linear(4, 3), nn.BatchNorm1d(3), nn.Dropout(0.5))

def train(model, loader, optimizer):
    model.train()
    for x, y in loader:
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(x), y).backward()
        optimizer.step()

def same(x):
    return x

def seen_type(x):
    return type(x).__name__
"""


def names(session: Session, *wanted: str) -> tuple[Any, ...]:
    found = session.names(wanted)
    return tuple(found[name] for name in wanted)


# ---------------------------------------------------------------------------------- values

TENSORS = [
    torch.tensor(1.5),
    torch.zeros(0, 3),
    torch.arange(6).reshape(2, 3),
    torch.arange(6.0).reshape(2, 3).T,
    torch.tensor([True, False]),
    torch.tensor([1.0, float("nan")], dtype=torch.bfloat16),
    torch.tensor([1 + 2j]).conj(),
    torch.ones(2, dtype=torch.float16),
    torch.ones(3, requires_grad=True),
]


@pytest.mark.parametrize("value", TENSORS, ids=lambda value: f"{value.dtype} {list(value.shape)}")
def test_a_tensor_goes_there_and_back(value: torch.Tensor) -> None:
    with judge_of("def copy(x): return x.detach().clone().requires_grad_(x.requires_grad)") as s:
        back = names(s, "copy")[0](value)
    assert type(back) is torch.Tensor
    assert (back.dtype, back.requires_grad) == (value.dtype, value.requires_grad)
    torch.testing.assert_close(back, value, equal_nan=True, rtol=0, atol=0)


def test_dtypes_and_devices_cross() -> None:
    with judge_of("import torch\nvalues = [torch.float64, torch.device('meta')]") as session:
        assert names(session, "values")[0] == [torch.float64, torch.device("cpu")]


def test_a_lying_subclass_arrives_as_a_tensor() -> None:
    code = """
import torch
class Liar(torch.Tensor):
    def __eq__(self, other): return torch.tensor(True)
    def detach(self): return torch.ones(2)
liar = torch.zeros(2).as_subclass(Liar)
"""
    with judge_of(code) as session:
        (arrived,) = names(session, "liar")
    assert type(arrived) is torch.Tensor
    assert not (arrived == torch.full((2,), 5.0)).any()


def test_what_is_no_plain_tensor_stays_there() -> None:
    with judge_of("import torch\nvalue = torch.eye(2).to_sparse()") as session:
        (value,) = names(session, "value")
        assert isinstance(value, Remote)
        with pytest.raises(JudgeError, match="needs a plain value"):
            bool(value)


def test_changes_of_tensors_come_back() -> None:
    code = """
def change(x, y):
    x.mul_(2)
    y.square().sum().backward()
"""
    x, y = torch.arange(3.0), torch.ones(2, requires_grad=True)
    view = x[1:]
    with judge_of(code) as session:
        names(session, "change")[0](x, y)
    assert view.tolist() == [2, 4]
    assert y.grad is not None
    assert y.grad.tolist() == [2, 2]


# -------------------------------------------------------------------------------- networks


def test_gradients_are_those_of_the_same_network_here() -> None:
    torch.manual_seed(1)
    library, x = nn.Linear(6, 4), torch.randn(3, 6)
    here, there = x.clone().requires_grad_(), x.clone().requires_grad_()
    with judge_of(NETWORKS) as session:
        layer = names(session, "Layer")[0](6, 4)
        assert isinstance(layer, nn.Module)
        assert [name for name, _ in layer.named_parameters()] == ["weight", "bias"]
        layer.load_state_dict(library.state_dict())
        for _ in range(2):  # gradients add up
            library(here).square().sum().backward()
            layer(there).square().sum().backward()
        torch.testing.assert_close(layer.weight.grad, library.weight.grad)
        torch.testing.assert_close(layer.bias.grad, library.bias.grad)
        torch.testing.assert_close(there.grad, here.grad)
        torch.optim.SGD(layer.parameters(), lr=0.1).step()
        torch.optim.SGD(library.parameters(), lr=0.1).step()
        torch.testing.assert_close(layer(x), library(x))
        with torch.no_grad():
            assert not layer(x).requires_grad
        layer.bias.requires_grad_(False)
        layer.zero_grad()
        layer(x).sum().backward()
        assert layer.bias.grad is None


def test_modes_and_buffers_follow_each_other() -> None:
    torch.manual_seed(2)
    with judge_of(NETWORKS) as session:
        model = names(session, "with_norm")[0]()
        x = torch.randn(5, 4)
        assert model.training
        model(x)
        assert model.state_dict()["1.num_batches_tracked"] == 1
        model.eval()
        first, second = model(x), model(x)
        assert torch.equal(first, second)  # no dropout
        assert model.state_dict()["1.num_batches_tracked"] == 1
        with torch.no_grad():
            model.state_dict()["1.running_mean"].add_(100)
        assert (model(x) < first - 10).all()


def test_tied_parameters_and_unsaved_buffers_are_mirrored() -> None:
    with judge_of(NETWORKS) as session:
        model = names(session, "Tied")[0]()
        assert model.first.weight is model.second.weight
        assert len(list(model.parameters())) == 3
        assert set(model.state_dict()) == {
            "first.weight", "first.bias", "second.weight", "second.bias", "scale",
        }  # fmt: skip
        model(torch.randn(2, 4)).sum().backward()
        assert model.first.weight.grad is not None


def test_other_attributes_are_asked_of_the_network_itself() -> None:
    with judge_of(NETWORKS) as session:
        layer = names(session, "Layer")[0](2, 2)
        assert layer.note == "of the student"
        with torch.no_grad():
            layer.weight.fill_(3)
        assert layer.squares() == 36
        with pytest.raises(AttributeError):
            _ = layer.missing
        assert type(layer).__name__ == "Layer"


def test_a_network_of_the_students_goes_back_as_itself() -> None:
    with judge_of(NETWORKS) as session:
        layer, seen_type, same = names(session, "Layer", "seen_type", "same")
        made = layer(2, 2)
        assert seen_type(made) == "Layer"
        assert same(made) is made


def test_an_error_in_forward_names_the_line() -> None:
    with judge_of(NETWORKS) as session:
        model = names(session, "Stops")[0]()
        with pytest.raises(StudentError, match="cannot be multiplied") as raised:
            model(torch.zeros(2, 3))
    assert isinstance(raised.value, RuntimeError)
    assert raised.value.student_line == "return x @ torch.zeros(7, 7)"


def test_a_copy_of_a_students_network_is_refused_in_words() -> None:
    import copy

    with judge_of(NETWORKS) as session:
        model = names(session, "with_norm")[0]()
        with pytest.raises(JudgeError, match="copies a student's network"):
            copy.deepcopy(model)
        with pytest.raises(JudgeError, match="calls a part"):
            next(iter(model.children()))(torch.zeros(2, 4))


def test_a_network_that_is_trained_there_is_trained_here() -> None:
    torch.manual_seed(3)
    model = nn.Sequential(nn.Linear(4, 3), nn.BatchNorm1d(3)).eval()
    model.log = [1]  # type: ignore[assignment]
    twin = nn.Sequential(nn.Linear(4, 3), nn.BatchNorm1d(3))
    twin.load_state_dict(model.state_dict())
    loader = DataLoader(TensorDataset(torch.randn(6, 4), torch.tensor([0, 1, 2, 0, 1, 2])), 2)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.1)
    stepper = torch.optim.Adam(twin.parameters(), lr=0.1)
    before = torch.get_rng_state()
    with judge_of(NETWORKS) as session:
        names(session, "train")[0](model, loader, optimizer)
    torch.set_rng_state(before)
    for x, y in loader:
        stepper.zero_grad()
        nn.functional.cross_entropy(twin(x), y).backward()
        stepper.step()
    assert model.training
    for name, value in twin.state_dict().items():
        torch.testing.assert_close(model.state_dict()[name], value)
    for here, there in zip(twin.parameters(), model.parameters(), strict=True):
        torch.testing.assert_close(there.grad, here.grad)
    assert optimizer.state_dict()["state"].keys() == stepper.state_dict()["state"].keys()
    torch.testing.assert_close(
        optimizer.state_dict()["state"][0]["exp_avg"], stepper.state_dict()["state"][0]["exp_avg"]
    )


# ----------------------------------------------------------------------- what is not believed


@pytest.mark.parametrize(
    "code",
    [
        "bridge.describe = lambda *_: 3",
        "bridge.describe = lambda *_: {'state': {}, 'parts': [], 'same': {}, 'saved': []}",
        "bridge.describe = lambda *_: {**true(*_), 'parts': [3]}",
        "bridge.describe = lambda *_: {**true(*_), 'same': {}}",
        "bridge.forward = lambda *_: 3",
        "bridge.forward = lambda *_: (torch.zeros(2, 2), 'graph')",
        "bridge.backward = lambda *_: [torch.zeros(2)]",
        "bridge.backward = lambda *_: [torch.zeros(5, 5), torch.zeros(2)]",
        "bridge.backward = lambda *_: ['no', 'tensors']",
    ],
)
def test_nonsense_from_the_kernel_ends_the_test(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from coursekit.judge import torch_bridge

    for name in ("describe", "forward", "backward"):  # put back what the student's code replaces
        monkeypatch.setattr(torch_bridge, name, getattr(torch_bridge, name))
    lie = "from coursekit.judge import torch_bridge as bridge\ntrue = bridge.describe\n"
    with judge_of(NETWORKS + lie + code) as session:
        layer = names(session, "Layer")[0](2, 2)
        with pytest.raises(BrokenAnswer):
            layer(torch.ones(3, 2)).sum().backward()


@pytest.mark.parametrize(
    "change",
    [
        {"parameters": 3},
        {"training": None},
        {"parameters": {"weight": "text"}},
        {"gradients": {"weight": torch.zeros(5)}},
        {"parameters": {"weight": torch.zeros(2, 2, dtype=torch.int64)}},
        {"attributes": {"": 3}},
    ],
)
def test_a_state_that_no_network_has_is_refused(change: dict[str, Any]) -> None:
    model = nn.Linear(2, 2)
    with pytest.raises(WireError):
        put_into_module(model, {**state_of_module(nn.Linear(2, 2)), **change})


@pytest.mark.parametrize(
    "made",
    [
        None,
        (1, 2, [], {}, {}),
        (1, 2, [3], {}, {}, []),
        (1, 2, [("add", "Tensor", [], {}, ["x"], "here")], {}, {}, []),
        (1, 2, [("add", "Tensor", [(1, 2)], {}, [], "here")], {}, {}, []),
        (1, 2, [("add", "Tensor", [b"x"], {}, [], "here")], {}, {}, []),
        (1, 2, [("add", "Tensor", [], {1: 2}, [], "here")], {}, {}, []),
        (1, 2, [], {"x": "weight"}, {}, []),
        (1, 2, [], {1: 2}, {}, []),
        (1, 2, [], {}, {None: 3}, []),
        (1, 2, [], {}, {}, [3]),
    ],
)
def test_a_recording_that_is_none_is_refused(made: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from coursekit.judge import torch_bridge

    with judge_of(NETWORKS) as session:
        model = names(session, "Layer")[0](2, 2)
        monkeypatch.setattr(torch_bridge, "record", lambda *_: (made, None))
        with pytest.raises(BrokenAnswer):
            tape.record(model, torch.zeros(3, 2))


def test_a_recording_of_the_students_network_is_that_of_the_same_network_here() -> None:
    x = torch.zeros(5, 6)
    with judge_of(NETWORKS) as session:
        model = names(session, "Layer")[0](6, 4)
        made, output = tape.record(model, x)
        assert torch.equal(output, model(x).detach())
    assert [step.name for step in made.operations] == ["permute", "mm", "add"]
    assert set(made.weights.values()) == {"weight", "bias"}
    assert made.constants == {}
    assert made.operations[1].place == "Layer calls matmul"
