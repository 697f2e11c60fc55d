"""What `grade check` is given: one folder, or some files, read as one submission.

The command line calls `read`. Unlike in a class, where everything odd is a note, a student at the desk is told at once
when nothing sensible can be read, with the next command to type. Knows file names and bytes, no Python.
"""

from __future__ import annotations

import difflib
import os
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from grader.catalogue import exercises
from grader.submissions.entry import DEFAULT_LIMITS, ReadingLimits, UnreadableSubmission
from grader.submissions.gathering import Gathering
from grader.submissions.naming import printable
from grader.submissions.remarks import listed, quoted
from grader.submissions.sources import base, exercise_named, is_archive, is_source
from grader.submissions.trees import FolderTree, OneFile
from grader.texts import text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.model import Submission

# `sigmiod` is 0.86 like `sigmoid`; below this, names have little in common.
_ALIKE = 0.7


def read(paths: Sequence[Path], language: str = "en", limits: ReadingLimits = DEFAULT_LIMITS) -> Submission:
    """Read one submission: a folder, an archive, or one or several .py and .ipynb files.

    Without paths it is the folder `exercises`, where there is one, else the current folder.

    Raises:
        UnreadableSubmission: with what was seen and what to do.
    """
    asked = list(paths) or [Path("exercises") if Path("exercises").is_dir() else Path()]
    for path in asked:
        _require(path, language)
    folders = [path for path in asked if path.is_dir()]
    if folders and len(asked) > 1:
        raise _error(language, "one_folder", path=_name(folders[0]))
    if folders:
        return _folder(folders[0], language, limits)
    return _files(asked, language, limits)


def _folder(path: Path, language: str, limits: ReadingLimits) -> Submission:
    if is_source(path.name) and exercise_named(path.name):
        raise _error(language, "folder_named", path=_name(path), command=_command(path, path.with_suffix("")))
    gathering = Gathering(limits, language)
    gathering.add(FolderTree(path, limits))
    submission = gathering.submission(printable(path.resolve().name or str(path)))
    for denied in gathering.remarks.names("denied"):
        # A private folder beside the exercises costs nothing.
        if not submission.files or is_source(denied):
            raise _denied(path / denied, language)
    present = {exercise_named(file.name) for file in submission.files}
    for named in gathering.remarks.names("folder_named"):
        if exercise_named(named) not in present:
            command = _command(path / named, (path / named).with_suffix(""))
            raise _error(language, "folder_named", path=_name(path / named), command=command)
    if not submission.files:
        raise _nothing(path, gathering, submission, language)
    if present == {None} and not any(_mentions_a_layer(file.data) for file in submission.files):
        raise _nothing_known(path, [file.name for file in submission.files], language)
    return submission


def _files(paths: list[Path], language: str, limits: ReadingLimits) -> Submission:
    gathering = Gathering(limits, language)
    seen: dict[str, Path] = {}
    for path in paths:
        packed = is_archive(path.name) and len(paths) == 1
        if not packed and not is_source(path.name):
            raise _not_a_source(path, language)
        exercise = None if packed else exercise_named(path.name)
        if exercise and exercise in seen:
            raise _error(language, "two_files", first=_name(seen[exercise]), second=_name(path), exercise=exercise)
        if exercise:
            seen[exercise] = path
        alone = sum(other.name == path.name for other in paths) == 1
        label = path.name if alone else path.as_posix()
        # A link that the student names is meant; links inside a folder are not followed.
        gathering.add(OneFile(path.resolve() if path.is_symlink() else path), rename=lambda _, label=label: label)  # type: ignore[misc]
        if gathering.remarks.names("denied"):
            raise _denied(path, language)
    whole = paths[0].name if len(paths) == 1 else paths[0].resolve().parent.name
    submission = gathering.submission(printable(whole))
    if not submission.files:
        raise UnreadableSubmission("\n".join(submission.notes), text("reading.error.unread.hint", language))
    return submission


