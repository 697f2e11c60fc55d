"""`grade sandbox`: how well a stranger's code is locked in on this machine.

Shows what the workshop's probe found: the level, what is missing, what became of ten forbidden things.
`grade batch` refuses to run below the full sandbox.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import typer
from rich.cells import cell_len, set_cell_size

from grader.cli.commands import command_class, language_option
from grader.cli.paragraphs import paragraph
from grader.cli.speech import Say, speaker
from grader.reports.escaping import visible

if TYPE_CHECKING:
    from grader.workshop.probing import Probe

FULL_SANDBOX, LESS = 0, 1
"""Exit codes: scripts ask before they start a class."""


def declare(app: typer.Typer, language: str) -> None:
    """Add the command to the app, in the language it speaks."""
    say = speaker(language)

    @app.command("sandbox", cls=command_class(say), help=say("cli.sandbox.about"))
    def sandbox(lang: str = language_option(say)) -> int:
        return show(say)


def show(say: Say) -> int:
    """Try out a worker as a submission gets it, and tell what it could not do."""
    from grader.workshop.probing import probe

    found = probe()
    for line in page(found, say):
        print(line)
    return FULL_SANDBOX if found.level == "full" else LESS


def page(found: "Probe", say: Say) -> Iterator[str]:
    """What was found out, in lines of 80 cells."""
    yield from paragraph(say(f"cli.sandbox.{found.level}"))
    landlock = f", Landlock {found.landlock}" if found.landlock else ""
    yield from paragraph(visible(f"{found.system}{landlock}"))
    if found.missing:
        yield ""
        yield say("cli.sandbox.missing")
        for reason in found.missing:
            layer, _, why = reason.partition(": ")
            yield from paragraph(visible(say("cli.sandbox.lacks", layer=layer, reason=why)), "  ", "      ")
            yield from paragraph(say(f"sandbox.layer.{layer}"), "      ")
    yield ""
    yield say("cli.sandbox.tried")
    yield from _trials(found, say)
    if found.level != "full":
        yield ""
        yield from paragraph(say("cli.sandbox.check_goes_on"))


def _trials(found: "Probe", say: Say) -> Iterator[str]:
    """One line for each thing that was tried: held or not, what, and what came of it."""
    marks = {held: say(f"cli.sandbox.{key}") for held, key in ((True, "held"), (False, "open"))}
    names = {trial.name: say(f"sandbox.trial.{trial.name}") for trial in found.trials}
    mark_cells, name_cells = (max(map(cell_len, words.values())) for words in (marks, names))
    for trial in found.trials:
        start = f"  {set_cell_size(marks[trial.held], mark_cells)}  {set_cell_size(names[trial.name], name_cells)}  "
        seen = _short(trial.seen) if trial.held else say("cli.sandbox.nothing_held")
        yield from (line.rstrip() for line in paragraph(seen, start, " " * cell_len(start)))


def _short(seen: str) -> str:
    """An exception without its number and without the path, which the reader knows."""
    return visible(re.sub(r"\[Errno \d+\] |: '.*'$|: $", "", seen))
