"""The values that cross between the judge and a student's kernel, and how they lie on the wire.

A message is a length (8 bytes, big endian) and one value. A value is a tag (1 byte) and what the
tag asks for. No value can carry code. Whatever a sender claims, the reader builds exact base types:
int, not a subclass of it, and arrays that own their memory and can be written to.

What cannot cross by value goes as a reference: the writer's `refer` turns it into a tuple of plain
values, the reader's `resolve` turns that tuple into an object. Both ends also number the mutable
objects of a request, so that the answer can name them: "the array that was your third object".

A library's types join the tables by `register`, from a module that is imported when it is needed
(`FAMILIES`), so that nobody loads a library that the other end does not use.
"""

import importlib
import math
import pathlib
import re
import struct
import sys
from collections import namedtuple
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any, Protocol

import numpy as np

MAX_BYTES = 1 << 29
"""Bytes of one message, 512 MiB: a data set fits, and twice of it fits a judge's memory."""

MAX_ITEMS = 2_000_000
"""Values in one message; each costs some 60 bytes and a microsecond."""

_TOO_MANY = f"A value of more than {MAX_ITEMS:,} parts is too large to be tested."

MAX_DEPTH = 40
"""Containers within containers."""

MAX_INT_BYTES = 1024
"""Bytes of an int, about 2,400 digits: Python prints and parses that without complaint."""

FAMILIES = {"torch": "torch_values"}
"""Library: the module beside this one that registers the library's types."""

_FAMILY_TAGS = {b"t": "torch", b"y": "torch", b"d": "torch"}
"""Tags that belong to a family (tensor, torch dtype, device), so that a reader can load it."""

_LENGTH = struct.Struct("!Q")
_DOUBLE = struct.Struct("!d")
_COMPLEX = struct.Struct("!dd")
_COUNT = struct.Struct("!I")
_DTYPE = re.compile(r"[<>|=]?[biufcSU][1-9][0-9]{0,8}")
_FIELD = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,79}")

_CONSTANTS = {
    b"N": None,
    b"1": True,
    b"0": False,
    b"E": Ellipsis,
    b"!": NotImplemented,
}
_BIG = 1 << 16
"""Arrays of so many bytes are sent from where they lie instead of being copied."""


class WireError(Exception):
    """A message breaks the rules: too long, too deep, an unknown tag, a value out of range."""


class Socket(Protocol):
    """The part of `socket.socket` that is used here."""

    def sendall(self, data: Any, /) -> None: ...

    def recv_into(self, buffer: Any, /) -> int: ...


Refer = Callable[[Any], tuple[Any, ...]]
Resolve = Callable[[tuple[Any, ...]], Any]


def send(sock: Socket, *writers: "Writer") -> None:
    """Send what was written to `writers` as one message. Raises `WireError` if it is too long."""
    parts = [part for writer in writers for part in writer.parts()]
    size = sum(len(part) for part in parts)
    if size > MAX_BYTES:
        raise WireError(
            f"A value of {size:,} bytes is too large to be tested; {MAX_BYTES:,} may cross."
        )
    head = _LENGTH.pack(size)
    if len(parts) == 1:
        sock.sendall(head + parts[0])
        return
    sock.sendall(head)
    for part in parts:
        sock.sendall(part)


def receive(sock: Socket) -> memoryview:
    """Receive one message.

    Raises `EOFError` when the other end has gone and `WireError` when the message is too long.
    """
    (size,) = _LENGTH.unpack(_receive_exactly(sock, _LENGTH.size))
    if size > MAX_BYTES:
        raise WireError(f"A message of {size:,} bytes is too long.")
    return _receive_exactly(sock, size)


def _receive_exactly(sock: Socket, size: int) -> memoryview:
    view = memoryview(bytearray(size))
    done = 0
    while done < size:
        received = sock.recv_into(view[done:])
        if not received:
            raise EOFError("The other end closed the connection.")
        done += received
    return view


