"""Grades many submissions through any `concurrent.futures.Executor` and yields their reports as they come.

Called by the command line. It knows executors, `grade` and the store, nothing of clusters or of the files around the
store; reading ahead is bounded, so that memory does not grow with the number of submissions.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass, replace

from grader.grading import basis, broken, grade
from grader.judge import engine
from grader.model import Report, Settings, Submission
from grader.store import Store

# Submissions in flight for each process: one in work, the next ones waiting, so that no process ever idles.
IN_FLIGHT_EACH = 4


def local_executor(jobs: int) -> Executor:
    """A pool of judge processes on this machine, forked warm where fork is safe."""
    method = "fork" if sys.platform == "linux" else "spawn"
    if method == "fork":
        engine()  # collected once, inherited by every process of the pool
    return ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context(method))


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """One submission is done; its report is in the store."""

    submission: str
    graded: bool
    """False: the stored report stands, its own or that of an identical submission."""


def run(
    submissions: Iterable[Submission],
    store: Store,
    settings: Settings,
    *,
    jobs: int = 1,
    again: bool = False,
    new_executor: Callable[[], Executor] | None = None,
) -> Iterator[Progress]:
    """Bring a store up to date with the submissions; what was decided under the same key is not graded again.

    Each report is committed before it is yielded, so a run that is killed goes on where it was. `again` grades
    everything anew.

    Raises:
        StoreError: the store cannot be written; what was committed stays.
    """
    decided_by = basis(settings)
    waiting: dict[str, list[Submission]] = {}
    known: deque[Progress] = deque()

    def unknown() -> Iterator[Submission]:
        for submission in submissions:
            key = _key(submission, decided_by)
            if key in waiting:
                waiting[key].append(submission)
                continue
            if not again:
                known_already = store.keep(submission.name, key)
                twin = None if known_already else store.twin(key, submission.name)
                if twin is not None:
                    store.put(twin, key, decided_by)
                if known_already or twin is not None:
                    known.append(Progress(submission=submission.name, graded=False))
                    continue
            waiting[key] = [submission]
            yield submission

    store.begin_run()
    for submission, report in grade_all(unknown(), settings, jobs=jobs, new_executor=new_executor):
        key = _key(submission, decided_by)
        for twin in waiting.pop(key):
            store.put(replace(report, submission=twin.name), key, decided_by)
            yield Progress(submission=twin.name, graded=twin is submission)
        while known:
            yield known.popleft()
    yield from known


def _key(submission: Submission, decided_by: str) -> str:
    """Digest of all that decides a submission's report, but for its name."""
    parts = (decided_by, submission.digest, submission.notes)
    return hashlib.sha256(repr(parts).encode("utf-8", "surrogatepass")).hexdigest()


def grade_all(
    submissions: Iterable[Submission],
    settings: Settings,
    *,
    jobs: int = 1,
    new_executor: Callable[[], Executor] | None = None,
) -> Iterator[tuple[Submission, Report]]:
    """Grade each submission once and yield it with its report, in the order of completion.

    A submission whose judge process dies is tried again alone; if that one dies too, its report is `broken`.
    """
    pool = _Pool(new_executor or (lambda: local_executor(jobs)))
    waiting: dict[Future[Report], Submission] = {}
    suspects: deque[Submission] = deque()
    source = iter(submissions)
    try:
        exhausted = False
        while not (exhausted and not waiting and not suspects):
            while not exhausted and not suspects and len(waiting) < jobs * IN_FLIGHT_EACH:
                submission = next(source, None)
                if submission is None:
                    exhausted = True
                else:
                    waiting[pool.submit(submission, settings)] = submission
            if not waiting and suspects:
                # One at a time, so that the one that kills its process is known.
                submission = suspects.popleft()
                yield submission, pool.alone(submission, settings)
                continue
            done, _ = wait(waiting, return_when=FIRST_COMPLETED)
            for future in done:
                submission = waiting.pop(future)
                try:
                    report = future.result()
                except BrokenExecutor:
                    suspects.append(submission)
                    continue
                yield submission, report
    finally:
        pool.close()


class _Pool:
    """An executor that is replaced when one of its processes has died."""

    def __init__(self, new_executor: Callable[[], Executor]) -> None:
        self._new_executor = new_executor
        self._executor = new_executor()

    def submit(self, submission: Submission, settings: Settings) -> Future[Report]:
        try:
            return self._executor.submit(grade, submission, settings)
        except BrokenExecutor:
            self._replace()
            return self._executor.submit(grade, submission, settings)

    def alone(self, submission: Submission, settings: Settings) -> Report:
        """Grade a submission while nothing else is in flight; a second death is told in its report."""
        try:
            return self.submit(submission, settings).result()
        except BrokenExecutor:
            self._replace()
            return broken(submission, settings, "its judge process died twice")

    def _replace(self) -> None:
        self._executor.shutdown(wait=False, cancel_futures=True)
        self._executor = self._new_executor()

    def close(self) -> None:
        self._executor.shutdown(wait=True, cancel_futures=True)
