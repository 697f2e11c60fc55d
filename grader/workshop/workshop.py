"""Where workers are made: one launcher, one kind of room, for all submissions of a judge."""

from __future__ import annotations

import select
import sys
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, Self

from grader import launching
from grader.catalogue import Exercise
from grader.model import Limits, SourceFile
from grader.workshop import survey
from grader.workshop.beginning import Room, begin
from grader.workshop.worker import Worker


class Workshop:
    """One per judge process, closed at its end."""

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
        self.forks = sys.platform == "linux" if forking is None else forking
        """Whether workers are forked from a warm process."""
        self._launcher = launching.launcher(forking=self.forks)
        self._limits = limits
        order = {"without": [], "memory_bytes": limits.memory_bytes, "cpu_seconds": limits.exercise_seconds}
        self._room = Room(
            order=order | (sandbox or {}),
            sandbox_required=sandbox_required,
            polling=hasattr(select, "poll") if polling is None else polling,
        )

    def warm(self) -> None:
        """Begin to start what the first worker needs, while the judge has other things to do."""
        self._launcher.warm()

    def open(self, exercise: Exercise, files: Sequence[SourceFile]) -> Worker:
        """Start a worker for an exercise; `files` are the candidates for its class, the likeliest first.

        Raises:
            SandboxMissing: the sandbox is required and this machine does not give it.
            WorkshopError: no worker can be started.
        """
        return Worker(self._launcher, exercise, files, self._limits, self._room)

    def survey(self, candidates: Mapping[str, Sequence[SourceFile]]) -> dict[str, str]:
        """By exercise, a digest of what its class rests on in the files that may hold it; nothing of them is run.

        Empty where the worker did not tell. It is the student's own save that this saves time for: it decides nothing.

        Raises:
            SandboxMissing, WorkshopError: as `open`.
        """
        begun = begin(self._launcher, self._room, kept_bytes=0, flood_bytes=self._limits.flood_bytes)
        try:
            return survey.ask(begun, candidates, self._limits.call_seconds)
        finally:
            begun.end()

    def close(self) -> None:
        """End whatever still runs."""
        self._launcher.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
