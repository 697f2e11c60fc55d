"""What learning platforms make of names: who handed in which entries, and which of them count.

`classes` asks for a plan of a place. Moodle, Canvas, Gradescope and GitHub Classroom are recognised by the names that
they give; every other place has one entry a submission. Knows names; the only file it reads is Gradescope's own list.
"""

from __future__ import annotations

import os.path
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.submissions import gradescope
from grader.submissions.entry import Student
from grader.submissions.sources import exercise_named, is_archive, is_junk
from grader.submissions.trees import CannotRead

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.submissions.places import Place

# `Kim Minsu_657737_assignsubmission_file_` is a folder, or stands before the name of a file. What stands first is
# Moodle's: a student may call a file as if Moodle had found it with somebody else.
_MOODLE = re.compile(r"(?P<name>.*?)_(?P<id>\d+)_assignsubmission_(?P<kind>[a-z]+)_?(?P<file>.*)", re.DOTALL)
# `kimminsu_LATE_12_345_relu.py`; the name is empty where Canvas found no Latin letter in it.
_CANVAS = re.compile(
    r"(?P<student>(?P<name>.*?)(?P<late>_LATE)?_(?P<id>\d+|anon_[^_]+))_(?:(?P<number>\d+)_(?P<file>.+)|text\.html)",
    re.DOTALL,
)
# Canvas puts this before the ending when a student hands in a file of the same name again.
_CANVAS_AGAIN = re.compile(r"-\d+(?=\.[^.]+$)")
# Instructors keep notes in the same folder: one of three names may be anything before the rest means nothing.
_CANVAS_SHARE = 2 / 3
_GIT_SAMPLE = 3
# What lies beside submissions and is none.
_BESIDE = re.compile(r"readme(\..*)?|.*\.(csv|tsv|xlsx?|ods|ya?ml|toml|log)", re.IGNORECASE)
_METADATA_BYTES = 64 << 20  # it holds every result of every submission


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One entry of a place, as a part of a submission."""

    top: str
    shown: str = ""
    """The file's own name, where the platform put something before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One submission to be read."""

    name: str
    parts: tuple[Part, ...]
    """Oldest first: of two files of one name the later counts."""
    students: tuple[Student, ...] = ()
    late: bool = False
    online_text: tuple[str, ...] = ()
    """Entries that hold what was typed into the web page."""
    aside: tuple[str, ...] = ()
    """Entries that were handed in earlier and do not count."""


def plan(place: Place, folder: str) -> Iterator[Planned]:
    """The submissions of a place.

    Args:
        place: where they lie.
        folder: the name of the folder or archive, which GitHub Classroom uses.
    """
    tops = {name: is_folder for name, is_folder in place.tops().items() if not is_junk(name)}
    if gradescope.METADATA in tops:
        return iter(_gradescope(place, tops))
    if any(map(_MOODLE.fullmatch, tops)):
        return iter(_grouped(tops, _MOODLE))
    if looks_like_canvas(tops):
        return iter(_grouped(tops, _CANVAS))
    logins = _github_logins(place, tops, folder)
    return (
        Planned(
            name=name,
            parts=(Part(top=name),),
            students=(Student(login=logins[name]),) if name in logins else (),
        )
        for name, is_folder in tops.items()
        if is_folder or not _BESIDE.fullmatch(name)
    )


def is_recognised(names: frozenset[str]) -> bool:
    """Whether a platform gave these names."""
    return (
        gradescope.METADATA in names
        or any(map(_MOODLE.fullmatch, names))
        or looks_like_canvas(dict.fromkeys(names, False))
    )


def looks_like_canvas(tops: dict[str, bool]) -> bool:
    """Whether most names are made the way Canvas makes them; Canvas knows no folders."""
    files = [name for name, is_folder in tops.items() if not is_folder and not _BESIDE.fullmatch(name)]
    matching = sum(_CANVAS.fullmatch(name) is not None for name in files)
    return matching > 0 and matching >= _CANVAS_SHARE * len(tops)


