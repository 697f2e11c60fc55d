"""`grade check`: one's own code, graded once or at every save.

Reads what the paths name, asks for a report and prints it in the format that was asked for.
"""

import dataclasses
import os
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

import typer

from grader import launching, reports
from grader.cli import FULL_MARKS, GRADER_BROKE, POINTS_LOST, courses
from grader.cli.commands import command_class, language_option, seed_option, settings, time_limit_option
from grader.cli.speech import Say, WrongUsage, nearest, reason, speaker
from grader.model import Report, Settings, Standing, Submission

HOME = "exercises"
"""Where a student works unless told otherwise."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the words of the command line ask for."""

    paths: tuple[Path, ...]
    settings: Settings
    form: str
    output: Path | None
    verbose: bool
    quiet: bool
    again: str
    """The same command, to be typed again."""


def declare(app: typer.Typer, language: str) -> None:
    """Add the command to the app, in the language it speaks."""
    say = speaker(language)
    forms = "|".join(reports.FORMATS)

    @app.command("check", cls=command_class(say), help=say("cli.check.about"), epilog=say("cli.check.examples"))
    def check(
        paths: list[str] = typer.Argument(None, metavar="[PATH]...", help=say("cli.check.paths")),
        exercise: list[str] = typer.Option([], "-e", "--exercise", metavar="ID", help=say("cli.check.exercise")),
        form: str = typer.Option("text", "--format", metavar=forms, help=say("cli.check.format")),
        output: str = typer.Option(None, "--output", metavar="FILE", help=say("cli.check.output")),
        watch: bool = typer.Option(False, "--watch", help=say("cli.check.watch")),
        verbose: bool = typer.Option(False, "-v", "--verbose", help=say("cli.check.verbose")),
        quiet: bool = typer.Option(False, "-q", "--quiet", help=say("cli.check.quiet")),
        seed: str = seed_option(say),
        time_limit: str = time_limit_option(say),
        require_sandbox: bool = typer.Option(False, "--require-sandbox", help=say("cli.check.require_sandbox")),
        lang: str = language_option(say),
    ) -> int:
        if form not in reports.FORMATS:
            close = nearest(form, reports.FORMATS)
            hint = say("cli.hint_option", option=f"--format {close}") if close else ""
            raise WrongUsage(say("cli.unknown_format", seen=form, known=", ".join(reports.FORMATS)), hint)
        paths = paths or []  # typer hands over None for no words
        asked = tuple(map(Path, paths)) or (_usual_folder(),)
        wish = Wish(
            paths=asked,
            settings=settings(
                language,
                seed,
                time_limit,
                say,
                exercises=_exercises(exercise, asked, say),
                held_out=courses.held_out(),
                sandbox_required=require_sandbox,
            ),
            form=form,
            output=Path(output) if output else None,
            verbose=verbose,
            quiet=quiet,
            again=shlex.join(
                ["grade", "check", *paths, *_typed("-e", exercise), *_typed("--lang", [lang] if lang else [])]
            ),
        )
        launching.begin()
        if watch:
            from grader.cli import watching

            return watching.watch(wish)
        return once(wish)


def once(wish: Wish) -> int:
    """Grade and show one report; the exit code says whether points were lost."""
    submission = read(wish)
    report = graded(submission, wish)
    show(report, wish, located(wish.paths, submission))
    warn(report, wish)
    return verdict(report)


def graded(submission: Submission, wish: Wish, *, watched: bool = False) -> Report:
    """The report on a submission.

    Raises:
        WrongUsage: the sandbox was asked for, and this machine does not give it.
    """
    from grader.grading import grade
    from grader.workshop import SandboxMissing

    try:
        return grade(submission, wish.settings, watched=watched)
    except SandboxMissing as problem:
        say = speaker(wish.settings.language)
        hint = say("cli.hint_command", command="grade sandbox")
        raise WrongUsage(say("cli.batch.no_sandbox", reason=problem), hint) from problem


def read(wish: Wish) -> Submission:
    """The submission that the paths name.

    Raises:
        WrongUsage: there is nothing that could be graded.
    """
    from grader import catalogue, submissions

    say = speaker(wish.settings.language)
    for path in wish.paths:
        if str(path) in catalogue.exercises() and not path.exists():
            raise WrongUsage(
                say("cli.no_such_path", path=path), say("cli.hint_command", command=f"grade check -e {path}")
            )
    try:
        return submissions.read(wish.paths, wish.settings.language, courses.reading())
    except submissions.UnreadableSubmission as problem:
        if wish.form == "gradescope" and all(map(os.path.lexists, wish.paths)):
            # Nobody sits there who could type another command: nothing was handed in that could get points.
            return Submission(name=wish.paths[0].name, files=(), notes=tuple(problem.message.split("\n")))
        raise WrongUsage(problem.message, problem.hint) from problem


