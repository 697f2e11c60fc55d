"""A worker's process from its start to the closed room, before it is given anything to read.

`Worker` and `survey` go on from here, each with a conversation of its own.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.launching import START_SECONDS, Launcher, Process, WorkshopError
from grader.model import SourceFile
from grader.worker.pieces import is_too_large
from grader.worker.plaintext import clean
from grader.worker.wire import Array, WireError
from grader.workshop.answering import MESSAGE_LENGTH
from grader.workshop.channel import Channel, Ended, Flood, Silence
from grader.workshop.threaded import ThreadedChannel

# What a conversation may come to instead of an answer.
OUTCOMES = (Silence, Ended, Flood, WireError)


class SandboxMissing(Exception):  # noqa: N818 - says what is the case
    """This machine cannot close a worker's room as far as the settings ask for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """How a room is to be closed, and how its door is watched."""

    order: dict[str, Any]
    """The sandbox, as the worker is told."""
    sandbox_required: bool
    """Refuse to run anything below the full sandbox."""
    polling: bool = True
    """Wait without threads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A process that is ready for its first request."""

    process: Process
    channel: Channel | ThreadedChannel
    level: str
    """What of the sandbox was reached: `full`, `partial` or `none`."""
    reasons: tuple[str, ...]
    """What is missing below `full`."""

    def end(self) -> int:
        """Kill the process and take what it printed; its exit code."""
        try:
            return self.process.end()
        finally:
            self.channel.close()


def begin(launcher: Launcher, room: Room, *, kept_bytes: int, flood_bytes: int) -> Begun:
    """Start a process and let it close its room.

    Raises:
        SandboxMissing: the sandbox is required and this machine does not give it.
        WorkshopError: no worker can be started.
    """
    process = launcher.start()
    channel = (Channel if room.polling else ThreadedChannel)(
        process.reading, process.writing, process.output, kept_bytes=kept_bytes, flood_bytes=flood_bytes
    )
    try:
        deadline = time.monotonic() + START_SECONDS
        channel.send({"sandbox": room.order}, [], deadline)
        head, _ = channel.receive(0, deadline)
    except OUTCOMES as outcome:
        Begun(process=process, channel=channel, level="none", reasons=()).end()
        said = clean(bytes(channel.kept).decode("utf-8", "replace"), MESSAGE_LENGTH)
        raise WorkshopError(what=f"did not begin ({type(outcome).__name__}) {said}") from None
    level = head.get("level")
    begun = Begun(
        process=process,
        channel=channel,
        level=level if level in {"full", "partial"} else "none",
        reasons=tuple(clean(str(reason), MESSAGE_LENGTH) for reason in head.get("reasons", ())),
    )
    if room.sandbox_required and begun.level != "full":
        begun.end()
        message = f"the sandbox is {begun.level}: {'; '.join(begun.reasons)}"
        raise SandboxMissing(message)
    return begun


def packed(files: Iterable[SourceFile]) -> tuple[dict[str, Any], list[Array]]:
    """Files as a request tells of them, and their bytes; one that is too large is told of, not sent."""
    known = [(file.name, b"" if is_too_large(file.data) else file.data, is_too_large(file.data)) for file in files]
    told = {"files": [name for name, _, _ in known], "too_large": [name for name, _, too_large in known if too_large]}
    return told, [np.frombuffer(data, np.uint8) for _, data, _ in known]
