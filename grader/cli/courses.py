"""What holds for every command: the course in the current folder, and folders with further exercises.

`app` takes these words out before a command sees its own; `commands.settings` and the commands ask for the rest.
"""

import dataclasses
import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from grader import catalogue, texts
from grader.cli import vouching
from grader.cli.speech import Say, WrongUsage, speaker
from grader.course import FILE, Course, CourseError, read
from grader.model import Settings
from grader.submissions.entry import ReadingLimits

FOLDER_WORD = "--exercises"
COURSE_WORD = "--course"
_HELP = frozenset({"-h", "--help"})


@dataclasses.dataclass(slots=True, kw_only=True)
class _Chosen:
    """The course of this run of the command line."""

    course: Course = dataclasses.field(default_factory=Course)
    folders: tuple[str, ...] = ()
    typed: frozenset[str] = frozenset()


_chosen = _Chosen()


def take(words: Sequence[str], language: str | None) -> list[str]:
    """Read the course and the folders that the words name; the words that are left.

    Raises:
        WrongUsage: something of that is not there, or makes no sense.
    """
    spoken = texts.choose(language)
    say = speaker(spoken)
    left, folders = _values(words, FOLDER_WORD)
    left, files = _values(left, COURSE_WORD)
    path = Path(files[-1] if files else FILE)
    if not files and left[:1] == ["batch"] and _among_submissions(left):
        path = Path()  # a file that a student handed in must not decide what anybody's work is worth
    if not files and not _HELP.isdisjoint(left) and path.is_file() and _brings_strange_exercises(path):
        path = Path()  # help is about the command, and runs nothing
    if files and not path.is_file():
        raise WrongUsage(say("cli.no_such_path", path=path))
    if path.is_file():
        vouching.vouch(path) if files else _look_at(path, left, say)
    try:
        # The folders first: the course may speak of their exercises.
        own = tuple(str(Path(folder).resolve()) for folder in folders)
        for folder, full in zip(folders, own, strict=True):
            if not (Path(full) / "exercises.toml").is_file():
                raise WrongUsage(say("course.no_exercises", file=FOLDER_WORD, folder=folder))
        course = read(path) if path.is_file() else Course()
        catalogue.include((*course.folders, *own))
    except CourseError as problem:
        raise WrongUsage(problem.message(spoken), problem.hint(spoken)) from problem
    except catalogue.CatalogueError as problem:
        raise WrongUsage(say("course.catalogue", detail=str(problem))) from problem
    _chosen.course, _chosen.folders = course, tuple(dict.fromkeys((*course.folders, *own)))
    _chosen.typed = frozenset(word.split("=")[0] for word in left if word.startswith("--"))
    return left


def _look_at(path: Path, words: Sequence[str], say: Say) -> None:
    """Say what a course decides that nobody named: it may have been handed in.

    A kit for students is their own desk, and what it brings along is theirs.

    Raises:
        WrongUsage: it brings exercises along, which would run with the rights of whoever typed the command.
    """
    if not catalogue.has_solutions() or vouching.is_vouched_for(path):
        return
    said = vouching.decides(path)
    if _brings_strange_exercises(path):
        raise WrongUsage(say("course.not_vouched_for", file=path), say("course.hint_vouch", file=path))
    keys = [one.name for one in dataclasses.fields(Course) if one.name in said]
    if keys and words[:1] in (["check"], ["batch"]):
        from grader.cli.screen import remark

        remark(say("course.decides", file=path, keys=", ".join(keys)))


def _brings_strange_exercises(path: Path) -> bool:
    known = not catalogue.has_solutions() or vouching.is_vouched_for(path)
    return not known and bool(vouching.decides(path).get("folders"))


def _among_submissions(words: Sequence[str]) -> bool:
    """Say whether the current folder is one of those that the words name, or lies in one."""
    here = Path.cwd()
    named = [word for before, word in itertools.pairwise(words) if before not in {"-o", "--output"}]
    return any(Path(word).is_dir() and Path(word).resolve() in (here, *here.parents) for word in named)


def language(asked: str | None) -> str | None:
    """The language asked for, else the course's."""
    return asked if asked is not None else _chosen.course.language or None


def applied(settings: Settings) -> Settings:
    """Settings with what the course decides and nobody typed otherwise."""
    course, more = _chosen.course, dict[str, Any]()
    if "--seed" not in _chosen.typed:
        more["seed"] = course.seed
    limits = dict(course.limits)
    if "--time-limit" in _chosen.typed:
        limits = {name: value for name, value in limits.items() if not name.endswith("_seconds")}
    return dataclasses.replace(
        settings,
        exercises=settings.exercises or course.exercises,
        points=tuple(sorted(course.points.items())),
        folders=_chosen.folders,
        limits=dataclasses.replace(settings.limits, **_as_declared(limits, settings)),
        **more,
    )


def reading() -> ReadingLimits:
    """How much of a submission is read."""
    return ReadingLimits(**_chosen.course.reading)


def present() -> Course:
    """The course, with the folders that were named on the command line."""
    return dataclasses.replace(_chosen.course, folders=_chosen.folders)


def held_out() -> tuple[str, ...]:
    """The checks that a student's own run leaves out."""
    return _chosen.course.held_out


def _as_declared(limits: dict[str, float], settings: Settings) -> dict[str, Any]:
    """Whole numbers where the limit is one."""
    return {name: type(getattr(settings.limits, name))(value) for name, value in limits.items()}


def _values(words: Sequence[str], option: str) -> tuple[list[str], list[str]]:
    """The words without an option that may stand several times, and its values."""
    left: list[str] = []
    values: list[str] = []
    pending = list(words)
    while pending:
        word = pending.pop(0)
        if word == "--":
            left += [word, *pending]
            break
        if word == option:
            if not pending:
                say = speaker(texts.choose())
                raise WrongUsage(say("cli.option_needs_value", option=option))
            values.append(pending.pop(0))
        elif word.startswith(f"{option}="):
            values.append(word.removeprefix(f"{option}="))
        else:
            left.append(word)
    return left, values
