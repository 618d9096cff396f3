"""The rules of a fully connected network, applied while its recorded operations run again.

In a fully connected layer every unit sees all units of the layer before, each over a weight of its
own, and no other sample. So, operation by operation:

- only operations on a list are used: products, activations, normalization, changes of shape, sums
  and the like; no convolution, pooling, patches, indexing, attention or random numbers;
- a product joins activations with weights, and covers a whole layer at once: one row a sample;
- a weight takes part in few products, for one that slides along the image is a convolution;
- weights come from the state dict by their names, and are not changed on the way;
- an image's output does not depend on the other images of its batch;
- neighbouring pixels are not mixed in the same way at many places (see `local_sharing`).

A recording may come from a process that is not trusted. Nothing in it is believed: each operation
is looked up by name, its arguments are read one by one, and the result is computed here.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from utils.checks.common import CheckFailed, expect, fail
from utils.checks.recording import MAX_CONSTANTS, Operation, Recording

BATCH = 251
"""Images in a batch when a network is recorded: a prime, so that no other size equals it."""

MAX_OPERATIONS = 5_000
MAX_PRODUCTS = 3
"""In how many products one weight may take part."""
MAX_SHARED = 16
"""How many factors may be narrower than what they scale, for example a learned temperature."""

ONLY = "Only fully connected layers, activations, dropout and normalization are allowed."

PRODUCTS = {
    "mm": ("self", "mat2"),
    "addmm": ("mat1", "mat2"),
    "bmm": ("self", "mat2"),
    "mv": ("self", "vec"),
    "vdot": ("self", "other"),
}
"""Matrix products, and the names of the arguments that are the two factors."""

_FACTORS = frozenset(["mul", "div", "addcmul", "addcdiv", "lerp"])
_SHAPES = """
    _to_copy _unsafe_view alias cat clone copy detach expand fill lift_fresh lift_fresh_copy permute
    repeat reshape select slice split split_with_sizes squeeze stack t transpose unbind unflatten
    unsafe_split unsqueeze view zero
"""
_MAKERS = """
    arange empty empty_like eye full full_like new_empty new_full new_ones new_zeros ones ones_like
    scalar_tensor zeros zeros_like
"""
_ELEMENTWISE = """
    _prelu_kernel abs add atan celu clamp clamp_max clamp_min cos elu eq erf exp exp2 expm1 floor ge
    gelu glu gt hardshrink hardsigmoid hardswish hardtanh isfinite isinf isnan le leaky_relu log
    log10 log1p log2 log_sigmoid_forward logaddexp logical_and logical_not logical_or lt masked_fill
    maximum minimum mish nan_to_num ne neg pow reciprocal relu remainder round
    rrelu_with_noise rsqrt rsub sigmoid sign silu sin sinh softplus softshrink sqrt square sub tanh
    threshold trunc where bitwise_and bitwise_not bitwise_or cosh xlogy
"""
_REDUCTIONS = """
    all amax amin any linalg_vector_norm logsumexp max mean min norm prod std std_mean sum var
    var_mean
"""
_NORMALIZATION = "_fused_rms_norm _log_softmax _safe_softmax _softmax native_layer_norm"
_UNCHECKED: dict[str, tuple[str, int | str, tuple[str, ...]]] = {
    "native_batch_norm": ("input", 1, ("weight", "bias", "running_mean", "running_var")),
    "_native_batch_norm_legit_no_training": (
        "input", 1, ("weight", "bias", "running_mean", "running_var")
    ),
    "_weight_norm_interface": ("v", "dim", ("g",)),
}  # fmt: skip
"""Operations that trust their callers with sizes: a tensor, its dimension, and what fits it."""

ALLOWED = frozenset(PRODUCTS) | _FACTORS | frozenset(_UNCHECKED)
ALLOWED |= {*_SHAPES.split(), *_MAKERS.split(), *_ELEMENTWISE.split()}
ALLOWED |= {*_REDUCTIONS.split(), *_NORMALIZATION.split()}
"""The names of ATen operations that a fully connected network is made of."""

_RANDOM = """
    bernoulli exponential multinomial native_dropout normal rand rand_like randint randn randn_like
    randperm uniform
