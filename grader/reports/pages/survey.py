"""What the class page tells: counts over all reports, and a short row for each.

`Survey` takes one report after the other. It keeps counts, one row a submission up to a limit, and a few examples of
each mistake, so that it stays small beside the reports themselves.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import PurePath

from grader.model import CheckOutcome, Diagnosis, ExerciseReport, Report, Standing, Status

TABLE_ROWS = 2000
"""A page of 500 stays far below a megabyte; with more rows a browser begins to stutter, and grades.csv has them all."""
STEPS = 10
"""Scores are counted in steps of a tenth, full marks for themselves."""
EXAMPLES = 8
"""Submissions to open that are named for a mistake; the table filters for the others."""
LINES = 3
"""Lines of code that are shown for a mistake: different ones, since ten copies of one line teach no more than it."""
WORDINGS = 40
"""Different wordings of one mistake that are told apart; a name of the student's may stand in each."""
REVIEWED = 200
"""Submissions for review that are listed with their reasons."""

# What follows the name of a file in a place.
_FILE = re.compile(r":\d+$|, cell .*$")


@dataclass(slots=True)
class Spread:
    """How the scores of the class, or of one exercise, are spread."""

    max_score: float = 0.0
    scores: Counter[float] = field(default_factory=Counter)
    undecided: int = 0

    def add(self, score: float | None, max_score: float) -> None:
        """Count one score."""
        self.max_score = max(self.max_score, max_score)
        if score is None:
            self.undecided += 1
        else:
            self.scores[score] += 1

    @property
    def mean(self) -> float:
        """The average."""
        return sum(score * count for score, count in self.scores.items()) / max(self.scores.total(), 1)

    @property
    def median(self) -> float:
        """The score in the middle, the lower one of two."""
        ordered = sorted(self.scores.elements())
        return ordered[(len(ordered) - 1) // 2] if ordered else 0.0

    @property
    def full(self) -> int:
        """How many reached everything."""
        return sum(count for score, count in self.scores.items() if score >= self.max_score)

    def steps(self) -> list[int]:
        """How many scores lie in each tenth, and last how many are full marks."""
        counts = [0] * (STEPS + 1)
        for score, count in self.scores.items():
            part = score / self.max_score if self.max_score else 1.0
            counts[min(max(int(part * STEPS + 1e-9), 0), STEPS - 1) if score < self.max_score else STEPS] += count
        return counts


@dataclass(slots=True)
class Tried:
    """One check over the class."""

    id: str
    title: str
    outcomes: Counter[Status] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        """Submissions in which it was decided or could not be."""
        return self.outcomes.total()

    def count(self, status: str) -> int:
        """How often it came out like this."""
        return self.outcomes[Status(status)]


@dataclass(slots=True)
class Mistake:
    """One kind of mistake over the class."""

    id: str
    certain: int = 0
    perhaps: int = 0
    lost: float = 0.0
    """Points that it cost all of them together."""
    wordings: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    """Title, explanation and hint; symptoms name what they saw, so that one mistake may have several."""
    lines: dict[str, str] = field(default_factory=dict)
    """A few lines of code that make it, with their places."""
    examples: list[Handed] = field(default_factory=list)

    @property
    def count(self) -> int:
        """Submissions that make it, or may."""
        return self.certain + self.perhaps

    @property
    def exercise(self) -> str:
        """The exercise it belongs to."""
        return self.id.partition("/")[0]

    @property
    def slug(self) -> str:
        """Its name within the exercise."""
        return self.id.partition("/")[2] or self.id

    @property
    def words(self) -> tuple[str, str, str]:
        """Title, explanation and hint as most of them got it."""
        return min(self.wordings, key=lambda words: (-self.wordings[words], words))


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """One submission as the page names it."""

    name: str
    file: str
    """Of its feedback page, without ending."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One submission in the table."""

    handed: Handed
    score: float | None
    parts: dict[str, tuple[float | None, Standing]]
    """Score and standing by exercise."""
    mistakes: tuple[str, ...]
    needs_review: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """Why a person should look at a submission."""

    handed: Handed
    broken: tuple[str, ...]
    """Exercises that the grader could not decide."""
    flags: tuple[str, ...]
    personal: tuple[str, ...]
    """Those of the flags that speak of files by their names, which may be their authors' own."""


@dataclass(slots=True)
class Survey:
    """A class, counted."""

    submissions: int = 0
    total: Spread = field(default_factory=Spread)
    spreads: dict[str, Spread] = field(default_factory=dict)
    """By exercise, in the order of the reports."""
    checks: dict[str, dict[str, Tried]] = field(default_factory=dict)
    """By exercise and check."""
    mistakes: dict[str, Mistake] = field(default_factory=dict)
    pairs: Counter[tuple[str, str]] = field(default_factory=Counter)
    """How often two mistakes occur in one submission; the smaller id first."""
    rows: list[Row] = field(default_factory=list)
    to_review: int = 0
    reviews: list[Review] = field(default_factory=list)
    seeds: set[int] = field(default_factory=set)
    versions: set[str] = field(default_factory=set)

    def add(self, report: Report, file: str) -> None:
        """Count one submission; `file` is the name of its feedback page, without ending."""
        self.submissions += 1
        handed = Handed(name=report.submission, file=file)
        self.total.add(report.score, report.max_score)
        self.seeds.add(report.seed)
        self.versions.add(report.grader_version)
        found: dict[str, bool] = {}
        for exercise in report.exercises:
            self.spreads.setdefault(exercise.id, Spread()).add(exercise.score, exercise.max_score)
            self._count_checks(exercise)
            for diagnosis in exercise.diagnoses:
                self._count_words(diagnosis, exercise)
                found[diagnosis.pitfall] = found.get(diagnosis.pitfall, False) or diagnosis.certain
        for id, certain in found.items():
            mistake = self.mistakes[id]
            mistake.certain += certain
            mistake.perhaps += not certain
            if len(mistake.examples) < EXAMPLES:
                mistake.examples.append(handed)
        self.pairs.update(itertools.combinations(sorted(found), 2))
        if len(self.rows) < TABLE_ROWS:
            parts = {exercise.id: (exercise.score, exercise.status) for exercise in report.exercises}
            row = Row(
                handed=handed,
                score=report.score,
                parts=parts,
                mistakes=tuple(found),
                needs_review=report.needs_review,
            )
            self.rows.append(row)
        if report.needs_review:
            self._note_review(report, handed)

    def ranked(self) -> list[Mistake]:
        """All mistakes, the commonest first; by name where they are equally common."""
        return sorted(self.mistakes.values(), key=lambda mistake: (-mistake.count, mistake.id))

    def together(self, one: str, other: str) -> int:
        """In how many submissions two mistakes occur."""
        return self.pairs[min(one, other), max(one, other)]

    def sociable(self, id: str) -> bool:
        """Whether a mistake ever occurs beside another one."""
        return any(id in pair for pair in self.pairs)

    def companions(self, id: str) -> list[tuple[str, int]]:
        """The mistakes that occur beside one in two submissions or more, the commonest first."""
        counts = {
            (pair[0] if pair[1] == id else pair[1]): count
            for pair, count in self.pairs.items()
            if id in pair and count > 1
        }
        return sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))

    def _count_checks(self, exercise: ExerciseReport) -> None:
        checks = self.checks.setdefault(exercise.id, {})
        for check in exercise.checks:
            if check.id not in checks:
                checks[check.id] = Tried(id=check.id, title=check.title)
            checks[check.id].outcomes[check.status] += 1

    def _count_words(self, diagnosis: Diagnosis, exercise: ExerciseReport) -> None:
        mistake = self.mistakes.setdefault(diagnosis.pitfall, Mistake(id=diagnosis.pitfall))
        words = _of_anybody(diagnosis, exercise.id)
        if words in mistake.wordings or len(mistake.wordings) < WORDINGS:
            mistake.wordings[words] += 1
        mistake.lost += sum(_lost(check) for check in exercise.checks if check.id in diagnosis.explains)
        if diagnosis.source and len(mistake.lines) < LINES:
            mistake.lines.setdefault(diagnosis.source, diagnosis.place)

    def _note_review(self, report: Report, handed: Handed) -> None:
        self.to_review += 1
        if len(self.reviews) < REVIEWED:
            broken = tuple(part.id for part in report.exercises if part.status is Standing.BROKEN)
            personal = tuple(flag for flag in report.flags if flag in report.notes)
            self.reviews.append(Review(handed=handed, broken=broken, flags=report.flags, personal=personal))


def _of_anybody(diagnosis: Diagnosis, exercise: str) -> tuple[str, str, str]:
    """Title, explanation and hint, with the exercise's name for a file: many call theirs by their own."""
    words = (diagnosis.title, diagnosis.explanation, diagnosis.hint)
    file = diagnosis.file or _FILE.sub("", diagnosis.place)
    if not file:
        return words
    usual = exercise + PurePath(file).suffix
    title, explanation, hint = (text.replace(file, usual) for text in words)
    return title, explanation, hint


def _lost(check: CheckOutcome) -> float:
    return check.max_points - check.points if check.points is not None else 0.0
