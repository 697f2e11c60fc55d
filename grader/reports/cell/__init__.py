"""The report below a cell of a notebook: what the terminal shows, as a piece of HTML in the notebook's own colours.

Called by `grader.notebook`. A stranger's text becomes markup only by being escaped, as on the pages; nothing is
scripted, loaded or linked. Knows reports and texts, nothing of grading.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

import jinja2
from markupsafe import Markup

from grader.model import CheckOutcome, Diagnosis, ExerciseReport, Report, Standing, Status
from grader.reports.escaping import visible, visible_lines
from grader.reports.findings import cost, findings, is_guess, other_details, points
from grader.reports.pages.excerpts import Line, excerpt
from grader.reports.pages.typesetting import inline, prose, share
from grader.texts import text

OUTPUT_LINES = 12
"""A training loop prints thousands of lines; the first few say which print it was."""
_NOT_BEGUN = {Standing.MISSING, Standing.NOT_STARTED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """One mistake as it is shown."""

    diagnosis: Diagnosis
    is_guess: bool
    lines: tuple[Line, ...]
    details: str
    count: int
    """Checks that it lost."""
    points: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One exercise as it is shown."""

    exercise: ExerciseReport
    name: str
    causes: tuple[Cause, ...]
    open_checks: tuple[CheckOutcome, ...]
    """Failed checks that no cause explains."""
    follow_ons: int
    lost: int
    passed: int


def render(report: Report, language: str, again: str, *, in_cells: bool) -> str:
    """The report as HTML; `again` shows it anew, and `in_cells` says that a cell is to be corrected, not a file."""
    undone = [each for each in report.exercises if each.status is not Standing.PASSED]
    lines = visible_lines(report.output) if report.output.strip() else []
    return _filled(
        "cell.html",
        language,
        report=report,
        parts=[_part(exercise) for exercise in report.exercises],
        done=not undone,
        broken=any(each.status is Standing.BROKEN for each in undone),
        again=again,
        in_cells=in_cells,
        printed=lines[:OUTPUT_LINES],
        unprinted=max(0, len(lines) - OUTPUT_LINES),
    )


def refusal(message: str, hint: str, language: str) -> str:
    """Why there is no report, as HTML."""
    return _filled("refusal.html", language, message=message, hint=hint)


def plain_refusal(message: str, hint: str, language: str) -> list[str]:
    """The same for a terminal."""
    lines = visible_lines(message)
    return [*lines, "", text("terminal.hint", language, hint=visible(hint))] if hint else lines


def _part(exercise: ExerciseReport) -> Part:
    found = findings(exercise)
    untouched = exercise.status in _NOT_BEGUN
    return Part(
        exercise=exercise,
        name=exercise.id,
        causes=tuple(_cause(cause, exercise) for cause in found.causes if cause.line is not None or not untouched),
        open_checks=() if untouched else found.unexplained,
        follow_ons=0 if untouched else found.follow_ons,
        lost=found.lost,
        passed=sum(check.status is Status.PASSED for check in exercise.checks),
    )


def _cause(diagnosis: Diagnosis, exercise: ExerciseReport) -> Cause:
    count, worth = cost(diagnosis, exercise)
    return Cause(
        diagnosis=diagnosis,
        is_guess=is_guess(diagnosis),
        lines=tuple(excerpt(diagnosis)),
        details="\n".join(other_details(diagnosis)),
        count=count,
        points=worth,
    )


def _filled(template: str, language: str, **values: object) -> str:
    def say(key: str, /, **fields: object) -> Markup:
        return inline(text(key, language, **fields))

    return _environment().get_template(template).render(say=say, language=language, **values)


@functools.cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"inline": inline, "prose": prose, "visible": visible, "points": points}
    environment.globals |= {"share": share}
    return environment
