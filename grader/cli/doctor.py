"""`grade doctor`: is everything in order with suites, solutions and pitfalls? For whoever changes one of them.

Prints what `grader.doctor` found out: which check notices which mistake, which mutants live and why that is right, and
what is not as it should be.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import typer

from grader import catalogue
from grader.cli import FULL_MARKS
from grader.cli.commands import command_class, language_option, seed_option
from grader.cli.paragraphs import paragraph
from grader.cli.speech import Say, WrongUsage, nearest, speaker, whole_number

if TYPE_CHECKING:
    from grader.doctor import Examination
    from grader.doctor.judging import Row

SOMETHING_IS_OFF = 1


def declare(app: typer.Typer, language: str) -> None:
    """Add the command to the app, in the language it speaks."""
    say = speaker(language)

    @app.command("doctor", cls=command_class(say), help=say("doctor.about"), epilog=say("doctor.examples"))
    def doctor(
        exercise: str = typer.Argument(None, metavar="[EXERCISE]", help=say("doctor.exercise")),
        verbose: bool = typer.Option(False, "-v", "--verbose", help=say("doctor.verbose")),
        seed: str = seed_option(say),
        lang: str = language_option(say),
    ) -> int:
        known = catalogue.exercises()
        if exercise is not None and exercise not in known:
            command = f"grade doctor {nearest(exercise, known)}".strip()
            hint = say("cli.hint_command", command=command)
            raise WrongUsage(say("cli.unknown_exercise", seen=exercise, known=", ".join(known)), hint)
        ids = [exercise] if exercise else list(known)
        return examine_all(ids, whole_number("--seed", seed, 0, say), say, verbose=verbose)


def examine_all(ids: Sequence[str], seed: int, say: Say, *, verbose: bool) -> int:
    """Examine exercises one after the other and print what was found; the exit code says whether all is well."""
    from grader.cli.screen import remark
    from grader.doctor import examine, submitting

    found = 0
    if not submitting.RIGHT.is_dir():
        remark(say("doctor.no_right"))
    for id in ids:
        examination = examine(id, seed)
        for line in page(examination, say, verbose=verbose):
            print(line)
        print(flush=True)
        found += len(examination.complaints)
    print(say("doctor.healthy") if not found else say("doctor.complaints", count=found))
    return SOMETHING_IS_OFF if found else FULL_MARKS


def page(examination: "Examination", say: Say, *, verbose: bool) -> Iterator[str]:
    """What was found out about one exercise, in lines of 80 cells."""
    killed = sum(row.killed for row in examination.mutants)
    figures = say(
        "doctor.figures",
        exercise=examination.exercise,
        checks=len(examination.checks),
        pitfalls=len(examination.pitfalls),
        right=examination.right,
        killed=killed,
        mutants=len(examination.mutants),
    )
    yield from paragraph(figures, "", "    ")
    yield ""
    yield from _check_by_check(examination, say)
    yield ""
    yield from _matrix(examination, say, verbose=verbose)
    if examination.survivors:
        yield ""
        yield from _survivors(examination, say)
    yield ""
    yield say("doctor.pairs", pairs=examination.pairs, count=len(examination.close))
    for pair in examination.close:
        names = "  |  ".join(name.split("/", 1)[1] for name in pair.names)
        yield from paragraph(f"{names}: {pair.place[0].split('/', 1)[1] if pair.place else '-'}", "    ")
    if examination.complaints:
        yield ""
    for complaint in examination.complaints:
        yield from paragraph(say(f"doctor.complaint.{complaint.key}", **complaint.fields), "  ! ", "    ")


def _check_by_check(examination: "Examination", say: Say) -> Iterator[str]:
    """One line a check: what it is worth, and how many wrong layers it notices."""
    from grader.cli.screen import aligned
    from grader.reports.findings import points

    yield say("doctor.columns")
    rows = [("", "", "", *(say(f"doctor.column.{name}") for name in ("pitfalls", "mutants", "alone")))]
    everything = (*examination.pitfalls, *examination.mutants)
    for place, (letter, spec) in enumerate(zip(_letters(examination), examination.checks, strict=True)):
        rows.append(
            (
                f" {letter}",
                points(spec.points),
                spec.id.split("/", 1)[1],
                str(_noticed(examination.pitfalls, place)),
                str(_noticed(examination.mutants, place)),
                str(sum(row.marks.count("x") == 1 and row.marks[place] == "x" for row in everything)),
            )
        )
    yield from aligned(rows)


def _noticed(rows: "Sequence[Row]", place: int) -> int:
    return sum(row.marks[place] == "x" for row in rows)


def _matrix(examination: "Examination", say: Say, *, verbose: bool) -> Iterator[str]:
    """The kill matrix: layers that lose the same checks share a line."""
    yield say("doctor.matrix")
    letters = "".join(_letters(examination))
    yield f"  {letters}"
    margin = " " * (len(letters) + 4)
    for marks in sorted({row.marks for row in (*examination.pitfalls, *examination.mutants)}, reverse=True):
        names = [row.name.split("/", 1)[1] for row in examination.pitfalls if row.marks == marks]
        keys = [row.name for row in examination.mutants if row.marks == marks]
        if keys and not verbose:
            names.append(say("doctor.mutants", count=len(keys)))
        if names:
            yield from paragraph(", ".join(names), f"  {marks}  ", margin)
        elif verbose:
            yield f"  {marks}"
        for key in keys if verbose else ():
            yield from paragraph(key, f"{margin}~ ", f"{margin}  ")


def _survivors(examination: "Examination", say: Say) -> Iterator[str]:
    """The mutants that live, by the reason why that is right."""
    yield say("doctor.survivors", count=len(examination.survivors))
    for reason in dict.fromkeys(examination.survivors.values()):
        for key, why in examination.survivors.items():
            if why == reason:
                yield from paragraph(key, "  ~ ", "    ")
        yield from paragraph(reason or say("doctor.no_reason"), "      ")


def _letters(examination: "Examination") -> Iterable[str]:
    """A letter for each check, as the matrix has one column for each."""
    return [chr(ord("a") + place) for place in range(len(examination.checks))]
