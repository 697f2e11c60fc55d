"""Gathers the source files of one submission from the trees it lies in, within the limits.

`reading` and `classes` hand over folders, single files and archives; what comes out is a Submission. Knows which files
go first when not all can be kept; knows nothing of where a tree lies.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.model import SourceFile, Submission
from grader.submissions.entry import Allowance
from grader.submissions.naming import shown
from grader.submissions.remarks import Remarks, size
from grader.submissions.sources import (
    base,
    depth,
    exercise_named,
    is_archive,
    is_exactly,
    is_foreign_archive,
    is_notebook,
    is_source,
)
from grader.submissions.trees import CannotRead, Found, Tree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from grader.submissions.entry import ReadingLimits

# Remarks about what only the machine of whoever grades knows a reason for.
_UNREAD = ("denied", "vanished")


class Gathering:
    """The files of one submission, from however many trees."""

    def __init__(self, limits: ReadingLimits, language: str) -> None:
        self.limits = limits
        self.remarks = Remarks(language)
        self.unknown: list[str] = []
        """What was found besides, to tell whoever finds nothing else."""
        self._files: dict[str, SourceFile] = {}
        self._bytes_left = limits.total_bytes
        self._allowance = Allowance(limits)

    def add(self, tree: Tree, prefix: str = "", rename: Callable[[str], str] = str, nesting: int = 0) -> None:
        """Take what a tree holds; archives in it are opened where there is no source file beside them.

        Args:
            tree: where to look.
            prefix: what the student is shown before the paths of this tree.
            rename: from a path in the tree to the one to show (a learning platform's prefix taken off).
            nesting: how many archives this tree lies in.
        """
        sources: list[Found] = []
        packed: list[Found] = []
        for found in tree.listing(self.remarks, self._allowance):
            name = rename(found.path)
            if is_source(name):
                sources.append(found)
            elif is_archive(name):
                packed.append(found)
            elif is_foreign_archive(name):
                self.remarks.add("foreign_archive", prefix + name)
            else:
                self.unknown.append(prefix + name)
        for found in self._kept(sources, prefix, rename):
            self._take(tree, found, prefix + rename(found.path))
        nearest = sorted(packed, key=lambda found: (depth(found.path), found.path))[: self._allowance.archives]
        chosen = set(map(id, nearest))
        # In the order of the tree: a packed tar begins anew for whoever goes back.
        for found in packed:
            name = prefix + rename(found.path)
            if sources:
                self.remarks.add("archive_aside", name)
            elif nesting >= self.limits.nesting:
                self.remarks.add("nested", name)
            elif id(found) not in chosen or not self._allowance.archives:
                self.remarks.add("many_archives", name, limit=self.limits.archives)
            else:
                self._allowance.archives -= 1
                # The paths in a lone archive are shown as they are; several are told apart.
                self._unpack(tree, found, name, prefix if len(packed) == 1 else f"{name}/", nesting)

    def _unpack(self, tree: Tree, found: Found, name: str, prefix: str, nesting: int) -> None:
        # Few submissions are packed, and a check from cold need not wait for readers of archives.
        from grader.submissions import archives  # noqa: PLC0415

        try:
            with tree.open(found, self.limits.archive_bytes) as file:
                self.add(archives.tree(file, self.limits, name, self._allowance), prefix, nesting=nesting + 1)
        except CannotRead as problem:
            self._remark(problem, name, self.limits.archive_bytes)

    def _kept(self, sources: list[Found], prefix: str, rename: Callable[[str], str]) -> Iterable[Found]:
        """Which files to read, in the order of the tree: those named after exercises first, the shallowest first."""
        nearest: dict[str, str] = {}
        chosen: set[int] = set()
        bytes_left = self._bytes_left
        for found in sorted(sources, key=lambda found: _rank(rename(found.path))):
            name = rename(found.path)
            if exercise_named(name) and nearest.setdefault(base(name).casefold(), name) != name:
                self.remarks.add("deeper", prefix + name)
            elif found.size > self._limit(name):
                self.remarks.add("large", prefix + name, limit=size(self._limit(name)))
            elif len(self._files) + len(chosen) >= self.limits.files:
                self.remarks.add("many_files", prefix + name, limit=self.limits.files)
            elif found.size > bytes_left:
                self.remarks.add("total", prefix + name, limit=size(self.limits.total_bytes))
            else:
                chosen.add(id(found))
                bytes_left -= found.size
        return [found for found in sources if id(found) in chosen]

    def _limit(self, name: str) -> int:
        return self.limits.notebook_bytes if is_notebook(name) else self.limits.source_bytes

    def _take(self, tree: Tree, found: Found, name: str) -> None:
        # What a size promised need not be true: no more is read than was asked for, and no more is kept than is left.
        limit = min(self._limit(name), self._bytes_left)
        try:
            data = tree.read(found, limit)
        except CannotRead as problem:
            self._remark(problem, name, limit)
            return
        if len(data) > limit:
            self.remarks.add("large", name, limit=size(limit))
            return
        self._bytes_left -= len(data)
        name = shown(name)
        if name in self._files:
            self.remarks.add("twice", name)
        self._files[name] = SourceFile(name=name, data=data)

    def _remark(self, problem: CannotRead, name: str, limit: int) -> None:
        limit = self.limits.unpacked_bytes if problem.kind == "unpacked" else limit
        self.remarks.add(problem.kind, name, limit=size(limit))

    def files(self) -> tuple[SourceFile, ...]:
        """What was gathered, best first."""
        return tuple(sorted(self._files.values(), key=lambda file: _rank(file.name)))

    def submission(self, name: str) -> Submission:
        """What was gathered, as a submission; one without files says what was there instead."""
        files = self.files()
        if not files and not self.remarks.lines():
            if self.unknown:
                for unknown in sorted(self.unknown, key=lambda path: (depth(path), path)):
                    self.remarks.add("nothing", unknown)
            else:
                self.remarks.add("empty")
        return Submission(name=name, files=files, notes=self.remarks.lines(), unread=self.remarks.lines(*_UNREAD))


def _rank(name: str) -> tuple[bool, int, bool, bool, str]:
    """Which file counts more: named after an exercise, near the top, exactly named, in `exercises`."""
    exercise = exercise_named(name)
    return (
        exercise is None,
        depth(name),
        exercise is None or not is_exactly(name, exercise),
        not name.startswith("exercises/"),
        name,
    )
