"""The judge's end of a worker: bytes with a deadline, and what the student prints, read beside them and capped.

Believes nothing: whatever arrives, whenever or never, a call here ends at its deadline. Used by `worker` only.
"""

from __future__ import annotations

import contextlib
import os
import select
import time
from typing import Any

from grader.worker import wire

Array = wire.Array

# What is read of the output at once; a pipe holds 64 KiB.
_CHUNK = 64 << 10
# The clock is looked at once a minute, whatever happens.
_POLL_MILLISECONDS = 60_000
# A traceback of 100 frames, as faulthandler writes it, takes less.
LAST_WORDS = 32 << 10


class Silence(Exception):  # noqa: N818 - an outcome
    """The deadline passed."""


class Ended(Exception):  # noqa: N818 - an outcome
    """The worker closed its end: it is dead, or as good as."""


class Flood(Exception):  # noqa: N818 - an outcome
    """The worker printed more than it may."""


class Letters:
    """The messages of one worker, read by a deadline; both kinds of channel are one, each with its own way to wait."""

    def __init__(self) -> None:
        self.begun = bytearray()
        """What the worker wrote of the message that was read last, finished or not."""
        self._inbox = wire.Inbox(self._more)
        self._deadline = 0.0

    def receive(self, limit: int, deadline: float) -> tuple[dict[str, Any], list[Array]]:
        """Read a message whose arrays take at most `limit` bytes.

        Raises:
            Silence, Ended, Flood, WireError: see there.
        """
        self._deadline = deadline
        self.begun = bytearray()
        return wire.read(self._fill, limit)

    def _fill(self, buffer: memoryview) -> None:
        try:
            self._inbox.fill(buffer)
        finally:
            if len(self.begun) < LAST_WORDS:
                # On a crash the worker's last words stand where the message was to be.
                self.begun += buffer[:LAST_WORDS]

    def _more(self, buffers: list[memoryview]) -> int:
        """Wait for bytes until the deadline, put them into the buffers, and say how many they are."""
        raise NotImplementedError


class Channel(Letters):
    """One worker's wire and output, both non-blocking."""

    def __init__(self, reading: int, writing: int, output: int, *, kept_bytes: int, flood_bytes: int) -> None:
        super().__init__()
        self._reading = reading
        self._writing = writing
        self._output = output
        self._kept_bytes = kept_bytes
        self._flood_bytes = flood_bytes
        self.kept = bytearray()
        """What was printed, as far as it is kept."""
        self.printed = 0
        """How many bytes were printed."""
        self._hears_output = True
        for descriptor in {reading, writing, output}:
            os.set_blocking(descriptor, False)
        self._poll = select.poll()
        self._poll.register(output, select.POLLIN)
        self._poll.register(reading, select.POLLIN)
        self._write_poll = select.poll()
        self._write_poll.register(output, select.POLLIN)
        self._write_poll.register(writing, select.POLLOUT)

    def send(self, head: dict[str, Any], arrays: list[Array], deadline: float) -> None:
        """Write a message.

        Raises:
            Silence: the worker does not read it.
            Ended, Flood: see there.
        """
        for part in wire.pack(head, arrays):
            view = memoryview(part)
            while view:
                try:
                    view = view[os.write(self._writing, view) :]
                except BlockingIOError:
                    self._wait(self._write_poll, deadline)
                except OSError:
                    raise Ended from None

    def _more(self, buffers: list[memoryview]) -> int:
        while True:
            self._wait(self._poll, self._deadline)
            try:
                count = os.readv(self._reading, buffers)
            except BlockingIOError:
                continue
            except OSError:
                count = 0
            if not count:
                raise Ended
            return count

    def _wait(self, poll: Any, deadline: float) -> None:
        """Wait until the wire is ready; meanwhile read what is printed."""
        while True:
            left = deadline - time.monotonic()
            if left <= 0:
                raise Silence
            ready = [descriptor for descriptor, _ in poll.poll(min(left * 1000 + 1, _POLL_MILLISECONDS))]
            if self._output in ready:
                self.hear()
                ready.remove(self._output)
            if ready:
                return

    def hear(self) -> None:
        """Take what was printed so far.

        Raises:
            Flood: it is too much.
        """
        while self._hears_output:
            try:
                data = os.read(self._output, _CHUNK)
            except BlockingIOError:
                return
            except OSError:
                data = b""
            if not data:
                self._hears_output = False
                self._poll.unregister(self._output)
                self._write_poll.unregister(self._output)
                return
            self.printed += len(data)
            self.kept += data[: max(self._kept_bytes - len(self.kept), 0)]
            if self.printed > self._flood_bytes:
                raise Flood

    def last_words(self, seconds: float) -> bytes:
        """What else comes over the wire: where the code was, if the worker could tell."""
        heard = self.begun + self._inbox.rest()
        deadline = time.monotonic() + seconds
        only_wire = select.poll()
        only_wire.register(self._reading, select.POLLIN)
        while len(heard) < LAST_WORDS and (left := deadline - time.monotonic()) > 0 and only_wire.poll(left * 1000):
            try:
                data = os.read(self._reading, LAST_WORDS)
            except OSError:
                break
            if not data:
                break
            heard += data
            # It is written in one go, in small parts: once it has begun, a short silence is its end.
            deadline = min(deadline, time.monotonic() + seconds / 5)
        return bytes(heard)

    def close(self) -> None:
        """Take what was printed to the end, and close the descriptors."""
        with contextlib.suppress(Flood):
            self.hear()
        for descriptor in {self._reading, self._writing, self._output}:
            os.close(descriptor)
