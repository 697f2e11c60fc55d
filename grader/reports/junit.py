"""JUnit XML: one suite an exercise, one case a check, for CI pages that read it.

Written by hand instead of by pytest's own option, whose failure texts hold the source of hidden checks. Times are
the only part that differs between two runs: no clock and no host name are written.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from xml.etree import ElementTree as ET

from grader.model import CheckOutcome, ExerciseReport, Report, Standing, Status
from grader.reports.escaping import visible, visible_block
from grader.reports.findings import findings, paragraph, points
from grader.texts import text

_TAGS = {Status.FAILED: "failure", Status.BLOCKED: "skipped", Status.BROKEN: "error"}
"""A blocked check is a consequence: `skipped` keeps the number of failures the number of mistakes."""


def render(reports: Iterable[Report], language: str) -> str:
    """One document for all reports."""
    root = ET.Element("testsuites", name="grade")
    for report in reports:
        for exercise in report.exercises:
            _suite(root, report, exercise, language)
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=False).join(
        ('<?xml version="1.0" encoding="utf-8"?>\n', "\n"),
    )


def _suite(root: ET.Element, report: Report, exercise: ExerciseReport, language: str) -> None:
    checks = _counted(exercise)
    statuses = [check.status for check in checks]
    suite = ET.SubElement(
        root,
        "testsuite",
        name=f"{visible(report.submission)}.{exercise.id}",
        tests=str(len(statuses)),
        failures=str(statuses.count(Status.FAILED)),
        errors=str(statuses.count(Status.BROKEN)),
        skipped=str(statuses.count(Status.BLOCKED)),
        time=f"{sum(check.seconds for check in exercise.checks):.3f}",
    )
    properties = ET.SubElement(suite, "properties")
    for name, value in (
        ("status", exercise.status.value),
        ("score", points(exercise.score)),
        ("max_score", points(exercise.max_score)),
        *((("sandbox", report.sandbox),) if report.sandbox else ()),
        *(("pitfall", diagnosis.pitfall) for diagnosis in exercise.diagnoses),
    ):
        ET.SubElement(properties, "property", name=name, value=visible(value))
    for check in checks:
        _case(suite, report, exercise, check, language)


def _counted(exercise: ExerciseReport) -> list[CheckOutcome]:
    """The checks, one of them failed where all are consequences: of a class that is missing or cannot be read.

    Else a page that counts failures would be green. What nobody has begun stays skipped.
    """
    checks = list(exercise.checks)
    if exercise.status is not Standing.NOT_STARTED and not {Status.FAILED, Status.BROKEN} & {
        check.status for check in checks
    }:
        first = next((number for number, check in enumerate(checks) if check.status is Status.BLOCKED), None)
        if first is not None:
            checks[first] = replace(checks[first], status=Status.FAILED)
    return checks


def _case(suite: ET.Element, report: Report, exercise: ExerciseReport, check: CheckOutcome, language: str) -> None:
    case = ET.SubElement(
        suite,
        "testcase",
        classname=f"{visible(report.submission)}.{exercise.id}",
        name=visible(check.title),
        time=f"{check.seconds:.3f}",
    )
    if check.status is Status.PASSED:
        return
    outcome = ET.SubElement(case, _TAGS[check.status], type=check.status.value)
    outcome.set("message", visible(check.message.split("\n", 1)[0]))
    worth = text("terminal.points", language, points=points(check.points), max_points=points(check.max_points))
    causes = [
        f"{visible(cause.title)}\n{paragraph(cause, language)}"
        for cause in findings(exercise).causes
        if check.id in cause.explains
    ]
    outcome.text = "\n\n".join([visible_block(check.message), *causes, worth])
