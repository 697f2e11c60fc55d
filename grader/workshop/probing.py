"""What this machine can do to close a worker's room, shown by trying ten forbidden things in one.

Called by `grade sandbox`; gives data, prints nothing.
"""

from __future__ import annotations

import platform
from dataclasses import dataclass
from pathlib import Path

from grader.calls import Raised, Stopped
from grader.catalogue import Exercise
from grader.model import Limits, SourceFile
from grader.worker import sandbox
from grader.workshop.worker import Worker
from grader.workshop.workshop import Workshop

# Each attempt is over in milliseconds; a machine under load may take its time.
_LIMITS = Limits(call_seconds=10.0, exercise_seconds=60.0)

# Where one of these succeeds it is undone at once: a probe leaves nothing behind.
_SOURCE = b"""
import ctypes, os, socket, subprocess, _thread

class Probe:
    def read_a_file(self):
        open(os.sep + os.path.join("etc", "hostname")).close()
    def list_a_folder(self):
        os.listdir(os.sep)
    def write_a_file(self):
        path = os.path.join(os.sep, "tmp", f"grade-probe-{id(self)}")
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
        os.unlink(path)
    def open_a_connection(self):
        socket.socket().close()
    def start_a_program(self):
        subprocess.run(["true"], check=False)
    def start_a_process(self):
        process = os.fork()
        if not process:
            os._exit(0)
        os.waitpid(process, 0)
    def start_a_thread(self):
        _thread.start_new_thread(int, ())
    def signal_the_judge(self):
        os.kill(os.getppid(), 0)
    def look_into_another_process(self):
        open(f"/proc/{os.getppid()}/maps").close()
    def run_code_of_its_own(self):
        ctypes.CFUNCTYPE(None)(int)
        if ctypes.CDLL(None).mprotect(ctypes.c_void_p(id(self) & -4096), 4096, 7):
            raise PermissionError("mprotect")
"""
TRIALS = (
    "read_a_file", "list_a_folder", "write_a_file", "open_a_connection", "start_a_program", "start_a_process",
    "start_a_thread", "signal_the_judge", "look_into_another_process", "run_code_of_its_own",
)  # fmt: skip
"""What is tried; each has a text under `sandbox.trial`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One forbidden thing, tried in a worker."""

    name: str
    """One of `TRIALS`."""
    held: bool
    seen: str
    """What came of it: the exception, or nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """What a worker's room is like on this machine."""

    level: str
    """`full`, `partial` or `none`."""
    missing: tuple[str, ...]
    """`layer: reason` for each layer that this machine does not give."""
    system: str
    """`Linux 6.6 x86_64`."""
    landlock: int
    """The version of Landlock; 0: none."""
    forked: bool
    """Workers are forked from a warm process, in about two milliseconds."""
    trials: tuple[Trial, ...]


def probe(*, without: tuple[str, ...] = ()) -> Probe:
    """Open a worker and try what it must not be able to do; `without` leaves layers out, for comparison.

    Raises:
        WorkshopError: no worker can be started at all.
    """
    nowhere = Path()
    exercise = Exercise(
        id="probe", class_name="Probe", section="", parameters=(), methods=dict.fromkeys(TRIALS, ()), attributes=(),
        bonus=False, stub=nowhere, solution=nowhere, suite=nowhere, pitfalls=nowhere,
    )  # fmt: skip
    files = [SourceFile(name="probe.py", data=_SOURCE)]
    with Workshop(_LIMITS, sandbox={"without": list(without)}) as workshop, workshop.open(exercise, files) as worker:
        trials = tuple(_try(worker, name) for name in TRIALS)
        return Probe(
            level=worker.sandbox,
            missing=worker.reasons,
            system=f"{platform.system()} {platform.release()} {platform.machine()}",
            landlock=_landlock(),
            forked=workshop.forks,
            trials=trials,
        )


def _try(worker: Worker, name: str) -> Trial:
    worker.start_check(name)
    number, made = worker.construct([])
    answer = made.answer if isinstance(made.answer, Stopped) else worker.call(number, name, []).answer
    if isinstance(answer, Raised):
        return Trial(name=name, held=True, seen=f"{answer.type_name}: {answer.message}")
    if isinstance(answer, Stopped):
        return Trial(name=name, held=True, seen=f"{answer.reason} {answer.detail}".strip())
    return Trial(name=name, held=False, seen="")


def _landlock() -> int:
    try:
        return sandbox.landlock_version()
    except OSError:
        return 0
