"""One exercise of one submission in a process of its own, as the judge talks to it.

Every answer is checked and rebuilt here as plain arrays and words; whatever else arrives ends the worker. A worker that
died, hung or flooded is replaced before the next check; a method that hung once is not tried again.
"""

from __future__ import annotations

import contextlib
import re
import signal
import time
from collections.abc import Sequence
from dataclasses import replace
from types import TracebackType
from typing import Any

import numpy as np

from grader.calls import Answer, Array, Call, NotAnArray, Raised, Stopped
from grader.catalogue import Exercise
from grader.model import Limits, SourceFile
from grader.worker.pieces import is_too_large
from grader.worker.plaintext import clean
from grader.worker.wire import WireError
from grader.workshop.channel import Channel, Ended, Flood, Silence
from grader.workshop.handing import Handed
from grader.workshop.launching import START_SECONDS, Launcher, Process, WorkshopError
from grader.workshop.loaded import Loaded, Note, empty_facts, facts_of, tidy

# Facts and text of a file of 1 MiB; a notebook's pictures stay in the worker.
_READING_BYTES = 32 << 20
# A signal reaches a busy process within a millisecond or two; a loaded machine takes longer.
_LAST_WORDS_SECONDS = 0.25
# Notes and refused attempts beyond this help nobody.
_REMARKS = 20
_NAME_LENGTH = 80
_MESSAGE_LENGTH = 500
_FRAME = re.compile(r'File "([^"\n]*)", line (\d{1,8}) in ')
_CRASHES = (signal.SIGSEGV, signal.SIGABRT, signal.SIGFPE, signal.SIGILL) + (
    (signal.SIGBUS,) if hasattr(signal, "SIGBUS") else ()
)
_OUTCOMES = (Silence, Ended, Flood, WireError)


class SandboxMissing(Exception):  # noqa: N818 - says what is the case
    """This machine cannot close a worker's room as far as the settings ask for."""


