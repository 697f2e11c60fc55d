"""`grade diff`: who has other points in one batch than in another, by how much, and because of which check.

Also shows a regrade that waits for an answer: `grade diff OUT OUT/regrade`.
"""

from pathlib import Path

import typer

from grader.cli import FULL_MARKS, POINTS_LOST, regrade, results
from grader.cli.commands import command_class, language_option
from grader.cli.speech import WrongUsage, speaker


def declare(app: typer.Typer, language: str) -> None:
    """Add the command to the app, in the language it speaks."""
    say = speaker(language)

    @app.command("diff", cls=command_class(say), help=say("diff.help.about"), epilog=say("diff.help.examples"))
    def diff(
        before: str = typer.Argument(None, metavar="OUT_A", help=say("diff.help.before")),
        after: str = typer.Argument(None, metavar="OUT_B", help=say("diff.help.after")),
        lang: str = language_option(say),
    ) -> int:
        if not before or not after:
            raise WrongUsage(say("diff.missing"), say("cli.hint_command", command=say("diff.help.examples")))
        with (
            results.opened(Path(before), say, writing=False) as old,
            results.opened(Path(after), say, writing=False) as new,
        ):
            results.warn_of_parts(old, Path(before), say)
            results.warn_of_parts(new, Path(after), say)
            for line in regrade.differing(old.bases(), new.bases(), say):
                print(line)
            moves = regrade.compared(old, new)
        for line in (*regrade.lines(moves, say), *regrade.summary(moves, say)):
            print(line)
        return POINTS_LOST if moves.moved else FULL_MARKS
