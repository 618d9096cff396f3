"""What the student's objects and errors look like in the judge.

Plain values arrive as values. Everything else arrives as a `Remote`: it can be called, read,
indexed and iterated, each of which runs in the student's kernel, and it refuses whatever would let
the student's code decide a comparison (`==`, `bool`, `float`, `numpy.asarray`).

Errors of the student's code arrive as `StudentError`, which is also the builtin type that they are.
What ends a test whatever it catches (time is up, the kernel is gone, an answer that makes no sense)
is a `Stop`, which is no `Exception`.
"""

import builtins
import pickle
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from coursekit.judge.bridge import ABILITIES

if TYPE_CHECKING:
    from coursekit.judge.session import Session

MAX_LENGTH = 10_000_000
"""The longest `len` that a student's object may claim; Python reserves memory for that."""


class JudgeError(TypeError):
    """A test used a student's object in a way that would let the object decide the result."""


class Stop(BaseException):
    """The test cannot go on. No `Exception`, so that no test catches it by accident."""


class OutOfTime(Stop):
    """The time of the graded cell is used up."""


class ConnectionLost(Stop):
    """The student's kernel has closed the connection."""


class BrokenAnswer(Stop):
    """An answer from the student's kernel breaks the rules of the wire."""


class StudentError(Exception):
    """An exception that was raised in the student's code.

    `type_name` is what it was there. `student_line` is the last line of a notebook's cell that it
    came through (None if none), `line_number` its number there and `cell_head` the cell's first
    line. `student_calls` has (function, line) for the calls of a notebook's cells that it came
    through, innermost last. All text is the student's.
    """

    type_name = "Exception"
    student_line: str | None = None
    student_calls: tuple[tuple[str, str], ...] = ()
    line_number: int | None = None
    cell_head: str | None = None

    def __init__(self, message: str) -> None:
        self.args = (message,)
        self.message = message

    def __str__(self) -> str:
        return self.message


class About:
    """What the student's end says of an object: its kind, its type's name, its name, abilities."""

    __slots__ = ("abilities", "kind", "name", "type_name")

    def __init__(self, kind: str, type_name: str, name: object, abilities: str) -> None:
        self.kind = kind[:40]
        self.type_name = plain_name(type_name)
        self.name = plain_name(name) if isinstance(name, str) else None
        self.abilities = "".join(letter for letter in ABILITIES if letter in abilities)


