"""Finds the class of an exercise among submitted files, running nothing of the student's.

The exact name first, then one that differs in case; a misspelt class is missing, but named. Called by `serving`;
`loading` runs what was found, `facts` tells about it.
"""

from __future__ import annotations

import ast
import difflib
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from .plaintext import clean
from .scopes import bound
from .source import Broken, Source, Unreadable, read

# Names this alike are the same name, misspelt: Rleu, SoftMaxWithLos, AffineLayer.
_NEAR = 0.6
# More notes than this do not help anybody.
_NOTES = 20

Note = tuple[str, dict[str, Any]]


@dataclass(slots=True, kw_only=True)
class Found:
    """Where the class is, or why it is nowhere."""

    status: str
    """`ready` (so far), `missing` or `unreadable`."""
    reason: str = ""
    """Why it is unreadable."""
    file: str = ""
    source: Source | None = None
    broken: Broken | None = None
    name: str = ""
    """The name that the file gives the class."""
    near: list[dict[str, Any]] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    siblings: dict[str, Source] = field(default_factory=dict)


def find(files: Sequence[tuple[str, bytes]], class_name: str, too_large: Collection[str] = ()) -> Found:
    """Look for the class in the files, the likeliest first; exact names first, then those that differ in case.

    Of files that are too large the judge sends the names only.
    """
    sources: list[Source] = []
    problems: list[tuple[str, Unreadable]] = []
    for name, data in files:
        if name in too_large:
            problems.append((name, Unreadable(reason="too_large")))
            continue
        try:
            sources.append(read(name, data))
        except Unreadable as problem:
            problems.append((name, problem))
        except (RecursionError, MemoryError):
            problems.append((name, Unreadable(reason="too_deep")))
    found = _defined(sources, class_name) or _unreadable(sources, problems, files, class_name)
    if found is None:
        found = Found(status="missing", source=sources[0] if sources else None, near=_near(sources, class_name))
    found.file = found.file or (found.source.name if found.source else files[0][0])
    found.siblings = {source.name: source for source in sources if source is not found.source}
    if found.source is not None:
        found.notes = [*_reading_notes(found.source, found, class_name), *found.notes]
    return found


def _defined(sources: list[Source], class_name: str) -> Found | None:
    for same in (str.__eq__, lambda one, other: one.lower() == other.lower()):
        for source in sources:
            # The last of several spellings, as Python would have it.
            names = [name for name in _module_names(source.statements) if same(name, class_name)]
            if not names:
                continue
            found = Found(status="ready", source=source, name=names[-1])
            definitions = definitions_of(source.statements, names[-1])
            if names[-1] != class_name:
                place = definitions[-1].lineno if definitions else None
                found.notes.append(("name_differs", {"wanted": class_name, "found": names[-1], "line": place}))
            rivals = _rivals(source.statements, names[-1])
            if len({ast.dump(definition) for definition in rivals}) > 1:
                lines = [definition.lineno for definition in rivals]
                found.notes.append(("several_definitions", {"name": names[-1], "lines": lines}))
            return found
    return None


def _module_names(statements: Sequence[ast.stmt]) -> Iterator[str]:
    """What a file defines and could be a class: classes, and names that are assigned something."""
    for statement in statements:
        if isinstance(statement, (ast.ClassDef, ast.FunctionDef)):
            yield statement.name
        elif isinstance(statement, ast.Assign) and isinstance(statement.value, (ast.Name, ast.Attribute, ast.Call)):
            # `relu = Relu()` in demo code makes a layer, not another spelling of the class.
            if isinstance(statement.value, ast.Call) and not _makes_a_class(statement.value):
                continue
            yield from bound(statement.targets)
        elif isinstance(statement, (ast.If, ast.Try)):
            yield from _module_names(list(_blocks(statement)))


def _makes_a_class(call: ast.Call) -> bool:
    """Say whether it is `type(name, bases, members)`, or a decorator applied by hand to a class."""
    return isinstance(call.func, ast.Name) and call.func.id in {"type", "dataclass"}


def _blocks(statement: ast.If | ast.Try) -> Iterator[ast.stmt]:
    yield from statement.body
    for handler in statement.handlers if isinstance(statement, ast.Try) else ():
        yield from handler.body
    yield from statement.orelse
    if isinstance(statement, ast.Try):
        yield from statement.finalbody


def definitions_of(statements: Sequence[ast.stmt], name: str) -> list[ast.ClassDef]:
    """The class statements of that name, in order."""
    found = []
    for statement in statements:
        if isinstance(statement, ast.ClassDef) and statement.name == name:
            found.append(statement)
        elif isinstance(statement, (ast.If, ast.Try)):
            found += definitions_of(list(_blocks(statement)), name)
    return found


def _rivals(statements: Sequence[ast.stmt], name: str) -> list[ast.ClassDef]:
    """The class statements of that name of which the last counts; branches of one block are no rivals."""
    return [found[-1] for statement in statements if (found := definitions_of([statement], name))]


def _unreadable(
    sources: list[Source], problems: list[tuple[str, Unreadable]], files: Sequence[tuple[str, bytes]], class_name: str
) -> Found | None:
    """The file that should hold the class and cannot be read."""
    heading = _heading(class_name)
    for source in sources:
        for broken in source.broken:
            if heading.search(broken.piece.text):
                return Found(status="unreadable", reason=_reason(broken), source=source, broken=broken)
    for name, problem in problems:
        if name == files[0][0]:
            return Found(status="unreadable", reason=problem.reason, file=name)
    first = next((source for source in sources if source.name == files[0][0]), None)
    if first is not None and first.broken and not any(_module_names(first.statements)):
        return Found(status="unreadable", reason=_reason(first.broken[0]), source=first, broken=first.broken[0])
    return None


def _heading(class_name: str) -> re.Pattern[str]:
    return re.compile(rf"^\s*class\s+{re.escape(class_name)}\b", re.IGNORECASE | re.MULTILINE)


def _reason(broken: Broken) -> str:
    return "syntax" if broken.kind.endswith("Error") else broken.kind


def _near(sources: list[Source], class_name: str) -> list[dict[str, Any]]:
    """Classes whose names look like the one that is asked for."""
    near = []
    for source in sources:
        for statement in source.statements:
            if not isinstance(statement, ast.ClassDef):
                continue
            plain = statement.name.replace("_", "").lower()
            alike = difflib.SequenceMatcher(None, plain, class_name.lower()).ratio()
            if alike >= _NEAR or class_name.lower() in plain:
                near.append((alike, {"name": statement.name, "line": statement.lineno, "file": source.name}))
    return [entry for _, entry in sorted(near, key=lambda pair: -pair[0])]


def _reading_notes(source: Source, found: Found, class_name: str) -> Iterator[Note]:
    if source.encoding not in {"utf-8", "ascii", "utf-8-sig"}:
        yield "encoding", {"file": source.name, "encoding": source.encoding}
    if source.unknown_encoding:
        yield "unknown_encoding", {"file": source.name, "encoding": clean(source.unknown_encoding, 40)}
    if source.name.lower().endswith(".ipynb") and not source.layout.marks:
        yield "script_as_notebook", {"file": source.name}
    if found.status == "missing":
        heading = _heading(class_name)
        for cell, text in source.layout.written:
            if heading.search(text):
                yield "in_a_text_cell", {"file": source.name, "cell": cell, "name": class_name}
                break
    if found.status == "ready":
        for broken in source.broken[:_NOTES]:
            yield "broken_elsewhere", {"file": source.name, "line": broken.line, "message": clean(broken.message, 200)}
