"""One call into a student's layer and what came back, as the judge knows it; and who can make such calls.

Suites (through `grader.checks`), the workshop, the engine and the diagnosis share these words. A `Worker` is either a
process with a student's module (`grader.workshop`) or, for classes that we wrote ourselves, a `LocalWorker`: the same
rules in this process. Knows nothing of checks, points or expected values.
"""

from __future__ import annotations

import contextlib
import io
import time
import traceback
import warnings
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from numpy.typing import NDArray

from grader import provided
from grader.worker import offering
from grader.worker.answers import SUMMARY_LENGTH, normalise
from grader.worker.plaintext import clean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.catalogue import Exercise

Array = NDArray[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class NotAnArray:
    """A returned or stored object that is no array and no real number."""

    type_name: str
    """`NoneType`, `list`, ...; `missing` where an attribute does not exist."""
    summary: str = ""
    """What it looks like, cleaned and cut to 200 characters."""
    items: tuple[str, ...] = ()
    """The types of the items of a tuple or list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised:
    """An exception that left the student's code; the place is its innermost frame in the student's file."""

    type_name: str
    message: str = ""
    file: str = ""
    line: int | None = None
    function: str = ""
    place: str = ""
    """File and line in the student's words; empty where none of their lines ran (a missing method, a wrong arity)."""
    source: str = ""
    name: str = ""
    """The name or attribute that was not found, as the exception tells it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """A call that never came back."""

    reason: str
    """`time`, `died`, `flood`, `garbled`, or `spent`: not tried, because an earlier call used everything up."""
    seconds: float = 0.0
    line: int | None = None
    place: str = ""
    source: str = ""
    detail: str = ""
    """The signal or exit code, where there was one."""


Answer = Array | NotAnArray | Raised | Stopped


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call: what was handed over, what came back, what it left behind."""

    check: str
    layer: int
    """The n-th layer object of that check, counted from 0."""
    method: str
    """`__init__` for the constructor."""
    arguments: tuple[Array, ...]
    """Copies, as handed over; fewer than the method has where the rest was left out."""
    answer: Answer
    changed: dict[str, Array] = field(default_factory=dict)
    """Arrays that this call changed, as it left them, by argument name: its own, the constructor's, and those of the
    layer's latest call of another method (a `backward` that writes into the `x` of the `forward` before)."""
    attributes: dict[str, Answer] = field(default_factory=dict)
    """The attributes that the contract names, read right after the call."""
    seconds: float = 0.0


class Worker(Protocol):
    """Makes calls into the layers of one class.

    An array that is handed over twice is the same object on the other side. Before each call, arrays that the judge
    has changed in place since are changed over there too, in place, whether handed over again or not. What the
    student's code changed in an array stays changed until that very array is handed over again. A 0-d array arrives
    as a Python number. Trailing arguments may be left out.
    """

    transcript: list[Call]
    """Every call so far, of all checks."""

    def start_check(self, check_id: str) -> None:
        """Forget the layers and arrays of the check before."""

    def construct(self, arguments: Sequence[Array]) -> tuple[int, Call]:
        """Make a layer; its number is good for `call` unless the call raised or stopped."""

    def call(self, layer: int, method: str, arguments: Sequence[Array]) -> Call:
        """Call a method of a layer."""


class LocalWorker:
    """A worker for a class that we trust (a solution, a pitfall), in this process."""

    def __init__(self, layer_class: type, exercise: Exercise) -> None:
        self.transcript: list[Call] = []
        if exercise.is_function:
            arguments = exercise.methods[exercise.class_name]
            self._class = offering.as_layer(layer_class, arguments, provided.function_table())
        else:
            self._class = layer_class
        self._exercise = exercise
        members = [layer_class] if exercise.is_function else list(vars(layer_class).values())
        self._files = {member.__code__.co_filename for member in members if hasattr(member, "__code__")}
        self.start_check("")

    def start_check(self, check_id: str) -> None:
        """Forget the layers and arrays of the check before."""
        self._check = check_id
        self._layers: list[object] = []
        self._watched: list[dict[str, Array]] = []
        self._arrays: dict[int, _Handed] = {}

    def construct(self, arguments: Sequence[Array]) -> tuple[int, Call]:
        """Make a layer."""
        number = len(self._layers)
        self._layers.append(None)
        self._watched.append({})
        return number, self._make(number, "__init__", self._exercise.parameters, arguments)

    def call(self, layer: int, method: str, arguments: Sequence[Array]) -> Call:
        """Call a method of a layer."""
        return self._make(layer, method, self._exercise.methods.get(method, ()), arguments)

    def _make(self, number: int, method: str, names: Sequence[str], arguments: Sequence[Array]) -> Call:
        for handed in self._arrays.values():
            handed.follow()
        theirs = [self._hand_over(array) for array in arguments]
        watched = self._watched[number]
        watched |= {name: array for name, array in zip(names, theirs, strict=False) if array.ndim}
        before = {name: array.copy() for name, array in watched.items()}
        started = time.perf_counter()
        answer = self._run(number, method, [array if array.ndim else array.item() for array in theirs])
        return self._note(
            Call(
                check=self._check,
                layer=number,
                method=method,
                arguments=tuple(array.copy() for array in arguments),
                answer=answer,
                changed={name: array.copy() for name, array in watched.items() if not same_bytes(array, before[name])},
                attributes={name: self._attribute(number, name) for name in self._exercise.attributes},
                seconds=time.perf_counter() - started,
            )
        )

    def _note(self, call: Call) -> Call:
        self.transcript.append(call)
        return call

    def _hand_over(self, array: Array) -> Array:
        if id(array) not in self._arrays:
            self._arrays[id(array)] = _Handed(array)
        return self._arrays[id(array)].restore()

    def _run(self, number: int, method: str, arguments: Sequence[Any]) -> Answer:
        self._returned: Any = None
        # Overflow warnings cost nothing, and a pitfall's must not reach the judge's own output.
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            try:
                if method == "__init__":
                    self._layers[number] = self._class(*arguments)
                else:
                    self._returned = getattr(self._layers[number], method)(*arguments)
                return as_answer(self._returned)
            except (Exception, SystemExit) as problem:  # noqa: BLE001 - whatever a wrong layer raises is its answer
                return self._raised(problem)

    def _attribute(self, number: int, name: str) -> Answer:
        try:
            if name.startswith("["):  # an item of the dictionary that the call returned
                return as_answer(dict(self._returned)[name[2:-2]])
            return as_answer(getattr(self._layers[number], name))
        except (AttributeError, KeyError, TypeError, ValueError):
            return NotAnArray(type_name="missing")

    def _raised(self, problem: BaseException) -> Raised:
        raised = Raised(
            type_name=type(problem).__name__,
            message=clean(str(problem), SUMMARY_LENGTH),
            name=str(getattr(problem, "name", None) or ""),
        )
        frames = [frame for frame in traceback.extract_tb(problem.__traceback__) if frame.filename in self._files]
        if not frames:
            return raised
        file = Path(frames[-1].filename).name
        return Raised(
            type_name=raised.type_name,
            message=raised.message,
            name=raised.name,
            file=file,
            line=frames[-1].lineno,
            function=frames[-1].name,
            place=f"{file}:{frames[-1].lineno}",
            source=frames[-1].line or "",
        )


class _Handed:
    """An array of the judge and its twin on the student's side."""

    def __init__(self, array: Array) -> None:
        self._array = array  # kept alive: its id is the key
        self._known = array.copy()
        self._twin = array.copy()

    def follow(self) -> None:
        """Change the twin in place if the judge has changed the array since."""
        if not same_bytes(self._array, self._known):
            self._known = self._array.copy()
            self.restore()

    def restore(self) -> Array:
        """Make the twin, still the same object, equal to the array, and return it."""
        if self._twin.shape != self._array.shape:
            self._twin.shape = self._array.shape
        self._twin[...] = self._array
        return self._twin


def same_bytes(one: Array, other: Array) -> bool:
    """Say whether two arrays have the same shape, dtype and content, bit for bit (so a nan equals itself)."""
    return one.shape == other.shape and one.dtype == other.dtype and one.tobytes() == other.tobytes()


def as_answer(value: object) -> Answer:
    """Turn what a layer of ours returned into what would reach the judge from a student's."""
    answer = normalise(value)
    if isinstance(answer, dict):
        return NotAnArray(type_name=answer["type_name"], summary=answer["summary"], items=tuple(answer["items"]))
    return answer
