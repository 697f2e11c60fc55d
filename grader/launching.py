"""Starts and ends worker processes: forked from a warm zygote on Linux, a plain subprocess elsewhere.

Whoever started a process kills it and waits for it; nobody else does, so a process number is never somebody else's.
Knows descriptors and signals, nothing of messages. Imports little, not even NumPy: a command starts the warm process
first (`begin`), and loads the rest of itself beside it.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from grader.worker import orders

# Loading NumPy takes 0.2 s; a laptop under load takes its time. Only our own start is waited for this long.
START_SECONDS = 60.0
# It has its workers to end; where one of them cannot be killed, the kernel does the rest.
_END_SECONDS = 5.0

# How the grader's worker folder is called in there: not by its own name, which would make the grader importable.
_PACKAGE = "grading_worker"
# Loads two packages from their folders. With the search path, everything beside them could be imported too. What it was
# told is forgotten before the first submission arrives.
_BOOT = f"""
import os, json, sys
from importlib.util import module_from_spec, spec_from_file_location

def take(count):
    data = b""
    while len(data) < count:
        part = os.read(0, count - len(data))
        if not part:
            os._exit(1)
        data += part
    return data

def start():
    order = json.loads(take(int.from_bytes(take(4), "big")))
    for name, folder in order["packages"]:
        spec = spec_from_file_location(name, os.path.join(folder, "__init__.py"), submodule_search_locations=[folder])
        sys.modules[name] = module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    from {_PACKAGE} import entry
    role, parent = order["role"], order["parent"]
    del order, name, folder, spec
    globals().clear()
    entry.run(role, parent)

start()
"""
# -P, -s, -S: nothing but the standard library is found.
_PYTHON = (sys.executable, "-P", "-s", "-S", "-c", _BOOT)
# What Python may need to start at all, taken over from the judge's environment.
_INHERITED = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT")


class WorkshopError(Exception):
    """The workshop cannot do its work; never the student's doing."""

    def __init__(self, what: str) -> None:
        super().__init__(f"the workers' process {what}")


def _environment() -> dict[str, str]:
    """Everything that a worker's process is told.

    One thread: OpenBLAS's pool neither survives a fork nor may start inside the sandbox, and hangs trying. A fixed
    hash seed: sets come in the same order for the same submission.
    """
    threads = dict.fromkeys(
        ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1"
    )
    inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    return {**inherited, **threads, "PYTHONHASHSEED": "0", "PYTHONUTF8": "1", "LC_ALL": "C.UTF-8"}


def _boot_order(role: str) -> tuple[bytes, bytes]:
    """What the first lines of a new process read: a length, and where the two packages are."""
    packages = [("numpy", _folder("numpy")), (_PACKAGE, _folder("grader.worker"))]
    order = {"role": role, "parent": os.getpid(), "packages": packages}
    data = json.dumps(order).encode()
    return len(data).to_bytes(4, "big"), data


def _folder(package: str) -> str:
    """Where a package lies, found without loading it."""
    found = find_spec(package)
    if found is None or found.origin is None:
        raise WorkshopError(what=f"needs {package}, which is not installed")
    return os.fspath(Path(found.origin).parent.resolve())


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """A worker's process, as whoever talks to it sees it."""

    reading: int
    writing: int
    output: int
    signal: Callable[[int], None]
    """Send a signal, if it is still there."""
    end: Callable[[], int]
    """Kill it and wait for it; its exit code, negative for the signal that ended it."""


