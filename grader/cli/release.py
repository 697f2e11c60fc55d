"""`grade release`: the kit as an archive, for students or for the place where it is to grade.

Takes the course of the current folder along; writes one file.
"""

import zipfile
from pathlib import Path

import typer

from grader.cli import FULL_MARKS, courses
from grader.cli.commands import command_class, language_option
from grader.cli.speech import Say, WrongUsage, nearest, reason, speaker

PLACES = ("students", "gradescope", "github-classroom")


def declare(app: typer.Typer, language: str) -> None:
    """Add the command to the app, in the language it speaks."""
    say = speaker(language)

    @app.command("release", cls=command_class(say), help=say("release.about"), epilog=say("release.examples"))
    def release(
        file: str = typer.Argument(None, metavar="FILE", help=say("release.file")),
        place: str = typer.Option(PLACES[0], "--for", metavar="|".join(PLACES), help=say("release.place")),
        unsafe_no_sandbox: bool = typer.Option(False, "--unsafe-no-sandbox", help=say("release.unsafe")),
        lang: str = language_option(say),
    ) -> int:
        if place not in PLACES:
            hint = say("cli.hint_option", option=f"--for {nearest(place, PLACES) or PLACES[0]}")
            raise WrongUsage(say("release.unknown", seen=place, known=", ".join(PLACES)), hint)
        return write(Path(file or f"{place}.zip"), place, say, sandbox_required=not unsafe_no_sandbox)


def write(file: Path, place: str, say: Say, *, sandbox_required: bool = True) -> int:
    """Pack and write, and say what to do with the file."""
    from grader import release

    if file.is_file() and file.stat().st_size and not zipfile.is_zipfile(file):
        raise WrongUsage(say("release.no_archive", file=file), say("cli.hint_command", command="grade release kit.zip"))
    try:
        if place == "gradescope":
            data = release.gradescope(courses.present(), sandbox_required=sandbox_required)
        else:
            data = release.PLACES[place](courses.present())
    except release.LeakError as leak:
        about = say("release.leak", check=leak.check, file=leak.file)
        raise WrongUsage(about, say("release.hint_leak")) from leak
    try:
        file.write_bytes(data)
    except OSError as problem:
        raise WrongUsage(say("cli.not_writable", path=file, reason=reason(problem, say))) from problem
    print(say("release.written", file=file, kilobytes=round(len(data) / 1000)))
    print(say(f"release.next.{place}"))
    return FULL_MARKS
