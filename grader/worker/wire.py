"""What judge and worker say to each other: a length, a JSON head, then the raw bytes of arrays.

Both ends use it. Whoever reads checks every length, dtype and shape before it allocates, so that any bytes at all
either are a message within the limit or a `WireError`. Nothing here can carry an object.

A message: four bytes (the length of the head, big-endian), the head as JSON (an object whose `arrays` lists
`[dtype, shape]` of each array), then the arrays one after the other in C order.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

import numpy as np

from .answers import DIMENSIONS, PLAIN_TYPES

# A head holds names, shapes and one exception; the longest honest one is about 4 KiB.
HEAD_BYTES = 64 << 10
# An answer has its value, two gradients and the arguments it changed.
ARRAYS = 64
# Below this one write of joined bytes is faster than several.
JOINED_BYTES = 64 << 10

# What is read ahead with one system call: a small message comes in one piece.
_AHEAD_BYTES = 64 << 10

_TYPES = {name: np.dtype(name) for name in PLAIN_TYPES}
Array = np.ndarray[Any, Any]


class WireError(Exception):
    """These bytes are not a message, or not one within the limits."""


def refuse(why: str, cause: BaseException | None = None) -> NoReturn:
    """Say that something is no message.

    Raises:
        WireError: always.
    """
    raise WireError(why) from cause


def _no_constant(name: str) -> None:
    raise ValueError(name)


# Made once: making them takes as long as using them.
_encode = json.JSONEncoder(separators=(",", ":")).encode
_decode = json.JSONDecoder(parse_constant=_no_constant).decode


def pack(head: dict[str, Any], arrays: Sequence[Array] = ()) -> list[bytes | memoryview]:
    """The bytes of a message, in parts that are to be written one after the other.

    Raises:
        WireError: the head is too long.
    """
    head = {**head, "arrays": [[array.dtype.str, array.shape] for array in arrays]}
    text = _encode(head).encode("ascii")
    if len(text) > HEAD_BYTES:
        refuse("the head is too long")
    parts: list[bytes | memoryview] = [len(text).to_bytes(4, "big") + text]
    # A view of no bytes cannot be cast, and an array of rank 0 has to become one of rank 1.
    parts += [as_bytes(np.asarray(array, order="C")) for array in arrays if array.nbytes]
    if sum(map(len, parts)) <= JOINED_BYTES:
        return [b"".join(parts)]
    return parts


def read(fill: Callable[[memoryview], None], limit: int) -> tuple[dict[str, Any], list[Array]]:
    """The next message; `fill` fills a buffer to its end or raises what its owner wants to see.

    Raises:
        WireError: the bytes are not a message, or its arrays take more than `limit` bytes.
    """
    length = int.from_bytes(_take(fill, 4), "big")
    if not len(b"{}") <= length <= HEAD_BYTES:
        refuse("the length of the head is out of bounds")
    head = parse_head(_take(fill, length))
    described = _described(head.pop("arrays", []), limit)
    arrays = []
    for kind, shape in described:
        try:
            array = np.empty(shape, kind)
        except (MemoryError, ValueError) as problem:
            refuse("an array does not fit", problem)
        if array.nbytes:
            fill(as_bytes(array))
        arrays.append(array)
    return head, arrays


class Inbox:
    """Fills buffers from a source that gives what it has, reading ahead."""

    def __init__(self, more: Callable[[list[memoryview]], int]) -> None:
        """`more` fills buffers one after the other with what there is, at least one byte, and says how many."""
        self._more = more
        self._ahead = memoryview(bytearray(_AHEAD_BYTES))
        self._start = self._end = 0

    def fill(self, buffer: memoryview) -> None:
        """Fill a buffer to its end."""
        while buffer:
            if self._start == self._end:
                count = self._more([buffer, self._ahead])
                self._start, self._end = 0, max(count - len(buffer), 0)
                buffer = buffer[count:]
            else:
                count = min(len(buffer), self._end - self._start)
                buffer[:count] = self._ahead[self._start : self._start + count]
                self._start += count
                buffer = buffer[count:]

    def rest(self) -> bytes:
        """What was read ahead and not asked for."""
        rest = bytes(self._ahead[self._start : self._end])
        self._start = self._end
        return rest


def parse_head(text: bytes) -> dict[str, Any]:
    """The JSON object of a head.

    Raises:
        WireError: it is none.
    """
    try:
        head = _decode(text.decode("utf-8"))
    except (ValueError, RecursionError, MemoryError) as problem:
        refuse("the head is not JSON", problem)
    if type(head) is not dict:
        refuse("the head is not an object")
    return head


def as_bytes(array: Array) -> memoryview:
    """The memory of a C-ordered array that holds at least one byte."""
    return array.reshape(-1).view(np.uint8).data


def _take(fill: Callable[[memoryview], None], count: int) -> bytes:
    buffer = bytearray(count)
    fill(memoryview(buffer))
    return bytes(buffer)


def _described(entries: object, limit: int) -> list[tuple[np.dtype[Any], tuple[int, ...]]]:
    """Dtypes and shapes as a head lists them, checked one by one."""
    if type(entries) is not list or len(entries) > ARRAYS:
        refuse("the list of arrays is out of bounds")
    described = []
    for entry in entries:
        if type(entry) is not list or len(entry) != len(("dtype", "shape")):
            refuse("an array is not described by dtype and shape")
        name, shape = entry
        kind = _TYPES.get(name) if type(name) is str else None
        if kind is None:
            refuse("an array has a dtype that is not plain")
        if type(shape) is not list or len(shape) > DIMENSIONS:
            refuse("a shape is out of bounds")
        count = kind.itemsize
        for side in shape:
            # `type`, not `isinstance`: True is an int too.
            if type(side) is not int or not 0 <= side <= limit:
                refuse("a side of a shape is out of bounds")
            # The product of the sides that are not 0 is bounded too: NumPy refuses shapes beyond its index type.
            count *= max(side, 1)
            if count > limit:
                refuse("the arrays take more than the limit")
        limit -= 0 if 0 in shape else count
        described.append((kind, tuple(shape)))
    return described
