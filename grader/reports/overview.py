"""What an instructor sees at the end of a batch: scores, the commonest mistakes, what a person has to look at.

`Tally` takes one report after the other and keeps counts only, so that its size does not grow with the class.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from rich.cells import cell_len
from rich.text import Text

from grader.model import Report
from grader.reports.escaping import visible
from grader.reports.findings import points
from grader.texts import text

COMMONEST = 5
"""What a teacher can take up in one lesson."""
NAMED = 10
"""Names to look at that are listed; the table has them all."""


@dataclass(slots=True)
class Tally:
    """Counts over the reports of a class."""

    submissions: int = 0
    undecided: int = 0
    scores: Counter[float] = field(default_factory=Counter)
    """How many submissions reached each score; there are few different ones."""
    max_score: float = 0.0
    reached: Counter[str] = field(default_factory=Counter)
    """Points by exercise, summed."""
    possible: Counter[str] = field(default_factory=Counter)
    pitfalls: Counter[str] = field(default_factory=Counter)
    """By id, once a submission."""
    titles: dict[str, str] = field(default_factory=dict)
    """By id, as the first submission had it: a title may name what that student wrote."""
    bonus: set[str] = field(default_factory=set)
    """Exercises whose points are beside the score."""
    review: int = 0
    review_names: list[tuple[str, str]] = field(default_factory=list)
    """Whom to look at, and the first thing that was seen there."""

    def add(self, report: Report) -> None:
        """Count one submission."""
        self.submissions += 1
        self.max_score = max(self.max_score, report.max_score)
        if report.score is None:
            self.undecided += 1
        else:
            self.scores[report.score] += 1
        for exercise in report.exercises:
            if exercise.bonus:
                self.bonus.add(exercise.id)
            if exercise.score is not None:
                self.reached[exercise.id] += exercise.score  # type: ignore[assignment]
                self.possible[exercise.id] += exercise.max_score  # type: ignore[assignment]
        found = {diagnosis.pitfall: diagnosis.title for part in report.exercises for diagnosis in part.diagnoses}
        self.pitfalls.update(found.keys())
        self.titles = found | self.titles
        if report.needs_review:
            self.review += 1
            if len(self.review_names) < NAMED:
                self.review_names.append((report.submission, next(iter(report.flags), "")))

    @property
    def mean(self) -> float:
        """The average score."""
        return sum(score * count for score, count in self.scores.items()) / max(self.scores.total(), 1)

    @property
    def median(self) -> float:
        """The score in the middle, the lower one of two."""
        seen = 0
        for score in sorted(self.scores):
            seen += self.scores[score]
            if 2 * seen >= self.scores.total():
                return score
        return 0.0


def render(tally: Tally, language: str, *, width: int, reports: Path, grades: Path) -> Iterator[Text]:
    """The overview as styled lines."""

    def say(key: str, /, **fields: object) -> str:
        return text(f"overview.{key}", language, **fields)

    yield Text()
    yield Text(say("graded", count=tally.submissions), "bold")
    if tally.scores:
        scores = {"mean": points(tally.mean), "median": points(tally.median), "max_score": points(tally.max_score)}
        yield Text("  " + say("scores", lowest=points(min(tally.scores)), highest=points(max(tally.scores)), **scores))
    yield from _shares(tally, language)
    if tally.pitfalls:
        yield Text()
        yield Text(say("commonest"), "bold")
        # By count, then by name: two runs over the same class print the same list.
        for id, count in sorted(tally.pitfalls.items(), key=lambda entry: (-entry[1], entry[0]))[:COMMONEST]:
            line = Text(f"{count:>5}  {visible(id)}: {visible(tally.titles[id])}")
            line.truncate(width, overflow="ellipsis")
            yield line
    if tally.undecided:
        yield Text()
        yield Text(say("undecided", count=tally.undecided), "magenta")
    if tally.review:
        yield Text()
        yield Text(say("review", count=tally.review), "bold")
        for name, flag in sorted(tally.review_names):
            line = Text(f"  {visible(name)}")
            line.append(f"  {visible(flag)}" if flag else "", "dim")
            line.truncate(width, overflow="ellipsis")
            yield line
        if tally.review > len(tally.review_names):
            yield Text("  " + say("more", count=tally.review - len(tally.review_names)), "dim")
    yield Text()
    yield Text(say("reports", path=visible(str(reports))))
    yield Text(say("grades", path=visible(str(grades))))


def _shares(tally: Tally, language: str) -> Iterator[Text]:
    """How much of each exercise the class has."""
    longest = max((cell_len(id) for id in tally.possible), default=0)
    for id, possible in tally.possible.items():
        share = round(100 * tally.reached[id] / possible) if possible else 0
        words = text("overview.share", language, share=f"{share:>3}")
        line = Text("  " + id + " " * (longest - cell_len(id) + 2) + words)
        line.append(f" {text('terminal.bonus', language)}" if id in tally.bonus else "", "dim")
        yield line
