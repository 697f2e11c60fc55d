"""`grade stubs`: writes each exercise's stub from its solution, or says which ones differ.

For whoever changes a solution; a solution without markers is left alone.
"""

from pathlib import Path

import typer

from grader import catalogue
from grader.cli import FULL_MARKS, POINTS_LOST
from grader.cli.commands import command_class, language_option
from grader.cli.speech import Say, WrongUsage, speaker


def declare(app: typer.Typer, language: str) -> None:
    """Add the command to the app, in the language it speaks."""
    say = speaker(language)

    @app.command("stubs", cls=command_class(say), help=say("stubs.about"), epilog=say("stubs.examples"))
    def stubs(
        check: bool = typer.Option(False, "--check", help=say("stubs.check")),
        lang: str = language_option(say),
    ) -> int:
        return bring_up_to_date(say, write=not check)


def bring_up_to_date(say: Say, *, write: bool) -> int:
    """Write the stubs that differ from their solutions, or name them."""
    from grader.stubs import MarkerError, stub

    differing = []
    for exercise in catalogue.exercises().values():
        try:
            wanted = stub(exercise.solution.read_text(encoding="utf-8"))
        except MarkerError as problem:
            raise WrongUsage(say("stubs.markers", file=exercise.solution, detail=str(problem))) from problem
        if exercise.stub.read_text(encoding="utf-8") != wanted:
            differing.append(_shown(exercise.stub))
            if write:
                exercise.stub.write_text(wanted, encoding="utf-8")
    for file in differing:
        print(say("stubs.written" if write else "stubs.differs", file=file))
    if not differing:
        print(say("stubs.same"))
    return POINTS_LOST if differing and not write else FULL_MARKS


def _shown(path: Path) -> Path:
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
