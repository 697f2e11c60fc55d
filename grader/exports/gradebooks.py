"""Where a learning platform's own file has its people, its grades and its maxima.

`filling` asks here. Columns are found by what they are called in English, Korean or Japanese, else by what only that
column can be: Canvas puts `(number)` behind every assignment, Moodle has a column `... (grade)` beside `grade` in any
language. What could be two columns is named by the instructor. Knows nothing of scores.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from grader import roster
from grader.roster import Person, columns
from grader.sheets import Sheet


@dataclass(frozen=True, slots=True, kw_only=True)
class Gradebook:
    """What can be filled of a file."""

    people: tuple[Person, ...]
    column: int
    """Where scores go."""
    maxima: dict[int, str]
    """What full marks are, by row, where the file says so."""
    feedback: int | None = None
    """Where comments go."""


class ColumnNotFound(Exception):  # noqa: N818 - says what is the case
    """No column says who somebody is; carries the headings."""

    purpose = "people"

    def __init__(self, candidates: Sequence[str]) -> None:
        super().__init__(candidates)
        self.candidates = tuple(candidates)


class GradeColumnNotFound(ColumnNotFound):
    """No column, or more than one, can be the one for scores; carries what it could be, or all headings."""

    purpose = "grade"


# --- Canvas: the exported gradebook

_ASSIGNMENT = re.compile(r"(?P<title>.*) \((?P<number>\d+)\)", re.DOTALL)
_CANVAS_IDS = ("sis user id", "integration id")
_CANVAS_LOGINS = ("sis login id", "login id", "email")


def canvas(sheet: Sheet, asked: str) -> Gradebook:
    """A gradebook as Canvas exports it: name and id come first, whatever they are called.

    Raises:
        ColumnNotFound: it is none, or the assignment has to be named.
    """
    heading = sheet.values(0) if sheet.rows else []
    rows = [row for row in range(1, len(sheet.rows)) if sheet.value(row, 1).isdecimal()]
    if not rows:
        raise ColumnNotFound(heading)
    ids = [1, *columns(heading, _CANVAS_IDS)]
    logins = columns(heading, _CANVAS_LOGINS)
    people = tuple(
        Person(
            row=row,
            ids=tuple(filter(None, (sheet.value(row, column) for column in ids))),
            logins=tuple(filter(None, (sheet.value(row, column) for column in logins))),
            names=(sheet.value(row, 0),),
        )
        for row in rows
    )
    column = _assignment(heading, asked)
    above = [row for row in range(1, rows[0]) if _is_number(sheet.value(row, column))]
    maximum = sheet.value(above[0], column) if above else ""
    return Gradebook(people=people, column=column, maxima=dict.fromkeys(rows, maximum))


def _assignment(heading: Sequence[str], asked: str) -> int:
    titles = {number: match for number, title in enumerate(heading) if (match := _ASSIGNMENT.fullmatch(title))}
    if not asked:
        found = list(titles)
    else:
        found = [number for number, title in enumerate(heading) if title == asked]
        found = found or [number for number, match in titles.items() if asked in {match["title"], match["number"]}]
    if len(found) != 1:
        raise GradeColumnNotFound([heading[number] for number in found or titles] or heading)
    return found[0]


# --- Moodle: the offline grading worksheet, or the gradebook as a text file

_MOODLE = {
    "id": ("identifier", "식별자", "식별번호", "識別子"),
    "name": ("full name", "성명", "이름", "氏名", "姓名"),
    "other ids": ("id number", "id 번호", "학번", "고유번호", "IDナンバー"),
    "login": ("email address", "username", "이메일 주소", "이메일", "사용자명", "아이디", "メールアドレス", "ユーザ名"),
    "grade": ("grade", "성적", "점수", "評点", "評定"),
    "maximum": ("maximum grade", "최고 성적", "최대 성적", "최고 점수", "만점", "最大評点", "最大評定"),
    "feedback": ("feedback comments", "피드백 댓글", "피드백 의견", "フィードバックコメント"),
}
# `Assignment: Layers (Real)`; the total of a course is no activity, so nothing stands before it.
_ACTIVITY = re.compile(r"(?P<title>(?P<kind>[^:：]+)[:：]\s*(?P<name>.+)) \([^()]*\)", re.DOTALL)  # noqa: RUF001 - as typed in Asia
_PARTICIPANT = re.compile(r"(?P<word>\D*)(?P<number>\d+)")


def moodle(sheet: Sheet, asked: str) -> Gradebook:
    """An offline grading worksheet or a gradebook as Moodle exports it, in whatever language the site speaks.

    Raises:
        ColumnNotFound: it is none, or the column for grades has to be named.
    """
    heading = sheet.values(0) if sheet.rows else []
    known = {use: columns(heading, names) for use, names in _MOODLE.items()}
    rows = range(1, len(sheet.rows))
    identifiers = known["id"][:1] or [
        column for column in range(len(heading)) if _are_participants([sheet.value(row, column) for row in rows])
    ]
    if not identifiers and all(roster.in_two_parts(heading)):
        return Gradebook(people=roster.people(sheet), column=_activity(heading, asked), maxima={})
    if not identifiers:
        raise ColumnNotFound(heading)
    people = tuple(_participant(sheet, row, identifiers[0], known) for row in rows)
    column = _grades(sheet, heading, asked, known["grade"])
    maximum = known["maximum"][:1] or ([column + 1] if _is_maximum(sheet, column + 1) else [])
    return Gradebook(
        people=tuple(person for person in people if person.ids),
        column=column,
        maxima={row: sheet.value(row, maximum[0]) for row in rows} if maximum else {},
        feedback=known["feedback"][0] if len(known["feedback"]) == 1 else None,
    )


def _activity(heading: Sequence[str], asked: str) -> int:
    """The column of an activity in a gradebook, which says nothing of full marks."""
    titles = {number: match for number, title in enumerate(heading) if (match := _ACTIVITY.fullmatch(title))}
    found = [number for number, title in enumerate(heading) if title == asked] if asked else list(titles)
    found = found or [number for number, match in titles.items() if asked in {match["title"], match["name"]}]
    if len(found) != 1:
        raise GradeColumnNotFound([heading[number] for number in found or titles] or heading)
    return found[0]


def _participant(sheet: Sheet, row: int, identifier: int, known: dict[str, list[int]]) -> Person:
    number = re.search(r"\d+", sheet.value(row, identifier))
    ids = [number[0] if number else "", *(sheet.value(row, column) for column in known["other ids"])]
    return Person(
        row=row,
        ids=tuple(filter(None, ids)),
        logins=tuple(filter(None, (sheet.value(row, column) for column in known["login"]))),
        names=tuple(filter(None, (sheet.value(row, column) for column in known["name"] or [identifier + 1]))),
    )


def _are_participants(values: Sequence[str]) -> bool:
    """Whether every cell is one and the same word with a number of its own: `Participant 657737`."""
    matches = [match for value in values if (match := _PARTICIPANT.fullmatch(value))]
    words, numbers = {match["word"].strip() for match in matches}, {match["number"] for match in matches}
    return len(numbers) == len(values) > 0 and len(words) == 1 and words != {""}


def _grades(sheet: Sheet, heading: Sequence[str], asked: str, known: Sequence[int]) -> int:
    if asked:
        found = [number for number, title in enumerate(heading) if title == asked]
    else:
        # The worksheet says when each grade was changed last, in a column named after the column of grades.
        named = {
            title for title in heading if any(other.casefold().endswith(f"({title.casefold()})") for other in heading)
        }
        before_maxima = [column for column in range(1, len(heading)) if _is_maximum(sheet, column + 1)]
        ways = (known, [number for number, title in enumerate(heading) if title in named], before_maxima)
        found = next((list(way) for way in ways if len(way) == 1), [])
    if len(found) != 1:
        raise GradeColumnNotFound(heading)
    return found[0]


def _is_maximum(sheet: Sheet, column: int) -> bool:
    """Whether a column says the same number in every row: what full marks are."""
    values = {sheet.value(row, column) for row in range(1, len(sheet.rows))}
    return len(values) == 1 and _is_number(*values)


def _is_number(text: str) -> bool:
    return re.fullmatch(r"\d+([.,]\d+)?", text) is not None