class Remote:
    """An object that lies in the student's kernel; the base of what `remote_class` makes."""

    __slots__ = ("__weakref__", "_judge_about", "_judge_handle", "_judge_session", "_judge_times")

    __array_ufunc__ = None  # so that `array == remote` asks the remote, which refuses

    def __init__(self, session: "Session", handle: int, about: About) -> None:
        object.__setattr__(self, "_judge_session", session)
        object.__setattr__(self, "_judge_handle", handle)
        object.__setattr__(self, "_judge_about", about)
        object.__setattr__(self, "_judge_times", 0)

    def __judge_handle__(self) -> int:
        return self._judge_handle

    def __del__(self) -> None:
        self._judge_session.free(self._judge_handle, self._judge_times)

    def __getattr__(self, name: str) -> Any:
        about = self._judge_about
        if name in ("__name__", "__qualname__") and about.name is not None:
            return about.name
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(f"{about.type_name!r} object has no attribute {name!r} here")
        return self._judge_session.request("getattr", self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name in Remote.__slots__:
            object.__setattr__(self, name, value)
        else:
            self._judge_session.request("setattr", self, name, value)

    def __repr__(self) -> str:
        about = self._judge_about
        return f"<{about.type_name} {about.name or 'object'} of the submission>"

    def __format__(self, spec: str) -> str:
        return repr(self)

    def _judge_refuse(self, what: str) -> NoReturn:
        about = self._judge_about
        name = f" {about.name}" if about.name else ""
        raise JudgeError(
            f"The test needs a plain value here ({what}), such as a number or an array, but got an "
            f"object of type {about.type_name}{name}."
        )

    def __bool__(self) -> bool:
        self._judge_refuse("is it true?")

    def __hash__(self) -> int:
        self._judge_refuse("as a key")

    def __array__(self, *args: Any, **kwargs: Any) -> Any:
        self._judge_refuse("as an array")

    def __float__(self) -> float:
        self._judge_refuse("float")

    def __int__(self) -> int:
        self._judge_refuse("int")

    def __index__(self) -> int:
        self._judge_refuse("as an index")

    def __complex__(self) -> complex:
        self._judge_refuse("complex")

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        self._judge_refuse("a copy of it")


def _refusal(symbol: str) -> Callable[[Remote, Any], NoReturn]:
    def refuse(self: Remote, other: Any) -> NoReturn:
        self._judge_refuse(f"compared by {symbol}")

    return refuse


for _method, _symbol in {
    "__eq__": "==",
    "__ne__": "!=",
    "__lt__": "<",
    "__le__": "<=",
    "__gt__": ">",
    "__ge__": ">=",
}.items():
    setattr(Remote, _method, _refusal(_symbol))


def _call(self: Remote, /, *args: Any, **kwargs: Any) -> Any:
    return self._judge_session.request("call", self, args, kwargs)


def _len(self: Remote) -> int:
    length = self._judge_session.request("len", self)
    if type(length) is not int or not 0 <= length <= MAX_LENGTH:
        raise JudgeError(f"The test needs the length of an object, but got {length!r:.40}.")
    return length


def _iter(self: Remote) -> Iterator[Any]:
    found = (
        self if "n" in self._judge_about.abilities else self._judge_session.request("iter", self)
    )
    if isinstance(found, Remote) and "n" in found._judge_about.abilities:
        return found
    raise JudgeError("The test iterates over an object that gives no iterator.")


def _next(self: Remote) -> Any:
    match self._judge_session.request("next", self):
        case (True, value):
            return value
        case (False, _):
            raise StopIteration
    raise JudgeError("The test iterates over an object that gives no items.")


def _get_item(self: Remote, key: Any) -> Any:
    return self._judge_session.request("getitem", self, key)


def _set_item(self: Remote, key: Any, value: Any) -> None:
    self._judge_session.request("setitem", self, key, value)


def _contains(self: Remote, item: Any) -> bool:
    found = self._judge_session.request("contains", self, item)
    return found is True


_METHODS: dict[str, dict[str, Any]] = {
    "c": {"__call__": _call},
    "l": {"__len__": _len},
    "i": {"__iter__": _iter},
    "g": {"__getitem__": _get_item, "__setitem__": _set_item},
    "n": {"__next__": _next},
    "o": {"__contains__": _contains},
}


@lru_cache(maxsize=500)
def remote_class(type_name: str, abilities: str) -> type[Remote]:
    """Return a kind of `Remote` with the name of the student's type and what its objects can do.

    The name is for messages that say what was found; the special methods let `callable`, `len` and
    the rest answer as they would for the object itself.
    """
    methods = {"__slots__": (), "__module__": "submission"}
    for letter in abilities:
        methods |= _METHODS[letter]
    return type(type_name, (Remote,), methods)


_KNOWN_ERRORS = {
    f"{cls.__module__}.{cls.__qualname__}": cls
    for cls in (*vars(builtins).values(), np.linalg.LinAlgError, pickle.UnpicklingError)
    if isinstance(cls, type)
    and issubclass(cls, Exception)
    and not issubclass(cls, StopIteration | StopAsyncIteration | ExceptionGroup)
}
"""Errors that arrive as what they are. Not StopIteration: it would end a loop of the test."""


@lru_cache(maxsize=500)
def student_error_class(type_name: str, base: str) -> type[StudentError]:
    """Return a kind of `StudentError` with the name of the student's, a `base` as well if known."""
    known = _KNOWN_ERRORS.get(base, Exception)
    bases = (StudentError,) if known is Exception else (StudentError, known)
    return type(type_name, bases, {"__module__": "submission"})


def calls_of_student(error: Exception) -> list[tuple[str, str]]:
    """Return (function, line) of the student's calls; an error of the judge's own has none."""
    return list(error.student_calls) if isinstance(error, StudentError) else []


def plain_name(name: str) -> str:
    """Return `name` if it can be the name of a class or function, "object" if not."""
    return name if re.fullmatch(r"\w{1,80}|<lambda>", name) else "object"
