"""What a judge asks of its zygote, as bytes; both ends use it, and the judge need not load the rest for it."""

from __future__ import annotations

import struct

FORK = b"f"
"""With the worker's end of the wire and of the output pipe attached: fork a worker; the answer is its process id."""
SIGNAL = b"s"
"""Followed by process id and signal number: send a signal to a worker."""
END = b"e"
"""Followed by process id: kill a worker and wait for it; the answer is its wait status."""

_NUMBERS = struct.Struct("!ii")
LENGTH = 1 + _NUMBERS.size
"""Of every order, in bytes."""


def order(kind: bytes, process: int = 0, number: int = 0) -> bytes:
    """An order as the judge writes it."""
    return kind + _NUMBERS.pack(process, number)


def numbers(message: bytes) -> tuple[int, int]:
    """Process id and signal number of an order."""
    process, number = _NUMBERS.unpack(message[1:])
    return process, number
