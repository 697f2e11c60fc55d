"""Finds the class of an exercise among submitted files, running nothing of the student's.

The exact name first, then one that differs in case; a misspelt class is missing, but named. Called by `serving`;
`loading` runs what was found, `facts` tells about it.
"""

from __future__ import annotations

import ast
import difflib
import os.path
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from .defining import definition_behind, definitions_of, is_untouched, names_in
from .plaintext import clean
from .source import Broken, Source, Unreadable, read
from .walking import statements_in

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


def find(
    files: Sequence[tuple[str, bytes]],
    class_name: str,
    too_large: Collection[str] = (),
    methods: Collection[str] = (),
    *,
    is_function: bool = False,
    reading: Callable[[str, bytes], Source] = read,
) -> Found:
    """Look for the class in the files, the likeliest first; exact names first, then those that differ in case.

    A class of which no method that is asked for was written counts only where no file has more. Of files that are too
    large the judge sends the names only.
    """
    sources: list[Source] = []
    problems: list[tuple[str, Unreadable]] = []
    for name, data in files:
        if name in too_large:
            problems.append((name, Unreadable(reason="too_large")))
            continue
        try:
            sources.append(reading(name, data))
        except Unreadable as problem:
            problems.append((name, problem))
        except (RecursionError, MemoryError):
            problems.append((name, Unreadable(reason="too_deep")))
    begun, untouched = _defined(sources, class_name, methods, is_function=is_function)
    found = begun or _broken_class(sources, class_name) or untouched or _unreadable(sources, problems, files)
    if found is None:
        found = Found(status="missing", source=sources[0] if sources else None, near=_near(sources, class_name))
    found.file = found.file or (found.source.name if found.source else files[0][0])
    found.siblings = {source.name: source for source in sources if source is not found.source}
    if found.source is not None:
        found.notes = [*_reading_notes(found.source, found, class_name), *found.notes]
    return found


def _defined(
    sources: list[Source], class_name: str, methods: Collection[str], *, is_function: bool
) -> tuple[Found | None, Found | None]:
    """The class where something of it was written, and where it is as it was handed out."""
    places: dict[str, tuple[Source, str]] = {}
    for same, made in ((str.__eq__, ""), (_but_for_case, ""), (str.__eq__, class_name)):
        for source in sources:
            # The last of several spellings, as Python would have it.
            names = [name for name in names_in(source.statements, made) if same(name, class_name)]
            if names:
                places.setdefault(source.name, (source, names[-1]))
    begun: list[tuple[Source, str]] = []
    untouched: list[tuple[Source, str]] = []
    for source, name in places.values():
        as_given = is_untouched(source.statements, name, methods, is_function=is_function)
        (untouched if as_given else begun).append((source, name))
    return (
        _found(begun, class_name, begun[1:], untouched) if begun else None,
        _found(untouched, class_name, [], []) if untouched else None,
    )


def _but_for_case(one: str, other: str) -> bool:
    return one.lower() == other.lower()


def _found(
    places: Sequence[tuple[Source, str]],
    class_name: str,
    rivals: Sequence[tuple[Source, str]],
    untouched: Sequence[tuple[Source, str]],
) -> Found:
    """The class in the first of these places, with what there is to say about the others."""
    source, name = places[0]
    found = Found(status="ready", source=source, name=name)
    definitions = definitions_of(source.statements, name)
    if name != class_name:
        place = definitions[-1].lineno if definitions else None
        found.notes.append(("name_differs", {"wanted": class_name, "found": name, "line": place}))
    same_file = _rivals(source.statements, name)
    if len({ast.dump(definition) for definition in same_file}) > 1:
        lines = [definition.lineno for definition in same_file]
        found.notes.append(("several_definitions", {"name": name, "lines": lines}))
    different = [other for other, called in rivals if _differ(source, name, other, called)]
    for key, others in (("several_files", different), ("untouched_elsewhere", [other for other, _ in untouched])):
        if others:
            names = ", ".join(clean(other.name, 80) for other in others[:_NOTES])
            found.notes.append((key, {"name": name, "file": source.name, "others": names}))
    return found


def _differ(source: Source, name: str, other: Source, called: str) -> bool:
    """Say whether two files have different classes, and names that do not say that one is a copy of the other."""
    if _letters(source.name) == _letters(other.name):
        return False
    one, two = definition_behind(source.statements, name), definition_behind(other.statements, called)
    # An alias or an import in one of them may well be the other's class.
    return one is not None and two is not None and ast.dump(one) != ast.dump(two)


def _letters(name: str) -> str:
    """What is left of `relu (1).py` and `old/relu - 복사본.ipynb`: the judge has told about such names."""
    return re.sub(r"[^a-z]", "", os.path.splitext(os.path.basename(name))[0].lower())  # noqa: PTH119, PTH122


def _rivals(statements: Sequence[ast.stmt], name: str) -> list[ast.ClassDef]:
    """The class statements of that name of which the last counts; branches of one block are no rivals."""
    return [found[-1] for statement in statements if (found := definitions_of([statement], name))]


def _broken_class(sources: list[Source], class_name: str) -> Found | None:
    """The part that holds the class and cannot be parsed."""
    heading = _heading(class_name)
    for source in sources:
        for broken in source.broken:
            if heading.search(broken.piece.text):
                return Found(status="unreadable", reason=_reason(broken), source=source, broken=broken)
    return None


def _unreadable(
    sources: list[Source], problems: list[tuple[str, Unreadable]], files: Sequence[tuple[str, bytes]]
) -> Found | None:
    """The file that should hold the class and cannot be read."""
    for name, problem in problems:
        if name == files[0][0]:
            return Found(status="unreadable", reason=problem.reason, file=name)
    first = next((source for source in sources if source.name == files[0][0]), None)
    if first is not None and first.broken and not any(names_in(first.statements)):
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
        for statement in statements_in(source.statements, nested=False):
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
