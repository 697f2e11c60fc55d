"""`grade(submission, settings) -> Report`: one function, picklable at both ends, the same report for the same input.

The command line, a pool of judge processes and a cluster call it alike. It keeps one warm judge a process.
"""

from __future__ import annotations

import atexit
import hashlib
import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict

import numpy as np

from grader import __version__, catalogue, texts
from grader.judge import Judge, Verdict, undecided, weighed
from grader.model import ExerciseReport, Limits, Report, Settings, SourceFile, Standing, Submission
from grader.submissions import choose


def grade(submission: Submission, settings: Settings | None = None, *, watched: bool = False) -> Report:
    """Grade one submission: every exercise asked for, each by itself.

    Of watched work only what a save can have changed is graded again, in a notebook too.

    Raises:
        KeyError: settings ask for an exercise that the catalogue does not have.
        SandboxMissing: settings require a sandbox that this machine does not give.
    """
    settings = settings or Settings()
    catalogue.include(settings.folders)
    judge = _warm_judge(settings.limits, sandbox_required=settings.sandbox_required)
    candidates = {id: choose(submission, id, settings.language) for id in asked_for(settings)}
    extras = {id for id in candidates if catalogue.exercises()[id].bonus and id not in settings.exercises}
    candidates = {id: chosen for id, chosen in candidates.items() if id not in extras or chosen.likely}
    rests_on = _survey(judge, {id: chosen.files for id, chosen in candidates.items()}) if watched else {}
    verdicts: list[Verdict] = []
    notes = list(submission.notes)
    for id, chosen in candidates.items():
        verdict = judge.judge(catalogue.exercises()[id], chosen.files, settings, rests_on.get(id, ""))
        if id in extras and verdict.report.status is Standing.MISSING:
            # Nobody is told about a bonus that they did not try.
            continue
        verdicts.append(verdict)
        notes += [*chosen.notes, *verdict.notes]
    return _report(
        submission,
        settings,
        [verdict.report for verdict in verdicts],
        needs_review=bool(submission.unread) or any(verdict.needs_review for verdict in verdicts),
        sandbox=min((verdict.sandbox for verdict in verdicts if verdict.sandbox), key=_LEVELS.index, default=""),
        output=_joined_output(verdicts, settings.limits),
        notes=tuple(dict.fromkeys(notes)),
        flags=(*submission.unread, *(flag for verdict in verdicts for flag in verdict.flags)),
    )


def _survey(judge: Judge, candidates: Mapping[str, Sequence[SourceFile]]) -> dict[str, str]:
    """What the exercises rest on that share a file; those with files of their own rest on all of them.

    A notebook holds every exercise: which of them a save concerns, only its source tells.
    """
    looked_at = Counter(file.name for files in candidates.values() for file in files)
    shared = {id: files for id, files in candidates.items() if any(looked_at[file.name] > 1 for file in files)}
    return judge.survey(shared) if shared else {}


def grade_as_text(submission: Submission, settings: Settings) -> str:
    """`grade`, its report as JSON on one line: how a report travels between processes and machines."""
    return as_text(grade(submission, settings))


def as_text(report: Report) -> str:
    """A report as JSON on one line, in ASCII, so that no file or database minds what a submission is called."""
    return json.dumps(report.to_json(), ensure_ascii=True, allow_nan=False)


def broken(submission: Submission, settings: Settings, fault: str) -> Report:
    """The report of a submission that the grader could not decide: no points, not even zero."""
    catalogue.include(settings.folders)
    exercises = [
        undecided(catalogue.exercises()[id], weighed(id, settings), Standing.BROKEN, settings.language)
        for id in asked_for(settings)
    ]
    flag = texts.text("judge.fault", settings.language, exercise=submission.name, fault=fault)
    return _report(submission, settings, exercises, needs_review=True, notes=submission.notes, flags=(flag,))


def asked_for(settings: Settings) -> tuple[str, ...]:
    """Ids of the exercises that the settings ask for, in the order of the catalogue."""
    known = catalogue.exercises()
    for id in settings.exercises:
        known[id]
    return tuple(id for id in known if not settings.exercises or id in settings.exercises)


def suite_digest(settings: Settings) -> str:
    """SHA-256 over the suites of the exercises asked for."""
    return hashlib.sha256("".join(catalogue.digest(id) for id in asked_for(settings)).encode()).hexdigest()


def basis(settings: Settings) -> dict[str, str]:
    """What decides a report besides the submission, each part by its name; two runs agree where these do."""
    catalogue.include(settings.folders)
    limits = ", ".join(f"{name} {value}" for name, value in asdict(settings.limits).items())
    return {
        "exercises": ", ".join(asked_for(settings)),
        "suite_digest": suite_digest(settings),
        "seed": str(settings.seed),
        "grader_version": __version__,
        "grader_digest": catalogue.grader_digest(),
        "numpy_version": np.__version__,
        "language": settings.language,
        "limits": limits,
        "sandbox_required": str(settings.sandbox_required),
        "points": ", ".join(f"{id} {points:g}" for id, points in settings.points),
        "held_out": ", ".join(settings.held_out),
    }


_LEVELS = ("none", "partial", "full")


_judges: dict[tuple[Limits, bool, tuple[str, ...]], Judge] = {}
"""The warm judge of this process; at most one."""


def _warm_judge(limits: Limits, *, sandbox_required: bool) -> Judge:
    wanted = (limits, sandbox_required, catalogue.included())
    if wanted not in _judges:
        _dismiss()
        _judges[wanted] = Judge(limits, sandbox_required=sandbox_required)
    return _judges[wanted]


@atexit.register
def _dismiss() -> None:
    """Close the judge: at the end, for one with other limits, or when the exercises become others."""
    while _judges:
        _judges.popitem()[1].close()


def _report(
    submission: Submission,
    settings: Settings,
    exercises: list[ExerciseReport],
    *,
    needs_review: bool,
    notes: tuple[str, ...],
    flags: tuple[str, ...],
    sandbox: str = "",
    output: str = "",
) -> Report:
    """The report over all exercises; a bonus stands beside the sums."""
    inside = [exercise for exercise in exercises if not exercise.bonus]
    scores = [exercise.score for exercise in inside if exercise.score is not None]
    return Report(
        submission=submission.name,
        score=round(math.fsum(scores), 6) if len(scores) == len(inside) else None,
        max_score=round(math.fsum(exercise.max_score for exercise in inside), 6),
        needs_review=needs_review,
        seed=settings.seed,
        suite_digest=suite_digest(settings),
        grader_version=__version__,
        digest=submission.digest,
        sandbox=sandbox,
        exercises=tuple(exercises),
        output=output,
        notes=notes,
        flags=flags,
        language=settings.language,
        limits=settings.limits,
        grader_digest=catalogue.grader_digest(),
        numpy_version=np.__version__,
    )


def _joined_output(verdicts: list[Verdict], limits: Limits) -> str:
    """What was printed, exercise by exercise, capped again: one submission, one cap."""
    parts = [f"[{verdict.report.id}]\n{verdict.output}" for verdict in verdicts if verdict.output]
    return "\n".join(parts)[: limits.output_bytes]
