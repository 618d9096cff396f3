"""What is a fully connected network: many spellings pass, a convolution in disguise does not."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from utils.checks.common import CheckFailed
from utils.checks.fully_connected import BATCH, MAX_CONSTANTS, expect_rows_independent, replay
from utils.checks.pytorch import expect_fully_connected
from utils.checks.recording import Operation, Recording, record

UNREGISTERED = torch.ones(784, 20)


class Made(nn.Module):
    """A network of `parameters` (name: shape) and buffers whose forward is a function."""

    def __init__(
        self, forward: Callable[[Any, Tensor], Any], buffers: Any = None, **shapes: tuple[int, ...]
    ) -> None:
        super().__init__()
        for name, shape in shapes.items():
            scale = (2 / shape[-1]) ** 0.5
            self.register_parameter(name, nn.Parameter(scale * torch.randn(shape)))
        for name, value in (buffers or {}).items():
            self.register_buffer(name, value)
        self.function = forward

    def forward(self, x: Tensor) -> Any:
        return self.function(self, x)


def every_layer() -> nn.Module:
    names = (
        "Identity LeakyReLU PReLU RReLU ReLU6 ELU SELU CELU GELU SiLU Mish Sigmoid LogSigmoid Tanh "
        "Hardtanh Hardswish Hardsigmoid Hardshrink Softshrink Tanhshrink Softplus Softsign Dropout "
        "AlphaDropout"
    )
    activations = [getattr(nn, name)() for name in names.split()]
    norms = [nn.LayerNorm(784), nn.RMSNorm(784), nn.BatchNorm1d(784)]
    return nn.Sequential(
        nn.Unflatten(1, (28, 28)), nn.Flatten(), *norms, nn.Linear(784, 60), nn.GLU(),
        *activations, nn.Threshold(0.1, 0.2), nn.Softmax(dim=1), nn.Linear(30, 10),
        nn.LogSoftmax(dim=1),
    )  # fmt: skip


def in_place(model: Any, x: Tensor) -> Tensor:
    hidden = F.relu_(x @ model.W)
    hidden[:, :5] = 0
    hidden.clamp_(max=3).mul_(0.5)
    return hidden.sub_(hidden.mean(dim=1, keepdim=True)) @ model.V


def in_double(model: Any, x: Tensor) -> Tensor:
    return (x.double() @ model.W.double()).float()


def maxout(model: Any, x: Tensor) -> Tensor:
    return (x @ model.W + model.b).view(len(x), 10, 3).amax(2)


def branches(model: Any, x: Tensor) -> Tensor:
    left, right = (x @ model.W).chunk(2, dim=1)
    return torch.cat([left * right.sigmoid(), F.normalize(right)], dim=1) @ model.V


def scaled_images(model: Any, x: Tensor) -> Tensor:
    if x.max() > 100:  # never, and no part of the network
        x = x / 255
    return torch.einsum("ni,io->no", (x - model.mean) / model.deviation, model.W)


RIGHT: dict[str, Callable[[], nn.Module]] = {
    "every layer": every_layer,
    "in place": lambda: Made(in_place, W=(784, 20), V=(20, 10)),
    "transposed": lambda: Made(lambda model, x: (model.W @ x.T).T, W=(10, 784)),
    "float64": lambda: Made(in_double, W=(784, 10)),
    "low rank": lambda: Made(lambda model, x: x @ (model.U @ model.V), U=(784, 4), V=(4, 10)),
    "maxout": lambda: Made(maxout, W=(784, 30), b=(30,)),
    "branches": lambda: Made(branches, W=(784, 40), V=(40, 10)),
    "buffers": lambda: Made(
        scaled_images, {"mean": torch.zeros(784), "deviation": torch.ones(784)}, W=(784, 10)
    ),
    "a constant": lambda: Made(lambda model, x: torch.tensor(0.5) * x @ model.W, W=(784, 10)),
    "weight norm": lambda: nn.Sequential(
        nn.utils.parametrizations.weight_norm(nn.Linear(784, 10)), nn.ReLU(inplace=True)
    ),
    "spectral norm": lambda: nn.utils.parametrizations.spectral_norm(nn.Linear(784, 10)),
    "the same layer three times": lambda: Made(
        lambda model, x: torch.tanh(torch.tanh(x @ model.W) @ model.W) @ model.W @ model.V,
        W=(784, 784), V=(784, 10),
    ),
}  # fmt: skip


@pytest.mark.parametrize("make", RIGHT.values(), ids=RIGHT)
def test_fully_connected(make: Callable[[], nn.Module]) -> None:
    torch.manual_seed(3)
    model = expect_fully_connected(make, "make_model")
    recording, _ = record(model, torch.rand(BATCH, 784))
    images = torch.rand(2 * BATCH + 9, 784) - 0.5
    with torch.no_grad():
        wanted = model(images)
    replayed = replay(recording, dict(model.state_dict()), images, "make_model")
    torch.testing.assert_close(replayed, wanted.float(), rtol=1e-3, atol=1e-4)


def through_numpy(model: Any, x: Tensor) -> Tensor:
    return torch.from_numpy(np.maximum(x.numpy() @ model.W.detach().numpy(), 0))


def partly_numpy(model: Any, x: Tensor) -> Tensor:
    return x @ model.W + torch.from_numpy(x.numpy()[:, :1] ** 2)


def branch_on_images(model: Any, x: Tensor) -> Tensor:
    scale = float(x[:, 0].sum().item())
    return x @ model.W * scale


def written_out_convolution(model: Any, x: Tensor) -> Tensor:
    image, maps = x.view(-1, 28, 28), []
    for kernel in model.K:
        parts = [
            kernel[3 * i + j] * image[:, i : 26 + i, j : 26 + j] for i in range(3) for j in range(3)
        ]
        maps.append(sum(parts[1:], parts[0]).flatten(1))
    return torch.cat(maps, dim=1)[:, :784] @ model.W


def spread_convolution(model: Any, x: Tensor) -> Tensor:
    """Each number of the kernel is first repeated for all units."""
    image, parts = x.view(-1, 28, 28), []
    for i in range(5):
        for j in range(5):
            weights = model.k[i, j].repeat(576)
            parts.append(weights * image[:, i : 24 + i, j : 24 + j].flatten(1))
    return sum(parts[1:], parts[0]) @ model.W


def patches(model: Any, x: Tensor) -> Tensor:
    image, parts = x.view(-1, 28, 28), []
    for i in range(4):
        for j in range(4):
            parts.append(image[:, 7 * i : 7 * i + 7, 7 * j : 7 * j + 7].flatten(1) @ model.K)
    return torch.cat(parts, dim=1) @ model.W


def attention(model: Any, x: Tensor) -> Tensor:
    hidden = x @ model.W
    return torch.softmax(hidden @ hidden.T, dim=1) @ hidden @ model.V


def hidden_attention(model: Any, x: Tensor) -> Tensor:
    """The activations are written into a buffer's view, and used through the buffer."""
    hidden = x @ model.W
    buffer = torch.zeros(20, len(x))
    buffer[:].copy_(hidden.T)
    return (hidden @ buffer)[:, :10] @ model.V


