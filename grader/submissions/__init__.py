"""Reads what students hand in: bytes from folders, files, notebooks, archives and LMS downloads -> Submission.

The driver's side (command line, batch) calls `read` and `read_class`, the judge's side asks `choose`. Bytes only:
nothing here decodes, parses or runs a student's source, follows a link inside a submission, or writes to disk.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from grader.submissions.choosing import Candidates, choose, exercises_meant
from grader.submissions.entry import DEFAULT_LIMITS, Entry, ReadingLimits, Student, UnreadableSubmission
from grader.submissions.naming import as_found, printable, safe_name
from grader.submissions.reading import read

if TYPE_CHECKING:
    from grader.submissions.classes import names, read_class

__all__ = [
    "DEFAULT_LIMITS",
    "Candidates",
    "Entry",
    "ReadingLimits",
    "Student",
    "UnreadableSubmission",
    "as_found",
    "choose",
    "exercises_meant",
    "names",
    "printable",
    "read",
    "read_class",
    "safe_name",
]


def __getattr__(name: str) -> Any:
    """Load what reads a whole class when it is asked for: `grade check` starts without it."""
    if name in {"names", "read_class"}:
        from grader.submissions import classes  # noqa: PLC0415

        return getattr(classes, name)
    msg = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(msg)
