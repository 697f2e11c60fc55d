"""Finds everything that belongs to an exercise by its id, and rejects a bad entry.

The judge, the diagnosis and the command line ask here; nobody else writes down a path. Knows files and names only:
importing a suite, a solution or a pitfall is the business of whoever runs it.
"""

from __future__ import annotations

import functools
import hashlib
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_PACKAGE = Path(__file__).parent
# Code, texts, entries, pytest's configuration.
_DECIDING = {".py", ".toml", ".ini"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Exercise:
    """One class to implement."""

    id: str
    class_name: str
    section: str
    """Where the book explains it."""
    parameters: tuple[str, ...]
    """What the constructor takes."""
    methods: dict[str, tuple[str, ...]]
    """Each method of the contract with its arguments, `self` left out."""
    attributes: tuple[str, ...]
    """What is read from the layer after each call."""
    bonus: bool
    stub: Path
    solution: Path
    suite: Path
    pitfalls: Path
    """The folder of complete wrong layers, one file each."""


class CatalogueError(Exception):
    """An entry of the catalogue is incomplete; names the file."""


@functools.cache
def exercises() -> dict[str, Exercise]:
    """All exercises by id, in the order of the book.

    Raises:
        CatalogueError: an entry lacks a key or one of its files.
    """
    index = _PACKAGE / "exercises.toml"
    entries = tomllib.loads(index.read_text(encoding="utf-8"))
    return {id: _exercise(id, entry, index) for id, entry in entries.items()}


def _exercise(id: str, entry: dict[str, Any], index: Path) -> Exercise:
    try:
        exercise = Exercise(
            id=id,
            class_name=entry["class"],
            section=entry["section"],
            parameters=tuple(entry["parameters"]),
            methods={name: tuple(arguments) for name, arguments in entry["methods"].items()},
            attributes=tuple(entry["attributes"]),
            bonus=entry.get("bonus", False),
            stub=_beside("exercises") / f"{id}.py",
            solution=_beside("solutions") / f"{id}.py",
            suite=_PACKAGE / "suites" / f"test_{id}.py",
            pitfalls=_PACKAGE / "pitfalls" / id,
        )
    except KeyError as missing:
        msg = f"{index.name}: [{id}] has no key {missing}"
        raise CatalogueError(msg) from None
    for path in (exercise.stub, exercise.solution, exercise.suite, exercise.pitfalls):
        if not path.exists():
            msg = f"{index.name}: [{id}] needs `{path}`, which is not there"
            raise CatalogueError(msg)
    return exercise


def _beside(folder: str) -> Path:
    """A top-level folder of the checkout, or its copy inside an installed package."""
    installed = _PACKAGE / "_data" / folder
    return installed if installed.is_dir() else _PACKAGE.parent / folder


@functools.cache
def digest(id: str) -> str:
    """SHA-256 over what decides the score of an exercise: its entry, its suite and what suites import."""
    total = hashlib.sha256()
    shared = (_PACKAGE / name for name in ("exercises.toml", "checks.py", "calls.py", "draws.py"))
    for path in (exercises()[id].suite, *shared):
        data = path.read_bytes()
        total.update(len(data).to_bytes(8, "big") + data)
    return total.hexdigest()


@functools.cache
def grader_digest() -> str:
    """SHA-256 over the grader's own files and the solutions: where two agree, so do the words of their reports."""
    own = {path.relative_to(_PACKAGE).as_posix(): path for path in _PACKAGE.rglob("*.*") if path.suffix in _DECIDING}
    own = {name: path for name, path in own.items() if not name.startswith("_data/")}  # only installed packages have it
    solutions = {f"solutions/{id}": exercise.solution for id, exercise in exercises().items()}
    total = hashlib.sha256()
    for name, path in sorted((own | solutions).items()):
        for part in (name.encode(), path.read_bytes()):
            total.update(len(part).to_bytes(8, "big") + part)
    return total.hexdigest()
