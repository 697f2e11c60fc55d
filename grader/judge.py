"""Decides one exercise of one submission: opens a worker, runs the suite, gives points, asks for the diagnosis.

Called by `grader.grading` only. Everything that a student's code says arrives here as data from the workshop; points
come from the suite and from nowhere else.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from grader import catalogue, texts
from grader.catalogue import Exercise
from grader.checks import CheckSpec
from grader.model import CheckOutcome, ExerciseReport, Limits, Settings, SourceFile, Standing, Status, digest_of
from grader.workshop import Loaded, Worker, Workshop

if TYPE_CHECKING:
    from grader.engine import Engine, Outcome

# Verdicts on files that come again; some 20 KB each.
_KEPT = 500
_UNDECIDED = {"missing": Standing.MISSING, "unreadable": Standing.UNREADABLE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One exercise decided, with what the whole submission's report takes over."""

    report: ExerciseReport
    output: str = ""
    notes: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    sandbox: str = ""
    needs_review: bool = False


class Judge:
    """A warm judge: one pytest session over all suites, one workshop."""

    def __init__(self, limits: Limits, *, sandbox_required: bool) -> None:
        self._decided: dict[tuple[str, str, Settings], Verdict] = {}
        self._workshop = Workshop(limits, sandbox_required=sandbox_required)
        # Loading NumPy for the workers and pytest for the suites takes as long: both at a time on two processors.
        self._workshop.warm()
        self._engine = engine()

    def close(self) -> None:
        """Stop the workshop and whatever runs in it."""
        self._workshop.close()

    def judge(self, exercise: Exercise, files: Sequence[SourceFile], settings: Settings, rests_on: str = "") -> Verdict:
        """Decide one exercise; `files` are the candidates that may hold its class, the likeliest first.

        Equal files are decided once: in a class many a layer is as it was handed out, or as it stands in the book.
        `rests_on` says more exactly what of the files counts, as `survey` tells it.
        """
        key = exercise.id, rests_on or digest_of(files), settings
        verdict = self._decided.pop(key, None) or self._decide(exercise, files, settings)
        if verdict.report.status is not Standing.BROKEN:
            self._decided[key] = verdict  # the latest is last, and the first one goes
            if len(self._decided) > _KEPT:
                del self._decided[next(iter(self._decided))]
        return verdict

    def _decide(self, exercise: Exercise, files: Sequence[SourceFile], settings: Settings) -> Verdict:
        checks = weighed(exercise.id, settings)
        if not files:
            return Verdict(report=undecided(exercise, checks, Standing.MISSING, settings.language))
        with self._workshop.open(exercise, files) as worker:
            loaded = worker.loaded
            standing = _standing_before(loaded)
            if standing is not None:
                report = undecided(exercise, checks, standing, settings.language)
                outcomes: list[Outcome] = []
            else:
                outcomes = self._engine.run(exercise.id, worker, settings.seed, {check.id for check in checks})
                report = _decided(exercise, checks, outcomes, settings.language)
                # Asked after the suite: a body may come from elsewhere than from the class statement.
                if report.status is Standing.FAILED and _untouched(exercise, loaded):
                    report = undecided(exercise, checks, Standing.NOT_STARTED, settings.language)
            fault = next((outcome.fault for outcome in outcomes if outcome.fault), "")
            flags = _flags(exercise, worker)
            notes = _notes(loaded, settings.language)
            if report.status not in (Standing.PASSED, Standing.NOT_STARTED, Standing.BROKEN):
                report, problem = self._diagnosed(exercise, report, outcomes, worker, settings)
                fault = fault or problem
            if fault:
                flags += (texts.text("judge.fault", settings.language, exercise=exercise.id, fault=fault),)
            return Verdict(
                report=report,
                output=worker.output,
                notes=notes,
                flags=flags,
                sandbox=worker.sandbox,
                needs_review=bool(flags),
            )

    def survey(self, candidates: Mapping[str, Sequence[SourceFile]]) -> dict[str, str]:
        """By exercise, a digest of what its class rests on in the files that may hold it; see `Workshop.survey`."""
        return self._workshop.survey(candidates)

    @staticmethod
    def _diagnosed(
        exercise: Exercise, report: ExerciseReport, outcomes: Sequence[Outcome], worker: Worker, settings: Settings
    ) -> tuple[ExerciseReport, str]:
        """The report with its diagnoses. Points are decided already: a fault here costs words, never points."""
        from grader import diagnosis  # noqa: PLC0415 - full marks need none

        failures = {outcome.check: outcome.failure for outcome in outcomes}
        evidence = diagnosis.Evidence(
            loaded=worker.loaded,
            outcomes=tuple((check.id, check.status, failures.get(check.id)) for check in report.checks),
            transcript=list(worker.transcript),
            seed=settings.seed,
            worker=worker,
        )
        try:
            return replace(report, diagnoses=diagnosis.diagnose(exercise, evidence, settings.language)), ""
        except Exception as problem:  # noqa: BLE001 - whatever it is, the decided points stand
            return report, f"{type(problem).__name__}: {problem}"


