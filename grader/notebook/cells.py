"""The cells that were run so far, as the bytes of a notebook.

Python keeps no source of a class that was typed into a cell; Jupyter keeps what was run, in order. All of it goes to
the worker, so that helper functions and imports come along; what was overwritten since is blanked.
Cells bear the numbers that Jupyter shows beside them.
"""

from __future__ import annotations

import ast
import json
import linecache
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from grader.notebook.asking import functions_of
from grader.worker import pieces
from grader.worker.pieces import Piece
from grader.worker.source import Broken, parse

_Names = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cell:
    """One cell as it was run."""

    typed: str
    """As it was typed, magic and all."""
    lines: tuple[str, ...]
    """As Python got to see it."""
    statements: tuple[ast.stmt, ...]
    """Empty where it does not parse: such a cell has changed nothing."""


class Cells:
    """Everything that was run in a session."""

    def __init__(self, typed: Sequence[str], transform: Callable[[str], str]) -> None:
        """Take what was typed, in the order in which it was run; `transform` is what the shell makes of a cell."""
        self._cells = [_read(cell) for cell in typed]
        self._transform = transform

    @classmethod
    def of_session(cls, shell: Any) -> Cells:
        """What IPython has run, the cell that asks included."""
        # Its list begins with an empty text, so that cell 1 is number 1; `%reset` keeps it.
        return cls(shell.history_manager.input_hist_raw[1:], shell.transform_cell)

    def define(self, names: _Names) -> bool:
        """Whether one of the names is defined, or assigned, in a cell."""
        return any(_binds(statement, names) for cell in self._cells for statement in cell.statements)

    def as_notebook(self, wanted: Mapping[_Names, Any]) -> bytes:
        """The cells as a notebook in which each of the wanted objects has one definition: the one that it came from."""
        lines = [list(cell.lines) if cell.statements else [] for cell in self._cells]
        for names, value in wanted.items():
            self._blank_overwritten(lines, names, value)
        for cell, kept in zip(self._cells, lines, strict=True):
            for statement in cell.statements:
                if isinstance(statement, ast.ImportFrom) and statement.module == "grader":
                    _blank(kept, statement)
        sources = ["\n".join(kept) for kept in lines]
        # An empty cell is none to the reader; the number of each cell is its place in the list.
        listed = [{"cell_type": "code" if source.strip() else "raw", "source": source} for source in sources]
        return json.dumps({"cells": listed, "nbformat": 4, "nbformat_minor": 5, "metadata": {}}).encode()

    def _blank_overwritten(self, lines: Sequence[list[str]], names: _Names, value: Any) -> None:
        """Take out earlier definitions of a class or function, and what was added to them."""
        definitions: list[tuple[int, ast.stmt]] = [
            (number, statement)
            for number, cell in enumerate(self._cells)
            for statement in cell.statements
            if isinstance(statement, (ast.ClassDef, ast.FunctionDef))
            and statement.name.lower() in {name.lower() for name in names}
        ]
        own = [pair for pair in definitions if getattr(pair[1], "name", "") == names[0]] or definitions
        if not own:
            return
        home = self._home(value)
        number, last = next((pair for pair in reversed(own) if pair[0] == home), own[-1])
        for other, statement in definitions:
            if statement is not last:
                _blank(lines[other], statement)
        for other, cell in enumerate(self._cells[: number + 1]):
            for statement in cell.statements:
                before = other < number or statement.lineno < last.lineno
                if before and _adds_to(statement, names):
                    _blank(lines[other], statement)

    def _home(self, value: Any) -> int | None:
        """The cell that the object was made by: its code knows the text that it was compiled from."""
        texts = {"".join(linecache.getlines(function.__code__.co_filename)).strip() for function in functions_of(value)}
        texts.discard("")
        for number in reversed(range(len(self._cells))):
            cell = self._cells[number]
            if cell.statements and self._transform(cell.typed).strip() in texts:
                return number
        return None


def _read(typed: str) -> _Cell:
    source = pieces.as_run(typed)
    statements = parse(Piece(first_line=1, text=source))
    return _Cell(
        typed=typed,
        lines=tuple(source.split("\n")),
        statements=() if isinstance(statements, Broken) else tuple(statements),
    )


def _binds(statement: ast.stmt, names: _Names) -> bool:
    """Whether a statement, or one in the block that it is, gives one of the names a meaning."""
    if isinstance(statement, (ast.ClassDef, ast.FunctionDef)):
        return statement.name in names
    if isinstance(statement, ast.Assign):
        return any(isinstance(target, ast.Name) and target.id in names for target in statement.targets)
    if isinstance(statement, (ast.If, ast.Try)):
        return any(
            _binds(inner, names)
            for inner in ast.walk(statement)
            if isinstance(inner, (ast.stmt)) and inner is not statement
        )
    return False


def _adds_to(statement: ast.stmt, names: _Names) -> bool:
    """Whether it is `Relu.forward = forward` or `setattr(Relu, ...)`."""
    if isinstance(statement, ast.Assign):
        owners = [target.value for target in statement.targets if isinstance(target, ast.Attribute)]
    elif isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        call = statement.value
        owners = call.args[:1] if isinstance(call.func, ast.Name) and call.func.id == "setattr" else []
    else:
        return False
    return any(isinstance(owner, ast.Name) and owner.id in names for owner in owners)


def _blank(lines: list[str], statement: ast.stmt) -> None:
    """Empty the lines of a statement; all others keep their numbers."""
    decorators = getattr(statement, "decorator_list", [])
    first = min([statement.lineno, *(decorator.lineno for decorator in decorators)])
    for index in range(first - 1, statement.end_lineno or statement.lineno):
        if index < len(lines):
            lines[index] = ""
