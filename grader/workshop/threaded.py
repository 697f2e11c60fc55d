"""The judge's end of a worker where pipes cannot be polled (Windows): a thread for each direction.

The same words and the same deadlines as `Channel`. A thread ends when its pipe does, which the worker's end sees to.
"""

from __future__ import annotations

import contextlib
import os
import queue
import threading
import time
from collections import deque
from typing import Any

from grader.worker import wire
from grader.workshop.channel import LAST_WORDS, Array, Ended, Flood, Letters, Silence

_CHUNK = 64 << 10
# A worker that sends more than is asked for waits here, as it would for a full pipe.
_HELD = 1 << 20
# A thread whose pipe somebody else holds open is left behind.
_JOIN_SECONDS = 5.0


class ThreadedChannel(Letters):
    """One worker's wire and output, pumped by threads."""

    def __init__(self, reading: int, writing: int, output: int, *, kept_bytes: int, flood_bytes: int) -> None:
        super().__init__()
        self.kept = bytearray()
        """What was printed, as far as it is kept."""
        self.printed = 0
        """How many bytes were printed. May lag behind an answer by a moment."""
        self._descriptors = (reading, writing, output)
        self._kept_bytes = kept_bytes
        self._flood_bytes = flood_bytes
        self._arrived: deque[bytes] = deque()
        self._held = 0
        self._ended = False
        self._closing = False
        self._news = threading.Condition()
        self._outgoing: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._threads = [
            threading.Thread(target=pump, daemon=True)
            for pump in (self._pump_wire, self._pump_output, self._pump_requests)
        ]
        for thread in self._threads:
            thread.start()

    def send(self, head: dict[str, Any], arrays: list[Array], deadline: float) -> None:  # noqa: ARG002 - as `Channel`
        """Hand a message to its thread; a worker that does not read it will not answer either."""
        for part in wire.pack(head, arrays):
            self._outgoing.put(bytes(part))

    def _more(self, buffers: list[memoryview]) -> int:
        with self._news:
            while not self._arrived:
                self._fail_on_flood()
                if self._ended:
                    raise Ended
                if not self._news.wait(max(self._deadline - time.monotonic(), 0)) and not self._arrived:
                    raise Silence
            data = self._arrived.popleft()
            count = min(len(data), len(buffers[0]))
            buffers[0][:count] = data[:count]
            if count < len(data):
                self._arrived.appendleft(data[count:])
            self._held -= count
            self._news.notify_all()
            return count

    def hear(self) -> None:
        """Say whether too much was printed; the taking is a thread's.

        Raises:
            Flood: it is too much.
        """
        with self._news:
            self._fail_on_flood()

    def _fail_on_flood(self) -> None:
        if self.printed > self._flood_bytes:
            raise Flood

    def last_words(self, seconds: float) -> bytes:
        """What else comes over the wire: where the code was, if the worker could tell."""
        with self._news:
            self._news.wait_for(lambda: self._ended, seconds)
            return bytes(self.begun + self._inbox.rest() + b"".join(self._arrived))[:LAST_WORDS]

    def close(self) -> None:
        """Let the threads end; the worker's ends are closed already, so that none of them waits."""
        self._outgoing.put(None)
        with self._news:
            self._closing = True
            self._news.notify_all()
        for thread in self._threads:
            thread.join(_JOIN_SECONDS)
        for descriptor in self._descriptors:
            os.close(descriptor)

    def _pump_wire(self) -> None:
        self._pump(self._descriptors[0], self._take_wire)
        with self._news:
            self._ended = True
            self._news.notify_all()

    def _pump_output(self) -> None:
        self._pump(self._descriptors[2], self._take_output)

    @staticmethod
    def _pump(descriptor: int, take: Any) -> None:
        with contextlib.suppress(OSError):
            while data := os.read(descriptor, _CHUNK):
                take(data)

    def _take_wire(self, data: bytes) -> None:
        with self._news:
            self._arrived.append(data)
            self._held += len(data)
            self._news.notify_all()
            self._news.wait_for(lambda: self._held < _HELD or self._closing)

    def _take_output(self, data: bytes) -> None:
        with self._news:
            self.printed += len(data)
            self.kept += data[: max(self._kept_bytes - len(self.kept), 0)]
            if self.printed > self._flood_bytes:
                self._news.notify_all()
                # From here on it waits for a full pipe in the print itself, as it does where a channel polls.
                self._news.wait_for(lambda: self._closing)

    def _pump_requests(self) -> None:
        while (data := self._outgoing.get()) is not None:
            with contextlib.suppress(OSError):
                view = memoryview(data)
                while view:
                    view = view[os.write(self._descriptors[1], view) :]
