"""Shows how far a batch has come: a bar with rate and remaining time on a terminal, plain lines in a log.

Used by `grade batch`, on stderr: the report alone goes to stdout.
"""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Self

from rich import progress as bars
from rich.console import Console

from grader.cli.speech import Say

LOG_LINES = 10
"""A log wants to see that something moves, not each submission of ten thousand."""


class Progress:
    """Counts submissions; a context manager, so that the bar is taken away whatever happens."""

    def __init__(self, total: int, say: Say) -> None:
        self._total = total
        self._say = say
        self.graded = 0
        self.stood = 0
        """Reports that were there already: kept from an earlier run, or those of equal sources."""
        self._started = time.monotonic()
        console = Console(file=sys.stderr)
        self._bar: bars.Progress | None = None
        if console.is_terminal:
            self._bar = bars.Progress(
                bars.TextColumn("{task.description}"),
                bars.BarColumn(),
                bars.MofNCompleteColumn(),
                bars.TimeRemainingColumn(),
                bars.TextColumn("{task.fields[rate]}"),
                console=console,
                transient=True,
            )

    def __enter__(self) -> Self:
        if self._bar is not None:
            self._bar.start()
            self._task = self._bar.add_task(self._say("cli.batch.grading"), total=self._total, rate="")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def step(self, *, graded: bool) -> None:
        """One more submission has its report; how fast it goes is told by those that were graded."""
        self.graded += graded
        self.stood += not graded
        done = self.graded + self.stood
        rate = (self.graded or done) / max(time.monotonic() - self._started, 1e-9)
        if self._bar is not None:
            self._bar.update(self._task, advance=1, rate=self._say("cli.batch.rate", rate=f"{rate:.1f}"))
        elif done * LOG_LINES // self._total > (done - 1) * LOG_LINES // self._total:
            line = self._say("cli.batch.progress", done=done, total=self._total, rate=f"{rate:.1f}")
            print(line, file=sys.stderr, flush=True)
