"""What a student's network computes, recorded in the kernel and checked here.

The recording is made by `utils.checks.recording` in the student's kernel, so it may be anything.
Here it becomes a `Recording` again, of exact types; `utils.checks.fully_connected` runs it, looks
up each operation and applies the rules. What is scored is that run, never the student's process.
"""

from typing import Any

from torch import Tensor, nn

from coursekit.judge.modules import RemoteModule
from coursekit.judge.remote import BrokenAnswer
from utils.checks import recording
from utils.checks.recording import Operation, Recording

_record_here = recording.record

_PLAIN = (int, float, bool, str, type(None))


def record(model: nn.Module, x: Tensor) -> tuple[Recording, Any]:
    """Do what `utils.checks.recording.record` does, also for a network of the student's."""
    if not isinstance(model, RemoteModule):
        return _record_here(model, x)
    answer = model._judge_session.request("torch_bridge.record", model, x)
    match answer:
        case (
            (int(start), int(end), list(steps), dict(weights), dict(constants), list(names)),
            out,
        ):
            return Recording(
                start,
                end,
                [_operation(step) for step in steps],
                {_number(key): _text(name) for key, name in weights.items()},
                {_number(key): value for key, value in constants.items()},
                [_text(name) for name in names],
            ), out
    raise BrokenAnswer("The kernel sent a recording that is none.")


def _operation(step: Any) -> Operation:
    match step:
        case (str(name), str(overload), list(args), dict(kwargs), list(outputs), str(place)):
            return Operation(
                name,
                overload,
                [_argument(value) for value in args],
                {_text(key): _argument(value) for key, value in kwargs.items()},
                [None if number is None else _number(number) for number in outputs],
                place[:200],
            )
    raise BrokenAnswer("The kernel sent an operation that is none.")


def _argument(value: Any) -> Any:
    match value:
        case ("tensor", int()) | ("dtype" | "other", str()):
            return value
        case list():
            return [_argument(item) for item in value]
    if type(value) not in _PLAIN:
        raise BrokenAnswer("The kernel sent an operation with an argument that is none.")
    return value


def _number(value: Any) -> int:
    if type(value) is not int:
        raise BrokenAnswer("The kernel sent a recording with a number that is none.")
    return value


def _text(value: Any) -> str:
    if type(value) is not str:
        raise BrokenAnswer("The kernel sent a recording with a name that is none.")
    return value