class Writer:
    """Writes values, one after the other, into a message.

    `refer` is asked for what does not cross by value. With `number`, mutable objects and references
    are numbered in the order in which they are met (`objects`); an object of `known`, or one met
    before, is written as its number.
    """

    def __init__(self, refer: Refer, *, number: bool = False, known: Iterable[Any] = ()) -> None:
        self.objects: list[Any] = list(known)
        self._numbers = {id(value): index for index, value in enumerate(self.objects)}
        self._refer = refer
        self._number = number
        self._parts: list[bytes | bytearray | memoryview] = []
        self._tail = bytearray()
        self._depth = 0
        self._items = 0

    def write(self, value: Any) -> None:
        """Write one value. Raises `WireError` if it breaks a limit."""
        cls = type(value)
        constant = _CONSTANT_TAGS.get(id(value))
        if constant is not None:
            self._tail += constant
            return
        self._items += 1
        if self._items > MAX_ITEMS:
            raise WireError(_TOO_MANY)
        if self._numbers and (number := self._numbers.get(id(value))) is not None:
            self._tail += b"#" + _COUNT.pack(number)
            return
        write = _WRITERS.get(cls) or _inherited_writer(cls)
        if self._depth >= MAX_DEPTH:
            raise WireError(f"A value nested more than {MAX_DEPTH} levels deep cannot be tested.")
        self._depth += 1
        try:
            if write is None or write(self, value) is NotImplemented:
                self.reference(value)
        finally:
            self._depth -= 1

    def reference(self, value: Any) -> None:
        """Write what `refer` makes of `value`."""
        self.numbered(value)
        self._tail += b"R"
        _write_items(self, self._refer(value))

    def numbered(self, value: Any) -> None:
        """Give a mutable object its number, before anything of it is written."""
        if self._number:
            self._numbers[id(value)] = len(self.objects)
            self.objects.append(value)

    def raw(self, data: bytes) -> None:
        """Write bytes as they are."""
        self._tail += data

    def count(self, number: int) -> None:
        """Write a length, 4 bytes."""
        if number > MAX_ITEMS:
            raise WireError(_TOO_MANY)
        self._tail += _COUNT.pack(number)

    def block(self, data: "bytes | bytearray | memoryview") -> None:
        """Write bytes with their length before them, 8 bytes; large ones are not copied."""
        self._tail += _LENGTH.pack(len(data))
        if len(data) < _BIG:
            self._tail += data
        else:
            self._parts += [self._tail, data]
            self._tail = bytearray()

    def parts(self) -> "list[bytes | bytearray | memoryview]":
        """Return the pieces of the message, in order."""
        return [*self._parts, self._tail]


class Reader:
    """Reads values, one after the other, from a message.

    `resolve` makes an object of a reference. With `number`, objects are numbered as the writer did;
    a number is an index into `objects`, which starts with `known`. `trusted` keeps arrays
    read-only that the writer's were; without it all arrays can be written to.
    """

    def __init__(
        self,
        data: memoryview,
        resolve: Resolve,
        *,
        number: bool = False,
        known: Iterable[Any] = (),
        trusted: bool = False,
    ) -> None:
        self.objects: list[Any] = list(known)
        self.trusted = trusted
        self._data = data
        self._resolve = resolve
        self._number = number
        self._place = 0
        self._depth = 0
        self._items = 0

    def read(self) -> Any:
        """Read one value. Raises `WireError` if the message breaks a rule."""
        tag = bytes(self.take(1))
        if tag in _CONSTANTS:
            return _CONSTANTS[tag]
        self._items += 1
        if self._items > MAX_ITEMS or self._depth >= MAX_DEPTH:
            raise WireError("A message has too many values, or they are nested too deeply.")
        if tag == b"#":
            number = self.count()
            if number >= len(self.objects):
                raise WireError("A message names an object that was not sent.")
            return self.objects[number]
        self._depth += 1
        try:
            if tag == b"R":
                place = self.numbered(None)
                value = self._resolve(self._reference())
                self.renumbered(place, value)
                return value
            read = _READERS.get(tag) or _reader_of_family(tag)
            return read(self)
        except (ValueError, TypeError, OverflowError, MemoryError, struct.error) as error:
            raise WireError(f"A message holds a value that cannot be: {error}") from error
        finally:
            self._depth -= 1

    def _reference(self) -> tuple[Any, ...]:
        value = _read_tuple(self)
        if not value or not isinstance(value[0], str):
            raise WireError("A message holds a reference without a kind.")
        return value

    def numbered(self, value: Any) -> int:
        """Give a mutable object its number, as `Writer.numbered`; return its place."""
        if self._number:
            self.objects.append(value)
        return len(self.objects) - 1

    def renumbered(self, place: int, value: Any) -> None:
        """Put `value` where `numbered` kept a place for it."""
        if self._number:
            self.objects[place] = value

    def take(self, size: int) -> memoryview:
        """Return the next `size` bytes."""
        start, self._place = self._place, self._place + size
        if self._place > len(self._data):
            raise WireError("A message ends too early.")
        return self._data[start : self._place]

    def count(self) -> int:
        """Read a length that `Writer.count` wrote."""
        (number,) = _COUNT.unpack(self.take(4))
        return int(number)

    def block(self) -> memoryview:
        """Read bytes that `Writer.block` wrote."""
        (size,) = _LENGTH.unpack(self.take(8))
        return self.take(size)

    def at_end(self) -> bool:
        """Return whether the message has no more values."""
        return self._place == len(self._data)


