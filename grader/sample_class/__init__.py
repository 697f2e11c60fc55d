"""Writes a believable class: right layers, known mistakes and mixtures, notebooks, odd encodings, one who is missing.

For demonstrations, screenshots, benchmarks and tests; `grade sample-class` calls it. The same seed gives the same
bytes, and a larger class begins with the students of a smaller one. Every layer comes from `solutions/` and
`grader/pitfalls/`, or from an edit of one; nobody in it is anybody.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

from grader.sample_class.packing import Entry, pack
from grader.sample_class.people import people
from grader.sample_class.work import homework

__all__ = ["Entry", "sample_class", "write"]


def sample_class(students: int, seed: int) -> Iterator[Entry]:
    """The entries of a class, one a student, in the order in which they were thought up."""
    for number, person in enumerate(people(students, seed)):
        # One generator each: what a student hands in does not hang on how many there are.
        chance = random.Random(f"{seed}/{number}")  # noqa: S311 - dice, not secrets
        yield pack(person, homework(number, chance), number, chance)


def write(folder: Path, students: int, seed: int) -> int:
    """Put a class into an empty folder; returns how many entries it has.

    Raises:
        OSError: a file cannot be written.
    """
    count = 0
    for entry in sample_class(students, seed):
        if not entry.files:
            (folder / entry.name).mkdir(parents=True)
        for name, data in entry.files.items():
            target = folder / entry.name / name if name else folder / entry.name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        count += 1
    return count
