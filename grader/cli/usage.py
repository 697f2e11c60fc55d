"""How the command line speaks: help and usage errors in the reader's language.

Every command module declares its options through this one; `app` shows `WrongUsage`. Knows typer and texts, nothing of
grading. The words of typer itself ("Usage", "Options", "No such command") are replaced here, through its own hooks.
"""

import difflib
import math
from collections.abc import Callable, Iterable
from typing import Any, NoReturn

import typer
from typer.core import TyperCommand, TyperGroup

from grader.texts import text


class WrongUsage(Exception):  # noqa: N818 - named after what the user did, as the exit code is
    """The command cannot be carried out as typed: what was seen, what was expected, and the next command to type."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


Say = Callable[..., str]
"""`text` with the language settled."""


def speaker(language: str) -> Say:
    """`text` in one language."""

    def say(key: str, /, **fields: object) -> str:
        return text(key, language, **fields)

    return say


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that was probably meant, or nothing."""
    by_folded = {name.lower(): name for name in known}
    close = difflib.get_close_matches(word.lower().replace("-", "_"), by_folded, n=1)
    return by_folded[close[0]] if close else ""


def whole_number(option: str, say: Say, smallest: int) -> Callable[[str], int]:
    """A reader for an option that takes a whole number."""

    def read(word: str) -> int:
        try:
            number = int(word)
        except ValueError:
            number = smallest - 1
        if number < smallest:
            raise WrongUsage(say("cli.not_a_number", option=option, seen=word, smallest=smallest))
        return number

    return read


def seconds(option: str, say: Say) -> Callable[[str], float]:
    """A reader for an option that takes a time in seconds."""

    def read(word: str) -> float:
        try:
            number = float(word)
        except ValueError:
            number = math.nan
        if not (0 < number < math.inf):
            raise WrongUsage(say("cli.not_a_time", option=option, seen=word))
        return number

    return read


def command_class(say: Say) -> type[TyperCommand]:
    """A command whose help page speaks our language."""

    class Command(TyperCommand):
        def get_help_option(self, ctx: Any) -> Any:
            return _speaking(super().get_help_option(ctx), say)

        def format_usage(self, ctx: Any, formatter: Any) -> None:
            formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), say("cli.usage") + " ")

    return Command


def group_class(say: Say) -> type[TyperGroup]:
    """A group whose help page and "no such command" speak our language."""

    class Group(TyperGroup):
        def get_help_option(self, ctx: Any) -> Any:
            return _speaking(super().get_help_option(ctx), say)

        def format_usage(self, ctx: Any, formatter: Any) -> None:
            formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), say("cli.usage") + " ")

        def resolve_command(self, ctx: Any, args: list[str]) -> Any:
            if args[0] not in self.commands and not args[0].startswith("-"):
                _no_such_command(args[0], list(self.commands), say)
            return super().resolve_command(ctx, args)

    return Group


def _speaking(option: Any, say: Say) -> Any:
    if option is not None:
        option.help = say("cli.help")
        option.rich_help_panel = say("cli.options")
    return option


def _no_such_command(word: str, known: list[str], say: Say) -> NoReturn:
    close = nearest(word, known)
    hint = say("cli.hint_command", command=f"grade {close}") if close else say("cli.hint_help", command="grade")
    raise WrongUsage(say("cli.no_such_command", seen=word, known=", ".join(known)), hint)


def translated(problem: typer.TyperException, say: Say) -> WrongUsage:
    """What typer could not parse, in our words."""
    context = getattr(problem, "ctx", None)
    command = context.command_path if context else "grade"
    hint = say("cli.hint_help", command=command)
    option = getattr(problem, "option_name", None)
    if option is None:
        return WrongUsage(say("cli.not_understood", command=command, detail=problem.format_message()), hint)
    if not hasattr(problem, "possibilities"):
        return WrongUsage(say("cli.option_needs_value", option=option), hint)
    if problem.possibilities:
        hint = say("cli.hint_did_you_mean", meant=sorted(problem.possibilities)[0])
    return WrongUsage(say("cli.no_such_option", option=option, command=command), hint)
