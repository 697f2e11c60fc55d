"""Reads one submitted file: text, pieces, parsed statements, and what could not be parsed and where.

Called by `finding` for each candidate file, inside the sandbox, before any of the student's code. A parser that gives
up (nesting, memory) makes the file unreadable, with the reason; one that crashes takes the worker with it, which the
judge sees.
"""

from __future__ import annotations
import __future__

import ast
import re
import warnings
from dataclasses import dataclass, field, replace
from typing import Any

from . import pieces
from .decoding import Unreadable, decode
from .pieces import Layout, Piece
from .walking import all_nodes

# Line magics beyond this in one cell are not the course's.
_MAGIC_LINES = 200
# How many of the following pieces a broken one is tried together with (a string or bracket that reaches the left edge).
_JOINED = 12
# A file with more broken parts than this is no Python file; what stands behind them is not searched.
_BROKEN_PARTS = 200
# No two parts of it take the same blanks: a line may hold a megabyte of them.
_MAGIC = re.compile(r"\s*(?:[%!?]|[\w.,()\[\]][\w.,\s()\[\]]*=\s*[%!]|[\w.]+\?\??\s*$)")

# What browsers save in place of the file, and what word processors make of it.
_FOREIGN = re.compile(r"\s*(?:<!doctype html|<html|\{\\rtf)", re.IGNORECASE)
_SCRIPT = re.compile(r"(?!\s*[{\[])(?:.*\n)*?(?:class|def|import|from)\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """A piece that Python cannot read."""

    piece: Piece
    kind: str
    """`SyntaxError`, `IndentationError`, `TabError`, or the reason of an `Unreadable`."""
    message: str = ""
    line: int
    column: int | None = None
    end_column: int | None = None


@dataclass(slots=True, kw_only=True)
class Source:
    """One submitted file, parsed as far as it goes."""

    name: str
    layout: Layout
    encoding: str
    unknown_encoding: str = ""
    statements: list[ast.stmt] = field(default_factory=list)
    broken: list[Broken] = field(default_factory=list)
    future: int = 0
    """Compiler flags of its `from __future__` imports."""

    def line(self, number: int | None) -> str:
        """One line of the text; empty where there is none."""
        lines = self.layout.text.split("\n")
        return lines[number - 1] if number and 0 < number <= len(lines) else ""


def read(name: str, data: bytes) -> Source:
    """Parse one file.

    Raises:
        Unreadable: there is no source in it that could be looked at.
    """
    decoded = decode(data)
    if _FOREIGN.match(decoded.text):
        raise Unreadable(reason="web_page" if decoded.text.lstrip().startswith("<") else "no_text")
    # Some save a notebook as `.py`, and some a script as `.ipynb`.
    named = name.lower().endswith(".ipynb") and not _SCRIPT.match(decoded.text)
    notebook = named or pieces.looks_like_a_notebook(decoded.text)
    layout = pieces.of_notebook(decoded.text) if notebook else pieces.whole(decoded.text)
    source = Source(name=name, layout=layout, encoding=decoded.encoding, unknown_encoding=decoded.unknown_encoding)
    for piece in layout.pieces:
        _add(source, piece, recover=not notebook)
    return source


def _add(source: Source, piece: Piece, *, recover: bool) -> None:
    """Parse a piece into the source, or note why not."""
    parsed = parse(piece)
    if isinstance(parsed, Broken):
        source.broken.append(parsed)
        if recover and parsed.kind != "too_deep":
            _recover(source, pieces.of_broken_file(piece.text), parsed)
        return
    for statement in parsed:
        if isinstance(statement, ast.ImportFrom) and statement.module == "__future__":
            source.future |= _future_flags(statement)
    source.statements += parsed


def _recover(source: Source, parts: list[Piece], whole: Broken) -> None:
    """Take from a broken file the statements that parse by themselves."""
    index = 0
    failed: list[Broken] = []
    definition: tuple[Piece, int] | None = None
    while index < len(parts):
        if len(failed) == _BROKEN_PARTS:
            rest = Piece(first_line=parts[index].first_line, text="".join(part.text for part in parts[index:]))
            failed.append(replace(failed[-1], piece=rest, line=rest.first_line))
            break
        taken, parsed = _parse_joined(parts, index)
        if not isinstance(parsed, Broken):
            if pieces.begins_a_definition(parts[index]):
                definition = parts[index], len(source.statements)
            source.statements += parsed
        elif definition is not None and _was_cut(parsed):
            # What stands above is half a class: it is graded no more than a class whose own lines do not parse.
            head, first = definition
            del source.statements[first:]
            failed.append(replace(parsed, piece=replace(head, text=head.text + parsed.piece.text)))
            definition = None
        else:
            failed.append(parsed)
        index += taken
    if not failed:
        # Every part reads well by itself, the whole still does not: its own error stays.
        failed = [whole]
    elif failed[0].piece.first_line <= whole.line <= failed[0].piece.first_line + failed[0].piece.text.count("\n"):
        # Python's own words about the whole file know what comes next: `expected an indented block`.
        failed[0] = replace(whole, piece=failed[0].piece)
    source.broken = failed


def _was_cut(rest: Broken) -> bool:
    """Say whether a broken part goes on with the definition before it, which a line at the left edge has cut in two."""
    indented = rest.kind == "IndentationError" and rest.message.startswith("unexpected indent")
    return (indented or pieces.is_a_conflict(rest.piece)) and pieces.goes_on_with_a_method(rest.piece)


def _parse_joined(parts: list[Piece], index: int) -> tuple[int, list[ast.stmt] | Broken]:
    """Parse a part, if need be together with those after it; how many were taken, and what came of it."""
    first = parse(parts[index])
    if not isinstance(first, Broken):
        return 1, first
    text = parts[index].text
    for taken, part in enumerate(parts[index + 1 : index + _JOINED], 2):
        if pieces.begins_a_definition(part):
            break
        text += part.text
        parsed = parse(Piece(first_line=parts[index].first_line, text=text))
        if not isinstance(parsed, Broken):
            return taken, parsed
    return 1, first


def parse(piece: Piece) -> list[ast.stmt] | Broken:
    """The statements of a piece, with the file's line numbers; lines of notebook magic count as `pass`."""
    if "\0" in piece.text:
        return Broken(piece=piece, kind="null_bytes", line=piece.first_line)
    lines = piece.text.split("\n")
    for _ in range(_MAGIC_LINES):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                tree = ast.parse("\n".join(lines))
        except SyntaxError as problem:
            number = min(problem.lineno or 1, len(lines))
            if _MAGIC.match(lines[number - 1]):
                _replace_magic(lines, number - 1)
                continue
            return Broken(
                piece=piece,
                kind=type(problem).__name__,
                message=problem.msg,
                line=number + piece.first_line - 1,
                column=problem.offset,
                end_column=problem.end_offset if problem.end_lineno == problem.lineno else None,
            )
        except (RecursionError, MemoryError):
            return Broken(piece=piece, kind="too_deep", line=piece.first_line)
        try:
            _move_down(tree, piece.first_line - 1)
        except RecursionError:
            return Broken(piece=piece, kind="too_deep", line=piece.first_line)
        return tree.body
    return Broken(piece=piece, kind="SyntaxError", message="", line=piece.first_line)


def _move_down(tree: ast.Module, lines: int) -> None:
    """`ast.increment_lineno` in a third of its time: a notebook is parsed in many pieces."""
    if not lines:
        return
    for node in all_nodes(tree):
        if isinstance(node, (ast.stmt, ast.expr, ast.excepthandler, ast.arg, ast.keyword, ast.alias, ast.pattern)):
            node.lineno += lines
            if node.end_lineno is not None:
                node.end_lineno += lines


def _replace_magic(lines: list[str], index: int) -> None:
    """Put Python of the same indentation in place of a line of magic; `files = !ls` leaves `files` bound."""
    line = lines[index]
    indent = line[: len(line) - len(line.lstrip())]
    assigned = re.match(r"\s*(\w+)\s*=\s*[%!]", line)
    lines[index] = f"{indent}{assigned[1]} = None" if assigned else f"{indent}pass"
    # A command for the shell may go on in the next line.
    while line.endswith("\\") and index + 1 < len(lines):
        index += 1
        line, lines[index] = lines[index], ""


def _future_flags(statement: ast.ImportFrom) -> int:
    flags = 0
    for alias in statement.names:
        feature: Any = getattr(__future__, alias.name, None)
        flags |= getattr(feature, "compiler_flag", 0)
    return flags


__all__ = ["Broken", "Source", "Unreadable", "parse", "read"]
