"""Scores on their way out: tables for people, and the learning platforms' own files, filled.

`grade export` calls it with a store and, for Canvas and Moodle, the file that was exported there. Who a row belongs to
is `grader.roster`'s business, how bytes stay as they were `grader.sheets`'. Nothing here prints or writes.
"""

from grader.exports.filling import ColumnNotFound, Filled, OtherScale, Score, fill
from grader.exports.table import lines

PLATFORMS = ("canvas", "moodle")
"""Those whose own file is filled."""

__all__ = ["PLATFORMS", "ColumnNotFound", "Filled", "OtherScale", "Score", "fill", "lines"]
