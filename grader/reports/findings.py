"""Sorts what was lost in one exercise for a reader: causes first, then the checks that no cause explains.

The renderers for people share it, so that every format tells the same story. Knows nothing of widths or colours.
"""

from __future__ import annotations

import textwrap
import unicodedata
from dataclasses import dataclass

from grader.model import CheckOutcome, Diagnosis, ExerciseReport, Report, Standing, Status
from grader.reports.escaping import visible, visible_block, visible_lines
from grader.texts import text


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What a reader should know about one exercise, most useful first."""

    causes: tuple[Diagnosis, ...]
    """What checks were lost by, the first root cause first; several may be candidates for the same checks."""
    asides: tuple[Diagnosis, ...]
    """Observations that explain no lost check."""
    unexplained: tuple[CheckOutcome, ...]
    """Failed checks that no cause explains."""
    follow_ons: int
    """Checks that failed with one of the unexplained ones and are no mistake of their own."""
    undecided: tuple[CheckOutcome, ...]
    """Checks at which the grader itself broke."""
    lost: int
    """How many checks lost points."""


def findings(exercise: ExerciseReport) -> Findings:
    """Sort what was lost in an exercise."""
    lost = {check.id: check for check in exercise.checks if check.status in {Status.FAILED, Status.BLOCKED}}
    causes: list[Diagnosis] = []
    asides: list[Diagnosis] = []
    for diagnosis in exercise.diagnoses:
        # Without a list of checks, the first diagnosis speaks for the exercise as a whole (a file that cannot be read).
        whole = not causes and not diagnosis.explains and exercise.status is not Standing.PASSED
        (causes if whole or lost.keys() & set(diagnosis.explains) else asides).append(diagnosis)
    explained = {id for cause in causes for id in cause.explains}
    if causes and not explained and exercise.status in _WHOLE:
        explained = set(lost)
    open_checks = [check for id, check in lost.items() if id not in explained]
    return Findings(
        causes=tuple(causes),
        asides=tuple(asides),
        unexplained=tuple(check for check in open_checks if check.status is Status.FAILED),
        follow_ons=sum(check.status is Status.BLOCKED for check in open_checks),
        undecided=tuple(check for check in exercise.checks if check.status is Status.BROKEN),
        lost=len(lost),
    )


_WHOLE = {Standing.MISSING, Standing.NOT_STARTED, Standing.UNREADABLE}
"""Standings in which one cause lost everything."""


def cost(diagnosis: Diagnosis, exercise: ExerciseReport) -> tuple[int, float]:
    """How many checks a cause lost, and how many points."""
    checks = [
        check
        for check in exercise.checks
        if check.id in diagnosis.explains and check.status in {Status.FAILED, Status.BLOCKED}
    ]
    return len(checks), sum(check.max_points - (check.points or 0.0) for check in checks)


def is_guess(diagnosis: Diagnosis) -> bool:
    """Whether a diagnosis is one of several candidates; that a mistake is unknown is no guess."""
    return not diagnosis.certain and not diagnosis.pitfall.endswith("/unknown")


def source_lines(diagnosis: Diagnosis) -> list[str]:
    """The student's line; where a detail repeats it with a mark below, both lines of that detail."""
    marked = next((detail for detail in diagnosis.details if _marks(detail, diagnosis)), diagnosis.source.strip())
    return visible_lines(textwrap.dedent(marked)) if marked else []


def screen_lines(diagnosis: Diagnosis) -> list[str]:
    """`source_lines` for letters of one width: Hangul takes two cells, and the mark stands below what it means."""
    line, *below = source_lines(diagnosis)[:2] or [""]
    if not below:
        return [line] if line else []
    start, marks = len(below[0].partition("^")[0]), below[0].count("^")
    return [line, " " * _cells(line[:start]) + "^" * max(_cells(line[start : start + marks]), 1)]


def _cells(words: str) -> int:
    """How many cells of a terminal the words take."""
    wide = sum(unicodedata.east_asian_width(letter) in "FW" for letter in words)
    return len(words) + wide - sum(map(bool, map(unicodedata.combining, words)))


def other_details(diagnosis: Diagnosis) -> list[str]:
    """The details that do not repeat the student's line."""
    return [detail for detail in diagnosis.details if not _marks(detail, diagnosis)]


def _marks(detail: str, diagnosis: Diagnosis) -> bool:
    """Whether a detail is the student's line with carets below it."""
    line, _, carets = detail.partition("\n")
    return line.strip() == diagnosis.source.strip() and set(carets.strip()) == {"^"}


def paragraph(diagnosis: Diagnosis, language: str) -> str:
    """A diagnosis as a few plain lines below its title, for formats without a layout of their own."""
    lines = [visible(diagnosis.place)] if diagnosis.place else []
    lines += [f"    {line}" for line in screen_lines(diagnosis)]
    lines += [visible_block(words) for words in (diagnosis.explanation, *other_details(diagnosis))]
    if diagnosis.hint:
        lines += ["", text("terminal.hint", language, hint=visible(diagnosis.hint))]
    return "\n".join(lines).strip("\n")


def points(number: float | None) -> str:
    """Points as people write them: 20, 18.5, and a question mark where nothing was decided."""
    return "?" if number is None else f"{round(number, 2):g}"


def beside(exercise: ExerciseReport, language: str) -> str:
    """What is said of an exercise whose points are not among those of the score."""
    return text("terminal.bonus", language) if exercise.bonus else ""


def one_line(report: Report, language: str) -> dict[str, str]:
    """The scores alone, as the fields of a text."""
    parts = [
        f"{exercise.id} {points(exercise.score)}/{points(exercise.max_score)} {beside(exercise, language)}".rstrip()
        for exercise in report.exercises
    ]
    return {"score": points(report.score), "max_score": points(report.max_score), "parts": ", ".join(parts)}
