"""Grades many submissions through any `concurrent.futures.Executor` and keeps their reports as they come.

Called by the command line. It knows executors, `grade` and the store, nothing of clusters or of the files around the
store; what is in flight is bounded, so that memory does not grow with the number of submissions.
"""

from __future__ import annotations

import gc
import hashlib
import importlib
import json
import multiprocessing
import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ProcessPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.sharedctypes import Synchronized
from typing import Self

from grader.grading import as_text, basis, broken, grade_as_text
from grader.judge import engine
from grader.model import Settings, Submission
from grader.store import Sender, Store, renamed
from grader.submissions import Entry
from grader.worker import death
from grader.workshop import SandboxMissing

# In a report's text; a quote that a student wrote has a backslash before it.
_UNDECIDED = '"status": "broken"'
# Submissions in flight for each judge: one in work, the next ones waiting, so that no judge ever idles.
IN_FLIGHT_EACH = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew:
    """Those who grade."""

    new_executor: Callable[[], Executor]
    """Asked at the start, and again whenever an executor says that it is broken."""
    size: Callable[[], int]
    """How many submissions are graded at a time; on a cluster this changes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """One submission is done; its report is in the store."""

    submission: str
    graded: bool
    """False: a stored report stands, its own or that of an identical submission."""


class CrewError(Exception):
    """Nobody is left to grade; what was decided before is kept. Says why, in a word of the texts or in a library's."""


def local_crew(jobs: int) -> Crew:
    """Judge processes on this machine, started now: a fork beside a thread may hang, and progress bars have one."""
    ready = [_local_executor(jobs)]
    return Crew(new_executor=lambda: ready.pop() if ready else _local_executor(jobs), size=lambda: jobs)


def _local_executor(jobs: int) -> Executor:
    """A pool of judge processes, forked warm where fork is safe."""
    method = "fork" if sys.platform == "linux" else "spawn"
    if method == "fork":
        # Loaded and collected once, inherited by every judge.
        importlib.import_module("grader.diagnosis")
        engine()
        gc.collect()
        gc.freeze()  # saves every judge from walking through what never changes
    context = multiprocessing.get_context(method)
    places = (context.Value("i", 0), jobs)
    executor = ProcessPoolExecutor(jobs, mp_context=context, initializer=_be_a_judge, initargs=(os.getpid(), *places))
    executor.submit(os.getpid)  # forks them all
    return executor


def _be_a_judge(driver: int, seated: Synchronized[int], jobs: int) -> None:
    """Leave Ctrl-C to the driver, never outlive it, and keep to a processor of one's own where all have a judge.

    Judge and worker take turns: on one processor, the other one is not woken up for every call, which saves a sixth.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    death.follow(driver)
    if sys.platform == "linux":
        processors = sorted(os.sched_getaffinity(0))
        if jobs >= len(processors):
            with seated.get_lock():
                number, seated.value = seated.value, seated.value + 1
            with suppress(OSError):  # a container may forbid it, and it is only faster
                os.sched_setaffinity(0, {processors[number % len(processors)]})


def run(
    entries: Iterable[Entry], store: Store, settings: Settings, crew: Crew, *, again: bool = False
) -> Iterator[Progress]:
    """Bring a store up to date with the submissions; what was decided under the same key is not graded again.

    Each report is committed before it is yielded, so a run that is killed goes on where it was. `again` grades
    everything anew.

    Raises:
        StoreError: the store cannot be written; what was committed stays.
        CrewError: there is nobody to grade.
        SandboxMissing: settings require a sandbox that a judge's machine does not give.
    """
    decided_by = basis(settings)
    # By key, everyone who handed in the sources that are in flight: names only, whatever the number of copies.
    expecting: dict[str, list[tuple[str, Sender]]] = {}

    def keep(submission: Submission, report: str) -> Iterator[Progress]:
        key = _key(submission, decided_by)
        # What could not be decided is tried again by the next run: its key is one that nothing has.
        kept_under = "" if _UNDECIDED in report else key
        for name, sender in expecting.pop(key):
            graded = name == submission.name
            store.put(name, report if graded else renamed(report, name), kept_under, decided_by, sender)
            yield Progress(submission=name, graded=graded)

    with store.run(), _Judges(crew, settings) as judges:
        for entry in entries:
            submission = entry.submission
            sender = Sender(students=entry.students, late=entry.late)
            key = _key(submission, decided_by)
            if key in expecting:
                expecting[key].append((submission.name, sender))
                continue
            if not again and _is_decided(store, submission.name, key, decided_by, sender):
                yield Progress(submission=submission.name, graded=False)
                continue
            expecting[key] = [(submission.name, sender)]
            judges.give(submission)
            for done, report in judges.take(max(crew.size(), 1) * IN_FLIGHT_EACH - 1):
                yield from keep(done, report)
        for done, report in judges.take(0):
            yield from keep(done, report)


def _is_decided(store: Store, name: str, key: str, decided_by: dict[str, str], sender: Sender) -> bool:
    """Say whether the store has the report of this submission, or of one with the same sources, and keep it."""
    if store.keep(name, key, sender):
        return True
    twin = store.twin(key, name)
    if twin is not None:
        store.put(name, twin, key, decided_by, sender)
    return twin is not None


def _key(submission: Submission, decided_by: dict[str, str]) -> str:
    """Digest of all that decides a submission's report, but for its name."""
    parts = json.dumps([submission.digest, submission.notes, decided_by], sort_keys=True)
    return hashlib.sha256(parts.encode()).hexdigest()