def moving_weight(model: Any, x: Tensor) -> Tensor:
    model.W.data.add_(1e-3)
    return x @ model.W


def blurred(model: Any, x: Tensor) -> Tensor:
    """A convolution with constants for a kernel, which have no names."""
    image, parts = x.view(-1, 28, 28), []
    for i, row in enumerate(([1, 2, 1], [2, 4, 2], [1, 2, 1])):
        for j, number in enumerate(row):
            parts.append(number / 16 * image[:, i : 26 + i, j : 26 + j])
    return sum(parts[1:], parts[0]).flatten(1) @ model.W


def edges(model: Any, x: Tensor) -> Tensor:
    """Differences of neighbours beside the pixels themselves."""
    return torch.cat([x, x[:, 1:] - x[:, :-1]], dim=1) @ model.W


def one_small_kernel(model: Any, x: Tensor) -> Tensor:
    """Nine learned factors, fewer than the shared ones that are allowed."""
    image, total = x.view(-1, 28, 28), torch.zeros(len(x), 26, 26)
    for i in range(3):
        for j in range(3):
            total[:] += model.K[3 * i + j] * image[:, i : 26 + i, j : 26 + j]
    return torch.relu(total).flatten(1) @ model.W


def toeplitz(model: Any, x: Tensor) -> Tensor:
    """A convolution as one product with a matrix in which a small kernel repeats."""
    matrix = torch.zeros(784, 780)
    for k in range(5):
        matrix.view(-1)[k * 780 :].view(-1)[: 779 * 781 : 781].copy_(model.K[k].expand(779))
    return torch.relu(x @ matrix) @ model.W


