"""The report that a student reads: a bar for each exercise, the first cause of what is lost, and what to do next.

Returns styled lines that fit the width counted in terminal cells (Hangul takes two); the command line prints them. Must
read well without colour, so nothing is said by colour alone. Knows reports and texts, nothing of grading.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from grader.model import CheckOutcome, Diagnosis, ExerciseReport, Report, Standing, Status
from grader.reports.escaping import visible, visible_lines
from grader.reports.findings import cost, findings, is_guess, other_details, points, screen_lines
from grader.reports.findings import one_line as one_line_of
from grader.texts import text

BAR_CELLS = 16
"""Some Korean consoles draw block characters twice as wide: a line of the table then still fits 80 cells."""
OUTPUT_LINES = 12
"""A training loop prints thousands of lines; the first few say which print it was."""
MESSAGES = 3
"""Messages of unexplained checks that are shown unasked: the first tells most, a wall of them nothing."""

_STYLES = {
    Standing.PASSED: "green",
    Standing.PARTIAL: "yellow",
    Standing.NOT_STARTED: "dim",
    Standing.MISSING: "dim",
    Standing.BROKEN: "magenta",
}
_MARKS = {Status.PASSED: "✓", Status.FAILED: "✗", Status.BLOCKED: "-", Status.BROKEN: "?"}
_PLAIN_MARKS = _MARKS | {Status.PASSED: "+", Status.FAILED: "x"}


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """How much to show, and what the reader typed."""

    width: int = 80
    verbose: bool = False
    files: Mapping[str, str] = field(default_factory=dict)
    """Where the submission's files lie, by the names that the report uses."""
    again: str = "grade check"
    """The command that shows this report anew; empty where that happens by itself."""
    plain: bool = False
    """For streams that cannot encode block characters and check marks."""


def render(report: Report, language: str, view: View) -> list[Text]:
    """The whole report as styled lines."""
    page = _Page(language, view)
    return list(page.report(report))


def one_line(report: Report, language: str) -> Text:
    """The scores alone."""
    return Text(text("terminal.one_line", language, **one_line_of(report, language)))


def as_text(report: Report, language: str, view: View) -> str:
    """The whole report as plain text."""
    return "".join(f"{line.plain}\n" for line in render(report, language, view))


