"""A warm process that has NumPy loaded and forks a worker when the judge asks for one.

Started by `grader.workshop` in a clean process of its own; never sees a submission, a suite or a solution. One thread,
one conversation: an order of nine bytes comes in, a number goes out. When the judge is gone, so is the zygote, and
with it every worker.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import signal
import socket
import sys

from . import death, serving
from .orders import END, FORK, LENGTH, SIGNAL, numbers

# Where a worker finds its descriptors; 0, 1 and 2 are the usual ones.
WIRE = 3

# Python keeps small objects by size, in steps of 16 bytes. More than this for each changes nothing.
_SIZES = range(48, 513, 16)
_GAPS_BYTES = 50_000


def run(descriptor: int) -> None:
    """Take orders until the judge hangs up, then end what still runs."""
    workers: set[int] = set()
    gc.collect()
    filling = _fill_gaps()
    gc.freeze()
    with socket.socket(fileno=descriptor) as control:
        try:
            _take_orders(control, workers)
        finally:
            for process in workers:
                _end(process)
            del filling


def _fill_gaps() -> list[bytes]:
    """Occupy what is free between living objects; who holds it keeps it so.

    It lies on pages all over, and a fork that puts its own objects there copies each of them: a tenth of its pages.
    """
    header = sys.getsizeof(b"")
    return [bytes(size - header) for size in _SIZES for _ in range(_GAPS_BYTES // size)]


def _take_orders(control: socket.socket, workers: set[int]) -> None:
    """Until the judge is gone; the socket of one that was killed with answers unread tells of a reset."""
    with contextlib.suppress(ConnectionError):
        _answer_orders(control, workers)


def _answer_orders(control: socket.socket, workers: set[int]) -> None:
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, LENGTH, 2)
        if not message:
            return
        process, number = numbers(message)
        answer: int | None = None
        if message[:1] == FORK:
            answer = _fork(control, descriptors)
            workers.add(answer)
        elif process in workers and message[:1] == SIGNAL:
            os.kill(process, number)
            answer = 0
        elif process in workers and message[:1] == END:
            workers.discard(process)
            answer = _end(process)
        control.sendall(json.dumps(answer).encode())


def _end(process: int) -> int:
    """Kill a worker and wait for it; it was not waited for yet, so the number is still its own."""
    os.kill(process, signal.SIGKILL)
    _kill_group(process)
    return os.waitpid(process, 0)[1]


def _kill_group(process: int) -> None:
    """Kill what a worker without a sandbox may have started."""
    try:
        os.killpg(process, signal.SIGKILL)
    except OSError:
        return


def _fork(control: socket.socket, descriptors: list[int]) -> int:
    judge = os.getpid()
    process = os.fork()
    if process:
        for descriptor in descriptors:
            os.close(descriptor)
        return process
    status = 1
    try:
        os.setsid()
        control.close()
        # The judge's socket was descriptor 0; whatever is opened next would take its number.
        os.open(os.devnull, os.O_RDONLY)
        wire, output = descriptors
        for descriptor in (1, 2):
            os.dup2(output, descriptor)
        os.close(output)
        if wire != WIRE:
            os.dup2(wire, WIRE)
            os.close(wire)
        death.follow(judge)
        serving.serve(WIRE, WIRE)
        status = 0
    finally:
        # Neither the zygote's own exit handlers nor the student's are to run.
        os._exit(status)