def _require(path: Path, language: str) -> None:
    """Complain about a path that is not there or that may not be looked at."""
    try:
        os.stat(path)  # noqa: PTH116 - Path.exists hides the reason
    except PermissionError:
        raise _denied(path, language) from None
    except (OSError, ValueError):
        if path.is_symlink():
            raise _error(language, "dead_link", path=_name(path)) from None
        near = _near_path(path)
        hint = "near" if near else "else"
        raise UnreadableSubmission(
            text("reading.error.not_there.message", language, path=_name(path)),
            text(f"reading.error.not_there.{hint}", language, near=quoted(near), names=_expected()),
        ) from None


def _near_path(path: Path) -> str:
    """A neighbour whose name is nearly the one asked for."""
    try:
        neighbours = [neighbour.name for neighbour in path.parent.iterdir()]
    except (OSError, ValueError):
        return ""
    near = difflib.get_close_matches(path.name, neighbours, n=1, cutoff=_ALIKE)
    return str(path.with_name(near[0])) if near else ""


def _nothing(path: Path, gathering: Gathering, submission: Submission, language: str) -> UnreadableSubmission:
    """There is not one file to read: say what there is instead."""
    rename = _rename(path, gathering.unknown)
    hint = "rename" if rename else "else"
    return UnreadableSubmission(
        "\n".join((text("reading.error.nothing.message", language, path=_name(path)), *submission.notes)),
        text(f"reading.error.nothing.{hint}", language, command=rename, names=_expected()),
    )


def _nothing_known(path: Path, names: list[str], language: str) -> UnreadableSubmission:
    """There are sources, but none is named after an exercise and none seems to hold one."""
    rename = _rename(path, names)
    hint = "rename" if rename else "else"
    found = listed(names, len(names), language)
    return UnreadableSubmission(
        text("reading.error.unknown.message", language, path=_name(path), found=found, names=_expected()),
        text(f"reading.error.unknown.{hint}", language, command=rename, names=_expected()),
    )


def _not_a_source(path: Path, language: str) -> UnreadableSubmission:
    rename = _rename(path.parent, [path.name])
    hint = "rename" if rename else "else"
    return UnreadableSubmission(
        text("reading.error.not_a_source.message", language, path=_name(path)),
        text(f"reading.error.not_a_source.{hint}", language, command=rename, names=_expected()),
    )


def _denied(path: Path, language: str) -> UnreadableSubmission:
    # Where the folder is closed, nothing can be said of what lies inside.
    closed = next((folder for folder in (*reversed(path.parents), path) if not _is_open(folder)), path)
    # A folder needs the right to be entered as well as read; Path.is_dir may raise here.
    command = f"chmod {'u+rx' if os.path.isdir(closed) else 'u+r'} {shlex.quote(str(closed))}"  # noqa: PTH112
    return _error(language, "denied", path=_name(path), command=f"`{command}`")


def _is_open(path: Path) -> bool:
    wanted = os.R_OK | (os.X_OK if os.path.isdir(path) else 0)  # noqa: PTH112
    return os.access(path, wanted, effective_ids=os.access in os.supports_effective_ids)


def _error(language: str, kind: str, **fields: object) -> UnreadableSubmission:
    return UnreadableSubmission(
        text(f"reading.error.{kind}.message", language, **fields),
        text(f"reading.error.{kind}.hint", language, **fields),
    )


def _rename(folder: Path, names: list[str]) -> str:
    """The command that gives the first file with almost the name of an exercise that name; empty: there is none."""
    ids = tuple(exercises())
    for name in names:
        written = base(name).split(".")[0].casefold()
        near = difflib.get_close_matches(written, ids, n=1, cutoff=_ALIKE)
        if near:
            ending = ".ipynb" if ".ipynb" in name.casefold() else ".py"
            return _command(folder / name, (folder / name).with_name(near[0] + ending))
    return ""


def _command(source: Path, target: Path) -> str:
    return f"`mv {shlex.quote(str(source))} {shlex.quote(str(target))}`"


def _name(path: Path) -> str:
    return quoted(str(path))


def _expected() -> str:
    return ", ".join(f"`{id}.py`" for id, exercise in exercises().items() if not exercise.bonus)


def _mentions_a_layer(data: bytes) -> bool:
    """Whether the bytes hold a name from the exercises, in any encoding (UTF-16 is ASCII once its zeros are out)."""
    plain = data.replace(b"\0", b"").lower()
    words = {exercise.class_name.lower() for exercise in exercises().values()} | {"backward"}
    return any(word.encode() in plain for word in words)
