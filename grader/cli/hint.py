"""`grade hint`: help in four steps for one exercise as it stands, from where it is to a worked example.

Grades the file anew each time, so that no state is kept: which step comes next is an option, and the page says how to
type it.
"""

import shlex
from collections.abc import Sequence
from pathlib import Path

import typer

from grader import catalogue
from grader.cli import FULL_MARKS, GRADER_BROKE, courses
from grader.cli.check import HOME
from grader.cli.commands import command_class, language_option
from grader.cli.paragraphs import indented, paragraph
from grader.cli.speech import Say, WrongUsage, nearest, speaker, whole_number
from grader.model import ExerciseReport, Report, Settings, Standing


def declare(app: typer.Typer, language: str) -> None:
    """Add the command to the app, in the language it speaks."""
    say = speaker(language)

    @app.command("hint", cls=command_class(say), help=say("hint.about"), epilog=say("hint.examples"))
    def hint(
        exercise: str = typer.Argument(None, metavar="EXERCISE", help=say("hint.exercise")),
        path: str = typer.Argument(None, metavar="[PATH]", help=say("hint.path")),
        level: str = typer.Option("1", "--level", metavar="1|2|3|4", help=say("hint.level")),
        lang: str = language_option(say),
    ) -> int:
        known = catalogue.exercises()
        if exercise is None:
            hint = say("cli.hint_command", command=f"grade hint {next(iter(known))}")
            raise WrongUsage(say("hint.which", known=", ".join(known)), hint)
        if exercise not in known:
            close = nearest(exercise, known)
            hint = say("cli.hint_command", command=f"grade hint {close}" if close else "grade list")
            raise WrongUsage(say("cli.unknown_exercise", seen=exercise, known=", ".join(known)), hint)
        rungs = _level(level, say)
        whole = _graded(exercise, path, language)
        report = whole.exercises[0]
        if report.status is Standing.BROKEN:
            print(say("terminal.undecided", exercise=exercise))
            return GRADER_BROKE
        if report.status is Standing.PASSED:
            print(say("hint.nothing", exercise=exercise))
            return FULL_MARKS
        typed = [*([path] if path else []), *(["--lang", lang] if lang else [])]
        show(report, rungs, typed, language, whole.notes if report.status is Standing.MISSING else ())
        return FULL_MARKS


def show(report: ExerciseReport, level: int, typed: list[str], language: str, notes: Sequence[str] = ()) -> None:
    """Print the rungs up to a level, and how to get the next one with what was typed."""
    from grader import hints
    from grader.reports.escaping import visible

    say = speaker(language)
    rungs = hints.ladder(report, language)
    for number, rung in enumerate(rungs[:level], start=1):
        for line in paragraph(say(f"hint.rung_{number}"), f"{number}. ", "   "):
            print(line)
        for line in rung:
            words = visible(line)
            for part in indented(words, "   ") if line.startswith(hints.CODE) else paragraph(words, "   "):
                print(part)
        print()
    for note in notes:
        print("\n".join(paragraph(say("terminal.note", note=visible(note)))) + "\n")
    if level < len(rungs):
        command = ["grade", "hint", report.id, *typed, "--level", str(level + 1)]
        print(say("hint.next", command=shlex.join(command)))
    else:
        print(say("hint.last", command=shlex.join(["grade", "check", *typed])))


def _graded(id: str, path: str | None, language: str) -> Report:
    """The report of the moment."""
    from grader import submissions
    from grader.grading import grade

    usual = Path(HOME) if Path(HOME).is_dir() else Path()
    try:
        submission = submissions.read((Path(path) if path else usual,), language, courses.reading())
    except submissions.UnreadableSubmission as problem:
        raise WrongUsage(problem.message, problem.hint) from problem
    # As `grade check` would: what the course holds out is no business of a hint either.
    settings = Settings(exercises=(id,), language=language, held_out=courses.held_out())
    return grade(submission, courses.applied(settings))


def _level(word: str, say: Say) -> int:
    from grader import hints

    level = whole_number("--level", word, 1, say)
    if level > hints.LEVELS:
        raise WrongUsage(say("hint.levels", seen=word, most=hints.LEVELS))
    return level
