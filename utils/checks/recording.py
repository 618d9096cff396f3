"""What a network computes, written down operation by operation.

`record` runs a model once and notes every operation that reaches the core of PyTorch (ATen), the
way a cash register keeps a tape. Whatever the code looks like, a convolution shows up as
`aten.convolution`. The notes are plain data, so that they can be read, and run again, elsewhere:
see `utils.checks.fully_connected`. How PyTorch calls back: "TorchDispatchMode" and
"TorchFunctionMode" in the PyTorch documentation.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.modules.module import register_module_forward_hook, register_module_forward_pre_hook
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode

MAX_CONSTANTS = 10_000
"""The largest tensor, in numbers, that a network may hold besides its state dict."""

_ABOUT_MEMORY = frozenset({"device", "layout", "memory_format", "pin_memory", "non_blocking"})


@dataclass
class Operation:
    """One operation: `aten.<name>.<overload>` of `args` and `kwargs`, done at `place`.

    Arguments are numbers, strings, None and lists of them; a tensor is ("tensor", number), a dtype
    is ("dtype", "float32"). `outputs` numbers the tensors that came out.
    """

    name: str
    overload: str
    args: list[Any]
    kwargs: dict[str, Any]
    outputs: list[int | None]
    place: str


@dataclass
class Recording:
    """The operations between the tensors number `input` and `output`, in their order.

    `weights` maps tensor numbers to names in the state dict, `constants` to all other values that
    were there before (or to their shape, beyond `MAX_CONSTANTS` numbers). `functions` are the
    names of the functions of PyTorch that the code called.
    """

    input: int = -1
    output: int = -1
    operations: list[Operation] = field(default_factory=list)
    weights: dict[int, str] = field(default_factory=dict)
    constants: dict[int, Any] = field(default_factory=dict)
    functions: list[str] = field(default_factory=list)


def record(model: nn.Module, x: Tensor) -> tuple[Recording, Any]:
    """Return what `model(x)` computes, and its output. No gradients are recorded.

    `model` is on the CPU; its mode (training or evaluation) is left as it is.
    """
    recorder = _Recorder(model, x)
    with torch.no_grad(), recorder.following(model), _Functions(recorder), recorder:
        output = model(x)
    recorder.recording.output = recorder.number(output) if isinstance(output, Tensor) else -1
    return recorder.recording, output


class _Recorder(TorchDispatchMode):
    """Notes each operation. Tensors are numbered as they are first seen, and kept alive."""

    def __init__(self, model: nn.Module, x: Tensor) -> None:
        super().__init__()
        self.recording = Recording()
        self.seen: list[Tensor] = []
        self.numbers: dict[int, int] = {}
        self.functions: list[str] = []
        self.modules: list[str] = []
        for name, value in model.state_dict(keep_vars=True).items():
            if isinstance(value, Tensor):
                self.recording.weights[self._add(value)] = name
        self.recording.input = self._add(x)

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        written = self._write(args)
        options = {
            key: self._write(value)
            for key, value in (kwargs or {}).items()
            if key not in _ABOUT_MEMORY
        }
        result = func(*args, **(kwargs or {}))
        packet, overload = func.overloadpacket, func._overloadname
        outputs = [
            self._add(value) if isinstance(value, Tensor) else None
            for value in (result if isinstance(result, (tuple, list)) else [result])
        ]
        name, place = str(packet).removeprefix("aten."), self._place()
        if outputs != [None]:  # a number, as of item(): what follows from it is no part of this
            self.recording.operations.append(
                Operation(name, overload, written, options, outputs, place)
            )
        return result

    @contextmanager
    def following(self, model: nn.Module) -> Iterator[None]:
        """Keep track of which part of `model` is at work."""
        names = {id(module): _describe(name, module) for name, module in model.named_modules()}

        def enter(module: nn.Module, _: Any) -> None:
            self.modules.append(names.get(id(module), type(module).__name__))

        def leave(*_: Any) -> None:
            self.modules.pop()

        hooks = [register_module_forward_pre_hook(enter), register_module_forward_hook(leave)]
        try:
            yield
        finally:
            for hook in hooks:
                hook.remove()

    def number(self, value: Tensor) -> int:
        """Return the number of a tensor; one that no operation made is a constant."""
        if id(value) not in self.numbers:
            small = value.numel() <= MAX_CONSTANTS
            shape = list(value.shape)
            self.recording.constants[self._add(value)] = value.detach().clone() if small else shape
        return self.numbers[id(value)]

    def _add(self, value: Tensor) -> int:
        if id(value) not in self.numbers:
            self.numbers[id(value)] = len(self.seen)
            self.seen.append(value)
        return self.numbers[id(value)]

    def _write(self, value: Any) -> Any:
        """Return an argument as plain data."""
        if isinstance(value, Tensor):
            return ("tensor", self.number(value))
        if isinstance(value, (tuple, list)):
            return [self._write(item) for item in value]
        if isinstance(value, torch.dtype):
            return ("dtype", str(value).removeprefix("torch."))
        if value is None or isinstance(value, (bool, int, float, str)):
            return value
        return ("other", type(value).__name__)

    def _place(self) -> str:
        """Return who is at work, for example "1 (Conv2d) calls conv2d"."""
        who = self.modules[-1] if self.modules else "the model"
        return f"{who} calls {self.functions[-1]}" if self.functions else f"{who} computes"


class _Functions(TorchFunctionMode):
    """Notes which functions of PyTorch the code calls, by their Python names."""

    def __init__(self, recorder: _Recorder) -> None:
        super().__init__()
        self.recorder = recorder

    def __torch_function__(
        self, func: Any, types: Any, args: tuple = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        name = str(getattr(func, "__name__", func))
        self.recorder.recording.functions.append(name)
        self.recorder.functions.append(name)
        try:
            return func(*args, **(kwargs or {}))
        finally:
            self.recorder.functions.pop()


def _describe(name: str, module: nn.Module) -> str:
    """Return a module's name and, in brackets, the class of torch.nn behind it or its own."""
    library = (
        base.__name__
        for base in type(module).__mro__
        if base is not nn.Module and getattr(nn, base.__name__, None) is base
    )
    kind = next(library, type(module).__name__)
    return f"{name} ({kind})" if name else kind
