"""The life of a worker: close the room, read the files, run what the class needs, answer until the judge hangs up.

Called by the zygote in a fresh fork, or as the main program of a subprocess. Takes the wire's descriptors and knows
nothing else of the world outside.
"""

from __future__ import annotations

import contextlib
import faulthandler
import gc
import io
import os
import signal
import sys
from typing import Any

import numpy as np

from . import facts, finding, loading, offering, preloading, sandbox, standins, surveying, wire
from .room import Room, flush

# The judge sends files of at most this much in all (see grader.workshop), and arrays of a few KiB.
REQUEST_BYTES = 256 << 20


class Wire:
    """The worker's end of the wire; blocks for ever, as the judge may take its time."""

    def __init__(self, incoming: int, outgoing: int) -> None:
        self._incoming = incoming
        self._outgoing = outgoing
        self._inbox = wire.Inbox(self._more)

    def receive(self) -> tuple[dict[str, Any], list[wire.Array]]:
        """The judge's next message."""
        return wire.read(self._inbox.fill, REQUEST_BYTES)

    def send(self, head: dict[str, Any], arrays: list[wire.Array]) -> None:
        """Write a message to its end."""
        for part in wire.pack(head, arrays):
            view = memoryview(part)
            while view:
                view = view[os.write(self._outgoing, view) :]

    def _more(self, buffers: list[memoryview]) -> int:
        if hasattr(os, "readv"):
            count = os.readv(self._incoming, buffers)
        else:
            data = os.read(self._incoming, len(buffers[0]))
            count = len(data)
            buffers[0][:count] = data
        if not count:
            raise EOFError
        return count


def prepare() -> None:
    """Do what is the same for every worker; once before all forks, since each page that a fork writes is copied."""
    _prepare_streams()
    standins.install()


def serve(incoming: int, outgoing: int) -> None:
    """Live as a worker; returns when the judge hangs up."""
    line = Wire(incoming, outgoing)
    order, _ = line.receive()
    # Until the student's code runs nothing is garbage, and looking for it would touch every page of a fork.
    gc.disable()
    _report_crashes(outgoing)
    preloading.seed()
    level, reasons = sandbox.enter(order["sandbox"], (incoming, outgoing))
    line.send({"level": level, "reasons": reasons}, [])
    with contextlib.suppress(EOFError):
        _serve(line)


_REHEARSAL = b"""
import numpy as np
class Rehearsal:
    def __init__(self, W):
        self.W = W
    def forward(self, x):
        self.out = x @ self.W
        return self.out
"""


def rehearse() -> None:
    """Go once through what every worker does: a fork then copies a tenth fewer pages."""
    found = finding.find([("rehearsal.py", _REHEARSAL)], "Rehearsal")
    wire.pack(*facts.told(found, "Rehearsal"))
    names: dict[str, Any] = {}
    exec(compile(_REHEARSAL, "rehearsal.py", "exec"), names)  # noqa: S102 - written above
    room = Room(names["Rehearsal"], {"rehearsal.py"}, ["out"])
    array = np.ones((2, 2))
    request = {"fresh": True, "follow": [], "layer": 0, "watched": [0], "limit": 1 << 10}
    room.answer({**request, "method": "__init__", "arguments": [(0, 0)]}, [array])
    request["fresh"] = False
    wire.pack(*room.answer({**request, "method": "forward", "arguments": [(1, 0)]}, [array]))


def _serve(line: Wire) -> None:
    request, arrays = line.receive()
    files = [(name, data.tobytes()) for name, data in zip(request["files"], arrays, strict=True)]
    if "survey" in request:
        line.send({"digests": surveying.digests(files, request["too_large"], request["survey"])}, [])
        return
    found = finding.find(
        files, request["class"], request["too_large"], request["methods"], is_function=request["function"]
    )
    line.send(*facts.told(found, request["class"], is_function=request["function"]))
    if found.status != "ready":
        return
    watch = sandbox.Watch()
    gc.enable()
    if request["function"]:
        offering.withhold(request["class"])
    offering.install(request["provided"])
    ran = loading.run(found, request["class"], is_function=request["function"])
    flush()
    line.send({"ready": ran.value is not None, "raised": ran.raised, "notes": ran.notes, "refused": watch.news()}, [])
    if ran.value is None:
        return
    names = {found.source.name, *found.siblings} if found.source else set()
    room = Room(_layer_class(ran.value, request), names, request["attributes"])
    while True:
        request, arrays = line.receive()
        head, answers = room.answer(request, arrays)
        line.send({**head, "number": request["number"], "refused": watch.news()}, answers)


def _layer_class(value: Any, request: dict[str, Any]) -> type:
    """The class to make layers of; a function that is asked for is the only method of one."""
    if not request["function"]:
        return value  # type: ignore[no-any-return]
    table = vars(offering.module_of("functions", request["functions"])).get("FUNCTIONS", ())
    return offering.as_layer(value, request["methods"][request["class"]], table)


def _prepare_streams() -> None:
    """Let prints through whatever they hold, and let `input()` end at once.

    Descriptors 1 and 2 may lead elsewhere now; they are the worker's by the time that something is printed.
    """
    for name, descriptor in (("stdout", 1), ("stderr", 2)):
        # By lines: what was printed before a call was stopped is what the student wants to see.
        stream = io.TextIOWrapper(
            io.FileIO(descriptor, "w", closefd=False),
            encoding="utf-8", errors="backslashreplace", line_buffering=True,
        )  # fmt: skip
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)
    sys.stdin = io.StringIO("")


def _report_crashes(outgoing: int) -> None:
    """Write where the code is, to the wire, on a crash and when the judge asks by signal before it kills.

    A signal handler in C, so that it answers from within a loop in C too, and needs no thread.
    """
    faulthandler.enable(file=outgoing, all_threads=False)
    if hasattr(faulthandler, "register"):
        faulthandler.register(signal.SIGUSR1, file=outgoing, all_threads=False, chain=False)
