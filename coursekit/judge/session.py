"""The judge's end of the connection to a student's kernel: requests, answers, callbacks.

What the judge passes as an argument goes by value; networks and the like go as a pickle, functions
of libraries by their name, other functions as callbacks. What comes back is plain values, and
handles, which `remote` makes objects of. Nothing that arrives is believed: `wire` rebuilds plain
values from scratch, and all the rest is checked here.
"""

import contextlib
import functools
import importlib
import io
import pickle
import socket
import sys
import time
import types
import weakref
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from coursekit.judge import changes, wire
from coursekit.judge.bridge import LONGEST_TEXT, MOST_CALLS
from coursekit.judge.remote import (
    About,
    BrokenAnswer,
    ConnectionLost,
    JudgeError,
    OutOfTime,
    Stop,
    StudentError,
    plain_name,
    remote_class,
    student_error_class,
)

MAX_CALLS = 1_000_000
"""Requests and callbacks of one graded cell."""

LIBRARIES = sys.stdlib_module_names | {
    "numpy", "scipy", "sklearn", "torch", "matplotlib", "tqdm", "utils"
}  # fmt: skip
"""Functions and classes of these go by name: the student's kernel has them too."""

MODULE_KINDS = {"nn.Module": ("coursekit.judge.modules", "RemoteModule")}
"""Kind of a handle: module and class of what stands in for it.

Such a class is called with (session, handle, about). It defines `__judge_handle__(self)`, which
returns the handle, and counts in `_judge_times` how often the handle arrived, for `Session.free`.
"""


