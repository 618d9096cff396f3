"""What a student's kernel does with its networks for the judge: forward, backward, recording.

The operations are called by `bridge` as `torch_bridge.<name>`, with the server and their operands.
Like all of the bridge, this end is not trusted.
"""

import itertools
from collections import OrderedDict
from typing import Any

import torch
from torch import Tensor, nn

from . import switches
from .torch_values import moving, put_into_module, state_of_module, trained

_GRAPHS_KEPT = 64
"""Forward passes whose backward pass may still come."""

_graphs: OrderedDict[int, tuple[Tensor, list[Tensor]]] = OrderedDict()
_next_graph = itertools.count(1)


def describe(server: Any, handle: int) -> dict[str, Any]:
    """Return all that the judge needs to build a mirror of a network."""
    module: nn.Module = server.object_of(handle)
    first: dict[int, str] = {}
    values = [
        *module.named_parameters(remove_duplicate=False),
        *module.named_buffers(remove_duplicate=False),
    ]
    return {
        "state": state_of_module(module),
        "parts": [name for name, _ in module.named_modules()],
        "same": {name: first.setdefault(id(value), name) for name, value in values},
        "saved": list(module.state_dict()),
    }


def push(server: Any, handle: int, state: dict[str, Any]) -> None:
    """Bring a network to the state of the judge's mirror."""
    module: nn.Module = server.object_of(handle)
    before = [part.training for part in module.modules()]
    put_into_module(module, state)
    after = [part.training for part in module.modules()]
    if before != after and len(set(after)) == 1:
        module.train(after[0])  # a network may do more in its own train()


def forward(
    server: Any,
    module: nn.Module,
    with_graph: bool,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> tuple[Any, int | None]:
    """Return the network's output, and the number of its graph if there is one."""
    with torch.set_grad_enabled(with_graph):
        output = module(*args, **kwargs)
    if not (with_graph and isinstance(output, Tensor) and output.requires_grad):
        return output, None
    number = next(_next_graph)
    _graphs[number] = (output, [*moving(args), *trained(module)])
    if len(_graphs) > _GRAPHS_KEPT:
        _graphs.popitem(last=False)
    return output.detach(), number


def backward(server: Any, graph: int, gradient: Tensor) -> list[Tensor | None]:
    """Return the gradients of `forward`'s tensor arguments, then of the parameters."""
    output, inputs = _graphs[graph]
    return list(torch.autograd.grad(output, inputs, gradient, retain_graph=True, allow_unused=True))


def gradients_on(server: Any) -> bool:
    """Return whether each call so far has left gradients as they were: recorded."""
    return not switches.gradients_left_off


def record(server: Any, module: nn.Module, x: Tensor) -> tuple[Any, Any]:
    """Return what `module(x)` computes, as plain values, and its output."""
    from utils.checks import recording

    made, output = recording.record(module, x)
    steps = [
        (step.name, step.overload, step.args, step.kwargs, step.outputs, step.place)
        for step in made.operations
    ]
    plain = (made.input, made.output, steps, made.weights, made.constants, made.functions)
    return plain, output
