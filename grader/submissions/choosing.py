"""Which files of a submission may hold an exercise, best first.

`grading` asks once for each exercise; the judge's worker then looks for the class in that order. Knows the files'
names, and whether their bytes speak of a class; parses nothing.
"""

from __future__ import annotations

import difflib
import os.path
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.catalogue import exercises
from grader.submissions.remarks import listed, quoted
from grader.submissions.sources import exercise_named, is_exactly, is_notebook
from grader.texts import text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from grader.model import SourceFile, Submission

# Longer names are like none that is asked for, and a file may be one long name.
_CLASS_NAME = re.compile(rb"class\s+(\w{1,60})\b")
# As the worker has it: a class whose name is this much like the one asked for is that one, misspelt.
_ALIKE = 0.6
# Nobody's homework defines more; comparing takes 50 microseconds a name, for each exercise again.
_NAMES = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """Where to look for an exercise."""

    files: tuple[SourceFile, ...]
    """In the order in which they are to be searched; empty when the submission is."""
    notes: tuple[str, ...] = ()
    """Remarks for the student about the names."""
    likely: bool = True
    """Whether one of the files is named after the exercise or speaks of its class."""


def choose(submission: Submission, exercise_id: str, language: str = "en") -> Candidates:
    """The files that may hold an exercise: its own first, then those that are named after no exercise.

    Some students keep all classes in one file, and leave the others as they were handed out: those that define the
    class come last, or, without a file of its own, those that speak of it first. A broken `relu.py` is no reason to
    call Sigmoid unreadable.
    """
    named = {file.name: exercise_named(file.name) for file in submission.files}
    own = [file for file in submission.files if named[file.name] == exercise_id]
    free = [file for file in submission.files if named[file.name] is None]
    others = [file for file in submission.files if named[file.name] not in {None, exercise_id}]
    class_name = exercises()[exercise_id].class_name
    if not own:
        speaking = [file for file in (*free, *others) if _speaks_of(class_name, file.data)]
        if speaking or not others:
            rest = (file for file in free if file not in speaking)
            return Candidates(files=(*speaking, *rest), likely=bool(speaking))
        return Candidates(files=(), likely=False)
    notes = []
    first, *aside = own
    wanted = f"{exercise_id}.{'ipynb' if is_notebook(first.name) else 'py'}"
    if not is_exactly(first.name, exercise_id):
        notes.append(text("reading.choice.renamed", language, name=quoted(first.name), wanted=quoted(wanted)))
    if aside:
        names = listed([file.name for file in aside], len(aside), language)
        notes.append(text("reading.choice.several", language, name=quoted(first.name), others=names))
    defining = (file for file in others if _defines(class_name, file.data))
    return Candidates(files=(*own, *free, *defining), notes=tuple(notes))


def _defines(name: str, data: bytes) -> bool:
    """Whether the bytes define a class or function of that name, in whatever case, in any encoding."""
    pattern = rb"\b(?:class|def)\s+" + re.escape(name).encode() + rb"\b|\b" + re.escape(name).encode() + rb"\s*=[^=]"
    return re.search(pattern, data.replace(b"\0", b""), re.IGNORECASE) is not None


def _speaks_of(class_name: str, data: bytes) -> bool:
    """Whether the bytes hold the name of a class, or define one that is called nearly so, in any encoding."""
    wanted = class_name.lower()
    plain = data.replace(b"\0", b"").lower()  # UTF-16 is ASCII once its zeros are out
    if wanted.encode() in plain:
        return True
    names = {found.decode("ascii", "ignore").replace("_", "") for found in _CLASS_NAME.findall(plain)[:_NAMES]}
    return any(difflib.SequenceMatcher(None, name, wanted).ratio() >= _ALIKE for name in names)


def exercises_meant(paths: Sequence[Path]) -> tuple[str, ...]:
    """The exercises that the files named on the command line are named after; empty: whatever is in them."""
    # Unlike Path.is_dir, this one has an answer for names that are too long.
    meant = [None if os.path.isdir(path) else exercise_named(path.name) for path in paths]  # noqa: PTH112
    return () if None in meant else tuple(dict.fromkeys(id for id in meant if id is not None))
