"""What a hidden suite imports: the `check` decorator, seeded inputs, a layer to call, assertions.

The engine supplies `new_layer` and `draw` and reads each function's `CheckSpec`; the diagnosis replays suites on wrong
layers through `run`. An assertion compares numbers and says what it saw in a `Failure`, which never holds an expected
value. Knows nothing of pytest, of processes or of points beyond writing them down.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from grader.calls import Answer, Array, Call, LocalWorker, NotAnArray, Raised, Stopped, Worker, same_bytes
from grader.catalogue import exercises
from grader.draws import Draw
from grader.provided import function_table
from grader.texts import text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

__all__ = [
    "Answer", "Array", "Call", "CheckFailed", "CheckFunction", "CheckSpec", "Draw", "Failure", "Layer", "LocalWorker",
    "NewLayer", "NotAnArray", "Raised", "Stopped", "Worker", "assert_hopeless_loss", "assert_item",
    "assert_left_alone", "assert_loss", "assert_own", "assert_same", "assert_stored", "check", "named", "run",
    "same_bytes",
]  # fmt: skip

# float32 passes (its relative error is 6e-8, sums of a few products stay below 1e-6), an error of 1e-4 fails.
RELATIVE_TOLERANCE = 1e-5
ABSOLUTE_TOLERANCE = 2e-5
# The book's 1e-7 inside the logarithm moves a loss by 1e-7 / p; 1e-6 at p = 0.05 by 2e-5.
LOSS_TOLERANCE = 5e-5
# -log(1e-6), from the largest delta that we let pass, is 13.8; a right loss of a saturated wrong target is above it.
HOPELESS_LOSS = 13.5
# The ends of a call for which the running line says something.
PLACED_STOPS = frozenset({"time", "died", "flood"})


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckSpec:
    """What a suite says about one of its checks."""

    id: str
    """`<exercise>/<name of the function without test_>`."""
    title: str
    """The sentence that a student reads, in English."""
    points: float
    about: str
    """The method that this check is about; an exception in another one is not this check's finding."""
    after: str | None
    """Id of the check that this one builds on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """What a check found wrong, as plain data: a text key and its fields."""

    kind: str
    fields: dict[str, Any] = field(default_factory=dict)
    blocked: bool = False
    """The check never got as far as what it is about."""

    def message(self, language: str = "en") -> str:
        """The failure in the student's language."""
        return text(f"failure.{self.kind}", language, **self.fields).rstrip()

    def to_json(self) -> dict[str, Any]:
        """The failure as plain data."""
        return {"kind": self.kind, "fields": dict(self.fields), "blocked": self.blocked}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Failure:
        """The failure that `to_json` wrote."""
        return cls(kind=data["kind"], fields=data["fields"], blocked=data["blocked"])