WriteValue = Callable[[Writer, Any], Any]
"""Writes tag and content; returns NotImplemented, having written nothing, to refer instead."""

ReadValue = Callable[[Reader], Any]

_WRITERS: dict[type, WriteValue] = {}
_READERS: dict[bytes, ReadValue] = {}


def register(tag: bytes, classes: Iterable[type], write: WriteValue, read: ReadValue) -> None:
    """Let instances of `classes` and of their subclasses cross by value, under the tag `tag`."""
    for cls in classes:
        _WRITERS[cls] = write
    _READERS[tag] = read


def load_families() -> list[Any]:
    """Import the modules of those families whose library is loaded here; return the modules."""
    return [
        importlib.import_module(f"{__package__}.{module}")
        for library, module in FAMILIES.items()
        if library in sys.modules
    ]


def _inherited_writer(cls: type) -> WriteValue | None:
    """Return the writer of the nearest base of `cls`, and remember it; None if there is none."""
    load_families()
    for base in cls.__mro__:
        if base in _WRITERS:
            if len(_WRITERS) < 1000:
                _WRITERS[cls] = _WRITERS[base]
            return _WRITERS[base]
    return None


def _reader_of_family(tag: bytes) -> ReadValue:
    if tag in _FAMILY_TAGS:
        importlib.import_module(f"{__package__}.{FAMILIES[_FAMILY_TAGS[tag]]}")
        return _READERS[tag]
    raise WireError(f"A message holds the unknown tag {tag!r}.")


# --- Python's own values ---------------------------------------------------------------------

_CONSTANT_TAGS = {id(value): tag for tag, value in _CONSTANTS.items()}


def _write_int(writer: Writer, value: int) -> None:
    size = int.bit_length(value) // 8 + 1
    if size > MAX_INT_BYTES:
        raise WireError("A whole number of more than 2,400 digits cannot be tested.")
    writer.raw(b"i" + _COUNT.pack(size) + int.to_bytes(value, size, "big", signed=True))


def _read_int(reader: Reader) -> int:
    size = reader.count()
    if size > MAX_INT_BYTES:
        raise WireError("A whole number has too many digits.")
    return int.from_bytes(reader.take(size), "big", signed=True)


def _write_float(writer: Writer, value: float) -> None:
    writer.raw(b"f" + _DOUBLE.pack(value))


def _read_float(reader: Reader) -> float:
    (value,) = _DOUBLE.unpack(reader.take(8))
    return float(value)


def _write_complex(writer: Writer, value: complex) -> None:
    writer.raw(b"c" + _COMPLEX.pack(value.real, value.imag))


def _read_complex(reader: Reader) -> complex:
    return complex(*_COMPLEX.unpack(reader.take(16)))


def _write_str(writer: Writer, value: str) -> None:
    writer.raw(b"s")
    writer.block(str.encode(value, "utf-8", "surrogatepass"))


def _read_str(reader: Reader) -> str:
    return str(reader.block(), "utf-8", "surrogatepass")


def _write_bytes(writer: Writer, value: bytes) -> None:
    writer.raw(b"b")
    writer.block(bytes(value))


