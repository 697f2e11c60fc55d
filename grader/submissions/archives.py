"""Archives as trees, read in memory; nothing of an archive is ever written to disk.

`gathering` opens the archives of a submission, `places` those of a whole class. Knows a format by its first bytes,
whatever the name says, and which members may count; `zips` and `tars` know the formats.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, BinaryIO, Protocol

from grader.submissions.members import Kind, Member
from grader.submissions.remarks import size
from grader.submissions.sources import VENV_MARK, belongs_to_the_kit, is_junk
from grader.submissions.tars import TarReader, is_tar
from grader.submissions.trees import CannotRead, Found
from grader.submissions.zips import ZipReader

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from grader.submissions.entry import Allowance, ReadingLimits
    from grader.submissions.remarks import Remarks

_FOREIGN = (b"7z\xbc\xaf\x27\x1c", b"Rar!", b"ALZ\x01", b"EGGA", b"\x28\xb5\x2f\xfd")  # 7z, rar, alz, egg, zstd


class Reader(Protocol):
    """A format: what is in an archive of it, and the bytes of one member."""

    def members(self) -> Iterator[Member]:
        """The members; CannotRead where the rest cannot be had."""

    def read(self, member: Member, limit: int) -> bytes:
        """At most `limit` bytes and one more, or CannotRead."""


class ArchiveTree:
    """An archive, or what lies in one folder of it."""

    def __init__(
        self, reader: Reader, limits: ReadingLimits, members: Iterable[Member], name: str, above: int = 0
    ) -> None:
        self.reader = reader
        self.limits = limits
        self.members = members
        self.name = name
        """What to call it where something is wrong with all of it."""
        self.above = above
        """How many folders of each path are not shown."""

    def listing(self, remarks: Remarks, allowance: Allowance) -> Iterable[Found]:
        """The regular files, the last one of each name; what is no file or leads elsewhere is remarked."""
        found: dict[str, Found] = {}
        folders: dict[str, set[str]] = {}
        try:
            for member in self.members:
                path = "/".join(member.parts[self.above :])
                if not allowance.entries:
                    remarks.add("many_entries", path, limit=self.limits.entries)
                    break
                allowance.entries -= 1
                self._note_folders(path, folders)
                if not self._counts(member, path, remarks):
                    continue
                if path in found:
                    remarks.add("twice", path)
                if member.korean and not path.isascii():
                    remarks.add("decoded", path)
                found[path] = Found(path, member.size, member)
        except CannotRead as problem:
            remarks.add(problem.kind, self.name, limit=size(self.limits.unpacked_bytes))
        return [file for file in found.values() if not _is_passed_over(file.path, folders)]

    def read(self, found: Found, limit: int) -> bytes:
        """The bytes of a member."""
        assert isinstance(found.key, Member)
        return self.reader.read(found.key, limit)

    def open(self, found: Found, limit: int) -> BinaryIO:
        """A member, held in memory."""
        data = self.read(found, limit) if found.size <= limit else b""
        if found.size > limit or len(data) > limit:
            raise CannotRead(kind="large")
        return io.BytesIO(data)

    def _note_folders(self, path: str, folders: dict[str, set[str]]) -> None:
        """Remember which names stand side by side: some folders are known by their neighbours."""
        if len(path) > self.limits.name_characters * self.limits.depth:
            return  # no file system holds it, and an archive may hold thousands of such names
        folder = ""
        for part in path.split("/")[: self.limits.depth]:
            folders.setdefault(folder, set()).add(part)
            folder = f"{folder}/{part}" if folder else part

    def _counts(self, member: Member, path: str, remarks: Remarks) -> bool:
        """Whether a member may be a file of the submission; why not is remarked where nobody would expect it."""
        parts = member.parts[self.above :]
        if member.kind is Kind.FOLDER or not parts or any(map(is_junk, parts)):
            return False
        if member.leads_outside:
            remarks.add("outside", member.name)
        elif member.kind is Kind.LINK:
            remarks.add("link", path)
        elif member.kind is Kind.SPECIAL:
            remarks.add("special", path)
        elif len(parts) > self.limits.depth:
            remarks.add("deep", path, limit=self.limits.depth)
        elif max(map(len, parts)) > self.limits.name_characters:
            remarks.add("long_name", path, limit=self.limits.name_characters)
        else:
            return True
        return False


def _is_passed_over(path: str, folders: dict[str, set[str]]) -> bool:
    """Whether a file lies in a folder that is nobody's work: an environment, or the kit's own."""
    folder = ""
    for part in path.split("/")[:-1]:
        if belongs_to_the_kit(part, frozenset(folders[folder])):
            return True
        folder = f"{folder}/{part}" if folder else part
        if VENV_MARK in folders.get(folder, ()):
            return True
    return False


def reader(file: BinaryIO, limits: ReadingLimits, allowance: Allowance) -> Reader:
    """The reader for whatever format a file has.

    Raises:
        CannotRead: for none that this kit knows.
    """
    file.seek(0)
    start = file.read(8)
    if start.startswith(_FOREIGN):
        raise CannotRead(kind="foreign_archive")
    zipped = ZipReader(file)
    # A zip is found from its end: it may stand behind a program that unpacks it.
    if start.startswith(b"PK") or (zipped.is_one() and not is_tar(file)):
        return zipped
    return TarReader(file, limits, allowance)


def tree(file: BinaryIO, limits: ReadingLimits, name: str, allowance: Allowance) -> ArchiveTree:
    """The files of an archive.

    Raises:
        CannotRead: it is of no known format.
    """
    opened = reader(file, limits, allowance)
    return ArchiveTree(opened, limits, opened.members(), name)
