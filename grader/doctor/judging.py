"""Lets a suite judge wrong layers of our own, check by check: one row of the kill matrix each.

Pitfalls and mutants run in this process, which is ten times as fast as a worker; only a mutant with a `while` in it,
which may have lost its end, goes into a worker of its own.
"""

from __future__ import annotations

import ast
import contextlib
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from grader import checks, provided
from grader.calls import LocalWorker, Worker
from grader.catalogue import Exercise
from grader.diagnosis.rehearsal import suite
from grader.doctor.mutants import Mutant
from grader.model import Limits, SourceFile
from grader.pitfalls import Pitfall
from grader.workshop import Workshop

PASSED, FAILED, NOT_REACHED, BROKE = ".x-!"
"""What became of a check: `-` where the layer stopped before what it is about, `!` where the check itself broke."""
# No method of a solution takes a millisecond; what takes a second will not come back.
LOOP_SECONDS = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What the checks of a suite say of one wrong layer."""

    name: str
    marks: str
    """One sign a check, in the order of the suite."""

    @property
    def killed(self) -> bool:
        """Whether the layer loses points."""
        return any(mark in self.marks for mark in (FAILED, NOT_REACHED))

    @property
    def broke(self) -> bool:
        """Whether a check broke instead of deciding."""
        return BROKE in self.marks


def judge_pitfall(layer: Pitfall, exercise: Exercise, seed: int) -> Row:
    """The row of a wrong layer of the catalogue."""
    return Row(name=layer.name, marks=_marks(LocalWorker(layer.load(), exercise), exercise, seed))


def judge_mutant(mutant: Mutant, exercise: Exercise, seed: int) -> Row:
    """The row of a mutant."""
    with _at_work(mutant, exercise) as worker:
        return Row(name=mutant.key, marks=_marks(worker, exercise, seed))


@contextlib.contextmanager
def _at_work(mutant: Mutant, exercise: Exercise) -> Iterator[Worker]:
    if any(isinstance(node, ast.While) for node in ast.walk(ast.parse(mutant.source))):
        file = SourceFile(name=f"{exercise.id}.py", data=mutant.source.encode())
        with Workshop(Limits(call_seconds=LOOP_SECONDS)) as workshop, workshop.open(exercise, [file]) as worker:
            yield worker
    else:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"{exercise.id}.py"
            path.write_text(mutant.source, encoding="utf-8")
            yield LocalWorker(provided.load(path, exercise.id, exercise.class_name), exercise)


def _marks(worker: Worker, exercise: Exercise, seed: int) -> str:
    return "".join(_mark(function, worker, seed) for function in suite(exercise.suite))


def _mark(function: Callable[..., None], worker: Worker, seed: int) -> str:
    try:
        failure = checks.run(function, worker, seed)
    except Exception:  # noqa: BLE001 - whatever a check raises but a failed check is a fault of the check
        return BROKE
    if failure is None:
        return PASSED
    return NOT_REACHED if failure.blocked else FAILED