"""
RANDOM = frozenset(_RANDOM.split())


def replay(recording: Recording, weights: dict[str, Tensor], x: Tensor, task: str) -> Tensor:
    """Return the logits (n, 10) of images `x`, float32 (n, 784), by the recorded operations.

    `weights` is the state dict to compute with. Batches have `BATCH` images, as the recording must
    have had. Fails `task` when a rule is broken or the recording cannot be run.
    """
    logits = []
    with torch.no_grad():
        for start in range(0, len(x), BATCH):
            batch = x[start : start + BATCH]
            padding = torch.zeros(BATCH - len(batch), *x.shape[1:], dtype=x.dtype)
            logits.append(Replay(recording, weights, task).run(torch.cat([batch, padding])))
    return torch.cat(logits)[: len(x)]


def expect_rows_independent(
    recording: Recording, weights: dict[str, Tensor], x: Tensor, task: str
) -> None:
    """Fail `task` if an image's output depends on its place in the batch or on other images.

    `x` (`BATCH`, 784) is replayed once as it is, and once with half of the images replaced by noise
    and all of them in another order.
    """
    generator = torch.Generator().manual_seed(19)
    order = torch.randperm(len(x), generator=generator)
    mixed = x[order].clone()
    noise = 8 * (torch.rand(x.shape, generator=generator) - 0.5)  # far from what images are
    mixed[::2] = noise[::2]
    before = replay(recording, weights, x, task)[order][1::2]
    after = replay(recording, weights, mixed, task)[1::2]
    expect(
        torch.allclose(before, after, rtol=1e-3, atol=1e-4 * float(before.abs().max())),
        task,
        "the output of an image depends on the other images of its batch. Normalize or apply "
        "softmax along the last dimension only.",
    )


@dataclass
class Step:
    """One operation that ran again, for who watches."""

    name: str
    place: str
    inputs: list[int]
    """The recording's numbers of the tensors that went in."""
    outputs: list[int]
    moves: bool
    """Whether the result depends on the images."""
    result: Any
    factor: Tensor | None = None
    """The weights of a product, made of `numbers` numbers."""
    numbers: int = 0

    @property
    def repeats(self) -> bool:
        """Whether the weights of a product are not all numbers of their own."""
        if self.factor is None:
            return False
        used = self.factor[self.factor != 0]
        return 2 * min(self.numbers, used.unique().numel()) < used.numel()


