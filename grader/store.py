"""Keeps the reports of a batch in one SQLite file, so that a run that was killed at any moment goes on where it was.

`grader.batch` fills it, the command line, exports and comparisons read it. One row a submission, with the key of
everything that decided its report; rows are committed one by one. Reports are kept as the text they arrived as. Knows
nothing of grading.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from grader.model import Report
from grader.submissions import Student

# Raised whenever a table changes: a store of another layout is refused instead of misread.
_LAYOUT = 2
# Rows read at once: a megabyte or two of reports.
_AT_ONCE = 100
_TABLES = """
create table if not exists basis (
    number integer primary key,
    parts text not null unique  -- what decided a report besides its submission, as JSON
);
create table if not exists result (
    name text primary key,      -- the submission's name exactly as it was found
    key text not null,          -- digest of all that decided the report, but for the name
    basis integer not null references basis,
    present integer not null,   -- 0: not among the submissions of the latest run
    sender text not null,       -- who handed it in, as the learning platform wrote it down
    report text not null        -- grade-report/1
) without rowid;
create index if not exists result_key on result (key);
create table if not exists shard (number integer primary key, total integer not null);
create table if not exists open_run (started text not null);  -- one row while a run has not got to its end
"""


class StoreBusyError(Exception):
    """Another run is writing to this store."""


class StoreError(Exception):
    """The store cannot be opened, read or written; what was committed before is kept."""


class NoStoreError(StoreError):
    """The file is there, but is no store that this grader can use: damaged, another version's, another program's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who handed a submission in."""

    students: tuple[Student, ...] = ()
    """Several for a group; none where only the submission's name is known."""
    late: bool = False


