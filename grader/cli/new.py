"""`grade new`: an exercise of one's own, complete and ready to be changed.

Writes beside what is there, never over it, and says what comes next.
"""

import shlex
from pathlib import Path

import typer

from grader.cli import FULL_MARKS, vouching
from grader.cli.commands import command_class, language_option
from grader.cli.speech import Say, WrongUsage, reason, speaker


def declare(app: typer.Typer, language: str) -> None:
    """Add the command to the app, in the language it speaks."""
    say = speaker(language)

    @app.command("new", cls=command_class(say), help=say("new.about"), epilog=say("new.examples"))
    def new(
        name: str = typer.Argument(None, metavar="NAME", help=say("new.name_argument")),
        dir: str = typer.Argument(None, metavar="[DIR]", help=say("new.dir")),
        lang: str = language_option(say),
    ) -> int:
        if name is None:
            raise WrongUsage(say("new.which"), say("cli.hint_command", command="grade new batch_norm"))
        return write(name, Path(dir or "."), say)


def write(name: str, folder: Path, say: Say) -> int:
    """Write the exercise and say what to do with it."""
    from grader import catalogue, scaffold
    from grader.course import FILE

    if name in catalogue.exercises():
        raise WrongUsage(say("new.taken", name=name))
    try:
        written = scaffold.write(name, folder)
    except scaffold.ScaffoldError as problem:
        raise WrongUsage(say(f"new.{problem.key}", **problem.about)) from problem
    except OSError as problem:
        raise WrongUsage(say("cli.not_writable", path=folder, reason=reason(problem, say))) from problem
    if folder / FILE in written.files:
        vouching.vouch(folder / FILE)
    for file in written.files:
        print(file)
    print()
    if folder != Path():
        print(say("new.enter", command=shlex.join(["cd", str(folder)])))
    if written.unknown:
        print(say("new.not_named", file=FILE))
    print(say("new.next", solution=f"solutions/{name}.py", suite=f"suites/test_{name}.py", name=name))
    return FULL_MARKS
