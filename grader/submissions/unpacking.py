"""A packed file (gzip, bzip2, xz) as what was packed, read forwards; to go back is to begin anew.

`tars` reads through it. The standard library's readers have no bound on how many streams stand one behind the other, of
which a megabyte may hold fifty thousand empty ones, nor on what each of them allocates.
"""

from __future__ import annotations

import bz2
import lzma
import zlib
from typing import TYPE_CHECKING, BinaryIO, Protocol

from grader.submissions.trees import CannotRead

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.submissions.entry import Allowance

# The strongest preset, xz -9, needs 65 MiB.
_DICTIONARY_BYTES = 100 << 20
_CHUNK = 1 << 16
# What could be unpacked in the time that it takes to begin a stream; programs that pack in parallel write one a block.
_STREAM_BYTES = 16 << 10
_GZIP_HEAD = 16 + zlib.MAX_WBITS


class _Stream(Protocol):
    """What `bz2` and `lzma` call a decompressor."""

    @property
    def eof(self) -> bool: ...

    @property
    def needs_input(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, max_length: int) -> bytes: ...


class _Gunzip:
    """The same for gzip."""

    def __init__(self) -> None:
        self._inflate = zlib.decompressobj(_GZIP_HEAD)

    @property
    def eof(self) -> bool:
        return self._inflate.eof

    @property
    def needs_input(self) -> bool:
        return not self._inflate.unconsumed_tail

    @property
    def unused_data(self) -> bytes:
        return self._inflate.unused_data

    def decompress(self, data: bytes, max_length: int) -> bytes:
        return self._inflate.decompress(self._inflate.unconsumed_tail + data, max_length)


_FORMATS: dict[bytes, Callable[[], _Stream]] = {
    b"\x1f\x8b": _Gunzip,
    b"BZh": bz2.BZ2Decompressor,
    b"\xfd7zXZ\0": lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_DICTIONARY_BYTES),
}


def is_packed(start: bytes) -> bool:
    """Whether a file that begins with these bytes is packed in one of the formats."""
    return start.startswith(tuple(_FORMATS))


class Unpacked:
    """What is in a packed file."""

    def __init__(self, file: BinaryIO, allowance: Allowance) -> None:
        self._file = file
        self._allowance = allowance
        file.seek(0)
        start = file.read(8)
        self._new = next(new for mark, new in _FORMATS.items() if start.startswith(mark))
        self._begin()

    def _begin(self) -> None:
        self._file.seek(0)
        self._ahead = b""
        self._position = 0
        self._next_stream()

    def _next_stream(self) -> None:
        self._charge(_STREAM_BYTES)
        self._stream = self._new()

    def _charge(self, number: int) -> None:
        self._allowance.unpacked_bytes -= number
        if self._allowance.unpacked_bytes < 0:
            raise CannotRead(kind="unpacked")

    def read(self, position: int, length: int) -> bytes:
        """The bytes from a position on, fewer only where the file ends.

        Raises:
            CannotRead: it would take more than what is allowed, or more memory.
            EOFError, OSError, ValueError, zlib.error, lzma.LZMAError: the file is damaged, or cut off.
        """
        if position < self._position:
            self._begin()
        while self._position < position and self._piece(min(position - self._position, _CHUNK)):
            pass
        data = bytearray()
        while len(data) < length and (piece := self._piece(min(length - len(data), _CHUNK))):
            data += piece
        return bytes(data)

    def _piece(self, most: int) -> bytes:
        """Some of what comes next; nothing at the end."""
        while True:
            if self._stream.eof and not self._is_followed():
                return b""
            data = b""
            if self._stream.needs_input:
                data, self._ahead = self._ahead or self._file.read(_CHUNK), b""
            try:
                piece = self._stream.decompress(data, most)
            except lzma.LZMAError as problem:
                if "limit" in str(problem):
                    raise CannotRead(kind="packing") from None
                raise
            if piece:
                self._position += len(piece)
                self._charge(len(piece))
                return piece
            if not data and self._stream.needs_input and not self._stream.eof:
                raise EOFError

    def _is_followed(self) -> bool:
        """Whether another stream stands behind the one that has ended; zeros between them are padding."""
        rest = self._stream.unused_data.lstrip(b"\0")
        while not rest:
            chunk = self._file.read(_CHUNK)
            if not chunk:
                return False
            rest = chunk.lstrip(b"\0")
        self._ahead = rest
        self._next_stream()
        return True
