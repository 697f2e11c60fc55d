"""The words of the kit as types: what goes into a grading run and what comes out.

Every other module of the driver and the judge imports this one; it imports only the standard library, so that
`grade --help` stays fast and a report can be read where nothing is graded. Everything here is frozen and picklable.
"""

from __future__ import annotations

import enum
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

SCHEMA = "grade-report/1"
_T = TypeVar("_T")


class Status(enum.StrEnum):
    """What became of one check."""

    PASSED = "passed"
    FAILED = "failed"
    BLOCKED = "blocked"
    """It failed, and so did what it builds on: a consequence, not a mistake of its own."""
    BROKEN = "broken"
    """The grader's own fault; never a student's zero."""


class Standing(enum.StrEnum):
    """How one exercise of a submission stands."""

    PASSED = "passed"
    PARTIAL = "partial"
    FAILED = "failed"
    MISSING = "missing"
    NOT_STARTED = "not_started"
    UNREADABLE = "unreadable"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """One file of a submission, as it was handed in."""

    name: str
    """Shown to the student: a path relative to the submission, with `/`, NFC-normalised."""
    data: bytes


def digest_of(files: Iterable[SourceFile]) -> str:
    """SHA-256 over names and bytes, in their order."""
    total = hashlib.sha256()
    for file in files:
        for part in (file.name.encode("utf-8", "surrogatepass"), file.data):
            total.update(len(part).to_bytes(8, "big") + part)
    return total.hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """What one student handed in: bytes of source, never a path."""

    name: str
    files: tuple[SourceFile, ...]
    notes: tuple[str, ...] = ()
    """Remarks of whoever read it (encodings, renamed files, entries of an archive that were refused)."""
    unread: tuple[str, ...] = ()
    """Those of the remarks that tell of what this machine could not read: no fault of whoever handed it in."""

    @property
    def digest(self) -> str:
        """SHA-256 over names and bytes: equal digests are graded alike."""
        return digest_of(sorted(self.files, key=lambda file: file.name))


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a submission may use up."""

    call_seconds: float = 5.0
    """Wall-clock time of one call into the student's code."""
    exercise_seconds: float = 30.0
    """Wall-clock time of all calls of one exercise together; what comes after it fails at once."""
    memory_bytes: int = 1 << 30
    """Address space of a worker: 110 MiB are NumPy's; a 1000 x 1000 SVD ran in 256 MiB."""
    output_bytes: int = 16 << 10
    """How much of what a submission prints is kept for the report."""
    flood_bytes: int = 4 << 20
    """A worker that prints more than this is stopped."""
    answer_bytes: int = 16 << 20
    """What the answers of one exercise may take together; after that, 1 MiB a call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What decides a report besides the submission."""

    exercises: tuple[str, ...] = ()
    """Ids to grade; empty: all of the catalogue, bonus exercises last."""
    seed: int = 0
    language: str = "en"
    limits: Limits = field(default_factory=Limits)
    points: tuple[tuple[str, float], ...] = ()
    """What a course gives for exercises, by id; the others are worth what their suites say."""
    held_out: tuple[str, ...] = ()
    """Ids of checks that are not run."""
    folders: tuple[str, ...] = ()
    """Folders with exercises of the instructor's own, the same on every machine that grades."""
    sandbox_required: bool = False
    """Refuse to run student code below the full sandbox (what `grade batch` asks for)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckOutcome:
    """What became of one check of one submission."""

    id: str
    title: str
    status: Status
    points: float | None
    """None where nothing could be decided (`broken`)."""
    max_points: float
    message: str = ""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """Numbers of a worked example of ours, to be drawn side by side; never of a graded input.

    Rows of numbers as they are shown, so that nan and inf have a spelling; a vector is one row.
    """

    name: str
    """What they are: `dx`, `self.dW`, `layer.forward(x)`."""
    got: tuple[tuple[str, ...], ...]
    expected: tuple[tuple[str, ...], ...]
    numerical: tuple[tuple[str, ...], ...] = ()
    """Central differences, where `got` is a gradient."""
    example: tuple[str, ...] = ()
    """The calls that give them, where they are others than those among the details."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """A known mistake (or a plain observation) found in a submission."""

    pitfall: str
    """Catalogue id, `<exercise>/<slug>`."""
    title: str
    explanation: str
    hint: str = ""
    file: str = ""
    line: int | None = None
    column: int | None = None
    place: str = ""
    """File and line in the student's words: `relu.py:12`, or `work.ipynb, cell 7, line 3`."""
    source: str = ""
    """The student's own line, where the line is known."""
    excerpt: tuple[tuple[int, str], ...] = ()
    """That line among its neighbours, each with the number it has in its file or notebook cell."""
    details: tuple[str, ...] = ()
    """Further lines: expected beside got, the analytic gradient beside the numerical one."""
    figures: tuple[Figure, ...] = ()
    """The numbers among the details once more, for pages that draw them."""
    certain: bool = True
    """False: one of several candidates, or an observation without a known cause."""
    explains: tuple[str, ...] = ()
    """Ids of the checks that were lost because of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExerciseReport:
    """Everything decided about one exercise of one submission."""

    id: str
    status: Standing
    score: float | None
    """None where nothing could be decided (`broken`): the grader's fault is nobody's zero."""
    max_score: float
    checks: tuple[CheckOutcome, ...] = ()
    diagnoses: tuple[Diagnosis, ...] = ()
    bonus: bool = False
    """A bonus exercise is reported beside the submission's score, not inside it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything decided about one submission."""

    submission: str
    score: float | None
    """None as long as one of its exercises is `broken`."""
    max_score: float
    needs_review: bool
    seed: int
    suite_digest: str
    grader_version: str
    digest: str
    sandbox: str = ""
    """The level that the workers reached: `full`, `partial` or `none`; empty where none was started."""
    exercises: tuple[ExerciseReport, ...] = ()
    output: str = ""
    notes: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    """For the instructor, never for the score: what looks like tampering, what the sandbox refused."""
    language: str = "en"
    limits: Limits = field(default_factory=Limits)
    grader_digest: str = ""
    """Over all of the grader's own files: the same one gives the same words, too."""
    numpy_version: str = ""

    def to_json(self) -> dict[str, Any]:
        """The report as plain data, schema `grade-report/1`."""
        return {"schema": SCHEMA, **_plain(self)}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Report:
        """The report that `to_json` wrote; unknown fields of a newer version are ignored.

        Raises:
            ValueError: not a `grade-report/1`, or a field is missing.
        """
        if data.get("schema") != SCHEMA:
            msg = f"expected a report of schema {SCHEMA}, got {data.get('schema')!r}"
            raise ValueError(msg)
        try:
            exercises = tuple(
                _known(
                    ExerciseReport,
                    exercise
                    | {
                        "status": Standing(exercise["status"]),
                        "checks": tuple(
                            _known(CheckOutcome, check | {"status": Status(check["status"])})
                            for check in exercise["checks"]
                        ),
                        "diagnoses": tuple(_diagnosis(diagnosis) for diagnosis in exercise["diagnoses"]),
                    },
                )
                for exercise in data["exercises"]
            )
            lists = {key: tuple(data.get(key, ())) for key in ("notes", "flags")}
            limits = _known(Limits, data.get("limits", {}))
            return _known(cls, data | {"exercises": exercises, "limits": limits} | lists)
        except (KeyError, TypeError) as problem:
            msg = f"not a complete {SCHEMA} report: {problem}"
            raise ValueError(msg) from problem


def _diagnosis(data: dict[str, Any]) -> Diagnosis:
    lists = {key: tuple(data.get(key, ())) for key in ("details", "explains")}
    excerpt = tuple((int(number), str(line)) for number, line in data.get("excerpt", ()))
    figures = tuple(
        _known(
            Figure,
            figure
            | {key: _rows(figure.get(key, ())) for key in ("got", "expected", "numerical")}
            | {"example": tuple(figure.get("example", ()))},
        )
        for figure in data.get("figures", ())
    )
    return _known(Diagnosis, data | lists | {"excerpt": excerpt, "figures": figures})


def _rows(rows: Iterable[Iterable[str]]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(row) for row in rows)


def _plain(value: Any) -> Any:
    """A value without our types: what `asdict` gives in three times the time, as it copies what never changes."""
    names = getattr(value, "__dataclass_fields__", None)
    if names is not None:
        return {name: _plain(getattr(value, name)) for name in names}
    return [_plain(one) for one in value] if isinstance(value, tuple) else value


def _known(kind: type[_T], data: dict[str, Any]) -> _T:
    """Build `kind` from the keys it knows."""
    names = kind.__dataclass_fields__  # type: ignore[attr-defined]
    return kind(**{key: value for key, value in data.items() if key in names})
