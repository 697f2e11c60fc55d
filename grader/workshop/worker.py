"""One exercise of one submission in a process of its own, as the judge talks to it.

Every answer is checked and rebuilt here as plain arrays and words; whatever else arrives ends the worker. A worker that
died, hung or flooded is replaced before the next check; a method that hung once is not tried again.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Any, Self

from grader import provided
from grader.calls import Answer, Array, Call, Raised, Stopped
from grader.catalogue import Exercise
from grader.launching import Launcher
from grader.model import Limits, SourceFile
from grader.worker import wire
from grader.worker.plaintext import clean, steady
from grader.worker.wire import WireError
from grader.workshop.answering import NAME_LENGTH, NOTHING, REMARKS, Answers, notes_of, reading_of
from grader.workshop.beginning import OUTCOMES, Begun, Room, begin, packed
from grader.workshop.handing import Handed
from grader.workshop.loaded import Loaded, empty_facts
from grader.workshop.stopping import last_words, where, why

# Facts and text of a file of 1 MiB; a notebook's pictures stay in the worker.
_READING_BYTES = 32 << 20
# What one call may answer even where earlier ones have used up what all may: a hundred such answers are kept, and an
# answer to a suite's inputs takes a few KiB.
_ALWAYS_BYTES = 1 << 20
_FLOAT_BYTES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """What came of one call."""

    answer: Answer
    changed: dict[str, Array] = field(default_factory=dict)
    attributes: dict[str, Answer] = field(default_factory=dict)


class Worker:
    """See `grader.calls.Worker`; a context manager, closed at the end of the exercise."""

    def __init__(
        self,
        launcher: Launcher,
        exercise: Exercise,
        files: Sequence[SourceFile],
        limits: Limits,
        room: Room,
    ) -> None:
        self.transcript: list[Call] = []
        self.refused: list[str] = []
        """What the submission tried that a layer never needs."""
        self.sandbox = ""
        """The level that the worker reached: `full`, `partial` or `none`."""
        self.reasons: tuple[str, ...] = ()
        """What is missing below `full`."""
        self._launcher = launcher
        self._exercise = exercise
        self._files = files
        self._limits = limits
        self._room = room
        self._begun: Begun | None = None
        self._output = bytearray()
        self._printed = 0
        self._left = limits.exercise_seconds
        self._kept_bytes = 0
        """How much of what was answered so far is still here: the transcript keeps all of it."""
        self._hung: dict[str, Stopped] = {}
        self._stopped: Stopped | None = None
        self._request = 0
        self.loaded = self._load()
        self.start_check("")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def output(self) -> str:
        """What was printed so far, capped and cleaned."""
        kept = bytes(self._output) + (bytes(self._begun.channel.kept) if self._begun else b"")
        return steady(clean(kept.decode("utf-8", "replace"), self._limits.output_bytes, keep="\n\t"))

    def close(self) -> None:
        """End the process; nothing of it stays."""
        self._end()

    def start_check(self, check_id: str) -> None:
        """Forget the layers and arrays of the check before; replace a worker that was stopped."""
        self._check = check_id
        self._handed = Handed()
        self._fresh = True
        self._layers: list[Call | None] = []
        if self._begun is None and self.loaded.status == "ready" and self._left > 0:
            again = self._load()
            if again.status != "ready":
                # It could be loaded once: whatever happened now would happen before each check.
                self.loaded = replace(self.loaded, status="stopped", stopped=again.stopped)
                self._stopped = again.stopped or Stopped(reason="died")
            else:
                self._stopped = None

    def construct(self, arguments: Sequence[Array]) -> tuple[int, Call]:
        """Make a layer; its number is good for `call` unless the call raised or stopped."""
        number = len(self._layers)
        self._layers.append(None)
        call = self._make(number, "__init__", self._exercise.parameters, arguments)
        if isinstance(call.answer, (Raised, Stopped)):
            self._layers[number] = call
        return number, call

    def call(self, layer: int, method: str, arguments: Sequence[Array]) -> Call:
        """Call a method of a layer."""
        failed = self._layers[layer]
        if failed is not None:
            message = f"layer {layer} of {self._check} was never made"
            raise ValueError(message)
        return self._make(layer, method, self._exercise.methods.get(method, ()), arguments)

    # --- calls

    def _make(self, layer: int, method: str, names: Sequence[str], arguments: Sequence[Array]) -> Call:
        started = time.monotonic()
        copies = tuple(array.copy() for array in arguments)
        known = self._hung.get(method) or self._stopped
        if known is None and self._left <= 0:
            known = self._stopped = Stopped(reason="spent")
        told = _Told(answer=known) if known else self._asked(layer, method, names, arguments)
        spent = time.monotonic() - started
        self._left -= spent
        call = Call(
            check=self._check,
            layer=layer,
            method=method,
            arguments=copies,
            answer=told.answer,
            changed=told.changed,
            attributes=told.attributes,
            seconds=spent,
        )
        self.transcript.append(call)
        return call

    def _asked(self, layer: int, method: str, names: Sequence[str], arguments: Sequence[Array]) -> _Told:
        """What came of a call; a worker that does not tell is ended."""
        assert self._begun is not None
        channel = self._begun.channel
        about, contents = self._handed.prepare(layer, names, arguments)
        self._request += 1
        limit = max(self._limits.answer_bytes - self._kept_bytes, min(_ALWAYS_BYTES, self._limits.answer_bytes))
        request = {
            "number": self._request, "fresh": self._fresh, "layer": layer, "method": method, "limit": limit, **about,
        }  # fmt: skip
        self._fresh = False
        seconds = min(self._limits.call_seconds, self._left)
        started = time.monotonic()
        try:
            channel.send(request, contents, started + seconds)
            head, arrays = channel.receive(limit, started + seconds)
            # As floats, which is how diagnosis compares them.
            self._kept_bytes += sum(array.size * _FLOAT_BYTES for array in arrays)
            with _believing_nothing():
                return self._read_answer(layer, method, head, arrays)
        except OUTCOMES as outcome:
            stopped = self._stop(outcome, seconds, time.monotonic() - started)
            if stopped.reason in {"time", "spent"}:
                self._hung[method] = stopped
            self._stopped = stopped
            return _Told(answer=stopped)

    def _read_answer(self, layer: int, method: str, head: dict[str, Any], arrays: list[Array]) -> _Told:
        """The worker's message, checked; raises WireError for anything that is none."""
        attributes, changed = head.get("attributes"), head.get("changed")
        if head.get("number") != self._request or type(attributes) is not dict or type(changed) is not dict:
            wire.refuse("not the answer to this request")
        answers = Answers(arrays, self.loaded)
        named: dict[str, Array] = {}
        for number, index in changed.items():
            for name in self._handed.named(layer, int(number) if number.isdecimal() and number.isascii() else -1):
                named[name] = answers.array(index)
        self._refuse(head.get("refused"))
        answer = answers.answer(head.get("value"))
        if method == "__init__" and not (isinstance(answer, Raised) or answer is NOTHING):
            # Python sees to that: nothing that judges a constructor expects another answer.
            wire.refuse("a constructor returns nothing")
        return _Told(
            answer=answer,
            changed=named,
            attributes={name: answers.answer(attributes.get(name)) for name in self._exercise.attributes},
        )

    def _refuse(self, attempts: Any) -> None:
        if type(attempts) is not list:
            return
        for attempt in attempts[:REMARKS]:
            what = clean(attempt, NAME_LENGTH) if type(attempt) is str else ""
            if what and what not in self.refused and len(self.refused) < REMARKS:
                self.refused.append(what)

    # --- the process

    def _load(self) -> Loaded:
        """Start a process and load the files in it."""
        self._start()
        assert self._begun is not None
        channel = self._begun.channel
        first = self._files[0].name if self._files else ""
        seconds = min(self._limits.call_seconds, self._left)
        started = time.monotonic()
        deadline = started + seconds
        loaded = Loaded(status="unreadable", reason="parser_stopped", file=first, facts=empty_facts(first))
        try:
            channel.send(*self._loading_request(), deadline)
            loaded = reading_of(*channel.receive(_READING_BYTES, deadline))
            if loaded.status == "ready":
                head, _ = channel.receive(0, deadline)
                channel.hear()
                with _believing_nothing():
                    loaded = self._read_running(loaded, head)
        except OUTCOMES as outcome:
            self.loaded = loaded
            stopped = self._stop(outcome, seconds, time.monotonic() - started)
            status = "stopped" if loaded.status == "ready" else loaded.status
            loaded = replace(loaded, status=status, stopped=stopped)
        finally:
            self._left -= time.monotonic() - started
        if loaded.status != "ready":
            self._end()
        return loaded

    def _start(self) -> None:
        self._begun = begun = begin(
            self._launcher, self._room,
            kept_bytes=max(self._limits.output_bytes - len(self._output), 0),
            flood_bytes=max(self._limits.flood_bytes - self._printed, 0),
        )  # fmt: skip
        self.sandbox, self.reasons = begun.level, begun.reasons

    def _loading_request(self) -> tuple[dict[str, Any], list[Array]]:
        told, contents = packed(self._files)
        request = {
            "class": self._exercise.class_name,
            "methods": {name: list(names) for name, names in self._exercise.methods.items()},
            "attributes": list(self._exercise.attributes),
            "function": self._exercise.is_function,
            "functions": provided.functions(self._exercise),
            "provided": provided.modules(self._exercise),
        }
        return {**request, **told}, contents

    def _read_running(self, loaded: Loaded, head: dict[str, Any]) -> Loaded:
        """The second half of loading, from when the student's code has run."""
        self._refuse(head.get("refused"))
        notes = loaded.notes + notes_of(head.get("notes"), loaded)
        if head.get("ready") is True:
            return replace(loaded, notes=notes)
        raised = head.get("raised")
        answer = Answers([], loaded).answer({"raised": raised}) if type(raised) is dict else None
        return replace(loaded, status="unloadable", notes=notes, raised=answer if isinstance(answer, Raised) else None)

    def _stop(self, outcome: BaseException, allowed: float, took: float) -> Stopped:
        """End the process, and say why it had to end and where it was."""
        assert self._begun is not None
        words = last_words(self._begun, outcome)
        reason, detail = why(outcome, self._end(), words)
        if reason == "time" and allowed < self._limits.call_seconds:
            reason = "spent"
        seconds = self._limits.call_seconds if reason == "time" else took
        file, line = where(reason, words, self._files, self.loaded)
        return Stopped(
            reason=reason,
            detail=detail,
            seconds=seconds,
            line=line,
            place=self.loaded.place(line, file) if line else "",
            source=self.loaded.source(line, file) if line else "",
        )

    def _end(self) -> int:
        """Kill the process and let go of it; its exit code."""
        begun, self._begun = self._begun, None
        if begun is None:
            return 0
        try:
            return begun.end()
        finally:
            self._output += begun.channel.kept
            self._printed += begun.channel.printed


@contextlib.contextmanager
def _believing_nothing() -> Iterator[None]:
    """Whatever a message does to those who rebuild it, it is no message: never the grader's own fault."""
    try:
        yield
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as problem:
        message = "not what a worker says"
        raise WireError(message) from problem
