"""`grades.csv`: one row a submission, for spreadsheets and for programs.

Cells that a spreadsheet would take for a formula are made harmless here; the JSON reports keep every name as it was.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from grader.model import Report
from grader.reports.escaping import spreadsheet_cell
from grader.reports.findings import points

BYTE_ORDER_MARK = "\ufeff"


def lines(reports: Iterable[Report], exercises: Sequence[str], names: Iterable[str]) -> Iterator[str]:
    """The table line by line; reports come sorted, so that the file does not depend on who finished first.

    It begins with a byte order mark only where Excel needs one: when one of the names is not ASCII. Programs that read
    a table of plain names as UTF-8 are not surprised by a mark before the first column's name.
    """
    if not all(name.isascii() for name in names):
        yield BYTE_ORDER_MARK
    yield _line(heading(exercises))
    for report in reports:
        yield _line(row(report, exercises))


def heading(exercises: Sequence[str]) -> list[str]:
    """What the cells of `row` are called."""
    return ["submission", "score", "max_score", *exercises, "needs_review", "pitfalls"]


def row(report: Report, exercises: Sequence[str]) -> list[str]:
    """One submission's cells; a score that was not decided stays empty."""
    scores = {exercise.id: exercise.score for exercise in report.exercises}
    pitfalls = dict.fromkeys(found.pitfall for exercise in report.exercises for found in exercise.diagnoses)
    return [
        spreadsheet_cell(report.submission),
        _cell(report.score),
        _cell(report.max_score),
        *(_cell(scores.get(id)) for id in exercises),
        "true" if report.needs_review else "false",
        spreadsheet_cell(";".join(pitfalls)),
    ]


def _line(cells: Sequence[str]) -> str:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerow(cells)
    return stream.getvalue()


def _cell(number: float | None) -> str:
    return "" if number is None else points(number)
