"""`grade replay`: an appeal. Grades a submission again from a report's own seed and limits and compares the two.

The same digests give the same report, byte for byte but for times; where they do not, the difference is named.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import typer

from grader.cli import FULL_MARKS, POINTS_LOST, courses
from grader.cli.commands import command_class, language_option
from grader.cli.speech import Say, WrongUsage, speaker
from grader.model import Report, Settings, Submission
from grader.reports import plain
from grader.reports.escaping import visible
from grader.reports.findings import points

_DIGESTS = ("suite_digest", "grader_version", "grader_digest", "numpy_version")
# What differs further down follows from what differs first.
_SHOWN = 5


def declare(app: typer.Typer, language: str) -> None:
    """Add the command to the app, in the language it speaks."""
    say = speaker(language)

    @app.command("replay", cls=command_class(say), help=say("replay.help.about"), epilog=say("replay.help.examples"))
    def replay(
        report: str = typer.Argument(None, metavar="REPORT", help=say("replay.help.report")),
        submission: str = typer.Argument(None, metavar="SUBMISSION", help=say("replay.help.submission")),
        unsafe_no_sandbox: bool = typer.Option(False, "--unsafe-no-sandbox", help=say("cli.batch.unsafe")),
        lang: str = language_option(say),
    ) -> int:
        if not report or not submission:
            raise WrongUsage(say("replay.missing"), say("cli.hint_command", command=say("replay.help.examples")))
        if not Path(submission).exists():
            raise WrongUsage(say("cli.no_such_path", path=submission))
        document, earlier = _read(Path(report), say)
        return compare(document, earlier, Path(submission), say, sandbox_required=not unsafe_no_sandbox)


def compare(document: dict[str, Any], earlier: Report, path: Path, say: Say, *, sandbox_required: bool) -> int:
    """Grade again and say how the outcome differs from the report."""
    from grader.grading import grade
    from grader.workshop import SandboxMissing

    settings = _settings(earlier, sandbox_required=sandbox_required)
    readings = [reading for reading in _readings(path, earlier, say) if reading.digest == earlier.digest]
    if not readings:
        print(say("replay.other_submission", submission=visible(earlier.submission), path=path))
        return POINTS_LOST
    for part, before, here in _other_digests(earlier, settings):
        print(say("replay.other_digest", part=part, before=before, now=here))
    differing: list[str] = []
    for reading in readings:
        try:
            again = grade(replace(reading, name=earlier.submission), settings)
        except SandboxMissing as problem:
            raise WrongUsage(say("cli.batch.no_sandbox", reason=problem), say("cli.batch.hint_sandbox")) from problem
        now = json.loads(plain.render(again))
        if _timeless(now) == _timeless(document):
            print(say("replay.same", submission=visible(earlier.submission), score=_score(earlier.score)))
            return FULL_MARKS
        differing = differing or list(_differences(json.loads(_timeless(document)), json.loads(_timeless(now))))
        scores = {"before": _score(earlier.score), "after": _score(again.score)}
    if _full_marks(document) != _full_marks(now) and earlier.suite_digest == now["suite_digest"]:
        print(say("replay.other_points"))
    print(say("replay.differs", submission=visible(earlier.submission), **scores))
    for line in differing[:_SHOWN]:
        print(f"  {visible(line)}")
    return POINTS_LOST


def _read(file: Path, say: Say) -> tuple[dict[str, Any], Report]:
    try:
        document = json.loads(file.read_bytes())
        return document, Report.from_json(document)
    except OSError as problem:
        raise WrongUsage(say("cli.no_such_path", path=file)) from problem
    except (ValueError, AttributeError) as problem:
        raise WrongUsage(say("replay.no_report", path=file), say("replay.hint_report")) from problem


def _settings(earlier: Report, *, sandbox_required: bool) -> Settings:
    """What a report was made under, as far as it says so; the course in the current folder says the rest."""
    from grader.grading import suite_digest

    course = replace(
        courses.applied(Settings(sandbox_required=sandbox_required)),
        seed=earlier.seed,
        language=earlier.language,
        limits=earlier.limits,
    )
    only_these = replace(course, exercises=tuple(exercise.id for exercise in earlier.exercises))
    # A report tells which exercises it has, not whether there were further ones that nobody had tried.
    return next((one for one in (course, only_these) if suite_digest(one) == earlier.suite_digest), course)


def _readings(path: Path, earlier: Report, say: Say) -> Iterator[Submission]:
    """The submission as a class run reads it, out of the class or its folder, then as `grade check` does.

    What is read is the same; what is said about how it was found is not.
    """
    from grader import submissions

    language, limits = earlier.language, courses.reading()
    for place in (path, path.resolve().parent):
        try:
            here = {earlier.submission} if place == path else {earlier.submission} & {submissions.printable(path.name)}
            entries = submissions.read_class(place, limits, language, wanted=here.__contains__)
            yield from (entry.submission for entry in entries)
        except submissions.UnreadableSubmission:
            continue
    try:
        yield submissions.read([path], language, limits)
    except submissions.UnreadableSubmission:
        return


def _other_digests(earlier: Report, settings: Settings) -> Iterator[tuple[str, str, str]]:
    """In what this grader differs from the one that wrote the report."""
    from grader.grading import basis

    now = basis(settings)
    for part in _DIGESTS:
        before = getattr(earlier, part)
        if before != now[part]:
            yield part, before, now[part]


def _timeless(document: dict[str, Any]) -> str:
    """A report's text without the times that its checks took."""
    exercises = [
        exercise | {"checks": [check | {"seconds": 0} for check in exercise["checks"]]}
        for exercise in document["exercises"]
    ]
    return plain.written(document | {"exercises": exercises})


def _full_marks(document: dict[str, Any]) -> dict[str, float]:
    return {exercise["id"]: exercise["max_score"] for exercise in document["exercises"]}


def _differences(before: Any, now: Any, place: str = "") -> Iterator[str]:
    """The places at which two documents differ."""
    if isinstance(before, dict) and isinstance(now, dict):
        for key in dict.fromkeys(key for key in (*before, *now) if key not in _DIGESTS):
            yield from _differences(before.get(key), now.get(key), f"{place}.{key}" if place else key)
    elif isinstance(before, list) and isinstance(now, list) and len(before) == len(now):
        for number, (one, other) in enumerate(zip(before, now, strict=True)):
            yield from _differences(one, other, f"{place}[{number}]")
    elif before != now:
        yield f"{place}: {before!r} -> {now!r}"


def _score(score: float | None) -> str:
    return "-" if score is None else points(score)
