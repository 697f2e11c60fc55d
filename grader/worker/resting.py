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
from .selecting import provided, select
from .source import Source, read
from .walking import statements_in


def digests(
    files: Sequence[tuple[str, bytes]], too_large: Collection[str], wanted: Sequence[dict[str, Any]]
) -> list[str]:
    """One for each of the classes; each names the files (by number) that may hold it."""
    read_once = functools.cache(read)
    found = []
    for one in wanted:
        own = [files[number] for number in one["files"]]
        place = finding.find(
            own, one["class"], too_large, one["methods"], is_function=one["function"], reading=read_once
        )
        parts = _parts(place, one["class"]) if place.status == "ready" else (data for _, data in own)
        found.append(
            hashlib.sha256(
                b"\0".join([*(name.encode("utf-8", "surrogatepass") for name, _ in own), *parts])
            ).hexdigest()
        )
    return found


def _parts(found: Found, class_name: str) -> Iterator[bytes]:
    """The text and the place of each statement that counts, and what else the report speaks of."""
    assert found.source is not None
    yield repr((found.file, found.notes)).encode()
    sources = [found.source, *(found.siblings.values() if _imports_any(found) else ())]
    for source in sources:
        lines = source.layout.text.split("\n")
        for statement in _counting(source, {found.name, class_name}) if source is found.source else source.statements:
            first = min([statement.lineno, *(part.lineno for part in getattr(statement, "decorator_list", ()))])
            text = "\n".join(lines[first - 1 : statement.end_lineno])
            yield f"{source.name}{source.layout.place(first)}\n{text}".encode("utf-8", "surrogatepass")


def _counting(source: Source, roots: set[str]) -> Iterator[ast.stmt]:
    """What the roots need, and all imports, since a missing one is told."""
    kept, needed = select(source.statements, roots)
    for statement in kept:
        imports = any(
            isinstance(part, (ast.Import, ast.ImportFrom)) for part in statements_in([statement], nested=False)
        )
        if imports or provided(statement) & needed:
            yield statement


def _imports_any(found: Found) -> bool:
    """Say whether the file may import one of the submission's other files."""
    assert found.source is not None
    known = {name.rsplit("/", 1)[-1].rsplit(".", 1)[0] for name in found.siblings}
    for part in statements_in(found.source.statements, nested=True):
        if isinstance(part, ast.Import):
            names = {word for alias in part.names for word in alias.name.split(".")}
        elif isinstance(part, ast.ImportFrom):
            names = {*(part.module or "").split("."), *(alias.name for alias in part.names)}
        else:
            continue
        if names & known:
            return True
    return False
