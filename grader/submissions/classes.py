"""A class of submissions: the entries of a folder or an archive, read one at a time.

`grade batch` iterates over them; nothing is read before it is asked for, and nothing is kept. Whatever is wrong with an
entry is a note in its submission; only a class that cannot be opened at all is an error.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from grader.submissions.entry import DEFAULT_LIMITS, Entry, ReadingLimits, UnreadableSubmission
from grader.submissions.gathering import Gathering
from grader.submissions.names import printable
from grader.submissions.remarks import quoted
from grader.submissions.sources import is_junk
from grader.submissions.trees import FolderTree, OneFile
from grader.texts import text

if TYPE_CHECKING:
    from collections.abc import Iterator


def names(path: Path, limits: ReadingLimits = DEFAULT_LIMITS, language: str = "en") -> tuple[str, ...]:
    """The names of all submissions of a class, in the order in which `read_class` gives them, without reading any.

    Raises:
        UnreadableSubmission: the class cannot be opened.
    """
    del limits
    return tuple(printable(name) for name in _entries(path, language))


def read_class(path: Path, limits: ReadingLimits = DEFAULT_LIMITS, language: str = "en") -> Iterator[Entry]:
    """Read the submissions of a class one by one.

    Raises:
        UnreadableSubmission: the class cannot be opened.
    """
    for name in _entries(path, language):
        gathering = Gathering(limits, language)
        place = path / name
        gathering.add(FolderTree(place, limits) if place.is_dir() and not place.is_symlink() else OneFile(place))
        yield Entry(submission=gathering.submission(printable(name)))


def _entries(path: Path, language: str) -> list[str]:
    try:
        return sorted(name for name in os.listdir(path) if not is_junk(name))
    except OSError:
        raise UnreadableSubmission(text("reading.error.no_class.message", language, path=quoted(str(path)))) from None
