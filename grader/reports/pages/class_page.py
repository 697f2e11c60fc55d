"""The class at a glance: scores, checks, the map of mistakes, what needs a person's eyes, and every submission."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from grader.model import Status
from grader.reports.pages.feedback import name_of
from grader.reports.pages.survey import STEPS, Mistake, Spread, Survey, Tried
from grader.reports.pages.typesetting import page, share

COMMON = 12
"""Mistakes that are listed unfolded: what a class can be told in one lesson is among them."""
MAPPED = 12
"""Mistakes in the map of what occurs together: more columns fit no projector."""
COMPANIONS = 3
"""Named beside each mistake."""
SHADES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One step of a distribution."""

    label: str
    count: int
    height: float
    """In per cent of the highest bar."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Histogram:
    """A distribution of scores: ten steps, and full marks last."""

    name: str
    spread: Spread
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One mistake on the page."""

    number: int
    mistake: Mistake
    exercise: str
    companions: tuple[tuple[int, str, str, int], ...]
    """Number, exercise, title and count of what occurs beside it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossing:
    """How many submissions make two mistakes."""

    count: int
    shade: int
    itself: bool


def class_page(survey: Survey, language: str, *, said: str | None = None) -> str:
    """The whole page; `said` is the language that the reports are written in, where it is another one."""
    ranked = survey.ranked()
    numbers = {mistake.id: number for number, mistake in enumerate(ranked, 1)}
    titles = {mistake.id: mistake.words[0] for mistake in ranked}
    entries = [
        Entry(
            number=numbers[mistake.id],
            mistake=mistake,
            exercise=name_of(mistake.exercise),
            companions=tuple(
                (numbers[id], name_of(survey.mistakes[id].exercise), titles[id], count)
                for id, count in survey.companions(mistake.id)[:COMPANIONS]
            ),
        )
        for mistake in ranked
    ]
    exercises = list(survey.spreads)
    return page(
        "class.html",
        language,
        said or language,
        survey=survey,
        names={id: name_of(id) for id in exercises},
        exercises=exercises,
        whole=_histogram("", survey.total),
        parts=[_histogram(name_of(id), survey.spreads[id]) for id in exercises],
        checks=[(name_of(id), list(checks.values())) for id, checks in survey.checks.items()],
        hardest=_hardest(survey),
        statuses=_statuses(survey),
        entries=entries,
        common=COMMON,
        numbers=numbers,
        aliases=_aliases(survey),
        crossings=_crossings(survey, [mistake for mistake in ranked if survey.sociable(mistake.id)][:MAPPED]),
    )


def _aliases(survey: Survey) -> dict[str, int]:
    """The number that stands for each name where names are hidden.

    Not in the order of the names: in many schools that is the number that everybody has on the register.
    """
    listed = [row.handed for row in survey.rows] + [review.handed for review in survey.reviews]
    listed += [handed for mistake in survey.mistakes.values() for handed in mistake.examples]
    names = {handed.name for handed in listed}
    shuffled = sorted(names, key=lambda name: hashlib.sha256(name.encode("utf-8", "backslashreplace")).digest())
    return {name: number for number, name in enumerate(shuffled, 1)}


def _histogram(name: str, spread: Spread) -> Histogram:
    counts = spread.steps()
    bars = tuple(
        Bar(label=_step(step), count=count, height=share(count, max(counts))) for step, count in enumerate(counts)
    )
    return Histogram(name=name, spread=spread, bars=bars)


def _step(number: int) -> str:
    """`20-29 %`, or `100 %` for full marks."""
    return f"{10 * number}-{10 * number + 9} %" if number < STEPS else "100 %"


def _statuses(survey: Survey) -> list[Status]:
    """The outcomes of checks that need a column: `broken` only where something was."""
    broken = any(check.count(Status.BROKEN) for checks in survey.checks.values() for check in checks.values())
    return [status for status in Status if status is not Status.BROKEN or broken]


def _hardest(survey: Survey) -> Tried | None:
    """The check that fewest passed."""
    tried = [check for checks in survey.checks.values() for check in checks.values() if check.total]
    return min(tried, key=lambda check: (check.count("passed") / check.total, check.id), default=None)


def _crossings(survey: Survey, mistakes: Iterable[Mistake]) -> list[tuple[Mistake, list[Crossing]]]:
    """A row for each mistake, a column for each; what occurs with itself is how often it occurs."""
    mistakes = list(mistakes)
    most = max(
        (survey.together(one.id, other.id) for one in mistakes for other in mistakes if one is not other), default=0
    )

    def crossing(one: Mistake, other: Mistake) -> Crossing:
        count = one.count if one is other else survey.together(one.id, other.id)
        shade = 0 if one is other or not count else max(1, round(SHADES * count / most))
        return Crossing(count=count, shade=shade, itself=one is other)

    return [(one, [crossing(one, other) for other in mistakes]) for one in mistakes]
