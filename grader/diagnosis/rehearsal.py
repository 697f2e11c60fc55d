"""Runs a hidden suite once over the reference layer while wrong layers answer the same calls, and keeps what they say.

A suite stops at the first thing it finds wrong, so a wrong layer run by itself would answer less than a student's. Here
the reference answers the suite and the others answer along. Inputs depend on the seed alone: one rehearsal serves every
submission of a run. Knows nothing of students.
"""

from __future__ import annotations

import functools
import importlib.util
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from grader import catalogue, checks, pitfalls, provided
from grader.calls import Answer, Array, Call, LocalWorker, NotAnArray, Raised, Worker
from grader.catalogue import Exercise
from grader.diagnosis.evidence import Detail, Group

# A run has one seed and at most a handful of exercises; more are kept for tests and teachers who try several seeds.
KEPT = 16

Place = tuple[str, int]
"""A check and the position of a call in it."""


class Mark(NamedTuple):
    """One observable of one call in a form that is quick to compare."""

    key: tuple[Any, ...]
    """What kind of thing it is; only marks of equal keys can agree."""
    numbers: Array | None = None
    message: str = ""
    """What an exception says."""
    source: str = ""
    """The line that raised it."""


class Rehearsal:
    """The answers of the reference and of the wrong layers of an exercise to the calls of its suite.

    Wrong layers are heard check by check, when somebody asks: most of them are out after one call.
    """

    def __init__(self, exercise: Exercise, seed: int) -> None:
        self.exercise = exercise
        self._seed = seed
        self._functions = {function.check.id: function for function in suite(exercise.suite)}  # type: ignore[attr-defined]
        self.layers = {
            layer.name: layer for entry in pitfalls.entries(exercise.id).values() for layer in entry.all_layers
        }
        """Every wrong layer of the catalogue by name, variants included."""
        self._workers: dict[str, LocalWorker] = {}
        self._marks: dict[str, dict[Place, dict[str, Mark]]] = {}
        self._heard: dict[str, set[str]] = {}
        self._wrong: dict[str, frozenset[Group]] = {}
        self.worked: dict[tuple[str, Group, bool], tuple[Detail, ...]] = {}
        """Examples already worked out, by layer, group and whether it raises."""
        self.reference: dict[str, list[Call]] = {}
        """The calls of every check, as the reference layer answers them."""
        for check in self._functions:
            self.reference[check] = self._run(check, [])
        self.right = {
            (check, position): marks_of(exercise, call)
            for check, calls in self.reference.items()
            for position, call in enumerate(calls)
        }

    def hear(self, names: Iterable[str], asked: Iterable[str] | None = None) -> None:
        """Let wrong layers answer the checks asked for, or all, as far as they have not done so before."""
        names = list(names)
        for check in self._functions if asked is None else asked:
            new = [name for name in names if check not in self._heard.setdefault(name, set())]
            if new:
                self._run(check, new)
                for name in new:
                    self._heard[name].add(check)

    def mark(self, name: str, place: Place, observable: str) -> Mark | None:
        """What a wrong layer has at a place; its check must have been heard."""
        return self._marks[name].get(place, {}).get(observable)

    def wrong_groups(self, name: str) -> frozenset[Group]:
        """The groups in which a wrong layer is not right; lets it answer all checks."""
        if name not in self._wrong:
            self.hear([name])
            self._wrong[name] = self._find_wrong_groups(name)
        return self._wrong[name]

    def _find_wrong_groups(self, name: str) -> frozenset[Group]:
        return frozenset(
            (self.reference[place[0]][place[1]].method, observable)
            for place, marks in self._marks[name].items()
            for observable, mark in marks.items()
            if not agree(mark, self.right[place].get(observable))
        )

    def loses(self, name: str, check: str) -> bool:
        """Say whether a wrong layer is wrong anywhere in a check."""
        self.hear([name], [check])
        return any(
            not agree(mark, self.right[place].get(observable))
            for place, marks in self._marks[name].items()
            if place[0] == check
            for observable, mark in marks.items()
        )

    def costs(self, name: str, check: str) -> bool:
        """Say whether a wrong layer loses a check: one may change an array in a check that does not look for it."""
        worker = LocalWorker(self.layers[name].load(), self.exercise)
        return checks.run(self._functions[check], worker, self._seed) is not None

    def builds_on(self, check: str) -> str | None:
        """The check that a check builds on."""
        spec: checks.CheckSpec | None = getattr(self._functions.get(check), "check", None)
        return spec.after if spec else None

    def compose(self, forward: str, backward: str) -> str:
        """Add a layer that has its last method from one wrong layer and the rest from another; return its name."""
        name = f"{forward}+{backward}"
        if name not in self._workers:
            last = list(self.exercise.methods)[-1]
            base, other = self.layers[backward].load(), self.layers[forward].load()
            own = {
                key: value
                for key, value in vars(other).items()
                if key == "__init__" or (key != last and not key.startswith("__"))
            }
            self._workers[name] = LocalWorker(type(other.__name__, (base,), own), self.exercise)
        return name

    def _run(self, check: str, names: list[str]) -> list[Call]:
        """Run one check over the reference while others answer along; return the reference's calls."""
        for name in names:
            if name not in self._workers:
                self._workers[name] = LocalWorker(self.layers[name].load(), self.exercise)
        leader = LocalWorker(reference(self.exercise), self.exercise)
        chorus = Chorus(leader, [self._workers[name] for name in names])
        failure = checks.run(self._functions[check], chorus, self._seed)
        if failure is not None:
            msg = f"the reference layer fails `{check}` of its own suite: {failure}"
            raise RuntimeError(msg)
        for name in names:
            calls = self._workers[name].transcript
            self._marks.setdefault(name, {}).update(
                {(check, position): marks_of(self.exercise, call) for position, call in enumerate(calls)}
            )
            calls.clear()
        return leader.transcript


