"""Where the time of a submission goes, in a warm judge in this process; `python tests/benchmarks` prints it."""

from __future__ import annotations

import functools
import gc
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from classes import write_class

from grader import diagnosis, engine, grading
from grader.model import Settings
from grader.reports import plain
from grader.submissions import read_class
from grader.workshop import Worker

SUBMISSIONS = 60


def show() -> None:
    """Print the shares as a Markdown table."""
    with tempfile.TemporaryDirectory() as folder:
        write_class(Path(folder) / "class", SUBMISSIONS)
        submissions = [entry.submission for entry in read_class(Path(folder) / "class")]
    spent = _Spent()
    _Watched.spent = spent
    settings = Settings()
    for _ in ("once to warm up: the tables of known mistakes are filled as they are asked for", "once to measure"):
        spent.seconds.clear()
        grading._warm_judge(settings.limits, sandbox_required=False)._decided.clear()  # equal files are decided once
        gc.collect()
        before = _children()
        with spent.part("the rest of the judge"):
            for submission in submissions:
                report = grading.grade(submission, settings)
                with spent.part("reports as JSON"):
                    plain.render(report)
        spent.seconds["workers: fork, room, the student's code"] = _children() - before
    total = sum(spent.seconds.values())
    print("| where the time of a submission goes | core ms | share |")
    print("| --- | --- | --- |")
    for name, seconds in sorted(spent.seconds.items(), key=lambda part: -part[1]):
        print(f"| {name} | {1000 * seconds / SUBMISSIONS:.1f} | {100 * seconds / total:.0f} % |")


class _Spent:
    """Processor time of this process by part; what a part calls belongs to the innermost one."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._inner = [0.0]

    def part(self, name: str) -> _Part:
        return _Part(self, name)

    def begin(self) -> None:
        self._inner.append(0.0)

    def end(self, name: str, seconds: float) -> None:
        inside = self._inner.pop()
        self.seconds[name] = self.seconds.get(name, 0.0) + seconds - inside
        self._inner[-1] += seconds


class _Part:
    def __init__(self, spent: _Spent, name: str) -> None:
        self._spent, self._name = spent, name

    def __enter__(self) -> None:
        self._spent.begin()
        self._started = time.process_time()

    def __exit__(self, *_: object) -> None:
        self._spent.end(self._name, time.process_time() - self._started)


class _Watched:
    """Wraps functions of the grader; only here, where nothing but time is asked."""

    spent: _Spent

    @classmethod
    def part(cls, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def timed(*arguments: Any, **named: Any) -> Any:
            with cls.spent.part(name):
                return function(*arguments, **named)

        return timed


@pytest.hookimpl(tryfirst=True)
def _call(bench: Any, pyfuncitem: pytest.Function) -> bool:
    with _Watched.spent.part("suites"):
        return bool(_plain_call(bench, pyfuncitem))


# The plugin is registered when the engine is made, so this has to be in place before.
_plain_call = engine._Bench.pytest_pyfunc_call
engine._Bench.pytest_pyfunc_call = _call
engine.Engine.run = _Watched.part("pytest and its JSON report", engine.Engine.run)
diagnosis.diagnose = _Watched.part("diagnosis", diagnosis.diagnose)
for _method in ("__init__", "close"):
    setattr(Worker, _method, _Watched.part("starting and ending workers, judge's side", getattr(Worker, _method)))
for _method in ("start_check", "construct", "call"):
    setattr(Worker, _method, _Watched.part("calls, judge's side", getattr(Worker, _method)))


def _children() -> float:
    """Processor time of this process's children and of what they have waited for: the zygote and its workers."""
    ticks = 0
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            try:
                fields = (folder / "stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            if int(fields[1]) == os.getpid():
                ticks += sum(map(int, fields[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")
