"""The words of reading: an entry of a class, who handed it in, how much is read, and what stops a run.

Everything in this package uses them, the command line and the batch see them. Knows the model only: how an entry is
found and read stands in the modules beside this one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.model import Submission

_MEBIBYTE = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingLimits:
    """How much of one submission is read; what lies beyond is left out with a note, and the rest goes on."""

    source_bytes: int = _MEBIBYTE
    """One .py file: all the book's source files together are 200 kB."""
    notebook_bytes: int = 16 * _MEBIBYTE
    """One .ipynb: plots are stored inside as text, some 50 kB each."""
    total_bytes: int = 32 * _MEBIBYTE
    """All files of a submission together; they are held in memory and sent to a worker."""
    files: int = 40
    """Source files: the four, notebooks and helpers; a whole clone of the book's repository has 59."""
    entries: int = 5_000
    """Files and folders looked at, those in archives included: a clone with a data set has some hundred."""
    archives: int = 20
    """Archives opened, those inside others included: one a file, where each was packed by itself."""
    depth: int = 12
    """Folders inside folders: the deepest archive of a real course had six."""
    name_characters: int = 255
    """One part of a path; no file system takes more, only an archive can hold it."""
    archive_bytes: int = 32 * _MEBIBYTE
    """An archive inside an archive; it is held in memory while it is read."""
    unpacked_bytes: int = 256 * _MEBIBYTE
    """How far compressed tars are unpacked (and thrown away) in search of sources: MNIST is 55 MB, a second 300."""
    nesting: int = 2
    """Archives inside archives of one submission: learning platforms pack what students have packed."""
    class_entries: int = 2_000_000
    """Files and folders in an archive of a whole class; its list of names is the only thing held in memory."""


DEFAULT_LIMITS = ReadingLimits()

# Once to see what is in a compressed tar, once more to read it.
_PASSES = 2


class Allowance:
    """What looking at one submission may still cost, however many archives it is spread over."""

    def __init__(self, limits: ReadingLimits) -> None:
        self.entries = limits.entries
        self.archives = limits.archives
        self.unpacked_bytes = _PASSES * limits.unpacked_bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Student:
    """Who handed in, as far as the learning platform wrote it down; empty where it did not."""

    name: str = ""
    """As displayed there, not to be sorted or split."""
    id: str = ""
    """The platform's number: Moodle's participant, Canvas's user id, Gradescope's SID."""
    login: str = ""
    """A user name or an e-mail address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One submission of a class, and who handed it in."""

    submission: Submission
    students: tuple[Student, ...] = ()
    """Several for a group; none where only the entry's name is known."""
    late: bool = False
    """The platform marked it as late."""


class UnreadableSubmission(Exception):  # noqa: N818 - it names what was found, as the command line says it
    """What was asked for cannot be read at all; carries what was seen and what to do, in the student's language."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        """Both parts, for logs; the command line sets them apart itself."""
        return f"{self.message}\n\nhint: {self.hint}" if self.hint else self.message
