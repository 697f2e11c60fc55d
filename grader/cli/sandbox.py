"""`grade sandbox`: how well a stranger's code is locked in on this machine.

Shows what the workshop's probe found; `grade batch` refuses to run below the full sandbox.
"""

import typer

from grader.cli.commands import command_class, language_option
from grader.cli.speech import speaker


def declare(app: typer.Typer, language: str) -> None:
    """Add the command to the app, in the language it speaks."""
    say = speaker(language)

    @app.command("sandbox", cls=command_class(say), help=say("cli.sandbox.about"))
    def sandbox(lang: str = language_option(say)) -> int:
        raise NotImplementedError
