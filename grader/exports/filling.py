"""Scores into a learning platform's own file: which cell gets what, and what is left for a person to decide.

Only what is surely somebody's is filled in; everything else is listed. Knows nothing of where the file comes from or
goes to.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from grader import roster
from grader.exports import gradebooks
from grader.exports.gradebooks import ColumnNotFound, Gradebook
from grader.roster import Claim, Doubt, Person
from grader.sheets import Sheet
from grader.store import Sender

__all__ = ["ColumnNotFound", "Filled", "OtherScale", "Score", "fill"]

# Canvas: an excused student; Moodle writes `-` where there is no grade.
_EXCUSED = {"EX", "EXCUSED"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """What a submission reached."""

    score: float | None
    max_score: float
    feedback: str = ""
    """Where comments are filled in, too."""


class OtherScale(Exception):  # noqa: N818 - says what is the case
    """The platform expects other full marks than the suites give."""

    def __init__(self, theirs: str, ours: float) -> None:
        super().__init__(theirs, ours)
        self.theirs = theirs
        self.ours = ours


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """The file, and what a person has to look at."""

    data: bytes
    column: str
    """The heading of the column that was filled."""
    rows: int
    """How many rows have a score of ours."""
    replaced: tuple[tuple[Person, str, str], ...]
    """Who had another score there, with the old and the new one."""
    excused: tuple[Person, ...]
    undecided: tuple[str, ...]
    """Submissions that the grader could not decide: their cells are as they were."""
    doubts: tuple[Doubt, ...]
    strangers: tuple[Claim, ...]
    absent: tuple[Person, ...]
    """People in the file of whom there is no submission: their cells are as they were."""


def fill(
    sheet: Sheet,
    platform: str,
    scores: Mapping[str, Score],
    senders: Iterable[tuple[str, Sender]],
    *,
    column: str = "",
    rescaled: bool = False,
) -> Filled:
    """Fill a file of `canvas` or `moodle` with scores, by submission.

    Raises:
        ColumnNotFound: the column for scores has to be named, or this is another kind of file.
        OtherScale: full marks differ there, and nobody asked to convert.
        UnreadableTable: the file's encoding cannot hold the feedback.
    """
    book: Gradebook = {"canvas": gradebooks.canvas, "moodle": gradebooks.moodle}[platform](sheet, column)
    people = [person for person in book.people if book.column < len(sheet.rows[person.row])]
    joined = roster.join(people, senders)
    cells: dict[tuple[int, int], str] = {}
    replaced, excused, undecided, filled = [], [], [], 0
    for person in people:
        name = joined.submissions.get(person.row)
        if name is None:
            continue
        before, score = sheet.value(person.row, book.column), scores[name]
        after = _written(score, book.maxima.get(person.row, ""), rescaled=rescaled)
        if before.upper() in _EXCUSED:
            excused.append(person)
        elif not after:
            undecided.append(name)
        else:
            filled += 1
            old = _number(before)
            if old is None or old != float(after):
                cells[person.row, book.column] = after
            if old is not None and old != float(after):
                replaced.append((person, before, after))
            if book.feedback is not None and score.feedback and not sheet.value(person.row, book.feedback):
                cells[person.row, book.feedback] = score.feedback
    return Filled(
        data=sheet.changed(cells),
        column=sheet.value(0, book.column),
        rows=filled,
        replaced=tuple(replaced),
        excused=tuple(excused),
        undecided=tuple(undecided),
        doubts=tuple(joined.doubts),
        strangers=tuple(joined.strangers),
        absent=tuple(joined.absent),
    )


def _written(score: Score, theirs: str, *, rescaled: bool) -> str:
    """The score as it goes into a cell: at most two decimals, which is what the platforms keep."""
    if score.score is None:
        return ""
    maximum = _number(theirs)
    value = score.score
    if maximum is not None and maximum not in {0.0, score.max_score}:
        if not rescaled:
            raise OtherScale(theirs, score.max_score)
        value = score.score / score.max_score * maximum
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _number(text: str) -> float | None:
    return float(text.replace(",", ".")) if re.fullmatch(r"\d+([.,]\d+)?", text) else None