class Zygote:
    """The warm process that workers are forked from; started at first use, and again should it be gone."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._owner = 0
        # Two threads of one judge may have a worker each; orders and answers come in pairs.
        self._turn = threading.Lock()

    def warm(self) -> None:
        """Begin to start, without waiting for it."""
        self._be_ready()

    def start(self) -> Process:
        """Fork a worker.

        Raises:
            WorkshopError: there is no zygote to be had.
        """
        self._be_ready()
        ours, theirs = socket.socketpair()
        output, printing = os.pipe()
        try:
            number = self._order(orders.order(orders.FORK), [theirs.fileno(), printing])
        except BaseException:
            ours.close()
            os.close(output)
            raise
        finally:
            theirs.close()
            os.close(printing)
        wire = ours.detach()

        def send(signal_number: int) -> None:
            self._order(orders.order(orders.SIGNAL, number, signal_number))

        def end() -> int:
            return os.waitstatus_to_exitcode(self._order(orders.order(orders.END, number)))

        return Process(reading=wire, writing=wire, output=output, signal=send, end=end)

    def close(self) -> None:
        """End the zygote, and with it whatever it forked."""
        process, control = self._process, self._control
        self._process = self._control = None
        if control is not None:
            control.close()
        if process is not None and self._owner == os.getpid():
            try:
                process.wait(_END_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _be_ready(self) -> None:
        if self._process is not None and self._owner != os.getpid():
            # This judge was forked from another one, which goes on using its zygote.
            self._process.returncode = 0  # not ours to wait for
            self.close()
        if self._process is None or self._process.poll() is not None:
            self.close()
            self._launch()

    def _launch(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own Python and our own words
                _PYTHON,
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                env=_environment(),
                cwd="/",
                # A Ctrl-C at the terminal is for the judge; the zygote ends when the judge hangs up.
                start_new_session=True,
            )
        self._control = ours
        self._owner = os.getpid()
        ours.settimeout(START_SECONDS)
        try:
            for part in _boot_order("zygote"):
                ours.sendall(part)
        except OSError as problem:
            self.close()
            raise WorkshopError(what="does not start") from problem

    def _order(self, order: bytes, descriptors: list[int] | None = None) -> Any:
        """Give an order and wait for its answer."""
        if self._control is None:
            raise WorkshopError(what="is gone")
        try:
            with self._turn:
                socket.send_fds(self._control, [order], descriptors or [])
                answer = self._control.recv(1 << 10)
        except OSError as problem:
            self.close()
            raise WorkshopError(what="does not answer") from problem
        if not answer:
            self.close()
            raise WorkshopError(what="has ended")
        number = json.loads(answer)
        if number is None:
            raise WorkshopError(what="does not know this worker")
        return number


class Subprocesses:
    """Workers as processes of their own, 0.2 s each; for systems where a warm process cannot be forked."""

    def warm(self) -> None:
        """Nothing can be begun before there is a worker to start."""

    def start(self) -> Process:
        """Start a worker."""
        process = subprocess.Popen(  # noqa: S603 - as above
            _PYTHON,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env=_environment(), cwd=os.sep, start_new_session=True, bufsize=0,
        )  # fmt: skip
        assert process.stdin
        assert process.stdout
        assert process.stderr
        with contextlib.suppress(BrokenPipeError):
            process.stdin.write(b"".join(_boot_order("worker")))
        writing, reading, output = (
            os.dup(stream.fileno()) for stream in (process.stdin, process.stdout, process.stderr)
        )
        for stream in (process.stdin, process.stdout, process.stderr):
            stream.close()

        def end() -> int:
            process.kill()
            # What a worker without a sandbox has started is in its group, unless it left.
            if hasattr(os, "killpg"):
                with contextlib.suppress(OSError):
                    os.killpg(process.pid, signal.SIGKILL)
            return process.wait()

        return Process(reading=reading, writing=writing, output=output, signal=process.send_signal, end=end)

    def close(self) -> None:
        """Nothing is kept between workers."""


Launcher = Zygote | Subprocesses

_begun: list[Zygote | None] = []
"""The warm process that was begun before anybody asked for one; None once the first workshop is there."""


def begin() -> None:
    """Begin to start the warm process that the first workshop of this process will ask for.

    It takes as long to load as everything else that a command needs: both at a time on two processors.
    """
    if sys.platform == "linux" and not _begun:
        zygote = Zygote()
        zygote.warm()
        _begun.append(zygote)


def launcher(*, forking: bool) -> Launcher:
    """What starts the workers of one workshop."""
    if not forking:
        return Subprocesses()
    begun = _begun[0] if _begun else None
    _begun[:] = [None]
    return begun or Zygote()
