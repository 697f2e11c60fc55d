"""Hands in what is in our own folders, as a student would: stubs, solutions, right variants, wrong layers.

The whole path of a grade, worker and diagnosis included. Says what came back, not whether that is well.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from grader import catalogue
from grader.catalogue import Exercise
from grader.doctor import exceptions
from grader.grading import grade
from grader.model import ExerciseReport, Report, Settings, SourceFile, Status, Submission

RIGHT = Path(__file__).parents[2] / "tests" / "right"
"""Right layers of many kinds; in a checkout only, an installed package has none."""


def hand_in(path: Path, exercise: Exercise, seed: int) -> Report:
    """Grade one file as a submission for one exercise."""
    file = SourceFile(name=f"{exercise.id}{path.suffix}", data=path.read_bytes())
    return grade(
        Submission(name=path.stem, files=(file,)),
        Settings(exercises=(exercise.id,), seed=seed, folders=catalogue.included()),
    )


def right_files(exercise: Exercise) -> Iterator[tuple[exceptions.Folder, Path]]:
    """The right layers of an exercise, each with the folder that says what it may lose."""
    for folder in exceptions.folders(exercise.id):
        # An instructor's own stand beside the suites of their folder.
        for place in (RIGHT, exercise.suite.parents[1] / "right"):
            for path in sorted((place / folder.name).glob("*.*")):
                yield folder, path


def lost_checks(report: ExerciseReport) -> tuple[str, ...]:
    """Ids of the checks that did not pass."""
    return tuple(check.id for check in report.checks if check.status is not Status.PASSED)


def named(report: ExerciseReport) -> frozenset[str]:
    """The mistakes that the diagnosis is certain of."""
    return frozenset(diagnosis.pitfall for diagnosis in report.diagnoses if diagnosis.certain)


def offered(report: ExerciseReport) -> frozenset[str]:
    """All mistakes that the diagnosis speaks of, those that it only offers included."""
    return frozenset(diagnosis.pitfall for diagnosis in report.diagnoses)