def _read_bytes(reader: Reader) -> bytes:
    return bytes(reader.block())


def _write_list(writer: Writer, value: list[Any]) -> None:
    writer.numbered(value)
    writer.raw(b"l")
    writer.count(list.__len__(value))
    for item in list.__iter__(value):
        writer.write(item)


def _read_list(reader: Reader) -> list[Any]:
    value: list[Any] = []
    reader.numbered(value)
    value.extend(reader.read() for _ in range(reader.count()))
    return value


def _write_tuple(writer: Writer, value: tuple[Any, ...]) -> None:
    names = getattr(type(value), "_fields", None)
    if type(value) is not tuple and _are_fields(names, tuple.__len__(value)):
        writer.raw(b"n")
        _write_str(writer, type(value).__name__)
        _write_str(writer, ",".join(names))  # type: ignore[arg-type]
    else:
        writer.raw(b"u")
    _write_items(writer, value)


def _write_items(writer: Writer, value: tuple[Any, ...]) -> None:
    writer.count(tuple.__len__(value))
    for item in tuple.__iter__(value):
        writer.write(item)


def _read_tuple(reader: Reader) -> tuple[Any, ...]:
    return tuple([reader.read() for _ in range(reader.count())])


def _read_named_tuple(reader: Reader) -> tuple[Any, ...]:
    """Read a tuple whose items have names. The class is made here, from the names alone."""
    name, names = (_read_name(reader) for _ in range(2))
    items = _read_tuple(reader)
    fields = tuple(names.split(","))
    if not _FIELD.fullmatch(name) or not _are_fields(fields, len(items)):
        raise WireError("A message holds a named tuple with impossible names.")
    return _named_tuple(name, fields)(*items)


def _read_name(reader: Reader) -> str:
    if bytes(reader.take(1)) != b"s":
        raise WireError("A message holds a named tuple without names.")
    return _read_str(reader)


@lru_cache(maxsize=100)
def _named_tuple(name: str, fields: tuple[str, ...]) -> Callable[..., tuple[Any, ...]]:
    return namedtuple(name, fields)


def _are_fields(names: object, count: int) -> bool:
    return (
        isinstance(names, tuple)
        and 0 < len(names) == count <= 100
        and all(isinstance(name, str) and _FIELD.fullmatch(name) for name in names)
    )


def _write_dict(writer: Writer, value: dict[Any, Any]) -> None:
    writer.numbered(value)
    writer.raw(b"m")
    writer.count(dict.__len__(value))
    for key, item in dict.items(value):
        writer.write(key)
        writer.write(item)


def _read_dict(reader: Reader) -> dict[Any, Any]:
    value: dict[Any, Any] = {}
    reader.numbered(value)
    for _ in range(reader.count()):
        key = reader.read()
        value[key] = reader.read()
    return value


def _write_set(writer: Writer, value: set[Any]) -> None:
    writer.numbered(value)
    writer.raw(b"e")
    writer.count(set.__len__(value))
    for item in set.__iter__(value):
        writer.write(item)


def _read_set(reader: Reader) -> set[Any]:
    value: set[Any] = set()
    reader.numbered(value)
    value.update([reader.read() for _ in range(reader.count())])
    return value


def _write_frozenset(writer: Writer, value: frozenset[Any]) -> None:
    writer.raw(b"z")
    writer.count(frozenset.__len__(value))
    for item in frozenset.__iter__(value):
        writer.write(item)


def _read_frozenset(reader: Reader) -> frozenset[Any]:
    return frozenset([reader.read() for _ in range(reader.count())])


def _write_slice(writer: Writer, value: slice | range) -> None:
    writer.raw(b"/" if isinstance(value, slice) else b"-")
    for part in (value.start, value.stop, value.step):
        writer.write(part)


def _read_slice(reader: Reader) -> slice:
    return slice(reader.read(), reader.read(), reader.read())


def _read_range(reader: Reader) -> range:
    return range(reader.read(), reader.read(), reader.read())


def _write_path(writer: Writer, value: pathlib.PurePath) -> None:
    writer.raw(b"p")
    _write_str(writer, str(value))


def _read_path(reader: Reader) -> pathlib.Path:
    return pathlib.Path(_read_name(reader))


