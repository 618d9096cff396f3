"""PyTorch's values on the wire, and what a student's code changes in networks and optimizers.

Tensors cross by value, as plain `torch.Tensor` on the CPU, with their `requires_grad`; their graph
stays behind. Networks, optimizers and loaders of the judge go to the student's end as pickles;
afterwards parameters, gradients, buffers, modes and plain attributes of networks come back, and the
state of optimizers. Both ends import this module.
"""

import math
import struct
from typing import Any

import torch
from torch import Tensor, nn

from . import changes, wire
from .wire import Reader, WireError, Writer

_LENGTH = struct.Struct("!Q")
_NAMES = """
    bool uint8 int8 int16 int32 int64 float16 bfloat16 float32 float64 complex64 complex128
"""
_DTYPES: dict[str, torch.dtype] = {name: getattr(torch, name) for name in _NAMES.split()}
_NAME_OF = {dtype: name for name, dtype in _DTYPES.items()}
_NUMBERS = (int, float, bool, str, list, tuple, dict, type(None), Tensor)


def kind_of(value: Any) -> str | None:
    """Return "nn.Module" for a network, which the judge mirrors; None for all else."""
    return "nn.Module" if isinstance(value, nn.Module) else None


# --- tensors, dtypes, devices --------------------------------------------------------------------


def _write_tensor(writer: Writer, value: Tensor) -> Any:
    name = _NAME_OF.get(value.dtype)
    if name is None or value.layout is not torch.strided or value.is_meta:
        return NotImplemented
    writer.numbered(value)
    plain = value.detach().cpu().resolve_conj().resolve_neg().contiguous()
    writer.raw(b"t" + bytes([value.requires_grad, len(name), value.ndim]) + name.encode())
    writer.raw(b"".join(_LENGTH.pack(size) for size in value.shape))
    writer.block(plain.reshape(-1).view(torch.uint8).numpy().data if plain.numel() else b"")
    return None


def _read_tensor(reader: Reader) -> Tensor:
    requires_grad, length, dimensions = reader.take(3)
    dtype = _dtype_of(str(reader.take(length), "ascii"))
    shape = tuple(_LENGTH.unpack(reader.take(8))[0] for _ in range(dimensions))
    data = reader.block()
    if math.prod(shape) * dtype.itemsize != len(data):
        raise WireError("A message holds a tensor whose shape does not fit its bytes.")
    tensor = torch.empty(shape, dtype=dtype)
    if tensor.numel():
        memory = tensor.reshape(-1).view(torch.uint8).numpy()
        memory.data[:] = data
    if requires_grad and (dtype.is_floating_point or dtype.is_complex):
        tensor.requires_grad_()
    reader.numbered(tensor)
    return tensor


def _write_dtype(writer: Writer, value: torch.dtype) -> Any:
    name = _NAME_OF.get(value)
    if name is None:
        return NotImplemented
    writer.raw(b"y" + bytes([len(name)]) + name.encode())
    return None


def _read_dtype(reader: Reader) -> torch.dtype:
    return _dtype_of(str(reader.take(reader.take(1)[0]), "ascii"))


def _dtype_of(name: str) -> torch.dtype:
    if name not in _DTYPES:
        raise WireError(f"A message holds the dtype {name[:20]!r}, which may not cross.")
    return _DTYPES[name]


def _write_device(writer: Writer, value: torch.device) -> None:
    writer.raw(b"d")


def _read_device(reader: Reader) -> torch.device:
    """The judge computes on the CPU, whatever the student's kernel does."""
    return torch.device("cpu")


wire.register(b"t", [Tensor], _write_tensor, _read_tensor)
wire.register(b"y", [torch.dtype], _write_dtype, _read_dtype)
wire.register(b"d", [torch.device], _write_device, _read_device)


# --- changes in place ----------------------------------------------------------------------------


def _state_of_tensor(value: Tensor) -> tuple[Tensor, Tensor | None]:
    grad = value.grad if value.is_leaf else None
    return value.detach(), None if grad is None else grad.detach()


def _put_tensor(target: Tensor, state: Any) -> None:
    match state:
        case (Tensor() as data, None | Tensor() as grad):
            _set_data(target, data)
            _set_grad(target, grad)
        case _:
            raise WireError("A message turns a tensor into something else.")


def _set_data(target: Tensor, data: Any) -> None:
    """Give `target` new values, in its own memory if they fit into it."""
    if not isinstance(data, Tensor):
        raise WireError("A message turns a tensor into something else.")
    with torch.no_grad():
        if data.shape == target.shape and data.dtype == target.dtype:
            target.copy_(data)
        elif data.dtype.is_floating_point or not target.requires_grad:
            target.data = data.detach()
        else:
            raise WireError("A message turns a parameter into whole numbers.")


