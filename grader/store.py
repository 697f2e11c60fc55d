"""Keeps the reports of a batch in one SQLite file, so that a run that was killed at any moment goes on where it was.

`grader.batch` fills it, the command line and the renderers read it. One row a submission, with the key of everything
that decided its report; rows are committed one by one. Knows reports and keys, nothing of grading.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

from grader.model import Report

_TABLES = """
create table if not exists result (
    name text primary key,      -- the submission's name exactly as it was found
    key text not null,          -- digest of all that decided the report
    basis text not null,        -- the part of it that is the same for a whole batch
    present integer not null,   -- 0: not among the submissions of the latest run
    report text not null        -- grade-report/1
) without rowid;
create index if not exists result_key on result (key);
"""


class StoreBusyError(Exception):
    """Another run is writing to this store."""


class StoreError(Exception):
    """The store cannot be opened or written; what was committed before is kept."""


class Store:
    """The reports of one batch."""

    def __init__(self, path: Path) -> None:
        """Open or make a store.

        Raises:
            StoreBusyError: another run has it open.
            StoreError: not a store, or not writable.
        """
        self.path = path
        try:
            self._lock = sqlite3.connect(f"{path}.lock", isolation_level=None)
            self._lock.execute("pragma busy_timeout = 0")
            self._lock.execute("begin exclusive")
        except sqlite3.OperationalError as problem:
            self._lock.close()
            if "locked" in str(problem):
                raise StoreBusyError(str(path)) from problem
            raise StoreError(str(problem)) from problem
        try:
            self._rows = sqlite3.connect(path, isolation_level=None)
            # WAL: a commit is one append, and a reader never waits; NORMAL: a power cut may cost the latest rows, a
            # killed process none.
            self._rows.execute("pragma journal_mode = wal")
            self._rows.execute("pragma synchronous = normal")
            self._rows.executescript(_TABLES)
        except sqlite3.Error as problem:
            self.close()
            raise StoreError(str(problem)) from problem

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let others in."""
        with suppress(AttributeError):
            self._rows.close()
        # The lock file stays: to remove it would let a third run in beside one that has just opened it.
        self._lock.close()

    def begin_run(self) -> None:
        """Mark all rows as not among the submissions until `keep` or `put` says that they are."""
        self._execute("update result set present = 0")

    def keep(self, name: str, key: str) -> bool:
        """Say whether a submission's report was decided under this very key, and if so keep it for this run."""
        return bool(self._execute("update result set present = 1 where name = ? and key = ?", name, key).rowcount)

    def twin(self, key: str, name: str) -> Report | None:
        """The report of a submission that was decided under the same key, made out to another name."""
        row = self._execute("select report from result where key = ? limit 1", key).fetchone()
        return None if row is None else replace(Report.from_json(json.loads(row[0])), submission=name)

    def put(self, report: Report, key: str, basis: str) -> None:
        """Keep a report, in place of an earlier one of the same name; it is on disk when this returns."""
        text = json.dumps(report.to_json(), ensure_ascii=True)
        self._execute("insert or replace into result values (?, ?, ?, 1, ?)", report.submission, key, basis, text)

    def bases(self) -> set[str]:
        """What the stored reports were decided by: suites, settings, versions."""
        return {row[0] for row in self._execute("select distinct basis from result")}

    def reports(self) -> Iterator[Report]:
        """The reports of the latest run, one by one, in the order of their names."""
        for row in self._execute("select report from result where present order by name"):
            yield Report.from_json(json.loads(row[0]))

    def report(self, name: str) -> Report | None:
        """One submission's report."""
        row = self._execute("select report from result where name = ?", name).fetchone()
        return None if row is None else Report.from_json(json.loads(row[0]))

    def absent(self) -> list[str]:
        """Names of submissions of earlier runs that the latest one did not meet."""
        return [row[0] for row in self._execute("select name from result where not present order by name")]

    def adopt(self, other: Store) -> None:
        """Take over all rows of another store, in one transaction."""
        self._execute("attach ? as other", str(other.path))
        try:
            self._execute("begin immediate")
            self._execute("update result set present = 0")
            self._execute("insert or replace into result select * from other.result")
            self._execute("commit")
        finally:
            self._execute("detach other")

    def _execute(self, statement: str, *values: object) -> sqlite3.Cursor:
        try:
            return self._rows.execute(statement, values)
        except sqlite3.Error as problem:
            raise StoreError(str(problem)) from problem
