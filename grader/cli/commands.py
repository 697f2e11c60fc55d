"""typer in the reader's language: commands and groups that draw their own help, and what typer refuses in our words.

`app` and every command module declare through this one, so that an option that several commands share is the same in
each.
"""

from typing import Any, NoReturn

import typer
from typer.core import TyperCommand, TyperGroup

from grader.cli import pages
from grader.cli.speech import Say, WrongUsage, nearest, seconds, whole_number


def command_class(say: Say) -> type[TyperCommand]:
    """A command whose help page speaks our language."""

    class Command(TyperCommand):
        def get_help_option(self, ctx: Any) -> Any:
            return _described(super().get_help_option(ctx), say)

        def format_help(self, ctx: Any, formatter: Any) -> None:
            formatter.write(pages.page(self, ctx, say))

    return Command


def group_class(say: Say) -> type[TyperGroup]:
    """A group whose help page speaks our language, and that knows which command was probably meant."""

    class Group(TyperGroup):
        def get_help_option(self, ctx: Any) -> Any:
            return _described(super().get_help_option(ctx), say)

        def format_help(self, ctx: Any, formatter: Any) -> None:
            formatter.write(pages.page(self, ctx, say))

        def resolve_command(self, ctx: Any, args: list[str]) -> Any:
            if args[0] not in self.commands and not args[0].startswith("-"):
                _no_such_command(args[0], list(self.commands), say)
            return super().resolve_command(ctx, args)

    return Group


def language_option(say: Say) -> Any:
    """`--lang`: it was read before anything was declared, and stands here to be shown and accepted."""
    return typer.Option("", "--lang", metavar="en|ko", help=say("cli.lang"))


def seed_option(say: Say) -> Any:
    """`--seed N`."""
    return typer.Option("0", "--seed", metavar="N", parser=whole_number("--seed", say, 0), help=say("cli.seed"))


def time_limit_option(say: Say) -> Any:
    """`--time-limit SECONDS`."""
    read = seconds("--time-limit", say)
    return typer.Option("5", "--time-limit", metavar="SECONDS", parser=read, help=say("cli.time_limit"))


def translated(problem: typer.TyperException, words: list[str], say: Say) -> WrongUsage:
    """What typer could not parse, in our words."""
    context = getattr(problem, "ctx", None)
    command = context.command_path if context else " ".join(["grade", *words[:1]])
    hint = say("cli.hint_help", command=command)
    option = getattr(problem, "option_name", None)
    if option is None:
        return WrongUsage(say("cli.not_understood", command=command, detail=problem.format_message()), hint)
    if not hasattr(problem, "possibilities"):
        return WrongUsage(say("cli.option_needs_value", option=option), hint)
    if problem.possibilities:
        hint = say("cli.hint_did_you_mean", meant=min(problem.possibilities))
    return WrongUsage(say("cli.no_such_option", option=option, command=command), hint)


def _described(option: Any, say: Say) -> Any:
    if option is not None:
        option.help = say("cli.help")
    return option


def _no_such_command(word: str, known: list[str], say: Say) -> NoReturn:
    close = nearest(word, known)
    hint = say("cli.hint_command", command=f"grade {close}") if close else say("cli.hint_help", command="grade")
    raise WrongUsage(say("cli.no_such_command", seen=word, known=", ".join(known)), hint)
