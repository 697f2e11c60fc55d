"""`grade sandbox`: how well a stranger's code is locked in on this machine.

Shows what the workshop's probe found; `grade batch` refuses to run below the full sandbox.
"""

import typer

from grader.cli.commands import command_class, language_option
from grader.cli.speech import Say, speaker
from grader.model import Limits, SourceFile
from grader.reports.escaping import visible

FULL_SANDBOX, LESS = 0, 1
"""Exit codes: scripts ask before they start a class."""


def declare(app: typer.Typer, language: str) -> None:
    """Add the command to the app, in the language it speaks."""
    say = speaker(language)

    @app.command("sandbox", cls=command_class(say), help=say("cli.sandbox.about"))
    def sandbox(lang: str = language_option(say)) -> int:
        return show(say)


def show(say: Say) -> int:
    """Start a worker as for a submission, and tell what it could close off."""
    from grader import catalogue
    from grader.workshop import Workshop

    exercise = next(iter(catalogue.exercises().values()))
    stub = SourceFile(name=exercise.stub.name, data=exercise.stub.read_bytes())
    with Workshop(Limits()) as workshop, workshop.open(exercise, [stub]) as worker:
        level, reasons = worker.sandbox, worker.reasons
    print(say(f"cli.sandbox.{level}"))
    for reason in reasons:
        print("  " + say("cli.sandbox.lacks", reason=visible(reason)))
    if level == "full":
        return FULL_SANDBOX
    print(say("cli.sandbox.check_goes_on"))
    return LESS
