"""The judge's side of the worker: starts it, asks it, limits it, ends it, and believes nothing it says.

`Workshop` is opened once per judge process; `Workshop.open` gives a `Worker` for one exercise of one submission.
Nothing here knows checks or points.
"""

from __future__ import annotations

import select
import sys
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self

from grader.catalogue import Exercise
from grader.model import Limits, SourceFile
from grader.workshop.launching import Launcher, Subprocesses, WorkshopError, Zygote
from grader.workshop.loaded import Loaded
from grader.workshop.probing import TRIALS, Probe, Trial, probe
from grader.workshop.worker import SandboxMissing, Worker

__all__ = [
    "TRIALS",
    "Loaded",
    "Probe",
    "SandboxMissing",
    "Trial",
    "Worker",
    "Workshop",
    "WorkshopError",
    "probe",
]


class Workshop:
    """Where workers are made; one per judge process, closed at its end."""

    def __init__(
        self,
        limits: Limits,
        *,
        sandbox_required: bool = False,
        forking: bool | None = None,
        polling: bool | None = None,
        sandbox: dict[str, Any] | None = None,
    ) -> None:
        """Prepare; nothing is started before the first worker.

        Args:
            limits: what a submission may use up.
            sandbox_required: refuse to run anything below the full sandbox.
            forking: fork workers from a warm process; None: where that works (Linux).
            polling: wait for workers without threads; None: where pipes can be polled (not on Windows).
            sandbox: parts of the sandbox to leave out, for tests and measurements.
        """
        forks = sys.platform == "linux" if forking is None else forking
        self._launcher: Launcher = Zygote() if forks else Subprocesses()
        self._limits = limits
        self._polling = hasattr(select, "poll") if polling is None else polling
        self._sandbox_required = sandbox_required
        self._order = {
            "without": [],
            "memory_bytes": limits.memory_bytes,
            "cpu_seconds": limits.exercise_seconds,
            **(sandbox or {}),
        }

    def warm(self) -> None:
        """Begin to start what the first worker needs, while the judge has other things to do."""
        self._launcher.warm()

    def open(self, exercise: Exercise, files: Sequence[SourceFile]) -> Worker:
        """Start a worker for an exercise; `files` are the candidates for its class, the likeliest first.

        Raises:
            SandboxMissing: the sandbox is required and this machine does not give it.
            WorkshopError: no worker can be started.
        """
        return Worker(
            self._launcher, exercise, files, self._limits, self._order,
            sandbox_required=self._sandbox_required, polling=self._polling,
        )  # fmt: skip

    def close(self) -> None:
        """End whatever still runs."""
        self._launcher.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
