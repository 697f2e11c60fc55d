"""Puts the commands together in one language and turns every outcome into an exit code and a message.

Called by `main` with the words of the command line. The language is settled before typer's declarations, because help
texts are part of them.
"""

import os
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec

import typer
from typer.main import get_command

from grader import __version__, texts
from grader.cli import FULL_MARKS, GRADER_BROKE, STOPPED, WRONG_USAGE, courses
from grader.cli.commands import group_class, language_option, translated
from grader.cli.speech import Say, WrongUsage, nearest, speaker

COMMANDS = (
    "check", "hint", "explain", "folder", "batch", "report", "export", "diff", "replay", "merge", "sample_class",
    "sandbox", "doctor", "new", "stubs", "release",
)  # fmt: skip
"""Modules beside this one, in the order of the help page; a kit for students comes without some of them."""


def run(words: list[str]) -> int:
    """Do what the words say; the exit code tells how it went."""
    _speak_any_script()
    asked = _language_asked(words)
    language = texts.choose(asked)
    say = speaker(language)
    try:
        if asked is not None and asked not in texts.languages():
            _unknown_language(asked, say)
        words = courses.take(words, asked)
        language = texts.choose(courses.language(asked))
        say = speaker(language)
        outcome = get_command(build(language, words)).main(args=words, prog_name="grade", standalone_mode=False)
        sys.stdout.flush()
    except WrongUsage as problem:
        return _refuse(problem, say)
    except typer.TyperException as problem:
        return _refuse(translated(problem, words, say), say)
    except BrokenPipeError:
        # The reader of a pipe (`| head`) has seen enough; the interpreter must not try to flush to it again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FULL_MARKS
    except Exception as fault:  # noqa: BLE001 - whatever it is, it is ours, and nobody's points hang on it
        return _broke(fault, say)
    if outcome == STOPPED:  # typer's answer to Ctrl-C
        print(say("cli.stopped"), file=sys.stderr)
    return outcome if isinstance(outcome, int) else FULL_MARKS


def build(language: str, words: Sequence[str] = ()) -> typer.Typer:
    """The command line in one language; where the words begin with a command, that command alone, which is faster."""
    say = speaker(language)
    present = [name for name in COMMANDS if find_spec(f"{__package__}.{name}")]
    absent = [name.replace("_", "-") for name in COMMANDS if name not in present]
    first = next((word for word in words if not word.startswith("-")), "")
    present = [name for name in present if name.replace("_", "-") == first] or present
    app = typer.Typer(
        cls=group_class(say, absent),
        add_completion=False,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )

    @app.callback(help=say("cli.about"), epilog=say("cli.example_commands"), invoke_without_command=True)
    def grade(
        context: typer.Context,
        version: bool = typer.Option(
            False, "--version", callback=_show_version, is_eager=True, help=say("cli.version")
        ),
        exercises: str = typer.Option("", courses.FOLDER_WORD, metavar="DIR", help=say("cli.own_exercises")),
        course: str = typer.Option("", courses.COURSE_WORD, metavar="FILE", help=say("cli.course")),
        lang: str = language_option(say),
    ) -> int:
        if context.invoked_subcommand is not None:
            return FULL_MARKS
        typer.echo(context.get_help())
        return WRONG_USAGE

    for name in present:
        import_module(f"{__package__}.{name}").declare(app, language)
    return app


def _show_version(value: bool) -> None:
    if value:
        typer.echo(f"grade {__version__}")
        raise typer.Exit


def _language_asked(words: list[str]) -> str | None:
    """What `--lang` says, wherever it stands."""
    for place, word in enumerate(words):
        if word == "--lang":
            return "".join(words[place + 1 : place + 2])
        if word.startswith("--lang="):
            return word.removeprefix("--lang=")
    return None


def _unknown_language(asked: str, say: Say) -> None:
    known = texts.languages()
    if not asked:
        hint = say("cli.hint_option", option=f"--lang {texts.choose()}")
        raise WrongUsage(say("cli.option_needs_value", option="--lang"), hint)
    hint = say("cli.hint_option", option=f"--lang {nearest(asked, known) or texts.choose()}")
    raise WrongUsage(say("cli.unknown_language", seen=asked, known=", ".join(known)), hint)


def _speak_any_script() -> None:
    """Let no console encoding stop a report: what it cannot show is written as an escape."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _refuse(problem: WrongUsage, say: Say) -> int:
    from grader.cli.screen import remark

    remark(say("cli.error", message=problem.message))
    if problem.hint:
        remark("\n" + say("terminal.hint", hint=problem.hint))
    return WRONG_USAGE


def _broke(fault: Exception, say: Say) -> int:
    if os.environ.get("GRADE_DEBUG"):
        traceback.print_exception(fault)
    from grader.cli.screen import remark

    remark(say("cli.grader_broke", fault=f"{type(fault).__name__}: {fault}"))
    return GRADER_BROKE