# --- NumPy's values --------------------------------------------------------------------------

_READ_ONLY, _FORTRAN = 1, 2


def _write_array(writer: Writer, value: np.ndarray) -> Any:
    if isinstance(value, np.matrix | np.ma.MaskedArray):  # they compute otherwise
        return NotImplemented
    plain = np.ndarray.view(value, np.ndarray)
    name = _dtype_name(plain.dtype)
    if name is None:
        return NotImplemented
    writer.numbered(value)
    fortran = plain.flags.f_contiguous and not plain.flags.c_contiguous
    flat = np.ascontiguousarray(plain.T if fortran else plain)
    flags = _READ_ONLY * (not plain.flags.writeable) + _FORTRAN * fortran
    writer.raw(b"a" + bytes([flags, len(name), plain.ndim]) + name.encode())
    writer.raw(b"".join(_LENGTH.pack(size) for size in plain.shape))
    writer.block(flat.reshape(-1).view(np.uint8).data if flat.size else b"")
    return None


def _read_array(reader: Reader) -> np.ndarray:
    flags, length, dimensions = reader.take(3)
    dtype = _dtype_of(str(reader.take(length), "ascii"))
    shape = tuple(_LENGTH.unpack(reader.take(8))[0] for _ in range(dimensions))
    data = reader.block()
    if math.prod(shape) * dtype.itemsize != len(data):
        raise WireError("A message holds an array whose shape does not fit its bytes.")
    fortran = bool(flags & _FORTRAN)
    array = np.empty(shape, dtype, order="F" if fortran else "C")
    if array.size:
        flat = array.T if fortran else array
        flat.reshape(-1).view(np.uint8)[:] = np.frombuffer(data, np.uint8)
    if reader.trusted and flags & _READ_ONLY:
        array.flags.writeable = False
    reader.numbered(array)
    return array


def _write_scalar(writer: Writer, value: np.generic) -> Any:
    name = _dtype_name(value.dtype)
    if name is None:
        return NotImplemented
    writer.raw(b"k" + bytes([len(name)]) + name.encode() + value.tobytes())
    return None


def _read_scalar(reader: Reader) -> Any:
    dtype = _dtype_of(str(reader.take(reader.take(1)[0]), "ascii"))
    return np.frombuffer(reader.take(dtype.itemsize), dtype)[0]


def _write_dtype(writer: Writer, value: np.dtype) -> Any:
    name = _dtype_name(value)
    if name is None:
        return NotImplemented
    writer.raw(b"v" + bytes([len(name)]) + name.encode())
    return None


def _read_dtype(reader: Reader) -> np.dtype:
    return _dtype_of(str(reader.take(reader.take(1)[0]), "ascii"))


def _dtype_name(dtype: np.dtype) -> str | None:
    """Return the name of a dtype that may cross; None for objects, records, dates and the like."""
    name = dtype.str
    return name if _DTYPE.fullmatch(name) and dtype.subdtype is None else None


def _dtype_of(name: str) -> np.dtype:
    if not _DTYPE.fullmatch(name):
        raise WireError(f"A message holds the dtype {name[:20]!r}, which may not cross.")
    return np.dtype(name)


for _tag, _class, _write, _read in (
    (b"i", int, _write_int, _read_int),
    (b"f", float, _write_float, _read_float),
    (b"c", complex, _write_complex, _read_complex),
    (b"s", str, _write_str, _read_str),
    (b"b", bytes, _write_bytes, _read_bytes),
    (b"l", list, _write_list, _read_list),
    (b"u", tuple, _write_tuple, _read_tuple),
    (b"m", dict, _write_dict, _read_dict),
    (b"e", set, _write_set, _read_set),
    (b"z", frozenset, _write_frozenset, _read_frozenset),
    (b"/", slice, _write_slice, _read_slice),
    (b"-", range, _write_slice, _read_range),
    (b"p", pathlib.PurePath, _write_path, _read_path),
    (b"a", np.ndarray, _write_array, _read_array),
    (b"k", np.generic, _write_scalar, _read_scalar),
    (b"v", np.dtype, _write_dtype, _read_dtype),
):
    register(_tag, [_class], _write, _read)
_READERS[b"n"] = _read_named_tuple
