"""`grade export`: the scores of a batch as a table, or filled into a learning platform's own file.

The file goes to stdout unless told otherwise; what a person has to look at goes to stderr.
"""

import shlex
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from grader.cli import FULL_MARKS, people, results
from grader.cli.commands import command_class, language_option
from grader.cli.speech import Say, WrongUsage, nearest, speaker
from grader.reports.escaping import visible

if TYPE_CHECKING:
    from grader.exports import Filled, Score
    from grader.store import Store

FORMS = ("csv", "canvas", "moodle", "gradescope", "junit")


def declare(app: typer.Typer, language: str) -> None:
    """Add the command to the app, in the language it speaks."""
    say = speaker(language)
    forms = "|".join(FORMS)

    @app.command("export", cls=command_class(say), help=say("export.help.about"), epilog=say("export.help.examples"))
    def export(
        out: str = typer.Argument(None, metavar="OUT", help=say("export.help.out")),
        form: str = typer.Option("", "--to", metavar=forms, help=say("export.help.form")),
        template: str = typer.Option("", "--template", metavar="FILE", help=say("export.help.template")),
        column: str = typer.Option("", "--column", metavar="TITLE", help=say("export.help.column")),
        scale: bool = typer.Option(False, "--scale", help=say("export.help.scale")),
        feedback: bool = typer.Option(False, "--feedback", help=say("export.help.feedback")),
        output: str = typer.Option("", "-o", "--output", metavar="FILE", help=say("export.help.output")),
        lang: str = language_option(say),
    ) -> int:
        if not out or not form:
            raise WrongUsage(say("export.missing", missing="--to" if out else "OUT"), say("export.hint"))
        if form not in FORMS:
            close = nearest(form, FORMS)
            hint = say("cli.hint_option", option=f"--to {close}") if close else ""
            raise WrongUsage(say("export.unknown_form", seen=form, known=", ".join(FORMS)), hint)
        target = Path(output) if output else None
        with results.opened(Path(out), say, writing=False) as store:
            results.warn_of_parts(store, Path(out), say)
            if form in {"canvas", "moodle"}:
                if not template:
                    raise WrongUsage(say(f"export.{form}.template"), say(f"export.{form}.hint", out=shlex.quote(out)))
                wanted = {"column": column, "rescaled": scale}
                scores = dict(_scores(store, language, commented=feedback))
                _fill(store, form, Path(template), target, scores, wanted, say)
            elif form == "gradescope":
                if target is None:
                    raise WrongUsage(
                        say("export.gradescope.folder"), say("export.gradescope.hint", out=shlex.quote(out))
                    )
                _gradescope(store, target, language, say)
            else:
                _deliver(_text(store, form, language), target, say)
        return FULL_MARKS


def _text(store: "Store", form: str, language: str) -> Iterator[bytes]:
    from grader import catalogue, exports
    from grader.reports import junit

    if form == "junit":
        yield junit.render(store.reports(), language).encode("utf-8", "backslashreplace")
    else:
        for line in exports.lines(
            store.reports(), results.columns(store, catalogue.exercises()), dict(store.senders())
        ):
            yield line.encode("utf-8", "backslashreplace")


def _gradescope(store: "Store", folder: Path, language: str, say: Say) -> None:
    """One `results.json` a submission, each in a file of its own."""
    from grader.cli.screen import remark
    from grader.reports import gradescope

    results.make_folder(folder, say)
    files = results.file_names(store.names())
    for report in store.reports():
        results.save(folder / f"{files[report.submission]}.json", [gradescope.render(report, language)], say)
    remark(say("export.gradescope.written", number=len(files), path=folder))


def _fill(
    store: "Store",
    form: str,
    template: Path,
    target: Path | None,
    scores: Mapping[str, "Score"],
    wanted: Mapping[str, Any],
    say: Say,
) -> None:
    from grader import exports, sheets
    from grader.exports import ColumnNotFound, OtherScale

    try:
        filled = exports.fill(sheets.read(template.read_bytes()), form, scores, store.senders(), **wanted)
    except OSError as problem:
        raise WrongUsage(say("cli.no_such_path", path=template), say(f"export.{form}.template")) from problem
    except sheets.UnreadableTable as problem:
        raise WrongUsage(say("export.no_table", path=template), say(f"export.{form}.template")) from problem
    except ColumnNotFound as problem:
        hint = say("export.column.hint") if problem.purpose == "grade" else say(f"export.{form}.template")
        titles = "\n".join(f"  {visible(title)}" for title in problem.candidates)
        raise WrongUsage(say(f"export.column.{problem.purpose}", path=template, titles=titles), hint) from problem
    except OtherScale as problem:
        from grader.reports.findings import points

        message = say("export.other_scale", theirs=problem.theirs, ours=points(problem.ours))
        raise WrongUsage(message, say("cli.hint_option", option="--scale")) from problem
    _deliver([filled.data], target, say)
    _tell(filled, say)


def _scores(store: "Store", language: str, *, commented: bool) -> Iterator[tuple[str, "Score"]]:
    from grader import exports
    from grader.exports import feedback

    for report in store.reports():
        words = feedback.comment(report, language) if commented else ""
        yield report.submission, exports.Score(score=report.score, max_score=report.max_score, feedback=words)


def _deliver(parts: Iterable[bytes], target: Path | None, say: Say) -> None:
    """To the file that was named, whole or not at all, else to stdout."""
    if target is not None:
        results.save_bytes(target, parts, say)
        return
    for part in parts:
        sys.stdout.buffer.write(part)
    sys.stdout.buffer.flush()


def _tell(filled: "Filled", say: Say) -> None:
    """What was done, and what a person has to decide."""
    from grader.cli.screen import remark

    remark(say("export.filled", number=filled.rows, column=filled.column))
    people.tell(say("export.replaced"), [f"{one.shown}: {old} -> {new}" for one, old, new in filled.replaced], say)
    people.tell(say("export.excused"), [person.shown for person in filled.excused], say)
    people.tell(say("export.undecided"), filled.undecided, say)
    people.tell(say("export.doubts"), map(people.doubt, filled.doubts), say)
    people.tell(say("export.strangers"), map(people.stranger, filled.strangers), say)
    people.tell(say("export.absent"), [person.shown for person in filled.absent], say)
