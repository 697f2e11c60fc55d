"""Where a class lies: a folder or an archive, with one entry beside the other.

`classes` reads entries from it, `lms` looks at their names. A folder is listed, never walked; of an archive only the
directory is held in memory. Knows nothing of what the names mean.
"""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from grader.submissions import archives
from grader.submissions.archives import ArchiveTree
from grader.submissions.entry import Allowance
from grader.submissions.members import Kind
from grader.submissions.trees import CannotRead, FolderTree, OneFile, Tree, open_file, read_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path
    from typing import BinaryIO

    from grader.submissions.entry import ReadingLimits
    from grader.submissions.members import Member

# An archive of a class comes from the instructor's own platform: it may be as long as the disk holds.
_NO_END = 1 << 62


class Place(Protocol):
    """The entries of a class."""

    def tops(self) -> dict[str, bool]:
        """The names of the entries, in the order in which they are best read, and whether each is a folder."""

    def inside(self, name: str) -> frozenset[str]:
        """The names that lie directly in an entry; none for a file."""

    def tree(self, name: str) -> Tree:
        """What one entry holds."""

    def below(self, name: str) -> Place:
        """The entries of a folder that is one entry here."""

    def read(self, name: str, limit: int) -> bytes:
        """A file that lies beside the entries.

        Raises:
            CannotRead: with the reason.
        """

    def problem(self, name: str) -> str:
        """The kind of remark that the place itself has to make about an entry; mostly none."""


class FolderPlace:
    """A folder of entries."""

    def __init__(self, path: Path, limits: ReadingLimits) -> None:
        self.path = path
        self.limits = limits

    def tops(self) -> dict[str, bool]:
        """By name, so that two runs and two machines agree; OSError as the system has it."""
        with os.scandir(self.path) as scan:
            kinds = {entry.name: entry.is_dir(follow_symlinks=False) for entry in scan}
        return dict(sorted(kinds.items()))

    def inside(self, name: str) -> frozenset[str]:
        """The names in a folder; none where it may not be read."""
        path = self.path / name
        try:
            return frozenset() if path.is_symlink() else frozenset(os.listdir(path))  # noqa: PTH208 - names, not paths
        except OSError:
            return frozenset()

    def tree(self, name: str) -> Tree:
        """The folder or the file."""
        path = self.path / name
        return FolderTree(path, self.limits) if path.is_dir() and not path.is_symlink() else OneFile(path)

    def below(self, name: str) -> Place:
        """The folder inside."""
        return FolderPlace(self.path / name, self.limits)

    def read(self, name: str, limit: int) -> bytes:
        """A file in the folder."""
        return read_file(os.fspath(self.path / name), limit)

    def problem(self, name: str) -> str:  # noqa: ARG002 - a folder is all there
        """None."""
        return ""


class ArchivePlace:
    """An archive of entries, or of one folder that holds them."""

    def __init__(self, path: Path, limits: ReadingLimits) -> None:
        """Read the archive's directory.

        Raises:
            CannotRead: it is none, or nothing in it can be read.
        """
        self.limits = limits
        self.above = 0
        self.file: BinaryIO = open_file(os.fspath(path.resolve()))
        self.cut = ""
        try:
            wide = replace(limits, entries=limits.class_entries, unpacked_bytes=_NO_END)
            self.reader = archives.reader(self.file, wide, Allowance(wide))
            self.groups = self._grouped(self._members())
        except BaseException:
            self.file.close()
            raise

    def _members(self) -> Iterator[Member]:
        """All members that can be had; what ends them early is remembered."""
        count = 0
        try:
            for member in self.reader.members():
                if count >= self.limits.class_entries:
                    self.cut = "many_entries"
                    return
                count += 1
                yield member
        except CannotRead as problem:
            if not count:
                raise
            self.cut = problem.kind

    def _grouped(self, members: Iterable[Member]) -> dict[str, list[Member]]:
        groups: dict[str, list[Member]] = {}
        for member in members:
            parts = member.parts
            if len(parts) > self.above:
                groups.setdefault(parts[self.above], []).append(member)
        return groups

    def tops(self) -> dict[str, bool]:
        """In the order of the archive: a packed tar can only be read forwards."""
        return {
            name: any(len(member.parts) > self.above + 1 or member.kind is Kind.FOLDER for member in members)
            for name, members in self.groups.items()
        }

    def inside(self, name: str) -> frozenset[str]:
        """The names in a folder."""
        below = self.above + 1
        return frozenset(member.parts[below] for member in self.groups.get(name, ()) if len(member.parts) > below)

    def tree(self, name: str) -> Tree:
        """The members of one entry; a file is a tree of one under its own name."""
        members = self.groups[name]
        alone = all(len(member.parts) == self.above + 1 for member in members)
        return ArchiveTree(self.reader, self.limits, members, name, self.above if alone else self.above + 1)

    def below(self, name: str) -> Place:
        """The same archive, one folder further down."""
        self.above += 1
        self.groups = self._grouped(self.groups[name])
        return self

    def read(self, name: str, limit: int) -> bytes:
        """A file beside the entries."""
        return self.reader.read(self.groups[name][-1], limit)

    def problem(self, name: str) -> str:
        """The last entry of an archive that is cut off may lack files."""
        return self.cut if self.cut and name == next(reversed(self.groups)) else ""

    def close(self) -> None:
        """Let go of the file."""
        self.file.close()
