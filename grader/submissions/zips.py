"""Zip files: the list of their members, and the bytes of one.

`archives` opens them. The standard library's reader takes a whole directory into memory and gives up on the first bad
name or field; this one goes member by member, keeps what is readable, and never unpacks more than it was asked for.
"""

from __future__ import annotations

import os
import stat
import struct
import zlib
from typing import TYPE_CHECKING, BinaryIO

from grader.submissions.members import Kind, Member, decoded
from grader.submissions.trees import CannotRead

if TYPE_CHECKING:
    from collections.abc import Iterator

# The records of PKWARE's APPNOTE, 4.3: signature, then the fields that are needed here.
_END = struct.Struct("<4s4x2x H I I H")  # members, directory's size and place, comment's length
_END_64 = struct.Struct("<4s20x8x Q Q Q")
_END_64_LOCATOR = struct.Struct("<4s4x Q 4x")
_ENTRY = struct.Struct("<4s x B 2x H H 4x I I I H H H 4x I I")
_LOCAL = struct.Struct("<4s2x H H 4x I I I H H")
_LONGEST_COMMENT = 0xFFFF
_END_CANDIDATES = 8  # a file may hold the signature by chance; one full of them is no accident
_ENCRYPTED, _SIZES_FOLLOW, _UTF8 = 1, 1 << 3, 1 << 11
_STORED, _DEFLATED = 0, 8
_IN_EXTRA_FIELD = 0xFFFFFFFF
_EXTRA_64, _EXTRA_UNICODE_PATH = 0x0001, 0x7075
_FIELDS = 64  # of one member: times, owners, long sizes; sixteen thousand empty ones would fit
_UNIX_MAKERS = frozenset({3, 19})  # Unix, macOS: the upper half of the attributes is a file mode
_CHUNK = 1 << 16


class ZipReader:
    """A zip file, read where it lies."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.length = file.seek(0, os.SEEK_END)

    def members(self) -> Iterator[Member]:
        """The members in the order of the directory; without a directory, as far as their own heads tell.

        Raises:
            CannotRead: what follows cannot be read (the members until then can).
        """
        directory = self._directory()
        if directory is None:
            yield from self._members_by_heads()
            raise CannotRead(kind="cut_short")
        position, shift, end = directory
        while position + _ENTRY.size <= end:
            head = self._at(position, _ENTRY.size)
            if head[:4] != b"PK\x01\x02":
                raise CannotRead(kind="cut_short")
            _, maker, flags, method, crc, packed, size, name_length, extra_length, comment_length, attributes, place = (
                _ENTRY.unpack(head)
            )
            names = self._at(position + _ENTRY.size, name_length + extra_length)
            position += _ENTRY.size + name_length + extra_length + comment_length
            raw, extra = names[:name_length], names[name_length:]
            size, packed, place = _wide(extra, size, packed, place)
            name, korean = _name(raw, extra, flags)
            kind = _kind(name, attributes >> 16 if maker in _UNIX_MAKERS else 0)
            yield Member(name, korean, kind, size, (place + shift, packed, method, flags, crc))

    def is_one(self) -> bool:
        """Whether there is a directory, whatever stands before and behind it."""
        return self._directory() is not None

    def read(self, member: Member, limit: int) -> bytes:
        """The bytes of a member, at most `limit` and one more, checked against their sum when they are complete.

        Raises:
            CannotRead: with the reason.
        """
        place, packed, method, flags, crc = member.place
        if flags & _ENCRYPTED:
            raise CannotRead(kind="locked")
        if method not in {_STORED, _DEFLATED}:
            raise CannotRead(kind="packing")
        # Whoever reads counts by declared sizes: one that is too small buys nothing.
        limit = min(limit, member.size)
        head = self._at(place, _LOCAL.size)
        if len(head) < _LOCAL.size or head[:4] != b"PK\x03\x04" or _is_padded(packed, member.size):
            raise CannotRead(kind="damaged")
        *_, name_length, extra_length = _LOCAL.unpack(head)
        self.file.seek(place + _LOCAL.size + name_length + extra_length)
        data = self.file.read(min(packed, limit + 1)) if method == _STORED else self._inflated(packed, limit)
        if member.size == limit and (len(data) != member.size or zlib.crc32(data) != crc):
            raise CannotRead(kind="damaged")
        return data

    def _inflated(self, packed: int, limit: int) -> bytes:
        inflate = zlib.decompressobj(-zlib.MAX_WBITS)
        data = bytearray()
        while not inflate.eof and len(data) <= limit:
            piece = inflate.unconsumed_tail or self.file.read(min(packed, _CHUNK))
            if not piece:
                raise CannotRead(kind="damaged")
            if not inflate.unconsumed_tail:
                packed -= len(piece)
            try:
                data += inflate.decompress(piece, limit + 1 - len(data))
            except zlib.error:
                raise CannotRead(kind="damaged") from None
        return bytes(data)

    def _at(self, position: int, length: int) -> bytes:
        if not 0 <= position <= self.length:
            return b""
        self.file.seek(position)
        return self.file.read(length)

    def _directory(self) -> tuple[int, int, int] | None:
        """Where the directory starts, how far the archive is shifted by what stands before it, where it ends."""
        start = max(0, self.length - _LONGEST_COMMENT - _END.size)
        tail = self._at(start, self.length - start)
        for found in _ends(tail):
            _, count, size, place, _ = _END.unpack_from(tail, found)
            end = start + found
            if (wide := self._wide_end(end)) is not None:
                count, size, place, end = wide
            begin = end - size
            if count == 0 or (begin >= 0 and self._at(begin, 4) == b"PK\x01\x02"):
                return max(begin, 0), begin - place, end
            if self._at(place, 4) == b"PK\x01\x02":
                return place, 0, end
        return None

    def _wide_end(self, end: int) -> tuple[int, int, int, int] | None:
        locator = self._at(end - _END_64_LOCATOR.size, _END_64_LOCATOR.size)
        if len(locator) < _END_64_LOCATOR.size or locator[:4] != b"PK\x06\x07":
            return None
        _, place = _END_64_LOCATOR.unpack(locator)
        record = self._at(place, _END_64.size)
        if len(record) < _END_64.size or record[:4] != b"PK\x06\x06":
            return None
        _, count, size, start = _END_64.unpack(record)
        return count, size, start, place

    def _members_by_heads(self) -> Iterator[Member]:
        """The members of an archive whose end is missing, as long as each head says where the next one is."""
        position = 0
        while True:
            head = self._at(position, _LOCAL.size)
            if len(head) < _LOCAL.size or head[:4] != b"PK\x03\x04":
                break
            _, flags, method, crc, packed, size, name_length, extra_length = _LOCAL.unpack(head)
            names = self._at(position + _LOCAL.size, name_length + extra_length)
            name, korean = _name(names[:name_length], names[name_length:], flags)
            if flags & _SIZES_FOLLOW or packed == _IN_EXTRA_FIELD:
                break
            yield Member(name, korean, _kind(name, 0), size, (position, packed, method, flags, crc))
            position += _LOCAL.size + name_length + extra_length + packed
        if position == 0:
            raise CannotRead(kind="damaged")


def _is_padded(packed: int, size: int) -> bool:
    """Whether more is packed than any packing of so much can take: millions of empty blocks come to nothing."""
    return packed > size + size // 8 + _CHUNK


def _ends(tail: bytes) -> list[int]:
    """Where a directory's end may be: first where its comment reaches the end of the file, then the last few others."""
    fitting: list[int] = []
    others: list[int] = []
    found = len(tail) - _END.size + 1
    while (found := tail.rfind(b"PK\x05\x06", 0, found + 3)) >= 0:
        *_, comment_length = _END.unpack_from(tail, found)
        (fitting if found + _END.size + comment_length == len(tail) else others).append(found)
    return fitting[:_END_CANDIDATES] + others[:_END_CANDIDATES]


