"""A student's network in the judge: a mirror with real parameters, whose forward runs over there.

The mirror is an `nn.Module` with the parts, parameters and buffers of the network, by value. Tests
read them, load into them and train them as usual. What has changed in the mirror goes over whenever
the network crosses as an argument or is called; what the student's code changes comes back by
`changes`. Gradients cross, too, so that `backward()` works through a call.
"""

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import torch
import torch._dynamo  # an optimizer's first step loads it, a second's work: here once for all cells
from torch import Tensor, nn
from torch.autograd.function import once_differentiable

from coursekit.judge.changes import plain_bytes
from coursekit.judge.remote import About, BrokenAnswer, JudgeError
from coursekit.judge.torch_values import moving, put_into_module, state_of_module, trained
from coursekit.judge.wire import WireError

if TYPE_CHECKING:
    from coursekit.judge.session import Session


class RemoteModule(nn.Module):
    """The mirror of one network, built when something of it is first read.

    An attribute that the mirror does not have is asked of the student's network.
    """

    def __init__(self, session: "Session", handle: int, about: About) -> None:
        vars(self).update(
            _judge_session=session, _judge_handle=handle, _judge_times=0, _judge_sent=None
        )
        object.__setattr__(self, "__class__", _class_named(about.type_name))

    def __judge_handle__(self) -> int:
        """Return the handle, after the network has got what was changed in its mirror."""
        if self._judge_is_built():
            state = _trainable_state(self)
            if (sent := plain_bytes(state)) != self._judge_sent:
                self._judge_session.request("torch_bridge.push", self._judge_handle, state)
                vars(self)["_judge_sent"] = sent
        return self._judge_handle

    def __del__(self) -> None:
        self._judge_session.free(self._judge_handle, self._judge_times)

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """Return the network's output; a tensor's gradients go through the student's process."""
        answer = self._judge_session.request(
            "torch_bridge.forward", self, torch.is_grad_enabled(), args, kwargs
        )
        vars(self)["_judge_sent"] = plain_bytes(_trainable_state(self))
        match answer:
            case (output, None):
                return output
            case (Tensor() as output, int(graph)):
                return _Call.apply(self, graph, output, *moving(args), *trained(self))
        raise BrokenAnswer("The kernel sent an output of a network that is none.")

    def __getattr__(self, name: str) -> Any:
        if not self._judge_is_built():
            self._judge_build()
            return getattr(self, name)
        try:
            return super().__getattr__(name)
        except AttributeError:
            if name.startswith("_"):
                raise
        return self._judge_session.request("getattr", self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "_judge_times":
            vars(self)[name] = value
            return
        if not self._judge_is_built():
            self._judge_build()
        super().__setattr__(name, value)

    def __deepcopy__(self, memo: Any) -> Any:
        raise JudgeError("The test copies a student's network; call the function that makes it.")

    def __reduce_ex__(self, protocol: object) -> Any:
        raise JudgeError("The test pickles a student's network; work with its state_dict().")

    def _judge_is_built(self) -> bool:
        return "_parameters" in vars(self)

    def _judge_build(self) -> None:
        description = self._judge_session.request("torch_bridge.describe", self._judge_handle)
        nn.Module.__init__(self)
        try:
            _build(self, description)
        except (WireError, KeyError, AttributeError, TypeError, ValueError, RuntimeError) as error:
            raise BrokenAnswer(f"The kernel sent a network that cannot be: {error}") from error
        vars(self)["_judge_sent"] = plain_bytes(_trainable_state(self))


class _Part(nn.Module):
    """A part of a mirror: holds parameters, and is not called by itself."""

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        raise JudgeError("The test calls a part of a student's network; call the whole network.")


class _Call(torch.autograd.Function):
    """The place of one remote forward pass in the judge's graph."""

    @staticmethod
    def forward(ctx: Any, module: RemoteModule, graph: int, output: Tensor, *inputs: Tensor) -> Any:
        """Return `output`, as computed from `inputs` over there."""
        ctx.session, ctx.graph = module._judge_session, graph
        ctx.like = [(value.shape, value.dtype) for value in inputs]
        return output.clone()

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, *gradients: Tensor) -> Any:
        """Return the gradients of the inputs, as computed over there."""
        found = ctx.session.request("torch_bridge.backward", ctx.graph, gradients[0])
        if type(found) is not list or len(found) != len(ctx.like):
            raise BrokenAnswer("The kernel sent gradients of something else.")
        for value, (shape, dtype) in zip(found, ctx.like, strict=True):
            fits = type(value) is Tensor and value.shape == shape and value.dtype == dtype
            if value is not None and not fits:
                raise BrokenAnswer("The kernel sent a gradient of another shape.")
        return None, None, None, *found


@lru_cache(maxsize=500)
def _class_named(type_name: str) -> type[RemoteModule]:
    """Return a kind of mirror with the name of the student's class, for messages."""
    return type(type_name, (RemoteModule,), {"__module__": "submission"})


def _trainable_state(module: nn.Module) -> dict[str, Any]:
    """Return what goes over from a mirror: all but the gradients, which belong to the judge."""
    return {**state_of_module(module), "gradients": {}}


def _build(mirror: RemoteModule, description: dict[str, Any]) -> None:
    """Give `mirror` the parts and values of a description that `torch_bridge.describe` made."""
    state, same = description["state"], description["same"]
    for name in description["parts"]:
        _part(mirror, name)
    made: dict[str, Tensor] = {}
    for name, value in [*state["parameters"].items(), *state["buffers"].items()]:
        path, _, last = name.rpartition(".")
        part = _part(mirror, path)
        original = made.get(same[name])
        if name in state["parameters"]:
            trains = name not in state["frozen"]
            made[name] = nn.Parameter(value, trains) if original is None else original
            part._parameters[last] = made[name]  # type: ignore[assignment]
        else:
            made[name] = _tensor(value) if original is None else original
            part._buffers[last] = made[name]
            if name not in description["saved"]:
                part._non_persistent_buffers_set.add(last)
    put_into_module(mirror, state)


def _part(mirror: nn.Module, path: str) -> nn.Module:
    """Return the part of that name ("layers.0"), which is made if it is not there."""
    part = mirror
    for name in path.split(".") if path else ():
        part = part._modules.setdefault(name, _Part())  # type: ignore[assignment]
    return part


def _tensor(value: Any) -> Tensor:
    if type(value) is not Tensor:
        raise TypeError("a buffer is no tensor")
    return value
