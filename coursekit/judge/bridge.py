"""The end of the bridge that lies in the student's kernel: it does what the judge asks for.

One request of the runner makes the kernel call `serve`, in its main thread, so that an interrupt
reaches the student's code. From then on the judge sends requests (get these names, call this
function, read that attribute) and gets answers. Nothing here is trusted: the student's code shares
the process and may change all of it, and gains nothing, as the judge takes answers for claims.

The judge's requests may hold a pickle (`loads` below), for what has no plain form: a network, an
optimizer, a data loader. Never the other way round.
"""

import builtins
import importlib
import io
import itertools
import linecache
import pickle
import random
import socket
import types
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from . import changes, hints, switches, wire

LONGEST_TEXT = 4000
"""Characters of an exception's message that are sent."""
MOST_CALLS = 10
"""Calls of the student's functions, innermost last, that are sent with an exception."""


def serve(path: str, namespace: dict[str, Any]) -> None:
    """Connect to the judge at the Unix socket `path` and answer until it closes the connection.

    `namespace` is where the judge's names are looked up: the variables of the notebook.
    """
    with socket.socket(socket.AF_UNIX) as sock:
        sock.connect(path)
        Server(sock, namespace).run()


def serve_notebook(path: str) -> None:
    """Serve the variables of the notebook that this kernel runs; see `serve`."""
    serve(path, _shell().user_ns)


def make_ready() -> None:
    """Prepare a fresh kernel: same random numbers every time, and nobody is there to answer.

    A forgotten `input()` gets an empty answer instead of an error.
    """
    random.seed(0)
    np.random.seed(0)
    kernel = getattr(_shell(), "kernel", None)
    if kernel is not None:
        kernel.raw_input = lambda prompt="": print(prompt) or ""
        kernel.getpass = lambda prompt="", stream=None: ""
    hints.remember(_shell())


def show_hints() -> None:
    """Print what the notebook has replaced in this kernel; see `hints`."""
    hints.show(_shell())


def _shell() -> Any:
    from IPython.core.interactiveshell import InteractiveShell

    return InteractiveShell.instance()