class _Judges:
    """Submissions in flight, and the executor that they are with.

    One whose judge dies is graded again while nothing else is in flight, so that it is known whose fault it was; if
    the judge dies again, its report is `broken`.
    """

    def __init__(self, crew: Crew, settings: Settings) -> None:
        self._crew = crew
        self._settings = settings
        self._executor = crew.new_executor()
        self._waiting: dict[Future[str], Submission] = {}
        self._suspects: deque[Submission] = deque()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self._executor.shutdown(wait=True)
            return
        self._executor.shutdown(wait=False, cancel_futures=True)
        if isinstance(self._executor, ProcessPoolExecutor):
            # What still runs is not waited for: it may be an endless loop, and its report would be thrown away.
            for process in multiprocessing.active_children():
                process.kill()

    def give(self, submission: Submission) -> None:
        """Let a submission be graded."""
        self._waiting[self._submit(submission)] = submission

    def take(self, at_most: int) -> Iterator[tuple[Submission, str]]:
        """Yield what is done, and wait until no more than `at_most` submissions are in flight."""
        while True:
            too_many = len(self._waiting) + len(self._suspects) > at_most
            done, _ = wait(self._waiting, timeout=None if too_many else 0, return_when=FIRST_COMPLETED)
            for future in done:
                submission = self._waiting.pop(future)
                report = self._result(future, submission)
                if report is None:
                    self._suspects.append(submission)
                else:
                    yield submission, report
            if self._suspects and not self._waiting:
                submission = self._suspects.popleft()
                report = self._result(self._submit(submission), submission)
                yield submission, report or self._broken(submission, "its judge process died twice")
            elif not too_many and not done:
                return

    def _submit(self, submission: Submission) -> Future[str]:
        try:
            return self._executor.submit(grade_as_text, submission, self._settings)
        except BrokenExecutor:
            self._executor.shutdown(wait=False, cancel_futures=True)
            self._executor = self._crew.new_executor()
            return self._executor.submit(grade_as_text, submission, self._settings)

    def _result(self, future: Future[str], submission: Submission) -> str | None:
        """A submission's report; None when its judge died."""
        try:
            return future.result()
        except BrokenExecutor:
            return None
        except (SandboxMissing, CrewError):
            raise  # the next submission would meet it as well
        except Exception as fault:  # noqa: BLE001 - a fault of ours costs one submission its report, not the class its run
            return self._broken(submission, f"{type(fault).__name__}: {fault}")

    def _broken(self, submission: Submission, fault: str) -> str:
        return as_text(broken(submission, self._settings, fault))


def shard_of(name: str, total: int) -> int:
    """Which of `total` parts of a class a submission is in, from 1; by its name alone, whoever else hands in."""
    return int.from_bytes(hashlib.sha256(name.encode("utf-8", "surrogatepass")).digest()[:8]) % total + 1
