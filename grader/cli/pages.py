"""The help pages: usage, arguments, options and commands in two columns, counted in terminal cells.

typer's own pages say "Usage" and "Show this message" in English whatever the language, and show types that help nobody.
`commands` draws every command through here.
"""

import shutil
from collections.abc import Iterable, Iterator
from typing import Any

from grader.cli.speech import Say

PAGE_CELLS = 80
NAME_CELLS = 24
"""The left column: a longer name has a line of its own."""


def page(command: Any, context: Any, say: Say) -> str:
    """The help page of a command or a group."""
    width = min(shutil.get_terminal_size().columns, PAGE_CELLS)
    parameters = command.get_params(context)
    arguments = [part for part in parameters if part.param_type_name == "argument"]
    options = [part for part in parameters if part.param_type_name == "option"]
    subcommands = getattr(command, "commands", {})
    pieces = [context.command_path, *(part.metavar for part in arguments)]
    pieces.insert(1, say("cli.options_word"))
    if subcommands:
        pieces.append(say("cli.command_word"))
    lines = [f"{say('cli.usage')} {' '.join(pieces)}", "", *wrapped(command.help, width - 2, "  ")]
    for heading, rows in (
        ("arguments", [(part.metavar, part.help) for part in arguments]),
        ("commands", [(name, each.help) for name, each in subcommands.items()]),
        ("options", [(_spelling(part), part.help) for part in options]),
    ):
        if rows:
            lines += ["", f"{say(f'cli.{heading}')}:", *_columns(rows, width)]
    if command.epilog:
        lines += ["", f"{say('cli.examples')}:", *(f"  {line}" for line in command.epilog.splitlines())]
    return "\n".join(lines)


def _spelling(option: Any) -> str:
    """`-e, --exercise ID`: short names first, as they are typed."""
    names = ", ".join(sorted(option.opts, key=len))
    return names if option.is_flag else f"{names} {option.metavar}"


def _columns(rows: Iterable[tuple[str, str]], width: int) -> Iterator[str]:
    rows = list(rows)
    room = min(NAME_CELLS, max(len(name) for name, _ in rows))
    margin = " " * (room + 4)
    for name, words in rows:
        lines = wrapped(words, width - len(margin))
        if len(name) > room:
            yield f"  {name}"
        else:
            yield f"  {name:<{room}}  {lines.pop(0)}"
        yield from (margin + line for line in lines)


def wrapped(words: str, width: int, margin: str = "") -> list[str]:
    """Break between words; Hangul counts twice."""
    from rich.cells import cell_len

    lines: list[str] = []
    for word in words.split():
        if lines and cell_len(lines[-1]) + 1 + cell_len(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return [margin + line for line in lines] or [margin]