def _grouped(tops: dict[str, bool], pattern: re.Pattern[str]) -> list[Planned]:
    """Entries that belong to one student together, all others for themselves."""
    students: dict[tuple[str, str], list[re.Match[str]]] = {}
    alone: list[str] = []
    for name, is_folder in tops.items():
        if match := pattern.fullmatch(name):
            students.setdefault((match["name"], match["id"]), []).append(match)
        elif is_folder or not _BESIDE.fullmatch(name):
            alone.append(name)
    planned = [_of_one_student(matches) for matches in students.values()]
    return planned + [Planned(name=name, parts=(Part(top=name),)) for name in alone]


def _of_one_student(matches: list[re.Match[str]]) -> Planned:
    texts = [match for match in matches if _is_online_text(match)]
    files = [match for match in matches if not _is_online_text(match)]
    fields = matches[0].groupdict()
    if "number" in fields:
        files.sort(key=lambda match: int(match["number"]))
    latest = {_same_file(match): match for match in files}
    kept = list(latest.values())
    whole = files or matches
    return Planned(
        name=whole[0].string if len(whole) == 1 else _common_start(whole),
        parts=tuple(Part(top=match.string, shown=match["file"] or "") for match in files if match in kept),
        students=(Student(name=fields["name"], id=fields["id"]),),
        late=any(match.groupdict().get("late") for match in matches),
        online_text=tuple(match.string for match in texts),
        aside=tuple(match.string for match in files if match not in kept),
    )


def _is_online_text(match: re.Match[str]) -> bool:
    fields = match.groupdict()
    return fields["file"] is None or fields.get("kind") == "onlinetext"


def _same_file(match: re.Match[str]) -> str:
    """What two files share of which the later replaces the earlier."""
    name = match["file"]
    if "number" not in match.groupdict():
        return match.string
    if is_archive(name):
        return _CANVAS_AGAIN.sub("", name).casefold()
    return exercise_named(name) or name.casefold()


def _common_start(matches: list[re.Match[str]]) -> str:
    """The name of a submission that is spread over several entries: what their names have in common."""
    if "kind" in matches[0].groupdict():
        return matches[0].string[: matches[0].start("file")]
    return matches[0]["student"]


def _gradescope(place: Place, tops: dict[str, bool]) -> list[Planned]:
    """Submissions by the platform's list; of several by the same students the last counts."""
    try:
        records = gradescope.records(place.read(gradescope.METADATA, _METADATA_BYTES))
    except CannotRead:
        records = {}
    latest: dict[object, str] = {}
    earlier: dict[object, list[str]] = {}
    names = [name for name, is_folder in tops.items() if is_folder or not _BESIDE.fullmatch(name)]
    for name in sorted(names, key=lambda name: records[name].order if name in records else ("", 0)):
        by = frozenset(records[name].students) if name in records else frozenset()
        key = by or name
        if key in latest:
            earlier.setdefault(key, []).append(latest[key])
        latest[key] = name
    keys = {name: key for key, name in latest.items()}
    return [
        Planned(
            name=name,
            parts=(Part(top=name),),
            students=records[name].students if name in records else (),
            aside=tuple(earlier.get(keys[name], ())),
        )
        for name in names
        if name in keys
    ]


def _github_logins(place: Place, tops: dict[str, bool], folder: str) -> dict[str, str]:
    """The logins behind the names of cloned repositories, `<assignment>-<login>`; none where these are no clones."""
    clones = [name for name, is_folder in tops.items() if is_folder]
    if not clones or not all(".git" in place.inside(name) for name in clones[:_GIT_SAMPLE]):
        return {}
    # GitHub's own command makes the folder `<assignment>-submissions`; else the names have the assignment in common.
    start = folder.removesuffix("-submissions") + "-"
    if not folder.endswith("-submissions") or not all(name.startswith(start) for name in clones):
        common = os.path.commonprefix(clones)  # noqa: RUF071 - of letters, not of paths
        start = common[: common.rfind("-") + 1] if len(clones) > 1 else ""
    return {name: name.removeprefix(start) for name in clones} if start else {}
