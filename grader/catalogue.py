"""Finds everything that belongs to an exercise by its id, and rejects a bad entry.

The judge, the diagnosis and the command line ask here; nobody else writes down a path. The kit's own exercises lie in
the package, an instructor's in folders that are included. Knows files and names only: importing a suite, a solution or
a pitfall is the business of whoever runs it.
"""

from __future__ import annotations

import functools
import hashlib
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

from grader import texts

_PACKAGE = Path(__file__).parent
_DATA = _PACKAGE / "_data"
"""Stubs and solutions inside an installed package."""
# Code, texts, entries, pytest's configuration.
_DECIDING = {".py", ".toml", ".ini"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Exercise:
    """One class (or function) to implement."""

    id: str
    class_name: str
    """The function's name where a function is asked for."""
    section: str
    """Where the book explains it."""
    parameters: tuple[str, ...]
    """What the constructor takes."""
    methods: dict[str, tuple[str, ...]]
    """Each method of the contract with its arguments, `self` left out; a function is its own only method."""
    attributes: tuple[str, ...]
    """What is read from the layer after each call; `["W1"]` is an item of the dictionary that the call returned."""
    bonus: bool
    """Reported beside the points, not inside them."""
    is_function: bool = False
    needs: tuple[str, ...] = ()
    """Ids of the exercises whose layers it builds on; right ones are provided."""
    stub: Path
    solution: Path
    suite: Path
    pitfalls: Path
    """The folder of complete wrong layers, one file each."""

    @property
    def ends(self) -> tuple[str, str]:
        """The first method of the contract and the last one; the same where there is one."""
        methods = list(self.methods)
        return methods[0], methods[-1]

    @property
    def receiver(self) -> tuple[str, ...]:
        """What stands before the arguments in a definition: `self`, or nothing in a function's."""
        return () if self.is_function else ("self",)


class CatalogueError(Exception):
    """An entry of the catalogue is incomplete; names the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Root:
    """Where a set of exercises lies."""

    index: Path
    stubs: Path
    solutions: Path
    suites: Path
    pitfalls: Path


class _Cache(Protocol):
    def cache_clear(self) -> None: ...


_Known = TypeVar("_Known", bound=_Cache)
_caches: list[_Cache] = []


def follow(cached: _Known) -> _Known:
    """Mark a cached function whose results depend on which exercises there are."""
    _caches.append(cached)
    return cached


_included: dict[Path, None] = {}
"""Folders with exercises of the instructor's own; of this process, in the order in which they were asked for."""


def include(folders: Iterable[str | Path]) -> None:
    """Take the exercises of these folders beside the kit's own, and no other folder's.

    For the whole process: a run has one set of exercises, named by `--exercises` or `grade.toml`.

    Raises:
        CatalogueError: an entry of theirs is incomplete, or has the id of another one.
    """
    wanted = dict.fromkeys(Path(folder).resolve() for folder in folders)
    if list(wanted) == list(_included):
        return
    _included.clear()
    _included.update(wanted)
    for cached in _caches:
        cached.cache_clear()
    texts.include(folder / "texts" for folder in wanted)
    exercises()


def included() -> tuple[str, ...]:
    """The folders that were included."""
    return tuple(map(str, _included))


@follow
@functools.cache
def exercises() -> dict[str, Exercise]:
    """All exercises by id: the book's in its order, the instructor's own, then bonus exercises.

    Raises:
        CatalogueError: an entry lacks a key or one of its files.
    """
    found: dict[str, Exercise] = {}
    for root in _roots():
        if not root.index.is_file():
            msg = f"`{root.index}` is not there"
            raise CatalogueError(msg)
        try:
            said = tomllib.loads(root.index.read_text(encoding="utf-8-sig"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as problem:
            msg = f"{root.index} is no TOML: {problem}"
            raise CatalogueError(msg) from None
        for id, entry in said.items():
            if id in found:
                msg = f"{root.index}: [{id}] is there already, in another folder"
                raise CatalogueError(msg)
            found[id] = _exercise(id, entry, root)
    return dict(sorted(found.items(), key=lambda pair: pair[1].bonus))


def _roots() -> Iterator[_Root]:
    yield _Root(
        index=_PACKAGE / "exercises.toml",
        stubs=_beside("exercises"),
        solutions=_beside("solutions"),
        suites=_PACKAGE / "suites",
        pitfalls=_PACKAGE / "pitfalls",
    )
    for folder in _included:
        yield _Root(
            index=folder / "exercises.toml",
            stubs=folder / "exercises",
            solutions=folder / "solutions",
            suites=folder / "suites",
            pitfalls=folder / "pitfalls",
        )


def _exercise(id: str, entry: dict[str, Any], root: _Root) -> Exercise:
    try:
        exercise = Exercise(
            id=id,
            class_name=entry["function"] if "function" in entry else entry["class"],
            section=entry["section"],
            parameters=tuple(entry["parameters"]),
            methods={name: tuple(arguments) for name, arguments in entry["methods"].items()},
            attributes=(*entry["attributes"], *(f'["{key}"]' for key in entry.get("items", ()))),
            bonus=entry.get("bonus", False),
            is_function="function" in entry,
            needs=tuple(entry.get("needs", ())),
            stub=root.stubs / f"{id}.py",
            solution=root.solutions / f"{id}.py",
            suite=root.suites / f"test_{id}.py",
            pitfalls=root.pitfalls / id,
        )
    except KeyError as missing:
        msg = f"{root.index.name}: [{id}] has no key {missing}"
        raise CatalogueError(msg) from None
    unknown = [other for other in exercise.needs if not (_PACKAGE / "suites" / f"test_{other}.py").is_file()]
    if unknown:
        msg = f"{root.index.name}: [{id}] needs `{unknown[0]}`, whose layer is not among those that are provided"
        raise CatalogueError(msg)
    for path in (exercise.stub, exercise.solution, exercise.suite, exercise.pitfalls):
        if not path.exists() and (path != exercise.solution or has_solutions()):
            msg = f"{root.index.name}: [{id}] needs `{path}`, which is not there"
            raise CatalogueError(msg)
    return exercise


def _beside(folder: str) -> Path:
    """A top-level folder of the checkout, or its copy inside an installed package."""
    return (_DATA if _DATA.is_dir() else _PACKAGE.parent) / folder


def has_solutions() -> bool:
    """Say whether solutions came with the kit; to students it is handed without them (`grade release`)."""
    return not _DATA.is_dir() or (_DATA / "solutions").is_dir()


@follow
@functools.cache
def digest(id: str) -> str:
    """SHA-256 over what decides the score of an exercise: its entry, its suite and what suites import."""
    total = hashlib.sha256()
    suite = exercises()[id].suite
    index = _PACKAGE / "exercises.toml" if suite.is_relative_to(_PACKAGE) else suite.parent.parent / "exercises.toml"
    shared = (_PACKAGE / name for name in ("checks.py", "calls.py", "draws.py"))
    for path in (suite, index, *shared, *sorted((_PACKAGE / "provided").glob("*.py"))):
        data = path.read_bytes()
        total.update(len(data).to_bytes(8, "big") + data)
    return total.hexdigest()


@follow
@functools.cache
def grader_digest() -> str:
    """SHA-256 over the grader's own files and the solutions: where two agree, so do the words of their reports."""
    own = {path.relative_to(_PACKAGE).as_posix(): path for path in _PACKAGE.rglob("*.*") if path.suffix in _DECIDING}
    own = {name: path for name, path in own.items() if not name.startswith("_data/")}  # only installed packages have it
    solutions = {f"solutions/{id}": exercise.solution for id, exercise in exercises().items() if has_solutions()}
    for number, folder in enumerate(_included):
        theirs = (path for path in folder.rglob("*.*") if path.suffix in _DECIDING)
        own |= {f"included/{number}/{path.relative_to(folder).as_posix()}": path for path in theirs}
    total = hashlib.sha256()
    for name, path in sorted((own | solutions).items()):
        for part in (name.encode(), path.read_bytes()):
            total.update(len(part).to_bytes(8, "big") + part)
    return total.hexdigest()
