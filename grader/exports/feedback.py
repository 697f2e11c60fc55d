"""What was found in a submission, as a comment for a learning platform: short, in HTML, harmless.

Filled into Moodle's feedback column when the instructor asks for it. Begins with the points, so that no spreadsheet
takes it for a formula.
"""

from __future__ import annotations

import html
from collections.abc import Iterator

from grader.model import Report, Standing
from grader.reports.escaping import visible
from grader.reports.findings import findings, points
from grader.texts import text


def comment(report: Report, language: str) -> str:
    """One line an exercise, and under it what cost the points."""
    return "<br>".join(html.escape(visible(line), quote=False) for line in _lines(report, language))


def _lines(report: Report, language: str) -> Iterator[str]:
    for exercise in report.exercises:
        if exercise.score is None or (exercise.bonus and not exercise.score):
            continue
        yield text(
            "export.feedback",
            language,
            score=points(exercise.score),
            maximum=points(exercise.max_score),
            id=exercise.id,
        )
        if exercise.status is Standing.PASSED:
            continue
        found = findings(exercise)
        for cause in found.causes:
            yield "- " + " ".join(filter(None, (cause.place, cause.title, cause.hint)))
        for check in found.unexplained:
            yield "- " + check.title
