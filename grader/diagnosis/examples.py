"""Small public inputs on which a layer can be shown to go wrong, and the search for the smallest of them.

The numbers are the kit's own, small whole ones, and fixed: graded inputs are never shown. Rows, columns and outputs are
taken away as long as the layer still differs from the reference.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from grader.calls import Array, Call, LocalWorker, NotAnArray, Raised, Stopped, Worker
from grader.catalogue import Exercise
from grader.diagnosis.evidence import Group
from grader.diagnosis.rehearsal import agree, marks_of, reference

# What each argument's axes mean: rows of the batch, features (or classes) and outputs.
AXES = {"x": "nd", "W": "dm", "b": "m", "t": "n"}
SIZES = {"n": 2, "d": 3, "m": 2}
LARGER = {"n": 3, "d": 4, "m": 5}
# Small whole numbers of both signs, none of them 0, no two neighbours alike.
NUMBERS = {
    "x": (1.0, -2.0, 3.0, -1.0, 2.0, -3.0),
    "W": (1.0, 2.0, -1.0, 3.0, 2.0, -2.0, 1.0),
    "b": (1.0, -2.0, 3.0),
    "dout": (2.0, -3.0, 5.0, 4.0, -1.0, 3.0, 7.0),
}
# 60 calls of 0.1 ms each stay below what grading itself takes.
CALLS = 60
# For layers that are slow in themselves. Far from what a quick one needs on a busy machine: whether there is time for
# one more question must not change a report.
SECONDS = 5.0
# A call with its arrays takes about 2 KiB.
KEPT = 2000
CHECK = "/diagnosis"
"""Appended to the exercise's id: the name under which questions are asked, which no suite has."""