class Chorus:
    """A worker that hands every call to several layers and answers with the first one's."""

    def __init__(self, leader: Worker, others: Sequence[Worker]) -> None:
        self._voices = [leader, *others]
        self.transcript = leader.transcript

    def start_check(self, check_id: str) -> None:
        """Forget the layers and arrays of the check before."""
        for worker in self._voices:
            worker.start_check(check_id)

    def construct(self, arguments: Sequence[Array]) -> tuple[int, Call]:
        """Make a layer everywhere."""
        answers = [worker.construct(arguments) for worker in self._voices]
        return answers[0]

    def call(self, layer: int, method: str, arguments: Sequence[Array]) -> Call:
        """Call a method everywhere."""
        answers = [worker.call(layer, method, arguments) for worker in self._voices]
        return answers[0]


@catalogue.follow
@functools.lru_cache(maxsize=KEPT)
def rehearsal(exercise_id: str, seed: int) -> Rehearsal:
    """The rehearsal of an exercise for a seed; kept for the next submission."""
    return Rehearsal(catalogue.exercises()[exercise_id], seed)


@functools.cache
def suite(path: Path) -> tuple[Callable[..., None], ...]:
    """The checks of a suite, in its order."""
    return tuple(
        value for value in vars(_module(path)).values() if isinstance(getattr(value, "check", None), checks.CheckSpec)
    )


def reference(exercise: Exercise) -> type:
    """The reference layer's class.

    Raises:
        LookupError: nobody knows the right answers here; `has_reference` tells beforehand.
    """
    layer: type | None = provided.reference(exercise)
    if layer is None:
        msg = f"no layer in this kit knows the right answers of {exercise.id}"
        raise LookupError(msg)
    return layer


def has_reference(exercise: Exercise) -> bool:
    """Say whether there is anything that a layer could be compared with."""
    return provided.reference(exercise) is not None


def _module(path: Path) -> Any:
    spec = importlib.util.spec_from_file_location(f"{__name__}.{path.parent.name}.{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def marks_of(exercise: Exercise, call: Call) -> dict[str, Mark]:
    """The observables of a call: its answer, what it changed and, after the last method, the attributes."""
    marks = {"answer": _mark(call.answer), "changed": _mark_of_changes(call.changed)}
    if exercise.attributes and call.method == list(exercise.methods)[-1] and not isinstance(call.answer, Raised):
        marks |= {name: _mark(call.attributes[name]) for name in exercise.attributes if name in call.attributes}
    return marks


def _mark(answer: Answer) -> Mark:
    if isinstance(answer, np.ndarray):
        return Mark(answer.shape, answer.astype(np.float64).ravel())
    if isinstance(answer, Raised):
        return Mark(("raised", answer.type_name), message=answer.message, source=answer.source)
    if isinstance(answer, NotAnArray):
        return Mark(("other", answer.type_name))
    return Mark(("stopped", answer.reason))


def _mark_of_changes(changed: dict[str, Array]) -> Mark:
    if not changed:
        return Mark(())
    names = sorted(changed)
    numbers = np.concatenate([changed[name].astype(np.float64).ravel() for name in names])
    return Mark(("changed", *((name, changed[name].shape) for name in names)), numbers)


_SIZES = re.compile(r"not aligned: (\d+) \(dim \d+\) != (\d+)|size (\d+) is different from (\d+)")


def same_complaint(one: Mark, other: Mark) -> bool:
    """Say whether two exceptions complain about the same thing, whichever of `np.dot` and `@` was used."""
    if one.message == other.message:
        return True
    first, second = (_SIZES.search(mark.message) for mark in (one, other))
    if first is None or second is None or (first[1] is None) == (second[1] is None):
        return False
    # `np.dot` tells the shapes, `@` only the two sizes that differ, in another order.
    return {*first.groups()} == {*second.groups()}


def one_overflows(one: Mark, other: Mark | None) -> bool:
    """Say whether two arrays of one shape are finite in different places."""
    if other is None or one.key != other.key or one.numbers is None or other.numbers is None:
        return False
    return bool((np.isfinite(one.numbers) != np.isfinite(other.numbers)).any())


def agree(one: Mark, other: Mark | None) -> bool:
    """Say whether two marks are the same by the tolerance of the suites.

    Called some thousand times a submission, always with floating-point warnings off.
    """
    if other is None or one.key != other.key:
        return False
    if one.numbers is None or other.numbers is None:
        return True
    difference = np.abs(one.numbers - other.numbers)
    allowed = checks.ABSOLUTE_TOLERANCE + checks.RELATIVE_TOLERANCE * np.abs(other.numbers)
    # Less and not at most: everything is at most infinitely far from infinity, and right numbers are nearer than this.
    if (difference < allowed).all():
        return True
    if not np.isfinite(difference).all():
        # The slow way knows that nan is nan here and that infinities have no difference.
        close = np.isclose(
            one.numbers,
            other.numbers,
            rtol=checks.RELATIVE_TOLERANCE,
            atol=checks.ABSOLUTE_TOLERANCE,
            equal_nan=True,
        )
        return bool(close.all())
    if one.key != ():
        return False
    # A loss: a small constant inside the logarithm may move it, far more so where it is saturated.
    saturated = min(one.numbers[0], other.numbers[0]) > checks.HOPELESS_LOSS
    return bool(saturated or difference[0] <= checks.LOSS_TOLERANCE)
