"""A tree of files, wherever it lies: what is in it, and the bytes of one file of it.

`gathering` walks a tree without knowing whether it is a folder (here) or an archive (`archives`). Knows names, sizes
and bytes; which files count is decided above. Nothing is followed, nothing is written.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import stat
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from grader.submissions.sources import VENV_MARK, belongs_to_the_kit, expected, is_junk, is_source

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from typing import BinaryIO

    from grader.submissions.entry import Allowance, ReadingLimits
    from grader.submissions.remarks import Remarks

# A pipe named relu.py would otherwise wait for a writer; Windows knows neither flag and has neither pipe nor link here.
_OPEN_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


@dataclass(frozen=True, slots=True)
class Found:
    """One file of a tree; positional and small, since a class may have a million."""

    path: str
    """Relative to the tree, with `/`, as it was found."""
    size: int
    """As declared: what is read is counted again."""
    key: object = None
    """Where the tree finds it again."""


class CannotRead(Exception):  # noqa: N818 - it names what was found, and never leaves this package
    """A file of a tree cannot be read; `kind` is the remark that says why."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


class Tree(Protocol):
    """Files by their paths."""

    def listing(self, remarks: Remarks, allowance: Allowance) -> Iterable[Found]:
        """The files that are there, shallowest first where the tree can; what is passed over is remarked."""

    def read(self, found: Found, limit: int) -> bytes:
        """The bytes of a file, at most `limit` and one more, so that the reader sees what is too long.

        Raises:
            CannotRead: with the reason.
        """

    def open(self, found: Found, limit: int) -> BinaryIO:
        """A file to move about in; `limit` counts where it has to be held in memory.

        Raises:
            CannotRead: with the reason.
        """


class FolderTree:
    """A folder on disk."""

    def __init__(self, root: Path, limits: ReadingLimits) -> None:
        self.root = os.fspath(root)
        self.limits = limits

    def listing(self, remarks: Remarks, allowance: Allowance) -> Iterable[Found]:
        """The regular files below the folder, level by level, each level by name."""
        folders = deque([("", 0)])
        while folders:
            folder, depth = folders.popleft()
            entries = self._scan(folder, allowance.entries + 1, remarks)
            if len(entries) > allowance.entries:
                allowance.entries = 0
                remarks.add("many_entries", folder or ".", limit=self.limits.entries)
                yield from self._exactly_named(folder, remarks)
                return
            allowance.entries -= len(entries)
            names = frozenset(entry.name for entry in entries)
            if folder and VENV_MARK in names:
                continue
            for entry in entries:
                path = f"{folder}/{entry.name}" if folder else entry.name
                if is_junk(entry.name) or belongs_to_the_kit(entry.name, names):
                    continue
                if not _is_folder(entry):
                    yield from _file(entry, path, remarks)
                    continue
                if is_source(entry.name):
                    remarks.add("folder_named", path)
                if depth + 1 < self.limits.depth:
                    folders.append((path, depth + 1))
                else:
                    remarks.add("deep", path, limit=self.limits.depth)

    def _exactly_named(self, folder: str, remarks: Remarks) -> Iterable[Found]:
        """What is asked for, in a folder that holds too much: a data set beside the exercises costs nobody points."""
        for path in (f"{folder}/{name}" if folder else name for name in expected()):
            with contextlib.suppress(OSError, ValueError):
                yield from _regular(os.lstat(self._place(path)), path, remarks)

    def _scan(self, folder: str, most: int, remarks: Remarks) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(self._place(folder)) as scan:
                return sorted(itertools.islice(scan, most), key=lambda entry: entry.name)
        except PermissionError:
            remarks.add("denied", folder or ".")
        except OSError:
            remarks.add("vanished", folder or ".")
        return []

    def _place(self, path: str) -> str:
        return f"{self.root}/{path}"

    def read(self, found: Found, limit: int) -> bytes:
        """The bytes of a regular file; a link or a device that took its place since is not opened."""
        return read_file(self._place(found.path), limit)

    def open(self, found: Found, limit: int) -> BinaryIO:  # noqa: ARG002 - it stays on disk
        """The file itself."""
        return open_file(self._place(found.path))


class OneFile:
    """A single file, as a tree of one."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def listing(self, remarks: Remarks, allowance: Allowance) -> Iterable[Found]:  # noqa: ARG002 - it is but one
        """The file itself, when it is one."""
        try:
            status = os.lstat(self.path)
        except OSError as problem:
            remarks.add("denied" if isinstance(problem, PermissionError) else "vanished", self.path.name)
        else:
            yield from _regular(status, self.path.name, remarks)

    def read(self, found: Found, limit: int) -> bytes:  # noqa: ARG002 - there is only one
        """The bytes of the file."""
        return read_file(os.fspath(self.path), limit)

    def open(self, found: Found, limit: int) -> BinaryIO:  # noqa: ARG002
        """The file itself."""
        return open_file(os.fspath(self.path))


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False


def _file(entry: os.DirEntry[str], path: str, remarks: Remarks) -> Iterable[Found]:
    """The entry, if it is a regular file."""
    try:
        status = entry.stat(follow_symlinks=False)
    except OSError as problem:
        remarks.add("denied" if isinstance(problem, PermissionError) else "vanished", path)
        return
    yield from _regular(status, path, remarks)


def _regular(status: os.stat_result, path: str, remarks: Remarks) -> Iterable[Found]:
    if stat.S_ISLNK(status.st_mode):
        remarks.add("link", path)
    elif stat.S_ISREG(status.st_mode):
        yield Found(path, status.st_size)
    else:
        remarks.add("special", path)


def read_file(path: str, limit: int) -> bytes:
    """At most `limit` + 1 bytes of a regular file, without following a link.

    Raises:
        CannotRead: with the reason.
    """
    with open_file(path) as file:
        try:
            return file.read(limit + 1)
        except OSError:
            raise CannotRead(kind="vanished") from None


def open_file(path: str) -> BinaryIO:
    """A regular file, opened without following a link and without waiting for a pipe's writer.

    Raises:
        CannotRead: with the reason.
    """
    try:
        descriptor = os.open(path, _OPEN_FLAGS)
    except PermissionError:
        raise CannotRead(kind="denied") from None
    except (OSError, ValueError):  # ValueError: a NUL in the name
        raise CannotRead(kind="vanished") from None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise CannotRead(kind="special")
    return os.fdopen(descriptor, "rb")