def _set_grad(target: Tensor, grad: Any) -> None:
    if grad is None or not target.requires_grad:
        if target.is_leaf:
            target.grad = None
    elif isinstance(grad, Tensor) and grad.shape == target.shape and grad.dtype == target.dtype:
        target.grad = grad.detach()
    else:
        raise WireError("A message holds a gradient that does not fit its tensor.")


def state_of_module(module: nn.Module) -> dict[str, Any]:
    """Return all of a network that training changes, as plain values, by name."""
    parameters = dict(module.named_parameters(remove_duplicate=False))
    modules = dict(module.named_modules())
    return {
        "parameters": {name: value.detach() for name, value in parameters.items()},
        "gradients": {
            name: value.grad.detach()
            for name, value in parameters.items()
            if value.grad is not None
        },
        "frozen": [name for name, value in parameters.items() if not value.requires_grad],
        "buffers": {
            name: value.detach() for name, value in module.named_buffers(remove_duplicate=False)
        },
        "training": [name for name, part in modules.items() if part.training],
        "attributes": {name: _plain_attributes(part) for name, part in modules.items()},
    }


def moving(args: tuple[Any, ...]) -> list[Tensor]:
    """Return those arguments that want a gradient. Both ends count them alike."""
    return [value for value in args if isinstance(value, Tensor) and value.requires_grad]


def trained(module: nn.Module) -> list[nn.Parameter]:
    """Return the parameters that want a gradient. Both ends count them alike."""
    return [value for value in module.parameters() if value.requires_grad]


def _plain_attributes(part: nn.Module) -> dict[str, Any]:
    """Return the attributes of a module that are numbers, texts and containers of such."""
    found = {}
    for name, value in vars(part).items():
        if name.startswith("_") or name == "training" or not isinstance(value, _NUMBERS):
            continue
        try:
            changes.plain_bytes(value)
        except WireError:
            continue
        found[name] = value
    return found


def put_into_module(target: nn.Module, state: Any) -> None:
    """Write what `state_of_module` returned into a network that has the same parts.

    Names that `target` does not have are passed over. Raises `WireError` for a state that cannot
    be that of a network.
    """
    parts = _sections(state)
    parameters = dict(target.named_parameters(remove_duplicate=False))
    for name in parameters.keys() & parts["parameters"].keys():
        _set_data(parameters[name], parts["parameters"][name])
        parameters[name].requires_grad_(name not in parts["frozen"])
        _set_grad(parameters[name], parts["gradients"].get(name))
    buffers = dict(target.named_buffers(remove_duplicate=False))
    for name in buffers.keys() & parts["buffers"].keys():
        _set_data(buffers[name], parts["buffers"][name])
    for name, part in target.named_modules():
        part.training = name in parts["training"]
        attributes = parts["attributes"].get(name, {})
        if type(attributes) is not dict:
            raise WireError("A message holds a network whose attributes are none.")
        for key in _plain_attributes(part).keys() & attributes.keys():
            setattr(part, key, attributes[key])


def _sections(state: Any) -> dict[str, Any]:
    """Return a state whose sections are dicts and lists; their contents are still unchecked."""
    wanted = {
        "parameters": dict, "gradients": dict, "buffers": dict, "attributes": dict,
        "frozen": list, "training": list,
    }  # fmt: skip
    if type(state) is not dict or any(type(state.get(key)) is not t for key, t in wanted.items()):
        raise WireError("A message turns a network into something else.")
    return state


def _put_optimizer(target: torch.optim.Optimizer, state: Any) -> None:
    if type(state) is not dict:
        raise WireError("A message turns an optimizer into something else.")
    try:
        target.load_state_dict(state)
    except Exception as error:  # PyTorch checks little of it by itself
        raise WireError(f"A message holds a state that no optimizer has: {error}") from error


def _in_place(state: Any, put: Any) -> changes.InPlace:
    """Return how changes are seen for objects with a plain state: by how it looks on the wire."""
    return changes.InPlace(
        look=lambda value: changes.plain_bytes(state(value)),
        differs=lambda value, seen: changes.plain_bytes(state(value)) != seen,
        state=state,
        put=put,
    )


changes.register(Tensor, _in_place(_state_of_tensor, _put_tensor))
changes.register(nn.Module, _in_place(state_of_module, put_into_module))
changes.register(
    torch.optim.Optimizer, _in_place(lambda optimizer: optimizer.state_dict(), _put_optimizer)
)
changes.register(
    torch.Generator,
    _in_place(
        lambda generator: generator.get_state(), lambda target, state: target.set_state(state)
    ),
)
