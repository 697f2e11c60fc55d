"""The file that a student starts from, in the student's language.

`grade start`, `grade reset` and the kit for students hand it out. English is what the stub itself says; another
language has its docstrings and TODOs under `[stub.<id>]` in its text catalogue, by the names of the definitions. The
code is the same in all of them.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from grader import texts
from grader.catalogue import Exercise

_Definition = ast.Module | ast.ClassDef | ast.FunctionDef


def handout(exercise: Exercise, language: str) -> bytes:
    """The stub, in English what the language has no words for."""
    source = exercise.stub.read_text(encoding="utf-8")
    lines = source.split("\n")
    # From below, so that the lines above keep their numbers.
    for name, definition in reversed(list(definitions(ast.parse(source)))):
        todo = texts.find(f"stub.{exercise.id}.{name}.todo", language)
        if todo is not None:
            _replace_todo(lines, definition, todo)
        words = texts.find(f"stub.{exercise.id}.{name}", language)
        if words is not None and ast.get_docstring(definition) is not None:
            docstring = definition.body[0]
            lines[docstring.lineno - 1 : docstring.end_lineno] = _docstring(words, " " * docstring.col_offset)
    return "\n".join(lines).encode()


def is_fresh(data: bytes, exercise: Exercise) -> bool:
    """Whether this is the exercise as it is handed out, in whatever language."""
    return any(data == handout(exercise, language) for language in texts.languages())


def definitions(module: ast.Module) -> Iterator[tuple[str, _Definition]]:
    """The module and what it defines, with names: `module`, `Relu`, `Relu.forward`."""
    yield "module", module
    for outer in module.body:
        if isinstance(outer, ast.ClassDef | ast.FunctionDef):
            yield outer.name, outer
        if isinstance(outer, ast.ClassDef):
            yield from (
                (f"{outer.name}.{inner.name}", inner) for inner in outer.body if isinstance(inner, ast.FunctionDef)
            )


def _docstring(words: str, indent: str) -> list[str]:
    written = [f"{indent}{line}" if line else "" for line in f'"""{words}'.split("\n")]
    if len(written) == 1:
        return [f'{written[0]}"""']
    return [*written, f'{indent}"""']


def _replace_todo(lines: list[str], definition: _Definition, todo: str) -> None:
    """A comment, and below it a NotImplementedError, with the same words."""
    for number in range(getattr(definition, "lineno", 1) - 1, getattr(definition, "end_lineno", 0) or 0):
        for begin, end in (("# TODO: ", ""), ('raise NotImplementedError("', '")')):
            before, found, _ = lines[number].partition(begin)
            if found and not before.strip():
                lines[number] = f"{before}{begin}{todo}{end}"