def averages() -> Tensor:
    """A matrix (784, 196) that averages squares of 2 x 2 pixels."""
    places = torch.arange(784)
    squares = places // 56 * 14 + places % 28 // 2
    return nn.functional.one_hot(squares, 196).float() / 4


def pooled(model: Any, x: Tensor) -> Tensor:
    image = x.view(-1, 28, 28)
    rows = torch.maximum(image[:, ::2], image[:, 1::2])
    return torch.maximum(rows[:, :, ::2], rows[:, :, 1::2]).flatten(1) @ model.W


SHARED = "in the same way at many places"

WRONG: dict[str, tuple[Callable[[], nn.Module], str]] = {
    "rows of pixels": (
        lambda: Made(
            lambda model, x: torch.relu(x.view(-1, 28, 28) @ model.K).flatten(1) @ model.W,
            K=(28, 8), W=(224, 10),
        ),
        "the same weights are used at several places",
    ),
    "constants for a kernel": (lambda: Made(blurred, W=(676, 10)), SHARED),
    "differences of neighbours": (lambda: Made(edges, W=(1567, 10)), SHARED),
    "one small kernel": (lambda: Made(one_small_kernel, K=(9,), W=(676, 10)), SHARED),
    "a kernel in a matrix": (lambda: Made(toeplitz, K=(5,), W=(780, 10)), SHARED),
    "pooling by a matrix": (
        lambda: Made(
            lambda model, x: x @ model.averages @ model.W, {"averages": averages()}, W=(196, 10)
        ),
        SHARED,
    ),
    "pooling of the library's, reshaped": (
        lambda: Made(lambda model, x: x.view(-1, 196, 4).amax(2) @ model.W, W=(196, 10)),
        SHARED,
    ),
    "pooling by maxima of slices": (lambda: Made(pooled, W=(196, 10)), SHARED),
    "a convolution behind an identity": (
        lambda: Made(
            lambda model, x: blurred(model, x @ model.same), {"same": torch.eye(784)}, W=(676, 10)
        ),
        SHARED,
    ),
    "written out": (
        lambda: Made(written_out_convolution, K=(2, 9), W=(784, 10)),
        "factors are shared by several units",
    ),
    "written out and spread": (
        lambda: Made(spread_convolution, k=(5, 5), W=(576, 10)),
        "factors are shared by several units",
    ),
    "patches": (
        lambda: Made(patches, K=(49, 8), W=(128, 10)),
        "the weight K is used in more than 3 products",
    ),
    "unfold": (
        lambda: Made(
            lambda model, x: x.view(-1, 28, 28).unfold(1, 3, 1).flatten(1)[:, :784] @ model.W,
            W=(784, 10),
        ),
        "calls unfold (aten.unfold)",
    ),
    "strides": (
        lambda: Made(lambda model, x: x.as_strided((251, 784), (784, 1)) @ model.W, W=(784, 10)),
        "(aten.as_strided)",
    ),
    "index": (
        lambda: Made(lambda model, x: x[:, torch.arange(783, -1, -1)] @ model.W, W=(784, 10)),
        "(aten.index)",
    ),
    "Fourier": (
        lambda: Made(lambda model, x: torch.fft.rfft(x).abs() @ model.W, W=(393, 10)),
        "fft",
    ),
    "attention": (
        lambda: Made(attention, W=(784, 20), V=(20, 10)),
        "activations with activations",
    ),
    "attention of the library": (
        lambda: Made(
            lambda model, x: nn.functional.scaled_dot_product_attention(
                x.view(-1, 28, 28), x.view(-1, 28, 28), x.view(-1, 28, 28)
            ).flatten(1) @ model.W,
            W=(784, 10),
        ),
        "calls scaled_dot_product_attention",
    ),
    "attention through a buffer": (
        lambda: Made(hidden_attention, W=(784, 20), V=(10, 10)),
        "activations with activations",
    ),
    "NumPy": (lambda: Made(through_numpy, W=(784, 10)), "leave PyTorch"),
    "partly NumPy": (lambda: Made(partly_numpy, W=(784, 10)), "something else on other images"),
    "branch": (lambda: Made(branch_on_images, W=(784, 10)), "something else on other images"),
    "noise": (
        lambda: Made(lambda model, x: (x + torch.randn_like(x)) @ model.W, W=(784, 10)),
        "the output is random",
    ),
    "batch statistics": (
        lambda: Made(lambda model, x: (x - x.mean(0)) @ model.W, W=(784, 10)),
        "depends on the other images",
    ),
    "places in the batch": (
        lambda: Made(
            lambda model, x: torch.cat([x[:100] @ model.W, x[100:] @ -model.W]), W=(784, 10)
        ),
        "depends on its place in the batch",
    ),
    "signs by the place in the batch": (
        lambda: Made(
            lambda model, x: x @ model.W * (1 - torch.arange(len(x))[:, None] % 2), W=(784, 10)
        ),
        "depends on the other images",
    ),
    "unregistered weights": (
        lambda: Made(lambda model, x: (x @ UNREGISTERED)[:, :10] * model.s, s=(1,)),
        "not in its state_dict()",
    ),
    "weights in a buffer, more than there may be": (
        lambda: Made(
            lambda model, x: x @ model.W + model.buffer.sum(),
            {"buffer": torch.zeros(10_000_000)},
            W=(784, 10),
        ),
        "buffers included",
    ),
    "a weight that changes": (lambda: Made(moving_weight, W=(784, 10)), "changes a weight"),
    "a list": (lambda: Made(lambda model, x: [x @ model.W], W=(784, 10)), "has shape"),
}  # fmt: skip