class CheckFailed(Exception):  # noqa: N818 - it is the outcome of a check, not an error of the grader
    """The layer under judgement does not do what the check asks for; any other exception is the grader's fault."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.kind)
        self.failure = failure


CheckFunction = TypeVar("CheckFunction", bound=Callable[..., None])


def check(
    *, points: float, about: str = "forward", after: Callable[..., None] | None = None
) -> Callable[[CheckFunction], CheckFunction]:
    """Turn a test function of a suite into a check worth points; its first docstring line is the title."""

    def mark(function: CheckFunction) -> CheckFunction:
        exercise = Path(function.__code__.co_filename).stem.removeprefix("test_")
        spec = CheckSpec(
            id=f"{exercise}/{function.__name__.removeprefix('test_')}",
            title=_docstring(function).strip().splitlines()[0],
            points=points,
            about=about,
            after=None if after is None else after.check.id,  # type: ignore[attr-defined]
        )
        function.check = spec  # type: ignore[attr-defined]
        return function

    return mark


def _docstring(function: Callable[..., None]) -> str:
    """The docstring of a check; under PYTHONOPTIMIZE=2 it stands in the file alone."""
    if function.__doc__ is not None:
        return function.__doc__
    tree = ast.parse(Path(function.__code__.co_filename).read_bytes())
    found = (node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == function.__name__)
    return next((ast.get_docstring(node) or "" for node in found), "")


class NewLayer:
    """What a suite calls to get a layer of the class under judgement."""

    def __init__(self, worker: Worker, spec: CheckSpec) -> None:
        worker.start_check(spec.id)
        self._worker = worker
        self._spec = spec

    def __call__(self, *parameters: Array) -> Layer:
        """Make a layer."""
        number, call = self._worker.construct(parameters)
        _demand_return(call, self._spec)
        return Layer(self._worker, self._spec, number)


class Layer:
    """A layer on the other side, called like a layer; each call gives a `Call` for the assertions."""

    def __init__(self, worker: Worker, spec: CheckSpec, number: int) -> None:
        self._worker = worker
        self._spec = spec
        self._number = number

    def __getattr__(self, method: str) -> Callable[..., Call]:
        """A method of the contract."""
        if method.startswith("_"):
            raise AttributeError(method)
        return lambda *arguments: _demand_return(self._worker.call(self._number, method, arguments), self._spec)


def _demand_return(call: Call, spec: CheckSpec) -> Call:
    """The call, unless it raised or was stopped."""
    if not isinstance(call.answer, (Raised, Stopped)):
        return call
    # No check is about the constructor: where that raises, the first check fails and the others are blocked.
    blocked = call.method != spec.about and spec.after is not None
    kind, fields = _exception(call.answer, call) if isinstance(call.answer, Raised) else _stop(call.answer)
    raise CheckFailed(Failure(kind=kind, fields={"method": call.method, **fields}, blocked=blocked))


def _exception(raised: Raised, call: Call) -> tuple[str, dict[str, Any]]:
    if raised.type_name == "NotImplementedError":
        return "not_implemented", {}
    problem = f"{raised.type_name}: {raised.message}" if raised.message else raised.type_name
    if raised.place:
        return "raised", {"problem": problem, "place": raised.place, "source": raised.source.strip()}
    if raised.type_name == "AttributeError" and raised.name == call.method:
        return "missing_method", {}
    return "raised_at_call", {"problem": problem}


def _stop(stopped: Stopped) -> tuple[str, dict[str, Any]]:
    kind = f"stopped_{stopped.reason}"
    fields = {"seconds": f"{stopped.seconds:g}", "detail": f" ({stopped.detail})" if stopped.detail else ""}
    if stopped.place and stopped.reason in PLACED_STOPS:
        return f"{kind}_at", fields | {"place": stopped.place, "source": stopped.source.strip()}
    return kind, fields


def _fail(kind: str, call: Call, **fields: Any) -> None:
    raise CheckFailed(Failure(kind=kind, fields={"method": call.method, **fields}))


def assert_same(call: Call, expected: ArrayLike) -> None:
    """The call returned these numbers, whatever their dtype."""
    _compare(call, "", call.answer, np.asarray(expected))


def assert_stored(call: Call, attribute: str, expected: ArrayLike) -> None:
    """Right after the call the layer's attribute held these numbers."""
    stored = call.attributes[attribute]
    if isinstance(stored, NotAnArray) and stored.type_name in ("missing", "NoneType"):
        _fail("not_stored", call, attribute=attribute)
    _compare(call, "stored_", stored, np.asarray(expected), attribute=attribute)


def assert_item(call: Call, key: str, expected: ArrayLike) -> None:
    """The call returned a dictionary that holds these numbers under this key."""
    item = f'["{key}"]'
    stored = call.attributes[item]
    if isinstance(stored, NotAnArray) and stored.type_name == "missing":
        if isinstance(call.answer, NotAnArray) and call.answer.type_name == "NoneType":
            _fail("returned_none_dictionary", call)
        _fail("no_item" if getattr(call.answer, "type_name", "") == "dict" else "no_dictionary", call, item=item)
    if isinstance(stored, NotAnArray) and stored.type_name == "NoneType":
        _fail("item_none", call, item=item)
    _compare(call, "item_", stored, np.asarray(expected), item=item)


def named(function: str) -> Array:
    """What stands for a function as an argument: the worker puts the provided function of that name in its place."""
    names = [known.__name__ for known in function_table()]
    return np.array(names.index(function))


def assert_own(call: Call, attribute: str, other: Call) -> None:
    """The layer's attribute does not hold what another layer's call has stored in the attribute of that name."""
    mine, theirs = call.attributes[attribute], other.attributes[attribute]
    if isinstance(mine, np.ndarray) and isinstance(theirs, np.ndarray) and same_bytes(mine, theirs):
        _fail("shared_attribute", other, attribute=attribute)


def assert_loss(call: Call, expected: float) -> None:
    """The call returned this loss, as a scalar, up to a small constant inside the logarithm."""
    got = _finite_loss(call)
    if abs(got - expected) > LOSS_TOLERANCE:
        _fail("wrong_loss", call, got=_shown(got))


