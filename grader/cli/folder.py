"""`grade list`, `grade start`, `grade reset`: the exercises, and a student's folder with them.

Never overwrites anything: `start` leaves what is there, `reset` keeps the old file beside the fresh one.
"""

import shlex
from pathlib import Path

import typer

from grader import catalogue
from grader.catalogue import Exercise
from grader.cli import FULL_MARKS
from grader.cli.check import HOME
from grader.cli.commands import command_class, language_option
from grader.cli.speech import Say, WrongUsage, nearest, reason, speaker
from grader.handouts import handout, is_fresh
from grader.reports.findings import points


def declare(app: typer.Typer, language: str) -> None:
    """Add the commands to the app, in the language it speaks."""
    say = speaker(language)
    ours = command_class(say)

    @app.command("list", cls=ours, help=say("cli.list.about"))
    def list_exercises(
        dir: str = typer.Argument(None, metavar="[DIR]", help=say("cli.folder.dir")),
        lang: str = language_option(say),
    ) -> int:
        return show_exercises(_folder(dir, say), say)

    @app.command("start", cls=ours, help=say("cli.start.about"))
    def start(
        dir: str = typer.Argument(None, metavar="[DIR]", help=say("cli.folder.dir")),
        lang: str = language_option(say),
    ) -> int:
        if dir in catalogue.exercises() and not Path(dir).exists():
            raise WrongUsage(say("cli.folder.an_exercise", seen=dir), say("cli.hint_command", command="grade start"))
        return put_stubs(Path(dir or HOME), language, say)

    @app.command("reset", cls=ours, help=say("cli.reset.about"))
    def reset(
        exercise: str = typer.Argument(None, metavar="EXERCISE", help=say("cli.reset.exercise")),
        dir: str = typer.Argument(None, metavar="[DIR]", help=say("cli.folder.dir")),
        lang: str = language_option(say),
    ) -> int:
        known = ", ".join(catalogue.exercises())
        if exercise is None:
            raise WrongUsage(say("cli.reset.which", known=known), say("cli.hint_command", command="grade reset relu"))
        if exercise not in catalogue.exercises():
            close = nearest(exercise, catalogue.exercises())
            hint = say("cli.hint_command", command=f"grade reset {close}" if close else "grade list")
            raise WrongUsage(say("cli.unknown_exercise", seen=exercise, known=known), hint)
        return put_back(exercise, _folder(dir, say), language, say)


def show_exercises(folder: Path, say: Say) -> int:
    """List the exercises with their state in a folder."""
    from grader.cli.screen import aligned
    from grader.judge import engine  # points come from the suites, and from nowhere else

    rows = []
    for id, exercise in catalogue.exercises().items():
        worth = sum(check.points for check in engine().checks(id))
        state = say(f"cli.list.{_state(folder / f'{id}.py', exercise)}")
        bonus = f" {say('terminal.bonus')}" if exercise.bonus else ""
        section = say("cli.list.section", section=exercise.section)
        rows.append((id, exercise.class_name, say("cli.list.points", points=points(worth)), section, state + bonus))
    for line in aligned(rows):
        print(line)
    return FULL_MARKS


def put_stubs(folder: Path, language: str, say: Say) -> int:
    """Put a fresh stub for each exercise that is not there yet."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for id, exercise in catalogue.exercises().items():
            target = folder / f"{id}.py"
            try:
                with target.open("xb") as file:
                    file.write(handout(exercise, language))
            except FileExistsError:
                print(say("cli.start.kept", file=target))
            else:
                print(say("cli.start.new", file=target))
    except OSError as problem:
        raise WrongUsage(say("cli.not_writable", path=folder, reason=reason(problem, say))) from problem
    first = folder / f"{next(iter(catalogue.exercises()))}.py"
    command = shlex.join(["grade", "check", *([] if folder == Path(HOME) else [str(folder)])])
    print("\n" + say("cli.start.next", file=first, command=command))
    return FULL_MARKS


def put_back(id: str, folder: Path, language: str, say: Say) -> int:
    """Put a fresh stub in the place of a student's file, which is kept beside it."""
    target = folder / f"{id}.py"
    exercise = catalogue.exercises()[id]
    try:
        if target.exists() and target.samefile(exercise.stub):
            hint = say("cli.hint_command", command=f"git checkout -- {target}")
            raise WrongUsage(say("cli.reset.is_the_stub", file=target), hint)
        folder.mkdir(parents=True, exist_ok=True)
        if target.exists() and is_fresh(target.read_bytes(), exercise):
            print(say("cli.reset.fresh_already", file=target))
            return FULL_MARKS
        if target.exists():
            kept = _free_name(target)
            target.rename(kept)
            print(say("cli.reset.kept", file=kept))
        target.write_bytes(handout(exercise, language))
    except OSError as problem:
        raise WrongUsage(say("cli.not_writable", path=target, reason=reason(problem, say))) from problem
    print(say("cli.start.new", file=target))
    return FULL_MARKS


def _folder(asked: str | None, say: Say) -> Path:
    """Where the student works, as `grade check` would find it."""
    if asked is None:
        return Path(HOME if Path(HOME).is_dir() else "")
    folder = Path(asked)
    if not folder.is_dir():
        # Somebody who names two exercises has forgotten that one is taken at a time.
        command = ["grade", "reset", asked] if asked in catalogue.exercises() else ["grade", "start", asked]
        hint = say("cli.hint_command", command=shlex.join(command))
        raise WrongUsage(say("cli.folder.none", folder=asked), hint)
    return folder


def _state(file: Path, exercise: Exercise) -> str:
    try:
        if not file.is_file():
            return "absent"
        return "untouched" if is_fresh(file.read_bytes(), exercise) else "begun"
    except OSError:  # closed to us
        return "closed"


def _free_name(target: Path) -> Path:
    """A name beside the file that no check takes for a submission."""
    number = 1
    while (kept := target.with_name(f"{target.name}.old{number}")).exists():
        number += 1
    return kept
