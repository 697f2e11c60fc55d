"""Tells what a class rests on: a digest that is another one once a save may have changed how the class is graded.

Asked by `grade check --watch`, to grade again one exercise of a notebook instead of all. Reads as `finding` and
`selecting` do, and runs nothing of the student's.
"""

from __future__ import annotations

import ast
import functools
import hashlib
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from . import finding
from .finding import Found
from .selecting import Selection, provided
from .source import Source, read
from .walking import statements_in


def digests(
    files: Sequence[tuple[str, bytes]], too_large: Collection[str], wanted: Sequence[dict[str, Any]]
) -> list[str]:
    """One for each of the classes; each names the files (by number) that may hold it."""
    reading = functools.cache(read)
    # Parsing and following names are most of the work, and the same for all classes of a file.
    selecting: dict[int, Selection] = {}
    found = []
    for one in wanted:
        own = [files[number] for number in one["files"]]
        place = finding.find(own, one["class"], too_large, one["methods"], is_function=one["function"], reading=reading)
        source = place.source
        if place.status == "ready" and source is not None:
            if id(source) not in selecting:
                selecting[id(source)] = Selection(source.statements)
            parts = list(_parts(place, source, *selecting[id(source)].of({place.name, one["class"]})))
        else:
            parts = [data for _, data in own]
        names = [_bytes(name) for name, _ in own]
        found.append(hashlib.sha256(b"\0".join([*names, *parts])).hexdigest())
    return found


def _parts(found: Found, source: Source, kept: list[ast.stmt], needed: set[str]) -> Iterator[bytes]:
    """The text and the place of each statement that counts, and what else the report speaks of."""
    yield _bytes(repr((found.file, found.notes)))
    lines = source.layout.text.split("\n")
    for statement in kept:
        # All imports count, since a missing one is told.
        if provided(statement) & needed or _imports([statement]):
            first = min([statement.lineno, *(part.lineno for part in getattr(statement, "decorator_list", ()))])
            yield _bytes(source.layout.place(first))
            yield from (_bytes(line) for line in lines[first - 1 : statement.end_lineno])
    known = {name.rsplit("/", 1)[-1].rsplit(".", 1)[0] for name in found.siblings}
    if known & _imports(source.statements):
        for name, sibling in found.siblings.items():
            yield _bytes(name)
            yield _bytes(sibling.layout.text)


def _imports(statements: Sequence[ast.stmt]) -> set[str]:
    """The words of what is imported anywhere in them, from a module or as one."""
    words: set[str] = set()
    for part in statements_in(statements, nested=True):
        if isinstance(part, ast.Import):
            words.update(word for alias in part.names for word in alias.name.split("."))
        elif isinstance(part, ast.ImportFrom):
            words.update([*(part.module or "").split("."), *(alias.name for alias in part.names)])
    return words


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