class Server:
    """Answers one judge. `objects` holds what the judge has a handle of."""

    def __init__(self, sock: wire.Socket, namespace: dict[str, Any]) -> None:
        self.namespace = namespace
        self._sock = sock
        self._handles: dict[int, list[Any]] = {}  # handle: [object, how often it was sent]
        self._handle_of: dict[int, int] = {}  # id(object): handle
        self._new_handle = itertools.count(1)
        self._callbacks: dict[int, Callable[..., Any]] = {}
        self._number_of: dict[int, int] = {}  # id(callback): the judge's number of it
        self._frames: list[_Frame] = []
        self._replaced: list[dict[str, Any]] = []

    def run(self) -> None:
        """Answer requests until the judge closes the connection."""
        switches.begin()
        while True:
            try:
                data = wire.receive(self._sock)
            except EOFError:
                return
            self._answer(self._reader(data))

    def _reader(self, data: memoryview) -> wire.Reader:
        """Return a reader of one message, past the pickle that it starts with."""
        unpickled: list[Any] = []

        def resolve(reference: tuple[Any, ...]) -> Any:
            kind, *what = reference
            if kind == "object":
                return unpickled[what[0]]
            return self._resolve(kind, *what)

        reader = wire.Reader(data, resolve, number=True, trusted=True)
        blob = reader.read()
        if blob:
            unpickled += _Unpickler(io.BytesIO(blob), self._resolve).load()
        return reader

    def _answer(self, reader: wire.Reader) -> None:
        """Read a request, do it and send the answer, with what it changed in its arguments."""
        operation, operands, freed = reader.read(), reader.read(), reader.read()
        for handle, times in freed:
            self._free(handle, times)
        if not self._frames:  # within a call of the student's function they are its own affair
            switches.set_back()
        frame = _Frame(reader.objects, self._handle_of)
        self._frames.append(frame)
        try:
            answer = ("ok", _operation(operation)(self, *operands))
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            answer = ("error", describe(error))
        finally:
            self._frames.pop()
        try:
            writer = self._writer(frame, *answer)
        except wire.WireError as error:
            writer = self._writer(frame, "error", describe(error))
        wire.send(self._sock, writer)

    def _writer(self, frame: "_Frame", *values: Any) -> wire.Writer:
        """Write `values`, and after them what has changed in the arguments of `frame`."""
        writer = wire.Writer(self._refer, known=frame.objects)
        for value in values:
            writer.write(value)
        writer.write(changes.changed(frame.before))
        return writer

    def call_back(self, number: int, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Call the judge's function of that number and return what it returns."""
        frame = self._frames[-1]
        wire.send(self._sock, self._writer(frame, "callback", number, args, kwargs))
        frame.look()
        while True:
            reader = self._reader(wire.receive(self._sock))
            if (kind := reader.read()) == "return":
                return reader.read()
            if kind == "raise":
                name, message = reader.read()
                raise getattr(builtins, name, RuntimeError)(message)
            self._answer(reader)

    def replace(self, program: str) -> None:
        """Let the functions that `program` defines stand in the notebook until `put_back`."""
        defined: dict[str, Any] = {"__name__": "__main__"}
        exec(program, defined)
        functions = {k: v for k, v in defined.items() if isinstance(v, types.FunctionType)}
        before = {name: self.namespace.get(name, _ABSENT) for name in functions}
        self._replaced.append(before)
        self.namespace.update(functions)

    def put_back(self) -> None:
        """Let the notebook have again what the last `replace` took out."""
        for name, value in self._replaced.pop().items():
            if value is _ABSENT:
                self.namespace.pop(name, None)
            else:
                self.namespace[name] = value

    # --- handles -----------------------------------------------------------------------------

    def _refer(self, value: Any) -> tuple[Any, ...]:
        """Describe an object that stays here: its handle, and what the judge may want to know."""
        if id(value) in self._number_of:
            return ("callback", self._number_of[id(value)])
        handle = self._handle_of.get(id(value))
        if handle is None:
            handle = next(self._new_handle)
            self._handles[handle] = [value, 0]
            self._handle_of[id(value)] = handle
        self._handles[handle][1] += 1
        cls = type(value)
        abilities = "".join(letter for letter, name in ABILITIES.items() if _has(cls, name))
        name = getattr(value, "__name__", None)
        return (
            "handle",
            handle,
            kind_of(value),
            cls.__name__[:200],
            name[:200] if isinstance(name, str) else None,
            abilities,
        )

    def _resolve(self, kind: str, *what: Any) -> Any:
        if kind == "handle":
            return self.object_of(what[0])
        if kind == "callback":
            return self._callback(*what)
        if kind == "library":
            value = importlib.import_module(what[0])
            for name in what[1].split(".") if what[1] else ():
                value = getattr(value, name)
            return value
        raise wire.WireError(f"A request refers to the unknown kind {kind!r}.")

    def object_of(self, handle: int) -> Any:
        """Return the object that the judge has the handle of."""
        return self._handles[handle][0]

    def _callback(self, number: int, name: str) -> Callable[..., Any]:
        if number not in self._callbacks:

            def function(*args: Any, **kwargs: Any) -> Any:
                return self.call_back(number, args, kwargs)

            function.__name__ = function.__qualname__ = name
            self._callbacks[number] = function
            self._number_of[id(function)] = number
        return self._callbacks[number]

    def _free(self, handle: int, times: int) -> None:
        entry = self._handles[handle]
        entry[1] -= times
        if entry[1] == 0:
            del self._handles[handle], self._handle_of[id(entry[0])]


_ABSENT = object()


class _Frame:
    """One request that is being worked on: its arguments, and how they were before.

    A plain object with a handle, such as a random generator, lies here alone; the judge has nothing
    that could change with it.
    """

    def __init__(self, objects: list[Any], handles: Mapping[int, int]) -> None:
        self.objects = objects
        self._handles = handles
        self.look()

    def look(self) -> None:
        self.before = [
            entry
            for entry in changes.look(self.objects)
            if id(entry[1]) not in self._handles or kind_of(entry[1]) != "object"
        ]


class _Unpickler(pickle.Unpickler):
    """Reads the judge's pickles; what has a handle or a number arrives as the object itself."""

    def __init__(self, file: io.BytesIO, resolve: Callable[..., Any]) -> None:
        super().__init__(file)
        self._resolve = resolve

    def persistent_load(self, reference: tuple[Any, ...]) -> Any:
        return self._resolve(*reference)


# --- what the judge can ask for ------------------------------------------------------------------


def _names(server: Server, names: list[str]) -> dict[str, Any]:
    return {name: server.namespace[name] for name in names if name in server.namespace}


def _next(server: Server, iterator: Iterator[Any]) -> tuple[bool, Any]:
    try:
        return True, next(iterator)
    except StopIteration:
        return False, None


def _set_item(server: Server, target: Any, key: Any, value: Any) -> None:
    target[key] = value


OPERATIONS: dict[str, Callable[..., Any]] = {
    "names": _names,
    "replace": lambda server, program: server.replace(program),
    "put_back": lambda server: server.put_back(),
    "call": lambda server, target, args, kwargs: target(*args, **kwargs),
    "getattr": lambda server, target, name: getattr(target, name),
    "setattr": lambda server, target, name, value: setattr(target, name, value),
    "getitem": lambda server, target, key: target[key],
    "setitem": _set_item,
    "len": lambda server, target: len(target),
    "iter": lambda server, target: iter(target),
    "next": _next,
    "contains": lambda server, target, item: item in target,
}
"""Name: function of the server and the operands."""


def _operation(name: str) -> Callable[..., Any]:
    """Return an operation; "torch_bridge.forward" is `forward` of the module `torch_bridge`."""
    if "." not in name:
        return OPERATIONS[name]
    module, _, function = name.rpartition(".")
    operation: Callable[..., Any] = getattr(
        importlib.import_module(f"{__package__}.{module}"), function
    )
    return operation


ABILITIES = {
    "c": "__call__",
    "l": "__len__",
    "i": "__iter__",
    "g": "__getitem__",
    "n": "__next__",
    "o": "__contains__",
}
"""One letter for each special method that the judge wants to know of."""


def kind_of(value: Any) -> str:
    """Return what an object is, in a word: a class, a function, what a family says, an object."""
    if isinstance(value, type):
        return "class"
    if isinstance(value, types.ModuleType):
        return "module"
    for family in wire.load_families():
        if kind := family.kind_of(value):
            return str(kind)
    return "function" if isinstance(value, _FUNCTIONS) else "object"


def _has(cls: type, method: str) -> bool:
    """Return whether instances of `cls` have a special method; its metaclass's do not count."""
    found = (vars(base)[method] for base in cls.__mro__ if method in vars(base))
    return next(found, None) is not None


_FUNCTIONS = (
    types.FunctionType,
    types.BuiltinFunctionType,
    types.MethodType,
    types.MethodWrapperType,
)


def describe(error: BaseException) -> tuple[Any, ...]:
    """Return what the judge hears of an error.

    That is its type's name, the nearest type that the judge knows, the message, and then a line of
    the student's, its number, the `head` of its cell, and the calls.
    The line is the last one of a notebook's cell that the error came through, `head` the first
    written line of that cell; the three are None if there is none. `calls` has a pair of function
    and line for each of the last `MOST_CALLS` lines of cells that it came through.
    """
    known = [base for base in type(error).__mro__ if base.__module__ in _KNOWN_MODULES]
    try:
        message = str(error)
    except Exception:
        message = ""
    line: tuple[Any, ...] = (None, None, None)
    calls: list[tuple[str, str]] = []
    trace = error.__traceback__
    while trace is not None:
        lines = _cell_lines(trace.tb_frame.f_code.co_filename)
        if 0 < trace.tb_lineno <= len(lines):
            text = lines[trace.tb_lineno - 1].strip()[:LONGEST_TEXT]
            head = next(line.strip() for line in lines if line.strip())
            line = (text, trace.tb_lineno, head[:LONGEST_TEXT])
            calls.append((trace.tb_frame.f_code.co_name[:LONGEST_TEXT], text))
        trace = trace.tb_next
    base = known[0] if known else Exception
    return (
        type(error).__name__[:LONGEST_TEXT],
        f"{base.__module__}.{base.__qualname__}",
        message[:LONGEST_TEXT],
        *line,
        tuple(calls[-MOST_CALLS:]),
    )


_KNOWN_MODULES = ("builtins", "numpy.linalg", "pickle", "_pickle")


def _cell_lines(filename: str) -> list[str]:
    """Return the lines of a cell; none for a file. IPython gives cells to `linecache` by hand."""
    entry = linecache.cache.get(filename, ())
    return entry[2] if len(entry) == 4 and entry[1] is None else []