def assert_hopeless_loss(call: Call) -> None:
    """The call returned a finite loss, as large as it has to be where the right class has no chance."""
    got = _finite_loss(call)
    if got < HOPELESS_LOSS:
        _fail("wrong_loss", call, got=_shown(got))


def assert_left_alone(call: Call, *arguments: str, as_the_book: bool = False) -> None:
    """The call did not change these arguments (of its own, of the constructor, or of the calls before)."""
    names = exercises()[call.check.split("/")[0]].methods.get(call.method, ())
    handed_over = dict(zip(names, call.arguments, strict=False))
    for argument in arguments:
        if argument in call.changed:
            _demand_equal(call, argument, handed_over.get(argument), call.changed[argument], as_the_book=as_the_book)


def _demand_equal(call: Call, argument: str, before: Array | None, after: Array, *, as_the_book: bool) -> None:
    if before is None:
        _fail("changed_earlier_argument", call, argument=argument)
    elif before.shape != after.shape:
        _fail("reshaped_argument", call, argument=argument, before=str(before.shape), after=str(after.shape))
    elif (different := before != after).any():
        index = tuple(np.argwhere(different)[0])
        _fail(
            "changed_argument_as_the_book" if as_the_book else "changed_argument",
            call,
            argument=argument,
            index=_index(index),
            before=_shown(before[index]),
            after=_shown(after[index]),
        )


def _finite_loss(call: Call) -> float:
    got = float(_numbers(call, "", call.answer, ()))
    if not math.isfinite(got):
        _fail("loss_not_finite", call, got=_shown(got))
    return got


def _compare(call: Call, prefix: str, answer: Answer, expected: Array, **fields: Any) -> None:
    got = _numbers(call, prefix, answer, expected.shape, **fields)
    # Plain arithmetic: np.isclose took a third of the time of a check. A nan is not within anything.
    right = np.abs(got - expected) <= ABSOLUTE_TOLERANCE + RELATIVE_TOLERANCE * np.abs(expected)
    if right.all():
        return
    for kind, where in (("not_finite", ~np.isfinite(got)), ("wrong_values", ~right)):
        if where.any():
            index = tuple(np.argwhere(where)[0])
            fields |= {"wrong": int(where.sum()), "size": int(where.size), "index": _index(index)}
            _fail(prefix + kind, call, **fields, got=_shown(got[index]))


def _numbers(call: Call, prefix: str, answer: Answer, shape: tuple[int, ...], **fields: Any) -> Array:
    """The answer as float64 of this shape; anything else is a failure."""
    suffix = "" if shape else "_scalar"
    fields |= {"expected": str(shape)}
    if not isinstance(answer, np.ndarray):
        # An attribute may be a property of the student's own, which raises when it is read.
        type_name = getattr(answer, "type_name", "")
        kind = "returned_none" if type_name == "NoneType" else f"{prefix}wrong_type"
        _fail(kind + suffix, call, **fields, type=type_name, summary=getattr(answer, "summary", ""))
    elif answer.shape != shape:
        _fail(f"{prefix}wrong_shape{suffix}", call, **fields, got=str(answer.shape))
    return np.asarray(answer, dtype=np.float64)


def _index(index: Sequence[int]) -> str:
    return ", ".join(str(part) for part in index)


def _shown(number: float) -> str:
    """A number of the student's, cut as NumPy would print it: six digits tell every mistake from rounding."""
    return f"{number:.6g}"


def supplies(function: Callable[..., None], worker: Worker, seed: int) -> dict[str, NewLayer | Draw]:
    """What a check asks for by the names of its arguments: `new_layer`, `draw` or both."""
    spec: CheckSpec = function.check  # type: ignore[attr-defined]
    offered: dict[str, NewLayer | Draw] = {"new_layer": NewLayer(worker, spec), "draw": Draw(seed, spec.id)}
    return {name: offered[name] for name in function.__code__.co_varnames[: function.__code__.co_argcount]}


def run(function: Callable[..., None], worker: Worker, seed: int) -> Failure | None:
    """Run one check of a suite without pytest; the worker's transcript has the calls it made.

    Raises:
        Exception: anything but a failed check is the grader's fault and passes through.
    """
    try:
        function(**supplies(function, worker, seed))
    except CheckFailed as failed:
        return failed.failure
    return None