class Store:
    """The reports of one batch."""

    def __init__(self, path: Path, *, writing: bool = True) -> None:
        """Open or make a store; for reading only, open one that is there, whoever else may be writing.

        Raises:
            StoreBusyError: another run is writing to it.
            StoreError: not a store, or not writable.
        """
        self.path = path
        self._lock: sqlite3.Connection | None = None
        self._rows: sqlite3.Connection | None = None
        self._known_bases: dict[str, int] = {}
        try:
            if writing:
                self._take_lock()
            where = f"{path.resolve().as_uri()}?mode={'rwc' if writing else 'ro'}"
            self._rows = sqlite3.connect(where, uri=True, isolation_level=None)
            if writing:
                # WAL: a commit is one append, and a reader never waits; NORMAL: a power cut may cost the latest rows,
                # a killed process none.
                self._execute("pragma journal_mode = wal")
                self._execute("pragma synchronous = normal")
            self._check_layout(writing=writing)
        except sqlite3.Error as problem:
            self.close()
            raise _store_error(problem) from problem
        except (StoreError, StoreBusyError):
            self.close()
            raise

    def _take_lock(self) -> None:
        """A file of its own holds the lock: writing to the store itself must stay possible in many small steps."""
        try:
            self._lock = sqlite3.connect(f"{self.path}.lock", isolation_level=None)
            self._lock.execute("pragma busy_timeout = 0")
            self._lock.execute("begin exclusive")
        except sqlite3.OperationalError as problem:
            if "locked" in str(problem):
                raise StoreBusyError(str(self.path)) from problem
            raise

    def _check_layout(self, *, writing: bool) -> None:
        layout = self._execute("pragma user_version").fetchone()[0]
        empty = not self._execute("select count(*) from sqlite_master").fetchone()[0]
        if writing and empty:
            for statement in ("begin immediate", *_TABLES.split(";\n"), f"pragma user_version = {_LAYOUT}", "commit"):
                self._execute(statement)
        elif layout != _LAYOUT:
            msg = "it was made by another version of the grader" if layout else "it is no store of the grader"
            raise NoStoreError(msg)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let others in."""
        if self._rows is not None:
            if self._lock is not None:
                # Back to one file, which can be copied and read where nothing can be written; fails while one reads.
                with suppress(sqlite3.Error):
                    self._rows.execute("pragma journal_mode = delete")
            self._rows.close()
        if self._lock is not None:
            # The lock file stays: to remove it would let a third run in beside one that has just opened it.
            self._lock.close()

    @contextmanager
    def run(self) -> Iterator[None]:
        """A run over all submissions: at its end, those that neither `keep` nor `put` met count as absent.

        A run that is killed leaves everyone present who was, until one gets to its end.
        """
        self._execute("create temp table if not exists met (name text primary key) without rowid")
        self._execute("delete from met")
        self._execute("insert into open_run select datetime() where not exists (select * from open_run)")
        yield
        with self._transaction():
            self._execute("update result set present = name in met")
            self._execute("delete from open_run")

    @property
    def is_whole(self) -> bool:
        """Whether the latest run got to its end; until then somebody's report may be missing, or an earlier one."""
        return not self._execute("select count(*) from open_run").fetchone()[0]

    def keep(self, name: str, key: str, sender: Sender) -> bool:
        """Say whether a submission's report was decided under this very key, and if so keep it for this run."""
        about = _sender_text(sender)
        kept = self._execute("select sender from result where name = ? and key = ?", name, key).fetchone()
        if kept is None:
            return False
        if kept[0] != about:
            self._execute("update result set sender = ? where name = ?", about, name)
        self._meet(name)
        return True

    def twin(self, key: str, name: str) -> str | None:
        """The report of a submission that was decided under the same key, made out to another name."""
        row = self._execute("select report from result where key = ? limit 1", key).fetchone()
        return None if row is None else renamed(row[0], name)

    def put(self, name: str, report: str, key: str, basis: Mapping[str, str], sender: Sender) -> None:
        """Keep a report, in place of an earlier one of the same name; it is on disk when this returns."""
        row = (name, key, self._basis(basis), _sender_text(sender), report)
        self._execute("insert or replace into result values (?, ?, ?, 1, ?, ?)", *row)
        self._meet(name)

    def _meet(self, name: str) -> None:
        self._execute("insert or ignore into met values (?)", name)

    def _basis(self, basis: Mapping[str, str]) -> int:
        parts = json.dumps(basis, sort_keys=True)
        if parts not in self._known_bases:
            self._execute("insert or ignore into basis (parts) values (?)", parts)
            row = self._execute("select number from basis where parts = ?", parts).fetchone()
            self._known_bases[parts] = row[0]
        return self._known_bases[parts]

    def bases(self) -> list[dict[str, str]]:
        """What the reports of present submissions were decided by: suites, settings, versions; one, mostly."""
        rows = self._execute("select parts from basis where number in (select basis from result where present)")
        return [json.loads(row[0]) for row in rows.fetchall()]

    def names(self) -> list[str]:
        """The names of the latest run's submissions, sorted."""
        return [row[0] for row in self._execute("select name from result where present order by name").fetchall()]

    def decided(self) -> Iterator[tuple[str, str]]:
        """The names of the latest run's submissions with the keys of what decided their reports."""
        yield from self._each("key")

    def absent(self) -> list[str]:
        """Names of submissions of earlier runs that the latest one did not meet."""
        return [row[0] for row in self._execute("select name from result where not present order by name").fetchall()]

    def texts(self) -> Iterator[tuple[str, str]]:
        """The names and reports of the latest run, one by one, in the order of their names."""
        yield from self._each("report")

    def reports(self) -> Iterator[Report]:
        """The reports of the latest run, one by one, in the order of their names."""
        for _, report in self.texts():
            yield Report.from_json(json.loads(report))

    def senders(self) -> Iterator[tuple[str, Sender]]:
        """Who handed in what, in the order of the submissions' names."""
        for name, sender in self._each("sender"):
            yield name, _sender(sender)

    def _each(self, column: str) -> Iterator[tuple[str, str]]:
        """Names with one column, some at a time: whoever stops in the middle leaves nothing open."""
        last = ""
        while True:
            rows = self._execute(
                f"select name, {column} from result where present and name > ? order by name limit {_AT_ONCE}",  # noqa: S608 - our own words
                last,
            ).fetchall()
            yield from rows
            if len(rows) < _AT_ONCE:
                return
            last = rows[-1][0]

    def report(self, name: str) -> Report | None:
        """One present submission's report."""
        row = self._execute("select report from result where name = ? and present", name).fetchone()
        return None if row is None else Report.from_json(json.loads(row[0]))

    def adopt(self, other: Store, *, others_stay: bool) -> None:
        """Take over what is present in another store, in one transaction; all else stays, or becomes absent."""
        with self._beside(other), self._transaction():
            if not others_stay:
                self._execute("update result set present = 0")
                self._execute("delete from open_run")
            self._execute(
                "insert or ignore into basis (parts) select parts from other.basis "
                "where number in (select basis from other.result where present)"
            )
            self._execute(
                "insert or replace into result select name, key, ours.number, 1, sender, report from other.result "
                "join other.basis as theirs on theirs.number = basis join basis as ours using (parts) where present"
            )

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._execute("begin immediate")
        try:
            yield
            self._execute("commit")
        except StoreError:
            with suppress(StoreError):
                self._execute("rollback")
            raise

    @contextmanager
    def _beside(self, other: Store) -> Iterator[None]:
        self._execute("attach ? as other", f"{other.path.resolve().as_uri()}?mode=ro")
        try:
            yield
        finally:
            self._execute("detach other")

    @property
    def shards(self) -> frozenset[tuple[int, int]]:
        """Which parts of a class this store holds, as (number, total); none: it was not shared out."""
        return frozenset(self._execute("select number, total from shard").fetchall())

    @shards.setter
    def shards(self, shards: Iterable[tuple[int, int]]) -> None:
        self._execute("delete from shard")
        for number, total in shards:
            self._execute("insert into shard values (?, ?)", number, total)

    def _execute(self, statement: str, *values: object) -> sqlite3.Cursor:
        assert self._rows is not None
        try:
            return self._rows.execute(statement, values)
        except sqlite3.Error as problem:
            raise _store_error(problem) from problem


def _store_error(problem: sqlite3.Error) -> StoreError:
    """What SQLite calls operational (no room, no right, locked) may pass; what is no database, or damaged, does not."""
    kind = StoreError if isinstance(problem, sqlite3.OperationalError) else NoStoreError
    return kind(str(problem))


def renamed(report: str, name: str) -> str:
    """A report's text, made out to another name."""
    document: dict[str, Any] = json.loads(report)
    return json.dumps(document | {"submission": name}, ensure_ascii=True)


def _sender_text(sender: Sender) -> str:
    return json.dumps(asdict(sender), ensure_ascii=True) if sender.students or sender.late else ""


def _sender(text: str) -> Sender:
    if not text:
        return Sender()
    data = json.loads(text)
    return Sender(students=tuple(Student(**student) for student in data["students"]), late=data["late"])