def _kind(name: str, mode: int) -> Kind:
    if name.endswith("/") or stat.S_ISDIR(mode):
        return Kind.FOLDER
    if stat.S_ISLNK(mode):
        return Kind.LINK
    return Kind.FILE if stat.S_ISREG(mode) or stat.S_IFMT(mode) == 0 else Kind.SPECIAL


def _name(raw: bytes, extra: bytes, flags: int) -> tuple[str, bool]:
    told = _field(extra, _EXTRA_UNICODE_PATH)
    # One byte of version, the sum of the name it replaces, then the name in UTF-8.
    if told is not None and int.from_bytes(told[1:5], "little") == zlib.crc32(raw):
        raw = told[5:]
    name, korean = decoded(raw.partition(b"\0")[0], "cp437")
    # Some programs on Windows write their own separator.
    return name.replace("\\", "/"), korean and not flags & _UTF8


def _wide(extra: bytes, size: int, packed: int, place: int) -> tuple[int, int, int]:
    """The three numbers, those that did not fit taken from the extra field in the order of the standard."""
    wide = _field(extra, _EXTRA_64) or b""
    numbers = []
    for number in (size, packed, place):
        fits = number != _IN_EXTRA_FIELD or len(wide) < 8  # noqa: PLR2004 - bytes of a 64-bit number
        numbers.append(number if fits else int.from_bytes(wide[:8], "little"))
        wide = wide if fits else wide[8:]
    return numbers[0], numbers[1], numbers[2]


def _field(extra: bytes, wanted: int) -> bytes | None:
    position = 0
    for _ in range(_FIELDS):
        if position + 4 > len(extra):
            break
        kind, length = struct.unpack_from("<HH", extra, position)
        if kind == wanted:
            return extra[position + 4 : position + 4 + length]
        position += 4 + length
    return None
