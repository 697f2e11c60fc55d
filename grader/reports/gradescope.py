"""Gradescope's results.json: one test a check, in the order of the suite.

Fields as published by Gradescope; tests are visible, since a hidden one would hide the student's total as well, and
their messages hold nothing of the hidden inputs.
"""

from __future__ import annotations

import json
from typing import Any

from grader.model import SCHEMA, CheckOutcome, ExerciseReport, Report, Status
from grader.reports.escaping import visible, visible_block
from grader.reports.findings import findings, paragraph
from grader.reports.terminal import View, as_text


def render(report: Report, language: str) -> str:
    """The report as results.json."""
    document: dict[str, Any] = {
        "execution_time": round(sum(check.seconds for part in report.exercises for check in part.checks), 3),
        "output": as_text(report, language, View(again="")),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "extra_data": {
            "schema": SCHEMA,
            "digest": report.digest,
            "suite_digest": report.suite_digest,
            "grader_version": report.grader_version,
            "seed": report.seed,
            "sandbox": report.sandbox,
            "needs_review": report.needs_review,
            "pitfalls": [diagnosis.pitfall for part in report.exercises for diagnosis in part.diagnoses],
        },
        "tests": [
            _test(check, part, f"{place}.{number}", language, decided=report.score is not None)
            for place, part in enumerate(report.exercises, 1)
            for number, check in enumerate(part.checks, 1)
        ],
    }
    if report.score is not None:
        document["score"] = report.score
    return json.dumps(document, ensure_ascii=True, indent=2, allow_nan=False) + "\n"


def _test(
    check: CheckOutcome, exercise: ExerciseReport, number: str, language: str, *, decided: bool
) -> dict[str, Any]:
    causes = [
        f"{visible(cause.title)}\n{paragraph(cause, language)}"
        for cause in findings(exercise).causes
        if check.id in cause.explains
    ]
    test: dict[str, Any] = {
        "name": f"{exercise.id}: {visible(check.title)}",
        "name_format": "text",
        "number": number,
        "output": "\n\n".join(part for part in (visible_block(check.message), *causes) if part),
        "output_format": "text",
        "tags": [exercise.id, check.status.value],
        "visibility": "visible",
        "extra_data": {"id": check.id, "bonus": exercise.bonus},
    }
    # Where the grader broke nothing has a score: Gradescope then asks for a new run, while a sum of the rest would pass
    # for a grade.
    if decided:
        status = "passed" if check.status is Status.PASSED else "failed"
        test |= {"score": check.points, "max_score": check.max_points, "status": status}
    return test