@catalogue.follow
@functools.cache
def engine() -> Engine:
    """The warm pytest session of this process; a process that is forked later inherits it."""
    from grader.engine import Engine  # noqa: PLC0415 - so that the workers' process is started before pytest is loaded

    return Engine({id: exercise.suite for id, exercise in catalogue.exercises().items()})


def weighed(id: str, settings: Settings) -> tuple[CheckSpec, ...]:
    """The checks of an exercise that are not held out, with the points that a course gives them.

    A course states the points of an exercise; its checks share them as in the suite.
    """
    checks = tuple(check for check in engine().checks(id) if check.id not in settings.held_out)
    wanted = dict(settings.points).get(id)
    if wanted is None:
        return checks
    # Checks held out lower what can be reached, so that a student's points are never worth more than the course's.
    factor = wanted / sum(check.points for check in engine().checks(id))
    return tuple(replace(check, points=check.points * factor) for check in checks)


def undecided(exercise: Exercise, checks: Sequence[CheckSpec], standing: Standing, language: str) -> ExerciseReport:
    """The report of an exercise whose suite was not run: there is nothing that it could call."""
    broken = standing is Standing.BROKEN
    message = texts.text(f"judge.{standing.value}", language, class_name=exercise.class_name)
    return ExerciseReport(
        id=exercise.id,
        status=standing,
        score=None if broken else 0.0,
        max_score=_sum(check.points for check in checks),
        bonus=exercise.bonus,
        checks=tuple(
            CheckOutcome(
                id=check.id,
                title=_title(check, language),
                status=Status.BROKEN if broken else Status.BLOCKED,
                points=None if broken else 0.0,
                max_points=float(check.points),
                message=message,
            )
            for check in checks
        ),
    )


def _standing_before(loaded: Loaded) -> Standing | None:
    """What is known without running the suite; None where it has to be run."""
    return None if loaded.status == "ready" else _UNDECIDED.get(loaded.status, Standing.FAILED)


def _untouched(exercise: Exercise, loaded: Loaded) -> bool:
    """Say whether the methods of the contract are still the stubs that the kit ships."""
    written = [method for method in loaded.facts["methods"] if method["name"] in exercise.methods]
    return bool(written) and all(method["stub"] for method in written)


def _decided(
    exercise: Exercise, checks: Sequence[CheckSpec], outcomes: Sequence[Outcome], language: str
) -> ExerciseReport:
    """Points for each check. What failed and builds on something that failed too is a consequence: blocked."""
    decided: dict[str, CheckOutcome] = {}
    for check, outcome in zip(checks, outcomes, strict=True):
        base = decided.get(check.after or "")
        status, message = Status.PASSED, ""
        if outcome.fault:
            status, message = Status.BROKEN, texts.text("judge.broken", language, class_name=exercise.class_name)
        elif outcome.failure is not None:
            message = outcome.failure.message(language)
            stands = base is None or base.status is Status.PASSED
            status = Status.FAILED if stands and not outcome.failure.blocked else Status.BLOCKED
            if base is not None and not stands:
                message += "\n" + texts.text("judge.builds_on", language, title=base.title)
        points = {Status.PASSED: float(check.points), Status.BROKEN: None}.get(status, 0.0)
        decided[check.id] = CheckOutcome(
            id=check.id,
            title=_title(check, language),
            status=status,
            points=points,
            max_points=float(check.points),
            message=message,
            seconds=round(outcome.seconds, 6),
        )
    reached = [outcome.points for outcome in decided.values() if outcome.points is not None]
    score = _sum(reached) if len(reached) == len(decided) else None
    maximum = _sum(check.points for check in checks)
    if score is None:
        standing = Standing.BROKEN
    elif score == maximum:
        standing = Standing.PASSED
    else:
        standing = Standing.PARTIAL if score else Standing.FAILED
    return ExerciseReport(
        id=exercise.id,
        status=standing,
        score=score,
        max_score=maximum,
        bonus=exercise.bonus,
        checks=tuple(decided.values()),
    )


def _notes(loaded: Loaded, language: str) -> tuple[str, ...]:
    """What the worker remarked; one that does not fit its text came from the submission itself, and is left out."""
    notes = []
    for key, fields in loaded.notes:
        with suppress(KeyError, IndexError, ValueError):
            notes.append(texts.text(f"reading.{key}", language, **fields))
    return tuple(notes)


def _sum(points: Iterable[float]) -> float:
    """The sum without the dust that shares of a course's points leave: 10, not 10.000000000000002."""
    return round(math.fsum(points), 6)


def _title(check: CheckSpec, language: str) -> str:
    return texts.find(f"check.{check.id}", language) or check.title


def _flags(exercise: Exercise, worker: Worker) -> tuple[str, ...]:
    """Oddities for the instructor's eyes; they never change a score."""
    seen = [f"{exercise.id}: {oddity['what']} (line {oddity['line']})" for oddity in worker.loaded.facts["suspicious"]]
    refused = [f"{exercise.id}: {what}" for what in worker.refused]
    return tuple(dict.fromkeys(seen + refused))