class Replay:
    """One run of the operations on one batch, with the rules checked on the way.

    What a value is made of is kept for its memory, so that views of it are known, too: `moving`
    holds the memory of what depends on the images, `origins` the weights behind all else.
    """

    def __init__(
        self,
        recording: Recording,
        weights: dict[str, Tensor],
        task: str,
        watch: Callable[[Step], None] | None = None,
    ) -> None:
        self.recording, self.task, self.watch = recording, task, watch
        self.values: dict[int, Tensor] = {}
        self.results: list[Any] = []
        self.moving: set[int] = set()
        self.origins: dict[int, frozenset[str]] = {}
        self.products: Counter[str] = Counter()
        self.shared = 0
        for number, name in recording.weights.items():
            if name in weights:
                self.values[number] = weights[name].detach()
                self.origins[_memory(self.values[number])] = frozenset([name])
        self.sizes = {name: value.numel() for name, value in weights.items()}
        self.fixed = set(self.origins)
        self._add_constants()

    def run(self, x: Tensor) -> Tensor:
        """Return the logits (`BATCH`, 10) of `x` (`BATCH`, 784)."""
        operations = self.recording.operations
        expect(len(operations) <= MAX_OPERATIONS, self.task, "the network does too many steps.")
        self.values[self.recording.input] = x.clone()
        self.moving.add(_memory(self.values[self.recording.input]))
        for operation in operations:
            self._step(operation)
        output = self.values.get(self.recording.output)
        expect(
            output is not None and _memory(output) in self.moving,
            self.task,
            "the output does not follow from the images by operations of PyTorch. Does forward() "
            "leave PyTorch on the way, for example with NumPy?",
        )
        assert output is not None
        expect(
            tuple(output.shape) == (BATCH, 10),
            self.task,
            f"the output for {BATCH} images (n, 784) has shape {tuple(output.shape)}, expected "
            f"{(BATCH, 10)}.",
        )
        return output.float()

    def _add_constants(self) -> None:
        total = 0
        for number, value in self.recording.constants.items():
            small = isinstance(value, Tensor)
            total += value.numel() if small else MAX_CONSTANTS + 1
            expect(
                total <= MAX_CONSTANTS,
                self.task,
                f"the network computes with more than {MAX_CONSTANTS:,} numbers that are not in "
                "its state_dict(), so no checkpoint brings them back. Make them an nn.Parameter, "
                "or a buffer with self.register_buffer(...), and compute with these themselves.",
            )
            self.values[number] = value.clone()
            self.origins[_memory(self.values[number])] = frozenset()

    def _step(self, operation: Operation) -> None:
        function, name = self._look_up(operation)
        given = self._bind(function, operation)
        tensors = _tensors(list(given.values()))
        moves = any(_memory(value) in self.moving for value in tensors)
        origin = frozenset[str]().union(*(self.origins.get(_memory(t), ()) for t in tensors))
        self._expect_weights_kept(function, given, operation)
        try:
            if name in PRODUCTS:
                first, second = (given[key] for key in PRODUCTS[name])
                self._check_product(first, second, operation)
            elif name in _FACTORS and moves:
                self._check_factors(tensors, operation)
            elif name in _UNCHECKED:
                _check_sizes(given, *_UNCHECKED[name])
            result = function(**given)
        except CheckFailed:
            raise
        except Exception as error:
            raise CheckFailed(
                f"{self.task}: {operation.place} (aten.{name}), which cannot be repeated on other "
                f"images: {' '.join(str(error).split())[:200]}."
            ) from error
        results = result if isinstance(result, (tuple, list)) else [result]
        if name.startswith(("empty", "new_empty")):
            results[0].zero_()
        self.results += results  # kept, so that their memory is never that of something else
        for value in _tensors(list(results)):  # also those that the recording gives no number
            if moves:
                self.moving.add(_memory(value))
            elif _memory(value) not in self.fixed:
                known = self.origins.get(_memory(value), frozenset())
                self.origins[_memory(value)] = known | origin
        for number, value in zip(operation.outputs, results, strict=False):
            if number is not None and isinstance(value, Tensor):
                self.values[number] = value
        if self.watch is not None:
            self.watch(self._seen(name, given, operation, moves, results[0] if results else None))

    def _seen(
        self, name: str, given: dict[str, Any], operation: Operation, moves: bool, result: Any
    ) -> Step:
        inputs = _numbers([*operation.args, *operation.kwargs.values()])
        outputs = [number for number in operation.outputs if number is not None]
        step = Step(name, operation.place, inputs, outputs, moves, result)
        if name in PRODUCTS and moves:
            pair = [given[key] for key in PRODUCTS[name]]
            (factor,) = [value for value in pair if _memory(value) not in self.moving][:1] or [None]
            if factor is not None:
                origins = self.origins.get(_memory(factor), frozenset())
                step.factor, step.numbers = factor, sum(self.sizes[name] for name in origins)
        return step

    def _bind(self, function: Any, operation: Operation) -> dict[str, Any]:
        """Return the values of an operation's arguments by their names."""
        names = [argument.name for argument in function._schema.arguments]
        values = [self._read(value) for value in operation.args]
        options = {key: self._read(value) for key, value in operation.kwargs.items()}
        expect(
            len(values) <= len(names) and options.keys() <= set(names[len(values) :]),
            self.task,
            f"{operation.place} (aten.{operation.name}) with arguments that are unknown here.",
        )
        return {**dict(zip(names, values, strict=False)), **options}

    def _look_up(self, operation: Operation) -> tuple[Any, str]:
        """Return the operation of PyTorch that is meant, and its name without a trailing "_"."""
        name = operation.name.removesuffix("_")
        place = f"{operation.place} (aten.{operation.name})"
        expect(
            name not in RANDOM,
            self.task,
            f"{place}: in evaluation mode the output is random, so two calls on the same images "
            "differ. Use nn.Dropout, or F.dropout(..., training=self.training).",
        )
        expect(name in ALLOWED, self.task, f"{place}. {ONLY}")
        packet = getattr(torch.ops.aten, operation.name, None)
        if packet is None or operation.overload not in packet.overloads():
            fail(self.task, f"{place}, an operation unknown here.")
        function = getattr(packet, operation.overload)
        returned = any(argument.is_out for argument in function._schema.arguments)
        expect(not returned, self.task, f"{place} with out=. Leave out= away.")
        return function, name

    def _read(self, value: Any) -> Any:
        """Return an argument of a recorded operation."""
        if isinstance(value, tuple):
            kind, content = value
            if kind == "tensor" and content in self.values:
                return self.values[content]
            dtype = getattr(torch, str(content), None)
            if kind == "dtype" and isinstance(dtype, torch.dtype):
                return dtype
            fail(self.task, "the network computes with values whose origin is not known.")
        return [self._read(item) for item in value] if isinstance(value, list) else value

    def _check_product(self, first: Tensor, second: Tensor, operation: Operation) -> None:
        """Fail unless one factor holds activations, a row a sample, and the other weights."""
        moving = [_memory(value) in self.moving for value in (first, second)]
        if not any(moving):
            return  # weights made of weights, as in a low-rank layer
        place = operation.place
        expect(
            not all(moving),
            self.task,
            f"{place}: a product of activations with activations, as in attention. {ONLY}",
        )
        rows = first.shape[:-1] if moving[0] else (*second.shape[:-2], *second.shape[-1:])
        count = torch.Size(rows).numel()
        expect(
            count >= BATCH,
            self.task,
            f"{place}: the product covers {count} of {BATCH} images, so the output for an image "
            "depends on its place in the batch.",
        )
        expect(
            count == BATCH,
            self.task,
            f"{place}: the product has {count} rows for {BATCH} images, so the same weights are "
            f"used at several places of an image, as in a convolution. {ONLY}",
        )
        for name in self.origins.get(_memory(second if moving[0] else first), ()):
            self.products[name] += 1
            expect(
                self.products[name] <= MAX_PRODUCTS,
                self.task,
                f"the weight {name} is used in more than {MAX_PRODUCTS} products, so places or "
                f"layers share it, as in a convolution or a recurrent network. {ONLY}",
            )

    def _check_factors(self, tensors: list[Tensor], operation: Operation) -> None:
        """Fail when many activations are scaled by factors that several of their units share."""
        units = max(value.numel() for value in tensors if _memory(value) in self.moving) // BATCH
        for value in tensors:
            names = self.origins.get(_memory(value), frozenset())
            if names and min(value.numel(), sum(self.sizes[name] for name in names)) < units:
                self.shared += 1
        expect(
            self.shared <= MAX_SHARED,
            self.task,
            f"{operation.place}: more than {MAX_SHARED} factors are shared by several units, as in "
            f"a convolution written out. {ONLY}",
        )

    def _expect_weights_kept(
        self, function: Any, given: dict[str, Any], operation: Operation
    ) -> None:
        for argument in function._schema.arguments:
            written = argument.alias_info is not None and argument.alias_info.is_write
            for tensor in _tensors([given.get(argument.name)]) if written else []:
                expect(
                    _memory(tensor) not in self.fixed,
                    self.task,
                    f"{operation.place} (aten.{operation.name}) changes a weight or a buffer while "
                    "the network is in evaluation mode.",
                )


def _check_sizes(
    given: dict[str, Any], what: str, dimension: int | str, others: tuple[str, ...]
) -> None:
    """Raise a ValueError unless the tensors `others` have the size of one dimension of `what`."""
    axis = given.get(dimension, 0) if isinstance(dimension, str) else dimension
    size = given[what].shape[axis]
    for name in others:
        if given.get(name) is not None and given[name].numel() != size:
            raise ValueError(f"{name} has another size than {what}")


def _memory(value: Tensor) -> int:
    """Return what is the same for a tensor and its views: the address of their memory."""
    return value.untyped_storage().data_ptr() if value.numel() else 0


def _numbers(values: list[Any]) -> list[int]:
    """Return the numbers of the tensors among an operation's recorded arguments."""
    found = []
    for value in values:
        if isinstance(value, tuple) and value[0] == "tensor":
            found.append(value[1])
        elif isinstance(value, list):
            found += _numbers(value)
    return found


def _tensors(values: list[Any]) -> list[Tensor]:
    """Return the tensors among `values` and the lists in them."""
    found = []
    for value in values:
        if isinstance(value, Tensor):
            found.append(value)
        elif isinstance(value, list):
            found += _tensors(value)
    return found
