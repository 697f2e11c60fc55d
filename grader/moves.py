"""Who moved between two runs over a class: by how much, and because of which check.

`grade batch` shows it before it overwrites, `grade diff` between two runs. Knows reports only.
"""

from __future__ import annotations

from dataclasses import dataclass

from grader.model import Report


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckMove:
    """One check that gives other points than before."""

    id: str
    before: float | None
    """None where nothing was decided, or where there was no such check."""
    after: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One submission that has other points than before."""

    submission: str
    before: float | None
    after: float | None
    checks: tuple[CheckMove, ...]

    @property
    def change(self) -> float:
        """By how much; 0 where one of the two was not decided."""
        return 0.0 if self.before is None or self.after is None else self.after - self.before


def move(before: Report, after: Report) -> Move | None:
    """How a submission moved; None when every check gives the same points."""
    old, new = _points(before), _points(after)
    checks = tuple(
        CheckMove(id=id, before=old.get(id), after=new.get(id))
        for id in dict.fromkeys([*new, *old])
        # What a broken exercise did not decide is told by its score; its checks would be all of them.
        if old.get(id) != new.get(id) and not (id in old and id in new and None in {old[id], new[id]})
    )
    if not checks and before.score == after.score:
        return None
    return Move(submission=after.submission, before=before.score, after=after.score, checks=checks)


def _points(report: Report) -> dict[str, float | None]:
    return {check.id: check.points for exercise in report.exercises for check in exercise.checks}
