"""For GitHub Actions: annotations beside the student's lines, and a summary page for the job.

Annotations are workflow commands, one a line on stdout; a line of a submission that begins with `::` must not become
one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from grader.model import ExerciseReport, Report, Standing
from grader.reports.escaping import github_message, github_property, markdown_block, markdown_cell
from grader.reports.findings import beside, findings, one_line, paragraph, points
from grader.texts import text

ANNOTATIONS = 10
"""GitHub shows that many errors of a step and drops the others."""
SUMMARY_BYTES = 1 << 20
"""GitHub refuses a longer job summary as a whole."""


def render(report: Report, language: str, files: Mapping[str, str]) -> str:
    """The workflow commands: one error a cause, and one notice with the score."""
    lines: list[str] = []
    for exercise in report.exercises:
        lines += _annotations(exercise, language, files)
    total = text("terminal.one_line", language, **one_line(report, language))
    doubts = [f"::warning title=grade::{github_message(words)}" for words in _doubts(report, language)]
    return "\n".join([*lines[:ANNOTATIONS], *doubts, f"::notice title=grade::{github_message(total)}"]) + "\n"


def summary(report: Report, language: str) -> str:
    """A page in Markdown for `$GITHUB_STEP_SUMMARY`."""
    headings = " | ".join(text(f"summary.{column}", language) for column in ("exercise", "points", "standing"))
    parts = [
        f"## {markdown_cell(report.submission)}: {points(report.score)} / {points(report.max_score)}",
        f"| {headings} |\n| --- | ---: | --- |\n"
        + "\n".join(
            f"| {exercise.id} | {points(exercise.score)} / {points(exercise.max_score)} "
            f"| {' '.join(filter(None, (text(f'status.{exercise.status}', language), beside(exercise, language))))} |"
            for exercise in report.exercises
        ),
    ]
    parts += [f"> {markdown_cell(words)}" for words in _doubts(report, language)]
    table = len(parts)
    for exercise in report.exercises:
        for title, body in _stories(exercise, language):
            parts.append(f"### {exercise.id}: {markdown_cell(title)}\n\n{markdown_block(body)}")
    page = "\n\n".join(parts) + "\n"
    if len(page.encode()) <= SUMMARY_BYTES:
        return page
    return "\n\n".join(parts[:table]) + "\n"


def _doubts(report: Report, language: str) -> list[str]:
    """What whoever relies on the points should know about the machine."""
    return [] if report.sandbox in {"full", ""} else [text("summary.sandbox", language, level=report.sandbox)]


def _annotations(exercise: ExerciseReport, language: str, files: Mapping[str, str]) -> Iterator[str]:
    if exercise.status is Standing.PASSED:
        return
    found = findings(exercise)
    for cause in found.causes:
        where = _location(files.get(cause.file, cause.file), cause.line)
        title = github_property(f"{exercise.id}: {cause.title}")
        yield f"::error {where}title={title}::{github_message(paragraph(cause, language))}"
    for check in found.unexplained:
        title = github_property(f"{exercise.id}: {check.title}")
        where = _location(files.get(f"{exercise.id}.py", ""), None)
        yield f"::error {where}title={title}::{github_message(check.message)}"


def _location(file: str, line: int | None) -> str:
    if not file:
        return ""
    place = f"file={github_property(file)},"
    return f"{place}line={line}," if line and file.endswith(".py") else place


def _stories(exercise: ExerciseReport, language: str) -> Iterator[tuple[str, str]]:
    found = findings(exercise)
    for cause in found.causes:
        yield cause.title, paragraph(cause, language)
    for check in found.unexplained:
        yield check.title, check.message
