"""Grading again under other suites or settings: beside the old results first, shown, then asked, then overwritten.

Used by `grade batch` when the store was filled under another basis. What was graded waits in OUT/regrade, a batch of
its own, so that saying yes later costs nothing and `grade diff OUT OUT/regrade` shows everybody.
"""

import shlex
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from grader.cli import results
from grader.cli.speech import Say, WrongUsage, reason
from grader.moves import Move, move
from grader.reports.escaping import visible
from grader.reports.findings import points

if TYPE_CHECKING:
    from grader.store import Store

STAGING = "regrade"
# More lines than these scroll away what is asked below them; `grade diff` shows all.
_SHOWN = 10
_CHECKS_SHOWN = 3
# Parts of a basis that say nothing to a reader but that they differ.
_DIGESTS = {"suite_digest", "grader_digest"}


@dataclass(slots=True)
class Moves:
    """What differs between two batches; only those who moved are kept."""

    moved: list[Move] = field(default_factory=list)
    compared: int = 0
    full_marks: set[tuple[float, float]] = field(default_factory=set)
    """Before and after, where they are not the same."""
    new: int = 0
    gone: int = 0


def staged(
    store: "Store",
    fill: "Callable[[Store], None]",
    earlier: Mapping[str, str],
    now: Mapping[str, str],
    output: Path,
    say: Say,
    *,
    overwrite: bool,
    again: str,
) -> None:
    """Grade into a store beside, show who moved, and take it over if that is wanted."""
    from grader.cli.screen import remark

    remark(say("batch.regrade.because", path=output, parts="\n".join(differing([earlier], [now], say))))
    with results.opened(output / STAGING, say) as staging:
        fill(staging)
        moves = compared(store, staging)
        _show(moves, output, say)
        if moves.moved and not overwrite and not _agreed(say):
            hint = say("batch.regrade.hint", command=f"{again} --yes", diff=_diff_command(output))
            raise WrongUsage(say("batch.regrade.kept", path=output), hint)
        store.adopt(staging, others_stay=False)
    forget(output, say)


def forget(output: Path, say: Say) -> None:
    """Remove what a regrade left that was never taken over."""
    try:
        if (output / STAGING / results.STORE).is_file():
            shutil.rmtree(output / STAGING)
    except OSError as problem:
        raise WrongUsage(say("cli.not_writable", path=output / STAGING, reason=reason(problem, say))) from problem


def compared(before: "Store", after: "Store") -> Moves:
    """Who moved between two batches."""
    names = before.names()
    moves = Moves(gone=len(set(names) - set(after.names())))
    for report in after.reports():
        earlier = before.report(report.submission)
        if earlier is None:
            moves.new += 1
            continue
        moves.compared += 1
        if earlier.max_score != report.max_score:
            moves.full_marks.add((earlier.max_score, report.max_score))
        moved = move(earlier, report)
        if moved is not None:
            moves.moved.append(moved)
    return moves


def lines(moves: Moves, say: Say, checks_each: int | None = None) -> Iterator[str]:
    """Who moved, those who move most first: name, score before and after, and the checks that did it."""
    for moved in sorted(moves.moved, key=lambda one: (-abs(one.change), one.submission)):
        change = "" if moved.before is None or moved.after is None else f" ({moved.change:+g})"
        scores = {"before": _score(moved.before), "after": _score(moved.after), "change": change}
        yield say("diff.moved", submission=visible(moved.submission), **scores)
        for check in moved.checks[:checks_each]:
            yield say("diff.check", check=check.id, before=_score(check.before), after=_score(check.after))
        if moved.checks[:checks_each] != moved.checks:
            yield say("diff.more_checks", number=len(moved.checks[checks_each:]))


def summary(moves: Moves, say: Say) -> Iterator[str]:
    """How many moved, and because of which checks."""
    up = sum(moved.change > 0 for moved in moves.moved)
    down = sum(moved.change < 0 for moved in moves.moved)
    yield say("diff.summary", moved=len(moves.moved), compared=moves.compared, up=up, down=down)
    for before, after in sorted(moves.full_marks):
        yield say("diff.full_marks", before=points(before), after=points(after))
    if moves.new or moves.gone:
        yield say("diff.others", new=moves.new, gone=moves.gone)
    by_check: dict[str, int] = {}
    for moved in moves.moved:
        for check in moved.checks:
            by_check[check.id] = by_check.get(check.id, 0) + 1
    for id, count in sorted(by_check.items(), key=lambda item: (-item[1], item[0])):
        yield say("diff.by_check", check=id, number=count)


def _show(moves: Moves, output: Path, say: Say) -> None:
    from grader.cli.screen import remark

    most = sorted(moves.moved, key=lambda one: (-abs(one.change), one.submission))[:_SHOWN]
    if most:
        remark("\n".join(lines(Moves(moved=most), say, checks_each=_CHECKS_SHOWN)))
    if len(most) < len(moves.moved):
        remark(say("diff.more", command=_diff_command(output)))
    remark("\n".join(list(summary(moves, say))[:_SHOWN]))


def _diff_command(output: Path) -> str:
    """What shows everyone who would move."""
    return shlex.join(["grade", "diff", str(output), str(output / STAGING)])


def _agreed(say: Say) -> bool:
    """Ask whoever sits there; nobody does where the input or the question would go to a file."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    print(say("batch.regrade.question"), end=" ", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().casefold() in say("batch.regrade.yes").split()


def differing(before: Sequence[Mapping[str, str]], after: Sequence[Mapping[str, str]], say: Say) -> Iterator[str]:
    """In what two batches were decided differently, one line a part."""
    for part in dict.fromkeys(part for basis in after for part in basis):
        old, new = ({basis.get(part, "") for basis in bases} for bases in (before, after))
        if before and old != new:
            key = "batch.basis.differs" if part in _DIGESTS else "batch.basis.values"
            shown = {
                when: " | ".join(value or say("batch.basis.none") for value in sorted(values))
                for when, values in (("before", old), ("after", new))
            }
            yield say(key, part=say(f"batch.basis.{part}"), **shown)


def _score(score: float | None) -> str:
    return "-" if score is None else points(score)