Situation = str
SITUATIONS: dict[Situation, tuple[str, ...]] = {
    "plain": (),
    "one_hot": ("softmax_with_loss",),
    "halves": (),
    "tens": ("relu",),
    "fours": ("sigmoid",),
    "small": ("relu",),
    "integers": ("relu",),
    "zeros": ("relu", "sigmoid"),
    "images": ("relu", "sigmoid", "affine"),
    "large": ("softmax_with_loss",),
    "again": (),
    "two_layers": (),
    "twice": ("softmax_with_loss",),
    "larger": (),
}
"""How an example may differ from the plainest one, and the exercises whose contract covers it; none named: all."""
FACTORS = {"halves": 0.5, "tens": 10.0, "fours": 4.0, "small": 1e-4}
"""What x is multiplied by in some of them: for fractions that are cut off, for limits above and below."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One call of an example."""

    layer: int
    method: str
    arguments: Mapping[str, Array]

    def key(self) -> tuple[object, ...]:
        """Equal for equal steps."""
        return (
            self.layer,
            self.method,
            *((array.dtype.str, array.shape, array.tobytes()) for array in self.arguments.values()),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """Inputs for one forward and one backward, and the situation in which they are given."""

    exercise: Exercise
    arrays: Mapping[str, Array]
    axes: Mapping[str, str]
    situation: Situation = "plain"

    def steps(self, method: str) -> list[Step]:
        """The calls up to the one of `method` that shows the difference."""
        first, last = self.exercise.ends
        make = Step(layer=0, method="__init__", arguments=self._for(self.exercise.parameters))
        forward = Step(layer=0, method=first, arguments=self._for(self.exercise.methods[first]))
        steps = [make, forward]
        if self.situation == "again":
            steps = [make, replace(forward, arguments=self._other(forward)), forward]
        if self.situation == "two_layers":
            steps += [replace(make, layer=1), replace(forward, layer=1, arguments=self._other(forward))]
        if method in {first, "__init__"}:
            return steps[:1] if method == "__init__" else steps
        backward = Step(layer=0, method=last, arguments=self._for(self.exercise.methods[last]))
        return [*steps, *[backward] * (2 if self.situation == "twice" else 1)]

    def _for(self, names: tuple[str, ...]) -> dict[str, Array]:
        return {name: self._dressed(name) for name in names if name in self.arrays}

    def _dressed(self, name: str) -> Array:
        array = self.arrays[name]
        if name == "t" and self.situation == "one_hot":
            return np.eye(self.size("d"))[array]
        if name == "x" and self.situation == "images":
            return array.reshape(array.shape[0], 1, *array.shape[1:])
        if name == "dout" and self.situation == "images" and "W" not in self.arrays:
            return array.reshape(array.shape[0], 1, *array.shape[1:])
        if name == "x" and self.situation == "integers":
            return array.astype(np.int64)
        if name == "x" and self.situation == "large":
            return array + 1000.0
        return array

    def _other(self, forward: Step) -> dict[str, Array]:
        """Arguments of the same shapes with other numbers."""
        return {
            name: (array + 1) % self.size("d") if name == "t" else -array - 1.0
            for name, array in forward.arguments.items()
        }

    def size(self, label: str) -> int:
        """How many rows, features or outputs there are."""
        sizes = [self.arrays[name].shape[axes.index(label)] for name, axes in self.axes.items() if label in axes]
        return sizes[0] if sizes else 0

    def smaller(self) -> Iterator[Example]:
        """The same with one row, feature or output less."""
        for label in "nmd":
            # One class alone has no choice to make.
            least = 2 if label == "d" and "t" in self.arrays else 1
            if self.size(label) > least:
                for index in reversed(range(self.size(label))):
                    yield self._without(label, index)

    def _without(self, label: str, index: int) -> Example:
        arrays = {
            name: np.delete(array, index, axis=self.axes[name].index(label)) if label in self.axes[name] else array
            for name, array in self.arrays.items()
        }
        if label == "d" and "t" in arrays:
            arrays["t"] = arrays["t"] % (self.size("d") - 1)
        return replace(self, arrays=arrays)


def examples(exercise: Exercise) -> Iterator[Example]:
    """One example a situation, the plainest first; none where an argument of the exercise is unknown here."""
    asked = {*exercise.parameters, *(name for names in exercise.methods.values() for name in names)}
    if asked - {*AXES, "dout"}:
        return
    for situation, exercises in SITUATIONS.items():
        if exercises and exercise.id not in exercises:
            continue
        sizes = LARGER if situation == "larger" else SIZES
        arrays = {
            name: _numbers(name, [sizes[label] for label in axes]) for name, axes in AXES.items() if name in asked
        }
        if "t" in arrays:
            arrays["t"] = (np.arange(sizes["n"]) + 1) % sizes["d"]
        if situation in FACTORS:
            arrays["x"] = arrays["x"] * FACTORS[situation]
        if situation == "zeros":
            arrays["x"][0, 1] = 0.0
        axes = {name: AXES[name] for name in arrays}
        if "t" not in asked:
            axes["dout"] = "nm" if "W" in asked else "nd"
            arrays["dout"] = _numbers("dout", [sizes[label] for label in axes["dout"]])
            if situation == "halves":
                arrays["dout"] = arrays["dout"] * FACTORS[situation]
        yield Example(exercise=exercise, arrays=arrays, axes=axes, situation=situation)


def _numbers(name: str, shape: list[int]) -> Array:
    return np.resize(np.array(NUMBERS.get(name, NUMBERS["x"])), shape)


class Asked:
    """Puts examples to a layer and to the reference, within a budget."""

    def __init__(self, exercise: Exercise, worker: Worker) -> None:
        self.exercise = exercise
        self._worker = worker
        self._until = time.monotonic() + SECONDS
        self.calls = 0

    @property
    def exhausted(self) -> bool:
        """Say whether no more calls may be made."""
        return self.calls >= CALLS or time.monotonic() > self._until

    def answers(self, example: Example, method: str) -> tuple[Call, Call] | None:
        """What the layer and the reference say at the last step; None where it does not come to that."""
        steps = example.steps(method)
        self.calls += len(steps)
        mine = play(self._worker, steps, self.exercise)
        theirs = self._right(steps)
        return (mine, theirs) if mine is not None and theirs is not None else None

    def forward(self, example: Example, *, by_reference: bool) -> Array | None:
        """The first method's answer, by the layer itself or by the reference; None where it is no array."""
        method = next(iter(self.exercise.methods))
        steps = replace(example, situation="plain" if example.situation != "one_hot" else "one_hot").steps(method)
        if not by_reference:
            self.calls += len(steps)
        call = self._right(steps) if by_reference else play(self._worker, steps, self.exercise)
        return call.answer if call is not None and isinstance(call.answer, np.ndarray) else None

    def _right(self, steps: list[Step]) -> Call | None:
        """What the reference says at the last step; the same questions come up for many submissions."""
        key = (self.exercise.id, *(step.key() for step in steps))
        if key not in _right_answers:
            while len(_right_answers) >= KEPT:
                del _right_answers[next(iter(_right_answers))]
            _right_answers[key] = play(LocalWorker(reference(self.exercise), self.exercise), steps, self.exercise)
        return _right_answers[key]

    def differs(self, example: Example, group: Group, *, raising: bool = False) -> bool:
        """Say whether the layer is wrong on an example, in a way that a group shows; or even raises."""
        pair = self.answers(example, group[0])
        if pair is None or isinstance(pair[0].answer, Stopped):
            return False
        if raising and not isinstance(pair[0].answer, Raised):
            return False
        mine, theirs = (marks_of(self.exercise, call).get(group[1]) for call in pair)
        return mine is not None and not agree(mine, theirs)


_right_answers: dict[tuple[object, ...], Call | None] = {}


def play(worker: Worker, steps: list[Step], exercise: Exercise) -> Call | None:
    """Make the calls of an example; the last one, or None when one before it fails."""
    worker.start_check(exercise.id + CHECK)
    call: Call | None = None
    for step in steps:
        if call is not None and isinstance(call.answer, (Raised, Stopped)):
            return None
        arguments = list(step.arguments.values())
        if step.method == "__init__":
            _, call = worker.construct(arguments)
        else:
            # Without dout: where it is 1, it may be left out, and then 1 is what it is.
            call = worker.call(step.layer, step.method, arguments)
    return call


def smallest(asked: Asked, group: Group, *, raising: bool = False) -> Example | None:
    """The smallest example in which a group is wrong; None where none of ours shows it.

    Args:
        asked: who is asked.
        group: what has to be wrong.
        raising: whether the wrong thing has to be an exception.
    """
    for example in examples(asked.exercise):
        if asked.exhausted:
            return None
        if asked.differs(example, group, raising=raising):
            return _shrunk(example, lambda other: not asked.exhausted and asked.differs(other, group, raising=raising))
    return None


def _shrunk(example: Example, fails: Callable[[Example], bool]) -> Example:
    found: Example | None = example
    while found is not None:
        example = found
        found = next((other for other in example.smaller() if fails(other)), None)
    return example


def lines(example: Example, method: str) -> Iterator[str]:
    """The calls of an example as a student would type them."""
    for step in example.steps(method):
        layer = f"layer{'' if step.layer == 0 else step.layer + 1}"
        given = ", ".join(f"{name}={shown(array)}" for name, array in step.arguments.items())
        if step.method == "__init__":
            yield f"{layer} = {example.exercise.class_name}({given})"
        else:
            yield f"{layer}.{step.method}({given})"


def shown(value: object) -> str:
    """An answer on one line."""
    if isinstance(value, np.ndarray):
        text = np.array2string(
            value,
            separator=", ",
            threshold=60,
            formatter={"float_kind": lambda number: f"{number + 0.0:.6g}"},
            max_line_width=10**6,
        )
        return " ".join(text.split())
    if isinstance(value, Raised):
        return f"{value.type_name}: {value.message}"
    if isinstance(value, NotAnArray):
        return {"NoneType": "None", "missing": "-"}.get(value.type_name, value.summary or value.type_name)
    return "-"
