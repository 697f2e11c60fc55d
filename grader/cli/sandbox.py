"""`grade sandbox`: how well a stranger's code is locked in on this machine.

Shows what the workshop's probe found; `grade batch` refuses to run below the full sandbox.
"""

import typer

from grader.cli.usage import command_class, speaker


def declare(app: typer.Typer, language: str) -> None:
    """Add the command to the app, in the language it speaks."""
    say = speaker(language)

    @app.command(
        "sandbox", cls=command_class(say), help=say("cli.sandbox.about"), rich_help_panel=say("cli.commands"),
        options_metavar=say("cli.options_word"),
    )
    def sandbox(
        lang: str = typer.Option("", "--lang", metavar="en|ko", help=say("cli.lang"), rich_help_panel=say("cli.options"), show_default=False),
    ) -> int:
        raise NotImplementedError
