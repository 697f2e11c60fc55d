"""Reads `exceptions.toml`: what is known to be otherwise, and why that is right.

The doctor asks here before it complains, and complains about an exception that nothing needs any more.
"""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader import catalogue

_FILE = Path(__file__).with_name("exceptions.toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """A folder of right layers of an exercise."""

    name: str
    exercise: str
    loses: tuple[str, ...] = ()
    """Ids of the checks that these layers lose, all of them and no other."""


def survivors(exercise: str) -> dict[str, str]:
    """The mutants that live, by key, with the reason why they are right."""
    groups = [group for group in _entries("survivor") if group["exercise"] == exercise]
    return {key: group["reason"] for group in groups for key in group["mutants"]}


def alike(exercise: str) -> dict[frozenset[str], str]:
    """Pairs of pitfalls that no input tells apart, with the reason why that is right."""
    pairs = {frozenset(entry["pitfalls"]): entry["reason"] for entry in _entries("alike")}
    return {pair: reason for pair, reason in pairs.items() if min(pair).startswith(f"{exercise}/")}


def folders(exercise: str) -> tuple[Folder, ...]:
    """The folders of right layers of an exercise: its own, and those that lose what they may."""
    others = [entry for entry in _entries("right") if entry["exercise"] == exercise]
    named = [Folder(name=entry["folder"], exercise=exercise, loses=tuple(entry["loses"])) for entry in others]
    return (Folder(name=exercise, exercise=exercise), *named)


def _entries(kind: str) -> list[dict[str, Any]]:
    return _read().get(kind, [])


@catalogue.follow
@functools.cache
def _read() -> dict[str, list[dict[str, Any]]]:
    """The kit's own exceptions, and those of an instructor's folders."""
    found: dict[str, list[dict[str, Any]]] = {}
    for path in (_FILE, *(Path(folder) / _FILE.name for folder in catalogue.included())):
        for kind, entries in tomllib.loads(path.read_text(encoding="utf-8")).items() if path.is_file() else ():
            found.setdefault(kind, []).extend(entries)
    return found
