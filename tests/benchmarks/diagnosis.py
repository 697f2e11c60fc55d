"""What naming the mistake costs: time of the diagnosis beside the time of grading the same wrong submission.

    python tests/benchmarks/diagnosis.py [--rounds N]

A warm judge, one process: every wrong layer of the catalogue once before, then the same mistakes in other hands (the
tables in tests/mistakes and tests/unseen), in turn. The target is at most 30 % on top of grading, and nothing for a
right submission.
"""

from __future__ import annotations

import argparse
import itertools
import re
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from grader import catalogue, diagnosis, pitfalls
from grader.grading import grade
from grader.model import Settings, SourceFile, Submission

TESTS = Path(__file__).parents[1]
TARGET = 0.30


class Stopwatch:
    """Stands before a function and adds up what it takes."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function
        self.seconds = 0.0
        self.calls = 0

    def __call__(self, *arguments: Any, **more: Any) -> Any:
        """Call the function, and take the time."""
        started = time.perf_counter()
        try:
            return self._function(*arguments, **more)
        finally:
            self.seconds += time.perf_counter() - started
            self.calls += 1


_numbers = itertools.count()


def main() -> None:
    """Print the shares as a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3, help="how often every submission is graded (default 3)")
    options = parser.parse_args()
    watch = Stopwatch(diagnosis.diagnose)
    diagnosis.diagnose = watch  # the only place that asks for a diagnosis
    exercises = [id for id, exercise in catalogue.exercises().items() if not exercise.bonus]
    for id in exercises:
        for entry in pitfalls.entries(id).values():
            graded(id, entry.source.read_bytes())
    print("| exercise | wrong submissions | grading, ms | diagnosis, ms | share (median) |")
    print("| --- | --- | --- | --- | --- |")
    total_grading = total_diagnosis = 0.0
    for id in exercises:
        shares, gradings, diagnoses = [], 0.0, 0.0
        sources = list(others(id))
        for _ in range(options.rounds):
            for source in sources:
                before = watch.seconds
                started = time.perf_counter()
                graded(id, source)
                spent = watch.seconds - before
                grading = time.perf_counter() - started - spent
                shares.append(spent / grading)
                gradings += grading
                diagnoses += spent
        number = max(len(shares), 1)
        each = [f"{1000 * seconds / number:.1f}" for seconds in (gradings, diagnoses)]
        share = f"{diagnoses / gradings:.0%} ({statistics.median(shares):.0%})"
        print(f"| {id} | {len(sources)} | {each[0]} | {each[1]} | {share} |")
        total_grading += gradings
        total_diagnosis += diagnoses
    calls = watch.calls
    for id in exercises:
        graded(id, catalogue.exercises()[id].solution.read_bytes())
    share = total_diagnosis / total_grading
    print(f"\nall: the diagnosis takes {share:.0%} of the time of grading (target: at most {TARGET:.0%})")
    print(f"right submissions: {watch.calls - calls} diagnoses")
    print(f"Python {sys.version.split()[0]}")


def graded(id: str, source: bytes) -> None:
    """Grade one file for one exercise; never the same twice, since that would be known already."""
    own = source + f"\n# {next(_numbers)}\n".encode()
    submission = Submission(name="somebody", files=(SourceFile(name=f"{id}.py", data=own),))
    grade(submission, Settings(exercises=(id,)))


def others(id: str) -> Iterator[bytes]:
    """The wrong layers of the tables, without their headings; those that cannot be called are left out."""
    for folder in ("mistakes", "unseen"):
        table = TESTS / folder / f"{id}.txt"
        if table.is_file():
            for part in re.split(r"(?m)^=== .*\n", table.read_text(encoding="utf-8"))[1:]:
                source = part.split("\n", 1)[1]
                if "too-slow" not in part.split("\n", 1)[0]:
                    yield source.encode()


if __name__ == "__main__":
    main()