class Worker:
    """See `grader.calls.Worker`; a context manager, closed at the end of the exercise."""

    def __init__(
        self,
        launcher: Launcher,
        exercise: Exercise,
        files: Sequence[SourceFile],
        limits: Limits,
        order: dict[str, Any],
        *,
        sandbox_required: bool,
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
        self._order = order
        self._sandbox_required = sandbox_required
        self._process: Process | None = None
        self._channel: Channel | None = None
        self._output = bytearray()
        self._printed = 0
        self._left = limits.exercise_seconds
        self._hung: dict[str, Stopped] = {}
        self._stopped: Stopped | None = None
        self._request = 0
        self.loaded = self._load()
        self.start_check("")

    def __enter__(self) -> Worker:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def output(self) -> str:
        """What was printed so far, capped and cleaned."""
        kept = bytes(self._output) + (bytes(self._channel.kept) if self._channel else b"")
        return clean(kept.decode("utf-8", "replace"), self._limits.output_bytes, keep="\n\t")

    def close(self) -> None:
        """End the process; nothing of it stays."""
        if self._channel is not None:
            with contextlib.suppress(Flood):
                self._channel.hear()
        self._end()

    def start_check(self, check_id: str) -> None:
        """Forget the layers and arrays of the check before; replace a worker that was stopped."""
        self._check = check_id
        self._handed = Handed()
        self._fresh = True
        self._layers: list[Call | None] = []
        if self._process is None and self.loaded.status == "ready" and self._left > 0:
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
        call = Call(
            check=self._check,
            layer=layer,
            method=method,
            arguments=tuple(array.copy() for array in arguments),
            answer=Stopped(reason="spent"),
        )
        started = time.monotonic()
        known = self._hung.get(method) or self._stopped
        if known is None and self._left <= 0:
            known = self._stopped = Stopped(reason="spent")
        call = replace(call, answer=known) if known else self._asked(call, names, arguments)
        spent = time.monotonic() - started
        self._left -= spent
        call = replace(call, seconds=spent)
        self.transcript.append(call)
        return call

    def _asked(self, call: Call, names: Sequence[str], arguments: Sequence[Array]) -> Call:
        """The call with its answer; a worker that gives none is ended."""
        channel = self._channel
        assert channel is not None
        about, contents = self._handed.prepare(call.layer, names, arguments)
        self._request += 1
        request = {
            "number": self._request, "fresh": self._fresh, "layer": call.layer, "method": call.method, **about
        }  # fmt: skip
        self._fresh = False
        seconds = min(self._limits.call_seconds, self._left)
        started = time.monotonic()
        try:
            channel.hear()
            printed = channel.printed
            channel.send(request, contents, started + seconds)
            head, arrays = channel.receive(self._limits.answer_bytes, started + seconds)
            channel.hear()
            return self._read_answer(call, head, arrays, printed=channel.printed > printed)
        except _OUTCOMES as outcome:
            stopped = self._stop(outcome, seconds, time.monotonic() - started)
            if stopped.reason in {"time", "spent"}:
                self._hung[call.method] = stopped
            self._stopped = stopped
            return replace(call, answer=stopped)

    def _read_answer(self, call: Call, head: dict[str, Any], arrays: list[Array], *, printed: bool) -> Call:
        """The worker's message as a `Call`; raises WireError for anything that is none."""
        attributes, changed = head.get("attributes"), head.get("changed")
        if head.get("number") != self._request or type(attributes) is not dict or type(changed) is not dict:
            raise WireError("not the answer to this request")
        answers = _Answers(arrays, self.loaded)
        named: dict[str, Array] = {}
        for number, index in changed.items():
            for name in self._handed.named(call.layer, int(number) if number.isdecimal() and number.isascii() else -1):
                named[name] = answers.array(index)
        self._refuse(head.get("refused"))
        return replace(
            call,
            answer=answers.answer(head.get("value")),
            changed=named,
            attributes={name: answers.answer(attributes.get(name)) for name in self._exercise.attributes},
            printed=printed,
        )

    def _refuse(self, attempts: Any) -> None:
        if type(attempts) is not list:
            return
        for attempt in attempts[:_REMARKS]:
            what = clean(attempt, _NAME_LENGTH) if type(attempt) is str else ""
            if what and what not in self.refused and len(self.refused) < _REMARKS:
                self.refused.append(what)

    # --- the process

    def _load(self) -> Loaded:
        """Start a process and load the files in it."""
        self._start()
        channel = self._channel
        assert channel is not None
        first = self._files[0].name if self._files else ""
        seconds = min(self._limits.call_seconds, self._left)
        started = time.monotonic()
        deadline = started + seconds
        loaded = Loaded(status="unreadable", reason="parser_stopped", file=first, facts=empty_facts(first))
        try:
            channel.send(self._loading_request(), self._contents(), deadline)
            loaded = _read_reading(*channel.receive(_READING_BYTES, deadline))
            if loaded.status == "ready":
                head, _ = channel.receive(0, deadline)
                channel.hear()
                loaded = self._read_running(loaded, head)
        except _OUTCOMES as outcome:
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
        process = self._launcher.start()
        self._process = process
        self._channel = channel = Channel(
            process.reading, process.writing, process.output,
            kept_bytes=max(self._limits.output_bytes - len(self._output), 0),
            flood_bytes=max(self._limits.flood_bytes - self._printed, 0),
        )  # fmt: skip
        try:
            deadline = time.monotonic() + START_SECONDS
            channel.send({"sandbox": self._order}, [], deadline)
            head, _ = channel.receive(0, deadline)
        except _OUTCOMES as outcome:
            said = self.output
            self._end()
            message = f"a worker did not start: {type(outcome).__name__} {said}"
            raise WorkshopError(message) from None
        level = head.get("level")
        self.sandbox = level if level in {"full", "partial"} else "none"
        self.reasons = tuple(clean(str(reason), _MESSAGE_LENGTH) for reason in head.get("reasons", ()))
        if self._sandbox_required and self.sandbox != "full":
            self._end()
            message = f"the sandbox is {self.sandbox}: {'; '.join(self.reasons)}"
            raise SandboxMissing(message)

    def _loading_request(self) -> dict[str, Any]:
        return {
            "class": self._exercise.class_name,
            "methods": {name: list(names) for name, names in self._exercise.methods.items()},
            "attributes": list(self._exercise.attributes),
            "files": [file.name for file in self._files],
            "too_large": [file.name for file in self._files if is_too_large(file.data)],
            "limit": self._limits.answer_bytes,
        }

    def _contents(self) -> list[Array]:
        sent = (b"" if is_too_large(file.data) else file.data for file in self._files)
        return [np.frombuffer(data, np.uint8) for data in sent]

    def _read_running(self, loaded: Loaded, head: dict[str, Any]) -> Loaded:
        """The second half of loading, from when the student's code has run."""
        self._refuse(head.get("refused"))
        notes = loaded.notes + _notes(head.get("notes"), loaded)
        if head.get("ready") is True:
            return replace(loaded, notes=notes)
        raised = head.get("raised")
        answer = _Answers([], loaded).answer({"raised": raised}) if type(raised) is dict else None
        return replace(loaded, status="unloadable", notes=notes, raised=answer if isinstance(answer, Raised) else None)

    def _stop(self, outcome: BaseException, allowed: float, took: float) -> Stopped:
        """End the process, and say why it had to end and where it was."""
        channel, process = self._channel, self._process
        assert channel is not None
        assert process is not None
        if isinstance(outcome, Silence) and hasattr(signal, "SIGUSR1"):
            process.signal(signal.SIGUSR1)
        words = b"" if isinstance(outcome, Flood) else channel.last_words(_LAST_WORDS_SECONDS)
        with contextlib.suppress(Flood):
            channel.hear()
        code = self._end()
        reason, detail = _reason(outcome, code, words)
        if reason == "time" and allowed < self._limits.call_seconds:
            reason = "spent"
        file, line = self._line_in(words) if reason != "garbled" else ("", None)
        return Stopped(
            reason=reason,
            detail=detail,
            seconds=took,
            line=line,
            place=self.loaded.place(line, file) if line else "",
            source=self.loaded.source(line, file) if line else "",
        )

    def _line_in(self, words: bytes) -> tuple[str, int | None]:
        """File and line of the innermost frame of the student's in what faulthandler wrote."""
        names = {file.name.encode("ascii", "backslashreplace").decode(): file.name for file in self._files}
        for name, line in _FRAME.findall(words.decode("ascii", "replace")):
            if name in names:
                return names[name], int(line)
        return "", None

    def _end(self) -> int:
        """Kill the process and let go of it; its exit code."""
        channel, process = self._channel, self._process
        self._channel = self._process = None
        code = 0
        if channel is not None:
            self._output += channel.kept
            self._printed += channel.printed
            channel.close()
        if process is not None:
            code = process.end()
        return code


def _reason(outcome: BaseException, code: int, words: bytes) -> tuple[str, str]:
    """Why a call was stopped, and the exit code or signal where that is the reason."""
    if isinstance(outcome, Silence):
        return "time", ""
    if isinstance(outcome, Flood):
        return "flood", ""
    crashed = -code in _CRASHES
    if isinstance(outcome, WireError) and not (crashed and b"Fatal Python error" in words):
        return "garbled", ""
    if crashed:
        return "died", signal.Signals(-code).name
    # The kill that followed is ours; it hides no code, as a process that has ended keeps its own.
    return "died", signal.Signals(-code).name if code < 0 else f"exit code {code}"


class _Answers:
    """The answers in one message, rebuilt from what was checked."""

    def __init__(self, arrays: list[Array], loaded: Loaded) -> None:
        self._arrays = arrays
        self._loaded = loaded

    def array(self, index: Any) -> Array:
        """An array of the message."""
        if type(index) is not int or not 0 <= index < len(self._arrays):
            raise WireError("no such array")
        return self._arrays[index]

    def answer(self, told: Any) -> Answer:
        """An array, what was there instead, or what was raised."""
        if type(told) is int:
            return self.array(told)
        if type(told) is dict and type(told.get("described")) is dict:
            described = told["described"]
            items = described.get("items")
            return NotAnArray(
                type_name=_text(described, "type_name", _NAME_LENGTH),
                summary=_text(described, "summary", 200),
                items=tuple(clean(item, _NAME_LENGTH) for item in items[:_REMARKS] if type(item) is str)
                if type(items) is list
                else (),
            )
        if type(told) is dict and type(told.get("raised")) is dict:
            return self._raised(told["raised"])
        raise WireError("not an answer")

    def _raised(self, told: dict[str, Any]) -> Raised:
        line = told.get("line")
        line = line if type(line) is int and 0 < line < 1 << 31 else None
        file = _text(told, "file", 300)
        return Raised(
            type_name=_text(told, "type_name", _NAME_LENGTH),
            message=_text(told, "message", _MESSAGE_LENGTH),
            file=file,
            line=line,
            function=_text(told, "function", _NAME_LENGTH),
            place=self._loaded.place(line, file) if line else "",
            source=self._loaded.source(line, file),
            name=_text(told, "name", _NAME_LENGTH),
        )


def _text(told: dict[str, Any], key: str, limit: int) -> str:
    value = told.get(key)
    return clean(value, limit) if type(value) is str else ""


def _notes(told: Any, loaded: Loaded) -> tuple[Note, ...]:
    """Notes with their lines turned into places; anything that is no note is left out."""
    notes: list[Note] = []
    for note in told if type(told) is list else []:
        match note:
            case [str(key), dict(fields)] if key in NOTES:
                fields = tidy(fields)
                lines = fields.pop("lines", [])
                fields["place"] = loaded.place(fields.pop("line", None), fields.get("file", ""))
                fields["places"] = ", ".join(loaded.place(line) for line in lines)
                if all(name in fields for name in NOTES[key]):
                    notes.append((f"source.{key}", fields))
    return tuple(notes[:_REMARKS])


NOTES: dict[str, tuple[str, ...]] = {
    "name_differs": ("wanted", "found"),
    "several_definitions": ("name",),
    "encoding": ("file", "encoding"),
    "unknown_encoding": ("file", "encoding"),
    "broken_elsewhere": ("message",),
    "import_missing": ("module",),
    "statement_raised": ("type", "message"),
}
"""Keys of notes, under `reading.source` in the texts, with the fields that a worker fills in beside the place."""


def _read_reading(head: dict[str, Any], arrays: list[Array]) -> Loaded:
    """The first half of loading, from before any of the student's code."""
    try:
        facts_bytes, text = (array.tobytes() for array in arrays)
        status, marks = head["status"], head["marks"]
        if status not in {"ready", "missing", "unreadable"}:
            raise WireError("no such status")
        loaded = Loaded(
            status=status,
            reason=_text(head, "reason", _NAME_LENGTH),
            file=_text(head, "file", 300),
            facts=facts_of(facts_bytes),
            lines=tuple(text.decode().split("\n")),
            marks=tuple((int(cell), int(first)) for cell, first in marks),
        )
        for spot in [loaded.facts["syntax"], *loaded.facts["near"], *loaded.facts["classes"]]:
            if spot is not None:
                spot["place"] = loaded.place(spot["line"], spot.get("file", ""))
        return replace(loaded, notes=_notes(head.get("notes"), loaded))
    except (ValueError, TypeError, KeyError, RecursionError) as problem:
        raise WireError("not what a file was read as") from problem