class _Page:
    """The parts of the report in order; each yields lines."""

    def __init__(self, language: str, view: View) -> None:
        self.language = language
        self.view = view
        # rich wraps text only with a console at hand; nothing is printed here.
        self.console = Console(file=io.StringIO(), width=view.width)

    def say(self, key: str, /, **fields: object) -> str:
        return text(f"terminal.{key}", self.language, **fields)

    def report(self, report: Report) -> Iterator[Text]:
        yield from self.table(report)
        together = _told_together(report.exercises)
        for exercise in report.exercises:
            if names := together[exercise.id]:
                yield from self.exercise(exercise, names)
        yield from self.remarks(report)
        yield from self.printed(report)
        yield from self.next_step(report)

    # --- the table ---

    def table(self, report: Report) -> Iterator[Text]:
        total = self.say("total")
        names = [exercise.id for exercise in report.exercises] + [total] * (len(report.exercises) > 1)
        width = max(map(cell_len, names), default=0)
        yield Text()
        for exercise in report.exercises:
            remarks = [text(f"status.{exercise.status}", self.language)]
            remarks += [self.say("bonus")] if exercise.bonus else []
            yield self.row(_padded(exercise.id, width), exercise, exercise.status, " ".join(remarks))
        if len(report.exercises) > 1:
            status = Standing.PASSED if report.score == report.max_score else Standing.PARTIAL
            remark = self.say("needs_review") if report.needs_review else ""
            yield self.row(_padded(total, width), report, status, remark, bold=True)

    def row(
        self, name: str, scored: ExerciseReport | Report, status: Standing, remark: str, *, bold: bool = False
    ) -> Text:
        score, most = scored.score, scored.max_score
        style = _STYLES.get(status, "red")
        share = (score or 0.0) / most if most else 0.0
        # Neither full nor empty unless it is: a lost point must be seen.
        filled = min(max(round(share * BAR_CELLS), int(share > 0)), BAR_CELLS - int(share < 1))
        full, empty = ("#", ".") if self.view.plain else ("█", "░")
        line = Text("  ")
        line.append(f"{name}  ", "bold" if bold else "")
        line.append(full * filled, style).append(empty * (BAR_CELLS - filled), "dim")
        line.append(f"{points(score):>6} / {points(most):<4}", "bold" if bold else "")
        line.append(f"  {remark}", style)
        line.rstrip()
        return line

    # --- what was lost ---

    def exercise(self, exercise: ExerciseReport, names: str) -> Iterator[Text]:
        """What was lost in one exercise, or in several by one and the same file; `names` says which."""
        found = findings(exercise)
        untouched = exercise.status in {Standing.NOT_STARTED, Standing.MISSING}
        for number, cause in enumerate(found.causes):
            if untouched and not self.view.verbose and cause.line is None:
                continue
            yield Text()
            short = number > 0 and not self.view.verbose
            yield from self.cause(cause, exercise, found.lost, names=names, short=short)
        if self.view.verbose:
            for aside in found.asides:
                yield Text()
                yield from self.cause(aside, exercise, found.lost, names=names, short=False)
            yield Text()
            yield from self.all_checks(exercise)
        elif not untouched:
            yield from self.open_checks(exercise, found.unexplained, found.follow_ons, heading=not found.causes)
        if found.undecided or exercise.status is Standing.BROKEN:
            yield Text()
            yield from self.wrap(self.say("undecided", exercise=exercise.id), style="magenta")

    def cause(
        self, cause: Diagnosis, exercise: ExerciseReport, lost: int, *, names: str, short: bool
    ) -> Iterator[Text]:
        key = "perhaps" if is_guess(cause) else "cause"
        yield from self.wrap(self.say(key, exercise=names, title=visible(cause.title)), style="bold")
        if cause.place:
            yield from self.wrap(visible(cause.place), 2, "cyan")
        yield from self.source(cause)
        if not short:
            for block in (cause.explanation, *other_details(cause)):
                for line in visible_lines(block):
                    yield from self.wrap(line, 2)
        count, worth = cost(cause, exercise)
        if count > 1 and not short and names == exercise.id:
            key = "explains_all" if count == lost else "explains"
            explains = self.say(key, count=count, of=lost, points=points(worth))
            yield from self.wrap(explains, 2, "dim")
        if cause.hint:
            yield Text()
            yield from self.wrap(self.say("hint", hint=visible(cause.hint)), 2)

    def source(self, cause: Diagnosis) -> Iterator[Text]:
        """The student's own line, with the mark below it where the spot is known."""
        for line in screen_lines(cause):
            cut = Text(f"      {line}")
            cut.truncate(self.view.width, overflow="ellipsis")
            cut.highlight_regex(r"^ *\^+$", "red")
            yield cut

    def open_checks(
        self, exercise: ExerciseReport, checks: Sequence[CheckOutcome], follow_ons: int, *, heading: bool
    ) -> Iterator[Text]:
        if not checks and not follow_ons:
            return
        yield Text()
        if heading:
            yield from self.wrap(self.say("lost_here", exercise=exercise.id), style="bold")
        else:
            yield from self.wrap(self.say("lost_besides"))
        for check in checks[:MESSAGES]:
            yield from self.check(check)
        if len(checks) > MESSAGES:
            yield from self.wrap(self.say("more_checks", count=len(checks) - MESSAGES), 2, "dim")
        if follow_ons:
            yield from self.wrap(self.say("follow_ons", count=follow_ons), 2, "dim")

    def all_checks(self, exercise: ExerciseReport) -> Iterator[Text]:
        yield from self.wrap(self.say("all_checks", exercise=exercise.id), style="bold")
        for check in exercise.checks:
            yield from self.check(check)

    def check(self, check: CheckOutcome) -> Iterator[Text]:
        mark = (_PLAIN_MARKS if self.view.plain else _MARKS)[check.status]
        worth = self.say("points", points=points(check.points), max_points=points(check.max_points))
        yield from self.wrap(f"{visible(check.title)} ({worth})", 4, first=f"  {mark} ")
        for line in visible_lines(check.message) if check.message else []:
            yield from self.wrap(line, 6, "dim" if check.status is Status.BLOCKED else "")

    # --- what else to know ---

    def remarks(self, report: Report) -> Iterator[Text]:
        notes = [self.say("note", note=visible(note)) for note in report.notes]
        if self.view.verbose:
            notes += [self.say("flag", flag=visible(flag)) for flag in report.flags]
            notes.append(self.say("seed", seed=report.seed, sandbox=report.sandbox or "-"))
        if notes:
            yield Text()
        for note in notes:
            yield from self.wrap(note, style="dim")

    def printed(self, report: Report) -> Iterator[Text]:
        if not report.output.strip():
            return
        lines = visible_lines(report.output)
        yield Text()
        if report.score == report.max_score and not self.view.verbose:
            yield from self.wrap(self.say("printed_lines", count=len(lines)), style="dim")
            return
        shown = lines if self.view.verbose else lines[:OUTPUT_LINES]
        yield from self.wrap(self.say("printed"))
        for line in shown:
            cut = Text(f"  | {line}", "dim")
            cut.truncate(self.view.width, overflow="ellipsis")
            yield cut
        if len(lines) > len(shown):
            yield from self.wrap(self.say("more_lines", count=len(lines) - len(shown)), 2, "dim")

    def next_step(self, report: Report) -> Iterator[Text]:
        yield Text()
        counted = [exercise for exercise in report.exercises if not exercise.bonus] or report.exercises
        unfinished = [exercise for exercise in counted if exercise.status is not Standing.PASSED]
        if not unfinished:
            yield from self.wrap(self.say("all_right"), style="green")
            return
        if any(exercise.status is Standing.BROKEN for exercise in unfinished):
            yield from self.wrap(self.say("next_broken"))
            return
        # What was begun comes before what was not: one thing at a time.
        begun = [exercise for exercise in unfinished if exercise.status not in {Standing.NOT_STARTED, Standing.MISSING}]
        first = (begun or unfinished)[0]
        advice = self.advice(first)
        if not self.view.again:
            yield from self.wrap(advice)
            return
        yield from self.wrap(f"{advice} {self.say('then')}")
        yield Text(f"    {self.view.again}", "bold")

    def advice(self, exercise: ExerciseReport) -> str:
        """What to open, and where."""
        cause = next(iter(findings(exercise).causes), None)
        name = cause.file if cause and cause.file else f"{exercise.id}.py"
        file = visible(self.view.files.get(name, name))
        if exercise.status is Standing.MISSING and not (cause and cause.line):
            (only, *others) = self.view.files or [""]
            if only.lower().endswith(".ipynb") and not others:
                return self.say("next_missing_cell", exercise=exercise.id, file=visible(self.view.files[only]))
            if only == name and not others:
                return self.say("next_file", file=file)
            return self.say("next_missing", file=file)
        if exercise.status is Standing.NOT_STARTED:
            return self.say("next_start", file=file)
        if cause and cause.line and name.endswith(".py"):
            return self.say("next_line", file=file, line=cause.line)
        return self.say("next_file", file=file)

    # --- lines ---

    def wrap(self, words: str, indent: int = 0, style: str = "", first: str = "") -> Iterator[Text]:
        """One paragraph at the page's width; `code` between backticks stands out."""
        paragraph = Text(words, style)
        paragraph.highlight_regex(r"`[^`]+`", "bold")
        lines = paragraph.wrap(self.console, max(20, self.view.width - indent)) if words.strip() else [Text()]
        for number, line in enumerate(lines):
            line.rstrip()
            lead = first if first and number == 0 else " " * indent
            yield Text(lead if line.plain else "").append_text(line)


def _told_together(exercises: Sequence[ExerciseReport]) -> dict[str, str]:
    """By whose names each exercise is told: a file that cannot be read is told once; empty where it was told before."""
    groups: dict[object, list[str]] = {}
    for exercise in exercises:
        cause = next(iter(exercise.diagnoses), None) if exercise.status is Standing.UNREADABLE else None
        key = (cause.title, cause.place, cause.source) if cause is not None else exercise.id
        groups.setdefault(key, []).append(exercise.id)
    return {id: ", ".join(ids) if id == ids[0] else "" for ids in groups.values() for id in ids}


def _padded(name: str, width: int) -> str:
    return name + " " * (width - cell_len(name))
