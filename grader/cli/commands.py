"""typer in the reader's language: commands and groups that draw their own help, and what typer refuses in our words.

`app` and every command module declare through this one, so that an option that several commands share is the same in
each.
"""

import shlex
from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Any, NoReturn

import typer
from typer.core import TyperCommand, TyperGroup

from grader.cli import courses, pages
from grader.cli.speech import Say, WrongUsage, nearest, seconds, whole_number
from grader.model import Limits, Settings


class AsTyped:
    """Leaves values as the words that were typed; each command reads its own.

    typer would convert them through pydantic, whose import takes longer than all the rest of the command line.
    """

    def coerce(self, value: Any, param: Any, ctx: Any) -> Any:  # noqa: ARG002 - typer's signature
        """The value, an empty tuple for an option that may stand several times and does not."""
        several = param.multiple or param.nargs == -1
        return () if value is None and several else value


def command_class(say: Say) -> type[TyperCommand]:
    """A command whose help page speaks our language."""

    class Command(TyperCommand):
        allow_extra_args = True  # typer would refuse them in English

        def get_help_option(self, ctx: Any) -> Any:
            return _described(super().get_help_option(ctx), say)

        def format_help(self, ctx: Any, formatter: Any) -> None:
            formatter.write(pages.page(self, ctx, say))

        def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
            _take_as_typed(self.params)
            rest = super().parse_args(ctx, args)
            if rest:
                hint = say("cli.hint_help", command=ctx.command_path)
                raise WrongUsage(say("cli.too_many", command=ctx.command_path, seen=shlex.join(rest)), hint)
            return rest

    return Command


def group_class(say: Say, absent: Collection[str] = ()) -> type[TyperGroup]:
    """A group whose help page speaks our language, and that knows which command was probably meant.

    `absent` are commands that a kit for students comes without.
    """

    class Group(TyperGroup):
        def get_help_option(self, ctx: Any) -> Any:
            return _described(super().get_help_option(ctx), say)

        def format_help(self, ctx: Any, formatter: Any) -> None:
            formatter.write(pages.page(self, ctx, say))

        def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
            _take_as_typed(self.params)
            return super().parse_args(ctx, args)

        def resolve_command(self, ctx: Any, args: list[str]) -> Any:
            if args[0] in absent:
                hint = say("cli.hint_help", command="grade")
                raise WrongUsage(say("cli.for_instructors", command=f"grade {args[0]}"), hint)
            if args[0] not in self.commands and not args[0].startswith("-"):
                _no_such_command(args[0], list(self.commands), say)
            return super().resolve_command(ctx, args)

    return Group


def _take_as_typed(parameters: Iterable[Any]) -> None:
    for parameter in parameters:
        parameter.get_runtime_param = AsTyped


def language_option(say: Say) -> Any:
    """`--lang`: it was read before anything was declared, and stands here to be shown and accepted."""
    return typer.Option("", "--lang", metavar="en|ko", help=say("cli.lang"))


def seed_option(say: Say) -> Any:
    """`--seed N`."""
    return typer.Option("0", "--seed", metavar="N", help=say("cli.seed"))


def time_limit_option(say: Say) -> Any:
    """`--time-limit SECONDS`."""
    return typer.Option(f"{Limits().call_seconds:g}", "--time-limit", metavar="SECONDS", help=say("cli.time_limit"))


def settings(language: str, seed: str, time_limit: str, say: Say, **others: Any) -> Settings:
    """What decides a report, from the words typed after the options that `check` and `batch` share."""
    usual = Limits()
    call_seconds = seconds("--time-limit", time_limit, say)
    # An exercise has as many slow calls as before when each of them may take longer.
    stretch = max(1.0, call_seconds / usual.call_seconds)
    limits = replace(usual, call_seconds=call_seconds, exercise_seconds=usual.exercise_seconds * stretch)
    typed = Settings(language=language, seed=whole_number("--seed", seed, 0, say), limits=limits, **others)
    return courses.applied(typed)


def translated(problem: typer.TyperException, words: list[str], say: Say) -> WrongUsage:
    """What typer could not parse, in our words."""
    context = getattr(problem, "ctx", None)
    command = context.command_path if context else " ".join(["grade", *words[:1]])
    hint = say("cli.hint_help", command=command)
    option = getattr(problem, "option_name", None)
    if option is None:
        return WrongUsage(say("cli.not_understood", command=command, detail=problem.format_message()), hint)
    if any(word.startswith(f"{option}=") for word in words):
        return WrongUsage(say("cli.option_takes_no_value", option=option), hint)
    if not hasattr(problem, "possibilities"):
        return WrongUsage(say("cli.option_needs_value", option=option), hint)
    if problem.possibilities:
        hint = say("cli.hint_did_you_mean", meant=min(problem.possibilities))
    return WrongUsage(say("cli.no_such_option", option=option, command=command), hint)


def _described(option: Any, say: Say) -> Any:
    if option is not None:
        option.help = say("cli.help")
        _take_as_typed([option])
    return option


def _no_such_command(word: str, known: list[str], say: Say) -> NoReturn:
    close = nearest(word, known)
    hint = say("cli.hint_command", command=f"grade {close}") if close else say("cli.hint_help", command="grade")
    raise WrongUsage(say("cli.no_such_command", seen=word, known=", ".join(known)), hint)
