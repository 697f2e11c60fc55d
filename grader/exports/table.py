"""The table of a class with the people in it: `grades.csv`, one row a student instead of one a submission.

A group's submission has a row for each of its members, so that the table can be joined with any other.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence

from grader.model import Report
from grader.reports.escaping import spreadsheet_cell
from grader.reports.table import BYTE_ORDER_MARK, heading, row
from grader.store import Sender
from grader.submissions import Student


def lines(reports: Iterable[Report], exercises: Sequence[str], senders: Mapping[str, Sender]) -> Iterator[str]:
    """The table line by line, with a byte order mark where Excel needs one: when a name is not ASCII."""
    students = [student for sender in senders.values() for student in sender.students]
    if not all(text.isascii() for text in [*senders, *(one.name + one.id + one.login for one in students)]):
        yield BYTE_ORDER_MARK
    yield _line(["name", "id", "login", "late", *heading(exercises)])
    for report in reports:
        sender = senders.get(report.submission, Sender())
        for student in sender.students or (Student(),):
            who = [spreadsheet_cell(part) for part in (student.name, student.id, student.login)]
            yield _line([*who, "true" if sender.late else "false", *row(report, exercises)])


def _line(cells: Sequence[str]) -> str:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerow(cells)
    return stream.getvalue()
