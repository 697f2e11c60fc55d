"""What a suite asks of a layer, written down once: the calls of an exercise then go to a worker in one message.

Inputs depend on the seed alone, so the judge knows every call before it has heard one answer. A `Recorder` stands in
for the worker while the suite runs over our own layer; `Worker.perform` has the calls made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grader.calls import Array, Call, LocalWorker, same_bytes
from grader.catalogue import Exercise
from grader.worker import wire
from grader.workshop.handing import Handed


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One call of a script."""

    layer: int
    method: str
    arguments: tuple[Array, ...]
    names: Mapping[str, Sequence[str]]
    """What the layer knows as which argument, by the number that the worker has for it."""

    def is_call(self, layer: int, method: str, arguments: Sequence[Array]) -> bool:
        """Say whether the suite asks for this very call."""
        return (
            (layer, method, len(arguments)) == (self.layer, self.method, len(self.arguments))
            and all(same_bytes(one, other) for one, other in zip(arguments, self.arguments, strict=True))
        )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """All calls of an exercise's suite."""

    steps: Mapping[str, tuple[Step, ...]]
    """By check."""
    message: Sequence[bytes | memoryview]
    """The request, as it goes on the wire."""
    answer_bytes: int
    """What its answers may take together."""

    def __len__(self) -> int:
        """How many calls there are."""
        return sum(map(len, self.steps.values()))


class Recorder:
    """Answers a suite as our own layer does, and writes down what it was asked."""

    def __init__(self, layer_class: type, exercise: Exercise) -> None:
        self._worker = LocalWorker(layer_class, exercise)
        self.transcript = self._worker.transcript
        self._exercise = exercise
        self._steps: dict[str, list[Step]] = {}
        self._requests: list[dict[str, object]] = []
        self._contents: list[Array] = []

    def start_check(self, check_id: str) -> None:
        """Forget the layers and arrays of the check before."""
        self._check = check_id
        self._handed = Handed()
        self._steps[check_id] = []
        self._layers = 0
        self._worker.start_check(check_id)

    def construct(self, arguments: Sequence[Array]) -> tuple[int, Call]:
        """Make a layer."""
        self._note(self._layers, "__init__", self._exercise.parameters, arguments)
        self._layers += 1
        return self._worker.construct(arguments)

    def call(self, layer: int, method: str, arguments: Sequence[Array]) -> Call:
        """Call a method of a layer."""
        self._note(layer, method, self._exercise.methods.get(method, ()), arguments)
        return self._worker.call(layer, method, arguments)

    def _note(self, layer: int, method: str, names: Sequence[str], arguments: Sequence[Array]) -> None:
        about, contents = self._handed.prepare(layer, names, arguments, first=len(self._contents))
        self._contents += contents
        steps = self._steps[self._check]
        self._requests.append({"fresh": not steps, "layer": layer, "method": method, **about})
        copies = tuple(array.copy() for array in arguments)
        for copy in copies:
            copy.flags.writeable = False  # shared by the transcripts of all submissions
        named = {str(number): self._handed.named(layer, str(number)) for number in about["watched"]}
        steps.append(Step(layer=layer, method=method, arguments=copies, names=named))

    def script(self, answer_bytes: int) -> Script | None:
        """What was written down; nothing where it is too long for one message."""
        if len(self._contents) > wire.ARRAYS:
            return None
        try:
            message = wire.pack({"script": self._requests, "limit": answer_bytes}, self._contents)
        except wire.WireError:
            return None
        steps = {check: tuple(several) for check, several in self._steps.items()}
        return Script(steps=steps, message=message, answer_bytes=answer_bytes)
