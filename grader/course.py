"""`grade.toml`: what a course decides about grading, read once and checked against the catalogue.

The command line looks for it in the current folder, never in a submission. Every key may be left out; one that is not
known is an error that names the nearest.
"""

from __future__ import annotations

import difflib
import math
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from grader import catalogue, texts
from grader.model import Limits
from grader.submissions.entry import ReadingLimits

FILE = "grade.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What a course decides."""

    language: str = ""
    """Empty: whatever the command line and the locale say."""
    seed: int = 0
    exercises: tuple[str, ...] = ()
    """Ids; empty: all of the catalogue."""
    folders: tuple[str, ...] = ()
    """Folders with exercises of the instructor's own, as full paths."""
    points: Mapping[str, float] = field(default_factory=dict)
    """What an exercise is worth, by id; its checks share it."""
    limits: Mapping[str, float] = field(default_factory=dict)
    """Those of `grader.model.Limits` that differ."""
    reading: Mapping[str, int] = field(default_factory=dict)
    """Those of `grader.submissions.ReadingLimits` that differ."""
    held_out: tuple[str, ...] = ()
    """Ids of checks that students' own runs leave out, and `grade batch` does not."""


class CourseError(Exception):
    """`grade.toml` says something that cannot be; a key below `course` in the texts, and its fields."""

    def __init__(self, kind: str, **about: object) -> None:
        super().__init__(kind)
        self.kind = kind
        self.about = about

    def message(self, language: str) -> str:
        """The problem in words."""
        return texts.text(f"course.{self.kind}", language, **self.about)

    def hint(self, language: str) -> str:
        """What could be meant; empty where nobody knows."""
        near = self.about.get("near")
        return texts.text("course.near", language, near=near) if near else ""


def read(path: Path) -> Course:
    """Read a course, and include its folders in the catalogue.

    Raises:
        CourseError: it is no TOML, or a key or a value of it makes no sense.
    """
    said = parsed(path)
    _demand_known(said, [one.name for one in fields(Course)], path, "")
    for name, kind in _KINDS.items():
        if name in said and not _is(said[name], kind):
            raise CourseError(kind=f"kind_{kind}", file=path.name, key=name)
    folders = tuple(str((path.parent / folder).resolve()) for folder in said.get("folders", ()))
    for folder in folders:
        if not (Path(folder) / "exercises.toml").is_file():
            raise CourseError(kind="no_exercises", file=path.name, folder=folder)
    if said.get("language") and said["language"] not in texts.languages():
        raise CourseError(kind="language", file=path.name, seen=said["language"], known=", ".join(texts.languages()))
    limits = said.get("limits", {})
    _demand_known(limits, [one.name for one in fields(Limits)], path, "limits.")
    reading = _reading(said.get("reading", {}), path)
    catalogue.include(folders)
    ids = list(catalogue.exercises())
    _demand_known(said.get("exercises", ()), ids, path, "exercises: ")
    _demand_known(said.get("points", {}), ids, path, "points.")
    for name, number in (*limits.items(), *reading.items(), *said.get("points", {}).items()):
        if not _is(number, "number") or not 0 < number < math.inf:
            raise CourseError(kind="positive", file=path.name, key=name, seen=number)
    for one in fields(Limits):
        if one.name in limits and isinstance(one.default, int) and not _is(limits[one.name], "whole"):
            raise CourseError(kind="kind_whole", file=path.name, key=one.name)
    return Course(
        language=said.get("language", ""),
        seed=said.get("seed", 0),
        exercises=tuple(said.get("exercises", ())),
        folders=folders,
        points={id: float(number) for id, number in said.get("points", {}).items()},
        limits=dict(limits),
        reading=reading,
        held_out=_held_out(said.get("held_out", ()), path),
    )


def parsed(path: Path) -> dict[str, Any]:
    """What stands in a file, before anything of it counts. All who ask have to read it alike.

    Raises:
        CourseError: it is no TOML.
    """
    try:
        # Editors on Windows put a mark in front.
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as problem:
        raise CourseError(kind="no_toml", file=path.name, detail=str(problem)) from None


# What a value has to be; `kind_...` below `course` in the texts says it.
_KINDS = {
    "language": "text", "seed": "whole", "exercises": "list", "folders": "list", "points": "table", "limits": "table",
    "reading": "table", "held_out": "list",
}  # fmt: skip


def _is(value: Any, kind: str) -> bool:
    if isinstance(value, bool):
        return False
    if kind == "list":
        return isinstance(value, list) and all(isinstance(part, str) for part in value)
    kinds: dict[str, Any] = {"text": str, "whole": int, "table": dict, "number": (int, float)}
    return isinstance(value, kinds[kind]) and not (kind == "whole" and value < 0)


def _demand_known(names: Iterable[str], known: Iterable[str], path: Path, before: str) -> None:
    known = list(known)
    for name in names:
        if name not in known:
            near = _nearest(name, known)
            raise CourseError(kind="unknown", file=path.name, key=f"{before}{name}", near=near, known=", ".join(known))


def _reading(said: Mapping[str, Any], path: Path) -> dict[str, int]:
    """The limits on reading: whole numbers, all of them."""
    _demand_known(said, [one.name for one in fields(ReadingLimits)], path, "reading.")
    for name, number in said.items():
        if not _is(number, "whole"):
            raise CourseError(kind="kind_whole", file=path.name, key=name)
    return dict(said)


def _nearest(name: str, known: list[str]) -> str:
    return next(iter(difflib.get_close_matches(name, known, n=1, cutoff=0.5)), "")


def _held_out(ids: Iterable[str], path: Path) -> tuple[str, ...]:
    """The checks to hold out; at least one of each exercise has to stay."""
    from grader.judge import engine  # noqa: PLC0415 - pytest is loaded only where a course holds checks out

    ids = tuple(ids)
    if not ids:
        return ()
    checks = {id: [check.id for check in engine().checks(id)] for id in catalogue.exercises()}
    for check in ids:
        # Of seventy names, those that it can be.
        exercise = _nearest(check.partition("/")[0], list(checks))
        _demand_known([check], checks[exercise] if exercise else list(checks), path, "held_out: ")
    for id, all_of_one in checks.items():
        if set(all_of_one) <= set(ids):
            raise CourseError(kind="nothing_left", file=path.name, exercise=id)
    return ids
