"""Archives as trees, read in memory; nothing of an archive is ever written to disk.

Knows which format a file has by its first bytes, whatever its name says; `zips` and `tars` know the formats.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.submissions.trees import CannotRead, Tree

if TYPE_CHECKING:
    from typing import BinaryIO

    from grader.submissions.entry import ReadingLimits


def tree(file: BinaryIO, limits: ReadingLimits) -> Tree:
    """The files of an archive.

    Raises:
        CannotRead: it is none, or damaged.
    """
    raise CannotRead(kind="foreign_archive")