class Session:
    """The judge's end of one connection, for one graded cell.

    `seconds` is the time that all requests together may take, counted from now. After a `Stop`,
    which `stopped` keeps, every further request raises it again.
    """

    def __init__(self, sock: socket.socket, seconds: float) -> None:
        self.stopped: Stop | None = None
        self.calls = 0
        self.deadline = time.monotonic() + seconds
        self._sock = _TimedSocket(sock, self.deadline)
        self._remotes: weakref.WeakValueDictionary[int, Any] = weakref.WeakValueDictionary()
        self._freed: list[tuple[int, int]] = []
        self._callbacks: list[Callable[..., Any]] = []
        self._frames: list[list[Any]] = []
        self._test_error: Exception | None = None

    def names(self, names: Sequence[str]) -> dict[str, Any]:
        """Return those of `names` that the student's notebook has, with their values."""
        found = self.request("names", list(names))
        if type(found) is not dict or not found.keys() <= set(names):
            raise self._stop(BrokenAnswer("The kernel sent names that nobody asked for."))
        return found

    def request(self, operation: str, *operands: Any) -> Any:
        """Let the student's end do `operation`; return its result.

        Raises `StudentError` for an exception there, `JudgeError` for operands that cannot cross,
        and `Stop`.
        """
        if self.stopped is not None:
            raise self.stopped
        self._count()
        freed, self._freed = self._freed, []
        objects = self._send(operation, operands, freed)
        self._frames.append(objects)
        try:
            return self._answer(objects)
        finally:
            self._frames.pop()

    def made_there(self, function: Callable[..., Any], *args: Any) -> Any:
        """Return what a library's function makes in the student's process, which keeps it."""
        return self.request("call", function, args, {})

    @contextlib.contextmanager
    def replaced(self, program: str) -> Iterator[None]:
        """Let the functions that `program` defines stand in the student's notebook in the block.

        What had their names there comes back afterwards.
        """
        self.request("replace", program)
        try:
            yield
        finally:
            if self.stopped is None:
                self.request("put_back")

    def _answer(self, objects: list[Any]) -> Any:
        """Receive until the answer is there, doing the callbacks that come before it."""
        while True:
            reader = self._receive(objects)
            with self._rules():
                kind, content = reader.read(), None
                if kind == "callback":
                    content = reader.read(), reader.read(), reader.read()
                elif kind in ("ok", "error"):
                    content = reader.read()
                else:
                    raise wire.WireError("An answer is of no known kind.")
                for number, state in reader.read():
                    changes.put_back(objects, number, state)
                if kind == "callback":
                    function, args, kwargs = self._called_back(*content)
            if kind == "callback":
                self._run_callback(function, args, kwargs)
                continue
            if self._test_error is not None and not self._frames[1:]:
                error, self._test_error = self._test_error, None
                raise error
            if kind == "ok":
                return content
            raise self._student_error(content)

    # --- messages ----------------------------------------------------------------------------

    def _send(self, *values: Any) -> list[Any]:
        """Send a message; return its numbered objects."""
        pickled: list[Any] = []
        body = wire.Writer(functools.partial(self._refer, pickled), number=True)
        head = wire.Writer(functools.partial(self._refer, pickled))
        try:
            for value in values:
                body.write(value)
            head.write(self._pickle(pickled) if pickled else None)
        except wire.WireError as error:
            raise JudgeError(f"The test passes an argument that cannot cross: {error}") from error
        with self._rules():
            wire.send(self._sock, head, body)
        return body.objects

    def _receive(self, objects: list[Any]) -> wire.Reader:
        with self._rules():
            return wire.Reader(wire.receive(self._sock), self._resolve, known=objects)

    @contextlib.contextmanager
    def _rules(self) -> Iterator[None]:
        """Turn what goes wrong on the socket or in a message into a `Stop` of the session."""
        try:
            yield
        except TimeoutError as error:
            raise self._stop(OutOfTime("The time of this test is used up.")) from error
        except (EOFError, OSError) as error:
            raise self._stop(ConnectionLost("The kernel has gone.")) from error
        except (wire.WireError, ValueError, TypeError, MemoryError) as error:
            raise self._stop(BrokenAnswer(str(error))) from error

    def _stop(self, stop: Stop) -> Stop:
        self.stopped = stop
        return stop

    def _count(self) -> None:
        self.calls += 1
        if self.calls > MAX_CALLS:
            raise self._stop(OutOfTime(f"The test made more than {MAX_CALLS:,} calls."))

    # --- callbacks ---------------------------------------------------------------------------

    def _called_back(self, number: Any, args: Any, kwargs: Any) -> tuple[Any, Any, Any]:
        if type(number) is not int or not 0 <= number < len(self._callbacks):
            raise wire.WireError("A message calls a function that was not sent.")
        if type(args) is not tuple or type(kwargs) is not dict:
            raise wire.WireError("A message calls a function without arguments.")
        if not all(type(name) is str for name in kwargs):
            raise wire.WireError("A message calls a function with names that are no names.")
        return self._callbacks[number], args, kwargs

    def _run_callback(self, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        """Run a function of the test for the student's code and send what comes of it.

        An error of the test in there counts, also when the student's code swallows it: it is raised
        again when the outermost call is done. The student's code learns its builtin type at most.
        """
        self._count()
        try:
            self._send("return", function(*args, **kwargs))
        except StudentError as error:
            self._send("raise", (_builtin_name(error), str(error)))
        except Exception as error:
            self._test_error = self._test_error or error
            self._send("raise", (_builtin_name(error), "the test stopped here"))

    # --- references --------------------------------------------------------------------------

    def _refer(self, pickled: list[Any], value: Any) -> tuple[Any, ...]:
        """Say what a value is that does not cross by value."""
        reference = self._by_name_or_number(value)
        if reference is None:
            pickled.append(value)
            return ("object", len(pickled) - 1)
        return reference

    def _by_name_or_number(self, value: Any) -> tuple[Any, ...] | None:
        cls = type(value)
        if hasattr(cls, "__judge_handle__"):
            return ("handle", cls.__judge_handle__(value))
        if not (callable(value) or isinstance(value, types.ModuleType)):
            return None
        if (name := _library_name(value)) is not None:
            return ("library", *name)
        if isinstance(value, type):
            raise JudgeError(
                f"The test passes its own class {value.__name__} to the student's code; only "
                "classes of libraries can go there."
            )
        if isinstance(value, _FUNCTIONS):
            self._callbacks.append(value)
            return ("callback", len(self._callbacks) - 1, getattr(value, "__name__", "function"))
        return None

    def _pickle(self, values: list[Any]) -> bytes:
        file = io.BytesIO()
        try:
            _Pickler(file, self._by_name_or_number).dump(values)
        except (pickle.PicklingError, AttributeError, TypeError) as error:
            if isinstance(error, JudgeError):
                raise
            names = ", ".join(sorted({type(value).__name__ for value in values}))
            raise JudgeError(
                f"The test passes a {names} to the student's code, which cannot go there: {error}"
            ) from error
        return file.getvalue()

    def _resolve(self, reference: tuple[Any, ...]) -> Any:
        """Return the object that a reference of the student's end stands for."""
        match reference:
            case ("callback", int(number)) if 0 <= number < len(self._callbacks):
                return self._callbacks[number]
            case ("handle", int(handle), str(kind), str(type_name), name, str(abilities)):
                known = self._remotes.get(handle)
                if known is None:
                    known = self._new_remote(handle, About(kind, type_name, name, abilities))
                    self._remotes[handle] = known
                known._judge_times += 1
                return known
        raise wire.WireError("A message holds a reference that makes no sense.")

    def _new_remote(self, handle: int, about: "About") -> Any:
        if about.kind in MODULE_KINDS:
            module, name = MODULE_KINDS[about.kind]
            return getattr(importlib.import_module(module), name)(self, handle, about)
        return remote_class(about.type_name, about.abilities)(self, handle, about)

    def free(self, handle: int, times: int) -> None:
        """Note that the judge has no more use for a handle that it got `times` times."""
        self._freed.append((handle, times))

    def _student_error(self, description: Any) -> BaseException:
        match description:
            case (str(type_name), str(base), str(message), line, number, head, tuple(calls)):
                error = student_error_class(plain_name(type_name), base)(message[:LONGEST_TEXT])
                error.type_name = plain_name(type_name)
                error.student_calls = tuple(
                    (plain_name(name) if name.isidentifier() else "<code>", line[:LONGEST_TEXT])
                    for name, line in _pairs_of_text(calls[:MOST_CALLS])
                )
                if isinstance(line, str) and isinstance(head, str) and type(number) is int:
                    error.student_line = line[:LONGEST_TEXT]
                    error.line_number = number
                    error.cell_head = head[:LONGEST_TEXT]
                return error
        return self._stop(BrokenAnswer("The kernel sent an error without a type."))


def _pairs_of_text(values: Iterable[Any]) -> Iterator[tuple[str, str]]:
    """Yield those of `values` that are pairs of strings."""
    for value in values:
        match value:
            case (str(first), str(second)):
                yield first, second


class _Pickler(pickle.Pickler):
    """Pickles what goes to the student's end; what is there already goes as its handle."""

    def __init__(self, file: io.BytesIO, refer: Callable[[Any], tuple[Any, ...] | None]) -> None:
        super().__init__(file)
        self._refer = refer

    def persistent_id(self, value: Any) -> tuple[Any, ...] | None:
        if isinstance(value, type) and not _is_library(value.__module__):
            raise JudgeError(
                f"The test passes an object of {value.__name__} to the student's code, which does "
                "not have this class; only classes of libraries can go there."
            )
        if hasattr(type(value), "__judge_handle__") or isinstance(value, types.FunctionType):
            return self._refer(value)
        return None


class _TimedSocket:
    """A socket whose calls together end at a deadline, with `TimeoutError`."""

    def __init__(self, sock: socket.socket, deadline: float) -> None:
        self._sock = sock
        self._deadline = deadline

    def sendall(self, data: Any, /) -> None:
        self._set_timeout()
        self._sock.sendall(data)

    def recv_into(self, buffer: Any, /) -> int:
        self._set_timeout()
        return self._sock.recv_into(buffer)

    def _set_timeout(self) -> None:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._sock.settimeout(left)


_FUNCTIONS = (
    types.FunctionType,
    types.BuiltinFunctionType,
    types.MethodType,
    types.MethodWrapperType,
    functools.partial,
)


def _library_name(value: Any) -> tuple[str, str] | None:
    """Return (module, qualified name) under which the student's kernel has `value` too."""
    if isinstance(value, types.ModuleType):
        return (value.__name__, "") if _is_library(value.__name__) else None
    module, name = getattr(value, "__module__", None), getattr(value, "__qualname__", None)
    if module is None and isinstance(value, np.ufunc):
        module, name = "numpy", value.__name__
    if not isinstance(module, str) or not isinstance(name, str):
        return None
    if not _is_library(module):
        return None
    found: Any = sys.modules.get(module)
    for part in name.split("."):
        found = getattr(found, part, None)
    return (module, name) if found is value else None


def _is_library(module: str) -> bool:
    return module.split(".")[0] in LIBRARIES


def _builtin_name(error: Exception) -> str:
    return next(base.__name__ for base in type(error).__mro__ if base.__module__ == "builtins")
