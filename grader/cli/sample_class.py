"""`grade sample-class`: a believable class to try everything on."""

from pathlib import Path

import typer

from grader.cli import FULL_MARKS, results
from grader.cli.commands import command_class, language_option
from grader.cli.speech import Say, WrongUsage, reason, speaker, whole_number


def declare(app: typer.Typer, language: str) -> None:
    """Add the command to the app, in the language it speaks."""
    say = speaker(language)

    @app.command("sample-class", cls=command_class(say), help=say("sample.about"), epilog=say("sample.examples"))
    def sample_class(
        output: str = typer.Argument(None, metavar="OUT", help=say("sample.output")),
        students: str = typer.Option("30", "--students", metavar="N", help=say("sample.students")),
        seed: str = typer.Option("0", "--seed", metavar="N", help=say("sample.seed")),
        lang: str = language_option(say),
    ) -> int:
        if not output:
            raise WrongUsage(say("sample.missing"), say("sample.example"))
        count = whole_number("--students", students, 1, say)
        return write(Path(output), count, whole_number("--seed", seed, 0, say), say)


def write(folder: Path, students: int, seed: int, say: Say) -> int:
    """Put the class into a folder of its own."""
    from grader import sample_class

    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise WrongUsage(say("sample.not_empty", folder=folder), say("sample.example"))
    results.make_folder(folder, say)
    try:
        sample_class.write(folder, students, seed)
    except OSError as problem:
        raise WrongUsage(say("cli.not_writable", path=folder, reason=reason(problem, say))) from problem
    print(say("sample.written", count=students, folder=folder))
    print(say("sample.next", folder=folder))
    return FULL_MARKS
