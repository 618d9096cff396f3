"""What a student's code changes in its arguments, type by type, and how that comes back.

An argument crosses by value, so the student's code works on a copy. After a call, the student's end
compares each mutable argument with what it was (`look`), and sends what is different (`changed`);
the judge's end puts it into its own object (`put_back`). A library's types join by `register`, from
the module that `wire.FAMILIES` names for it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .wire import WireError, Writer, load_families


@dataclass(frozen=True)
class InPlace:
    """How changes of one type are seen and put back.

    `look` keeps what is needed to see a change later, `differs` compares an object with that,
    `state` is the new state as a plain value (a new object: the old one would cross as its number),
    and `put` writes such a value, which may be anything, into the judge's object, or raises
    `WireError`.
    """

    look: Callable[[Any], Any]
    differs: Callable[[Any, Any], bool]
    state: Callable[[Any], Any]
    put: Callable[[Any, Any], None]


Before = Sequence[tuple[int, Any, InPlace, Any]]

_TABLE: dict[type, InPlace | None] = {}


def register(cls: type, how: InPlace) -> None:
    """Let in-place changes of `cls` and its subclasses go back."""
    _TABLE[cls] = how


def look(objects: Sequence[Any]) -> Before:
    """Remember how the numbered objects of a request are before the student's code sees them."""
    before = []
    for number, value in enumerate(objects):
        how = _how(type(value))
        if how is not None:
            before.append((number, value, how, how.look(value)))
    return before


def changed(before: Before) -> list[tuple[int, Any]]:
    """Return (number, new state) of every object that is different now."""
    return [
        (number, how.state(value))
        for number, value, how, seen in before
        if how.differs(value, seen)
    ]


def put_back(objects: Sequence[Any], number: Any, state: Any) -> None:
    """Write `state` into the judge's object of that number. Raises `WireError` if it can't be."""
    if type(number) is not int or not 0 <= number < len(objects):
        raise WireError("A message changes an object that was not sent.")
    how = _how(type(objects[number]))
    if how is None:
        raise WireError("A message changes an object that cannot change.")
    how.put(objects[number], state)


def _how(cls: type) -> InPlace | None:
    if cls not in _TABLE:
        load_families()
        found = next((_TABLE[base] for base in cls.__mro__ if _TABLE.get(base)), None)
        if len(_TABLE) > 1000:
            return found
        _TABLE[cls] = found
    return _TABLE[cls]


def _same_items(value: Any, seen: Any) -> bool:
    """Compare containers by the identity of what they hold; contents have numbers of their own."""
    return len(value) == len(seen) and all(a is b for a, b in zip(value, seen, strict=True))


def _put_array(target: np.ndarray, state: Any) -> None:
    if type(state) is not np.ndarray or state.dtype != target.dtype:
        raise WireError("A message turns an array into something else.")
    if not target.flags.writeable:
        raise WireError("A message changes an array that is read-only.")
    if state.shape != target.shape:
        try:
            target.shape = state.shape  # as `array.shape = ...` does over there
        except (AttributeError, ValueError) as error:
            raise WireError("The size of an array was changed in place.") from error
    np.copyto(target, state)


def _put_list(target: list[Any], state: Any) -> None:
    if type(state) is not list:
        raise WireError("A message turns a list into something else.")
    target[:] = state


def _put_dict(target: dict[Any, Any], state: Any) -> None:
    if type(state) is not dict:
        raise WireError("A message turns a dict into something else.")
    target.clear()
    target.update(state)


def _put_set(target: set[Any], state: Any) -> None:
    if type(state) is not set:
        raise WireError("A message turns a set into something else.")
    target.clear()
    target.update(state)


def plain_bytes(value: Any) -> bytes:
    """Return what a plain value looks like on the wire, to compare two states."""

    def refuse(value: Any) -> tuple[Any, ...]:
        raise WireError(f"A state holds a {type(value).__name__}, which does not cross by value.")

    writer = Writer(refuse)
    writer.write(value)
    return b"".join(writer.parts())


def _put_generator(target: np.random.Generator, state: Any) -> None:
    """Set the state of a random generator; NumPy itself checks the numbers in it."""
    if (
        type(state) is not dict
        or state.get("bit_generator") != target.bit_generator.state["bit_generator"]
    ):
        raise WireError("A message turns a random generator into something else.")
    try:
        target.bit_generator.state = state
    except (TypeError, ValueError, KeyError, OverflowError) as error:
        raise WireError(f"A message holds a state that no generator has: {error}") from error


def _put_random_state(target: np.random.RandomState, state: Any) -> None:
    if type(state) is not dict:
        raise WireError("A message turns a random generator into something else.")
    try:
        target.set_state(state)
    except (TypeError, ValueError, KeyError, OverflowError) as error:
        raise WireError(f"A message holds a state that no generator has: {error}") from error


register(
    np.ndarray,
    InPlace(
        look=lambda array: (array.shape, array.tobytes()),
        differs=lambda array, seen: (array.shape, array.tobytes()) != seen,
        state=lambda array: np.ndarray.view(array, np.ndarray),
        put=_put_array,
    ),
)
register(
    list,
    InPlace(
        look=list.copy,
        differs=lambda value, seen: not _same_items(value, seen),
        state=list,
        put=_put_list,
    ),
)
register(
    dict,
    InPlace(
        look=lambda value: list(value.items()),
        differs=lambda value, seen: (
            not (
                _same_items(value.keys(), [key for key, _ in seen])
                and _same_items(value.values(), [item for _, item in seen])
            )
        ),
        state=dict,
        put=_put_dict,
    ),
)
register(
    set,
    InPlace(
        look=set.copy,
        differs=lambda value, seen: value != seen,
        state=set,
        put=_put_set,
    ),
)
register(
    np.random.Generator,
    InPlace(
        look=lambda generator: plain_bytes(generator.bit_generator.state),
        differs=lambda generator, seen: plain_bytes(generator.bit_generator.state) != seen,
        state=lambda generator: generator.bit_generator.state,
        put=_put_generator,
    ),
)
register(
    np.random.RandomState,
    InPlace(
        look=lambda stream: plain_bytes(stream.get_state(legacy=False)),
        differs=lambda stream, seen: plain_bytes(stream.get_state(legacy=False)) != seen,
        state=lambda stream: stream.get_state(legacy=False),
        put=_put_random_state,
    ),
)
