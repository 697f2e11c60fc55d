"""Which files of a submission may hold an exercise, best first.

`grading` asks once for each exercise; the judge's worker then looks for the class in that order. Knows names only.
"""

from __future__ import annotations

import os.path
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.submissions.remarks import listed, quoted
from grader.submissions.sources import exercise_named, is_exactly, is_notebook
from grader.texts import text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from grader.model import SourceFile, Submission


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """Where to look for an exercise."""

    files: tuple[SourceFile, ...]
    """In the order in which they are to be searched; empty when the submission is."""
    notes: tuple[str, ...] = ()
    """Remarks for the student about the names."""


def choose(submission: Submission, exercise_id: str, language: str = "en") -> Candidates:
    """The files that may hold an exercise: its own first, then those that are named after no exercise.

    Files named after other exercises count where there is nothing else: some students keep all classes in one.
    """
    named = {file.name: exercise_named(file.name) for file in submission.files}
    own = [file for file in submission.files if named[file.name] == exercise_id]
    free = [file for file in submission.files if named[file.name] is None]
    if not own and not free:
        return Candidates(files=submission.files)
    notes = []
    if own:
        first, *aside = own
        wanted = f"{exercise_id}.{'ipynb' if is_notebook(first.name) else 'py'}"
        if not is_exactly(first.name, exercise_id):
            notes.append(text("reading.choice.renamed", language, name=quoted(first.name), wanted=quoted(wanted)))
        if aside:
            others = listed([file.name for file in aside], len(aside), language)
            notes.append(text("reading.choice.several", language, name=quoted(first.name), others=others))
    return Candidates(files=(*own, *free), notes=tuple(notes))


def exercises_meant(paths: Sequence[Path]) -> tuple[str, ...]:
    """The exercises that the files named on the command line are named after; empty: whatever is in them."""
    # Unlike Path.is_dir, this one has an answer for names that are too long.
    meant = [None if os.path.isdir(path) else exercise_named(path.name) for path in paths]  # noqa: PTH112
    return () if None in meant else tuple(dict.fromkeys(id for id in meant if id is not None))
