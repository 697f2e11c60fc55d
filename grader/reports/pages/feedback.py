"""The page that a student gets back: points, the named mistakes in the student's own lines, and every check.

What is meant for the instructor (flags) is not on it, and no input of a hidden check: only what the report says.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from grader.model import CheckOutcome, Diagnosis, ExerciseReport, Figure, Report, Standing
from grader.reports.findings import cost, findings, other_details
from grader.reports.pages.excerpts import Line, excerpt
from grader.reports.pages.graph import Graph, graph
from grader.reports.pages.layers import LAYERS
from grader.reports.pages.numbers import Panel, panels
from grader.reports.pages.stamp import stamp
from grader.reports.pages.typesetting import page
from grader.texts import find

_NOT_BEGUN = {Standing.MISSING, Standing.NOT_STARTED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """One mistake as the page shows it."""

    number: int
    diagnosis: Diagnosis
    perhaps: bool
    """One of several candidates."""
    lines: tuple[Line, ...]
    figures: tuple[tuple[Figure, tuple[Panel, ...]], ...]
    details: str
    """What is said before the numbers."""
    numbers: tuple[tuple[str, str], ...]
    """Expected beside got, where no figure draws them: label and value."""
    remarks: str
    """What is said after them."""
    count: int
    """Checks that it lost."""
    points: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One exercise as the page shows it."""

    exercise: ExerciseReport
    name: str
    causes: tuple[Named, ...]
    asides: tuple[Named, ...]
    open_checks: tuple[CheckOutcome, ...]
    """Failed checks that no cause explains."""
    lost: int
    graph: Graph | None


def feedback_page(report: Report, language: str) -> str:
    """The whole page."""
    return page(
        "feedback.html",
        language,
        report.language,
        mark=stamp(report, language),
        report=report,
        parts=[_part(exercise, report.language) for exercise in report.exercises],
        complete=report.score is not None and report.score >= report.max_score,
    )


def _part(exercise: ExerciseReport, language: str) -> Part:
    found = findings(exercise)
    causes = tuple(_named(number, cause, exercise, language) for number, cause in enumerate(found.causes, 1))
    first_aside = len(causes) + 1
    return Part(
        exercise=exercise,
        name=name_of(exercise.id),
        causes=causes,
        asides=tuple(
            _named(number, aside, exercise, language) for number, aside in enumerate(found.asides, first_aside)
        ),
        # What was not begun has lost every check for one reason, which the headline says.
        open_checks=() if exercise.status in _NOT_BEGUN else found.unexplained,
        lost=found.lost,
        graph=graph(exercise.id, [*found.causes, *found.asides]),
    )


def _named(number: int, diagnosis: Diagnosis, exercise: ExerciseReport, language: str) -> Named:
    count, points = cost(diagnosis, exercise)
    drawn = any(not figure.example for figure in diagnosis.figures)
    details = [(detail, _numbered(detail, language)) for detail in other_details(diagnosis)]
    first = next((index for index, (_, numbers) in enumerate(details) if numbers), len(details))
    return Named(
        number=number,
        diagnosis=diagnosis,
        # What nobody knows is no guess.
        perhaps=not diagnosis.certain and not diagnosis.pitfall.endswith("/unknown"),
        lines=tuple(excerpt(diagnosis)),
        figures=tuple((figure, tuple(panels(figure))) for figure in diagnosis.figures),
        details="\n".join(detail for detail, numbers in details[:first] if numbers is None),
        remarks="\n".join(detail for detail, numbers in details[first:] if numbers is None),
        # What a figure draws need not be read as well.
        numbers=tuple(numbers for _, numbers in details if numbers and not drawn),
        count=count,
        points=points,
    )


def _numbered(detail: str, language: str) -> tuple[str, str] | None:
    """Label and value of a line that holds an expected, a given or a numerical array; None for any other."""
    matches = (pattern.fullmatch(detail) for pattern in _number_lines(language))
    found = next(filter(None, matches), None)
    return (detail[: found.start("numbers")].strip(" :"), found["numbers"]) if found else None


@functools.cache
def _number_lines(language: str) -> tuple[re.Pattern[str], ...]:
    """What those lines look like in a language."""
    keys = ("gap.expected", "gap.got", "gap.numerical", "gap.numerical_own")
    escaped = (re.escape(find(key, language) or "{numbers}") for key in keys)
    return tuple(re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>.*)", words)) for words in escaped)


def name_of(exercise: str) -> str:
    """The class that an exercise is about, where it is known; else its id."""
    layer = LAYERS.get(exercise)
    return layer.class_name if layer is not None else exercise
