"""Tar files, packed or not: the list of their members, and the bytes of one.

`archives` opens them. The standard library's reader has hung on hostile headers (CVE-2024-6232, CVE-2025-8194, both in
Pythons that this kit supports); this one reads the few fields that are needed, each with a bound.
"""

from __future__ import annotations

import lzma
import os
import zlib
from typing import TYPE_CHECKING, BinaryIO

from grader.submissions.members import Kind, Member, decoded
from grader.submissions.trees import CannotRead
from grader.submissions.unpacking import Unpacked, is_packed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.submissions.entry import Allowance, ReadingLimits

_BLOCK = 512
_EMPTY = bytes(_BLOCK)
_CHECKSUM = slice(148, 156)
# The longest name that Linux takes is 4 KiB; a header that needs more is not read.
_HEADER_BYTES = 1 << 14
# One long name and one set of attributes before each member is what programs write.
_HEADERS_PER_MEMBER = 4
_BASE_256 = 0x80
_NUMBER_LENGTH = 8
_KINDS = {
    b"0": Kind.FILE, b"\0": Kind.FILE, b"7": Kind.FILE, b"5": Kind.FOLDER, b"1": Kind.LINK, b"2": Kind.LINK,
}  # fmt: skip
_WITHOUT_DATA = b"123456"
_PROBLEMS = (OSError, EOFError, ValueError, OverflowError, zlib.error, lzma.LZMAError)


class TarReader:
    """A tar file, unpacked as far as it is read."""

    def __init__(self, file: BinaryIO, limits: ReadingLimits, allowance: Allowance) -> None:
        self.limits = limits
        self.file = file
        file.seek(0)
        self.packed = Unpacked(file, allowance) if is_packed(file.read(8)) else None
        self.end = limits.unpacked_bytes if self.packed else file.seek(0, os.SEEK_END)

    def members(self) -> Iterator[Member]:
        """The members in the order of the archive.

        Raises:
            CannotRead: what follows cannot be read (the members until then can).
        """
        position = empty = headers = 0
        name: bytes | None = None
        told: dict[bytes, bytes] = {}
        while True:
            header = self._at(position, _BLOCK)
            position += _BLOCK
            if header == _EMPTY and not empty:
                empty = 1
                continue
            if not header and headers and not empty:
                raise CannotRead(kind="cut_short")  # two empty blocks make an end
            if not header or header == _EMPTY:
                return
            empty = 0
            headers += 1
            if headers > self.limits.entries * _HEADERS_PER_MEMBER or not _is_header(header):
                raise CannotRead(kind="cut_short" if headers > 1 else "damaged")
            kind = header[156:157]
            size = _number(header[124:136])
            if kind in b"LxX":
                extended = self._at(position, size) if size <= _HEADER_BYTES else b""
                if kind == b"L":
                    name = extended.partition(b"\0")[0] or None
                else:
                    told = _attributes(extended)
            elif kind not in b"Kg":
                size = _size(told, size)
                yield _member(header, name, told, size, position)
                name, told = None, {}
                if kind in _WITHOUT_DATA:
                    size = 0
            position += -(-size // _BLOCK) * _BLOCK

    def read(self, member: Member, limit: int) -> bytes:
        """The bytes of a member, at most `limit` and one more.

        Raises:
            CannotRead: with the reason.
        """
        length = min(member.size, limit + 1)
        data = self._at(member.place[0], length)
        if len(data) < length:
            raise CannotRead(kind="damaged")
        return data

    def _at(self, position: int, length: int) -> bytes:
        if position + length > self.end:
            # Behind the end of a file is nothing; behind the limit may be anything.
            if self.packed:
                raise CannotRead(kind="unpacked")
            length = max(0, self.end - position)
        try:
            if self.packed:
                return self.packed.read(position, length)
            self.file.seek(position)
            return self.file.read(length)
        except _PROBLEMS:
            raise CannotRead(kind="cut_short" if position else "damaged") from None


def is_tar(file: BinaryIO) -> bool:
    """Whether the first bytes are those of a tar, packed or not."""
    file.seek(0)
    start = file.read(_BLOCK)
    return is_packed(start) or _is_header(start)


def _is_header(header: bytes) -> bool:
    if len(header) < _BLOCK:
        return False
    rest = header[: _CHECKSUM.start] + b" " * 8 + header[_CHECKSUM.stop :]
    unsigned = sum(rest)
    try:
        told = int(header[_CHECKSUM].strip(b" \0"), 8)
    except ValueError:
        return False
    # Some old programs added signed bytes.
    return told == unsigned or told == unsigned - 256 * sum(byte >= _BASE_256 for byte in rest)


def _number(field: bytes) -> int:
    """A size: octal digits, or (GNU, for what is larger) a big number behind a set bit."""
    if field[0] & _BASE_256:
        number = int.from_bytes(bytes([field[0] & ~_BASE_256]) + field[1:], "big")
        # Of twelve bytes eight are plenty; a negative size has sent other readers backwards.
        if number >= 1 << 63:
            raise CannotRead(kind="cut_short")
        return number
    try:
        number = int(field.partition(b"\0")[0].strip() or b"0", 8)
    except ValueError:
        raise CannotRead(kind="cut_short") from None
    if number < 0:
        raise CannotRead(kind="cut_short")
    return number


def _attributes(extended: bytes) -> dict[bytes, bytes]:
    """The `length key=value` lines of a POSIX extended header, as far as they make sense."""
    told = {}
    position = 0
    while position < len(extended):
        digits, space, _ = extended[position : position + _NUMBER_LENGTH].partition(b" ")
        if not space or not digits.isdigit() or int(digits) <= len(digits):
            break
        record = extended[position + len(digits) + 1 : position + int(digits)]
        key, equals, value = record.rstrip(b"\n").partition(b"=")
        if equals:
            told[key] = value
        position += int(digits)
    return told


def _size(told: dict[bytes, bytes], size: int) -> int:
    value = told.get(b"size", b"")
    return int(value) if value.isdigit() and len(value) <= 2 * _NUMBER_LENGTH else size


def _member(header: bytes, name: bytes | None, told: dict[bytes, bytes], size: int, position: int) -> Member:
    name = told.get(b"GNU.sparse.name") or told.get(b"path") or name
    if name is None:
        name = header[:100].partition(b"\0")[0]
        prefix = header[345:500].partition(b"\0")[0] if header[257:263] == b"ustar\0" else b""
        name = prefix + b"/" + name if prefix else name
    text, korean = decoded(name, "utf-8")
    # Of a sparse file what is stored begins with a list of its holes.
    sparse = any(key.startswith(b"GNU.sparse.") for key in told)
    kind = Kind.SPECIAL if sparse else _KINDS.get(header[156:157], Kind.SPECIAL)
    # The oldest format has no kind for folders.
    kind = Kind.FOLDER if kind is Kind.FILE and text.endswith("/") else kind
    return Member(text, korean, kind, size, (position,))