def verdict(report: Report) -> int:
    """The exit code that a report stands for."""
    if report.score is None or any(exercise.status is Standing.BROKEN for exercise in report.exercises):
        return GRADER_BROKE
    # A bonus stands beside the score, but whoever asks for it alone wants to know about it.
    counted = [exercise for exercise in report.exercises if not exercise.bonus] or report.exercises
    full = all(exercise.status is Standing.PASSED for exercise in counted)
    return FULL_MARKS if full else POINTS_LOST


def show(report: Report, wish: Wish, files: dict[str, str]) -> None:
    """Print the report, or write it where it was asked for."""
    if wish.form == "text":
        _show_to_people(report, wish, files)
    else:
        _hand_over(reports.render(report, wish.form, wish.settings.language, files), wish)
    if wish.form == "github" and os.environ.get("GITHUB_STEP_SUMMARY"):
        from grader.reports import github

        page = Path(os.environ["GITHUB_STEP_SUMMARY"])
        _write(page, github.summary(report, wish.settings.language), wish, mode="a")


def warn(report: Report, wish: Wish) -> None:
    """Say what a student should know about this machine."""
    from grader.cli.screen import remark

    if report.sandbox not in {"full", ""}:
        remark(speaker(wish.settings.language)("cli.check.sandbox", level=report.sandbox))


def _show_to_people(report: Report, wish: Wish, files: dict[str, str]) -> None:
    from grader.cli.screen import report_console, signs_fit
    from grader.reports import terminal

    console = report_console()
    view = terminal.View(verbose=wish.verbose, files=files, again=wish.again)
    if wish.output is None:
        view = dataclasses.replace(view, width=console.width, plain=not signs_fit(console))
    language = wish.settings.language
    lines = [terminal.one_line(report, language)] if wish.quiet else terminal.render(report, language, view)
    if wish.output is not None:
        _hand_over("".join(f"{line.plain}\n" for line in lines), wish)
        return
    for line in lines:
        console.print(line)
    sys.stdout.flush()


def _hand_over(document: str, wish: Wish) -> None:
    """A document for programs is UTF-8, whatever the console speaks."""
    from grader.cli.screen import remark

    if wish.output is None:
        sys.stdout.flush()
        sys.stdout.buffer.write(document.encode("utf-8"))
        sys.stdout.buffer.flush()
        return
    _write(wish.output, document, wish)
    remark(speaker(wish.settings.language)("cli.check.written", file=wish.output))


def _write(file: Path, document: str, wish: Wish, mode: str = "w") -> None:
    try:
        with file.open(mode, encoding="utf-8", newline="") as stream:
            stream.write(document)
    except OSError as problem:
        say = speaker(wish.settings.language)
        raise WrongUsage(say("cli.not_writable", path=file, reason=reason(problem, say))) from problem


def located(paths: tuple[Path, ...], submission: Submission) -> dict[str, str]:
    """Where the files of the submission lie, by the names that its report uses."""
    places = {}
    for path in paths:
        for file in submission.files:
            place = path / file.name if path.is_dir() else path
            if place.is_file() and (path.is_dir() or path.name == file.name or len(paths) == 1):
                places[file.name] = str(place)
    if len(paths) == 1 and paths[0].is_dir():
        from grader import catalogue

        places = {f"{id}.py": str(paths[0] / f"{id}.py") for id in catalogue.exercises()} | places
    return places


def _typed(option: str, values: Sequence[str]) -> list[str]:
    """An option as it was typed, once for each of its values."""
    return [word for value in values for word in (option, value)]


def _usual_folder() -> Path:
    return Path(HOME) if Path(HOME).is_dir() else Path()


def _exercises(asked: Sequence[str], paths: tuple[Path, ...], say: Say) -> tuple[str, ...]:
    """Ids to grade: those asked for, else those that the paths are named after."""
    from grader import catalogue, submissions

    known = catalogue.exercises()
    for id in asked:
        if id not in known:
            close = nearest(id, known)
            hint = (
                say("cli.hint_option", option=f"-e {close}") if close else say("cli.hint_command", command="grade list")
            )
            raise WrongUsage(say("cli.unknown_exercise", seen=id, known=", ".join(known)), hint)
    return tuple(asked) or tuple(submissions.exercises_meant(paths))