@pytest.mark.parametrize(("make", "words"), WRONG.values(), ids=WRONG)
def test_not_fully_connected(make: Callable[[], nn.Module], words: str) -> None:
    torch.manual_seed(3)
    with pytest.raises(CheckFailed, match=r"^make_model: ") as raised:
        expect_fully_connected(make, "make_model")
    assert words in str(raised.value)


def test_a_recurrent_network() -> None:
    class Recurrent(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.cell = nn.GRU(28, 12, batch_first=True)
            self.out = nn.Linear(12, 10)

        def forward(self, x: Tensor) -> Any:
            return self.out(self.cell(x.view(-1, 28, 28))[0][:, -1])

    with pytest.raises(CheckFailed, match=r"cell \(GRU\) calls gru"):
        expect_fully_connected(Recurrent, "make_model")


# ------------------------------------------------- recordings that nobody made by recording


def recorded() -> tuple[Recording, dict[str, Tensor]]:
    torch.manual_seed(4)
    model = nn.Sequential(nn.Linear(784, 20), nn.ReLU(), nn.Linear(20, 10)).eval()
    return record(model, torch.rand(BATCH, 784))[0], dict(model.state_dict())


def refusal(recording: Recording, weights: dict[str, Tensor]) -> str:
    with pytest.raises(CheckFailed, match=r"^problem2: ") as raised:
        replay(recording, weights, torch.rand(5, 784), "problem2")
    return str(raised.value)


def step(name: str, overload: str, *args: Any, **kwargs: Any) -> Operation:
    return Operation(name, overload, list(args), kwargs, [99], "Network calls f")


@pytest.mark.parametrize(
    ("operation", "words"),
    [
        (step("set_", "source_Tensor", ("tensor", 0), ("tensor", 1)), "aten.set_"),
        (step("__class__", "default"), "aten.__class__"),
        (step("from_file", "default", "/etc/passwd"), "aten.from_file"),
        (step("add", "__doc__", ("tensor", 0), 1), "unknown here"),
        (step("add", "out", ("tensor", 4), 1), "out="),
        (step("add", "Tensor", ("tensor", 77), 1), "origin is not known"),
        (step("add", "Tensor", ("dtype", "nn"), 1), "origin is not known"),
        (step("add", "Tensor", ("other", "device"), 1), "origin is not known"),
        (step("add", "Tensor", "text"), "cannot be repeated on other images"),
        (step("add_", "Tensor", ("tensor", 0), 1), "changes a weight"),
        (step("fill_", "Scalar", ("tensor", 0), 1), "changes a weight"),
        (step("zeros", "default", [10**9, 10**9]), "cannot be repeated on other images"),
        (step("add", "Tensor", ("tensor", 4), 1, 1, 1), "arguments that are unknown here"),
        (step("add", "Tensor", ("tensor", 4), self=1), "arguments that are unknown here"),
        (step("add_", "Tensor", self=("tensor", 0), other=1), "changes a weight"),
        (step("mm", "default", ("tensor", 4)), "cannot be repeated on other images"),
        (
            step(
                "native_batch_norm",
                "default",
                *[("tensor", number) for number in (4, 3, 3, 3, 3)],
                False,
                0.1,
                1e-5,
            ),
            "has another size than input",
        ),
        (
            step("_weight_norm_interface", "default", ("tensor", 0), ("tensor", 3), 0),
            "has another size than v",
        ),
    ],
)
def test_a_made_up_operation_is_refused(operation: Operation, words: str) -> None:
    recording, weights = recorded()
    before = {name: value.clone() for name, value in weights.items()}
    made_up = replace(recording, operations=[operation, *recording.operations])
    assert words in refusal(made_up, weights)
    assert all(torch.equal(weights[name], value) for name, value in before.items())


@pytest.mark.parametrize("outputs", [[], [None], [7]], ids=str)
def test_activations_are_followed_into_memory_that_the_recording_does_not_name(
    outputs: list[int | None],
) -> None:
    """x is written into zeros; a product of them that slides along the image must be seen."""
    torch.manual_seed(5)
    weights = {"W": torch.randn(7, 10)}
    steps = [
        Operation("zeros", "default", [[BATCH, 784]], {}, [2], "f"),
        Operation("copy_", "default", [("tensor", 2), ("tensor", 1)], {}, outputs, "f"),
        Operation("view", "default", [("tensor", 2), [BATCH * 112, 7]], {}, [3], "f"),
        Operation("mm", "default", [("tensor", 3), ("tensor", 0)], {}, [4], "f"),
        Operation("view", "default", [("tensor", 4), [BATCH, 112, 10]], {}, [5], "f"),
        Operation("sum", "dim_IntList", [("tensor", 5), [1]], {}, [6], "f"),
    ]
    slides = Recording(1, 6, steps, {0: "W"}, {}, [])
    assert "used at several places of an image" in refusal(slides, weights)


def test_a_recording_without_its_parts() -> None:
    recording, weights = recorded()
    assert "does not follow from the images" in refusal(replace(recording, operations=[]), weights)
    assert "origin is not known" in refusal(replace(recording, weights={}), weights)
    assert "origin is not known" in refusal(recording, {})
    many = recording.operations * 2000
    assert "too many steps" in refusal(replace(recording, operations=many), weights)
    large = {50: torch.zeros(MAX_CONSTANTS + 1)}
    assert "not in its state_dict()" in refusal(replace(recording, constants=large), weights)


def test_what_was_recorded_on_other_weights_follows_the_weights_given() -> None:
    recording, weights = recorded()
    other = nn.Sequential(nn.Linear(784, 20), nn.ReLU(), nn.Linear(20, 10))
    x = torch.rand(7, 784)
    with torch.no_grad():
        wanted = other(x)
    torch.testing.assert_close(replay(recording, dict(other.state_dict()), x, "problem2"), wanted)
    assert not torch.allclose(replay(recording, weights, x, "problem2"), wanted)


def test_independent_rows_pass() -> None:
    recording, weights = recorded()
    expect_rows_independent(recording, weights, torch.rand(BATCH, 784), "problem2")
