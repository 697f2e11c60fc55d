"""A class of submissions: the entries of a folder or an archive, read one at a time.

`grade batch` iterates over them; nothing is read before it is asked for, and nothing is kept. Whatever is wrong with an
entry is a note in its submission; only a class that cannot be opened at all is an error.
"""

from __future__ import annotations

import itertools
import shlex
from contextlib import contextmanager
from typing import TYPE_CHECKING

from grader.submissions import lms
from grader.submissions.entry import DEFAULT_LIMITS, Entry, ReadingLimits, UnreadableSubmission
from grader.submissions.gathering import Gathering
from grader.submissions.naming import printable
from grader.submissions.places import ArchivePlace, FolderPlace, Place
from grader.submissions.remarks import Remarks, quoted
from grader.submissions.sources import base, exercise_named, is_junk, is_source, unpacked_stem
from grader.submissions.trees import CannotRead
from grader.texts import text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from grader.submissions.lms import Planned

# Folders around folders that a download may come in: the archive's own, then `assignment_1_export`.
_WRAPPINGS = 3


def names(path: Path, limits: ReadingLimits = DEFAULT_LIMITS, language: str = "en") -> tuple[str, ...]:
    """The names of all submissions of a class, in the order in which `read_class` gives them, without reading any.

    Raises:
        UnreadableSubmission: the class cannot be opened, or is empty.
    """
    with _opened(path, limits, language) as (_, planned):
        return tuple(printable(one.name) for one in planned)


def read_class(
    path: Path,
    limits: ReadingLimits = DEFAULT_LIMITS,
    language: str = "en",
    wanted: Callable[[str], bool] = lambda _: True,
) -> Iterator[Entry]:
    """Read the submissions of a class one by one; only those whose names are wanted.

    Raises:
        UnreadableSubmission: the class cannot be opened, or is empty.
    """
    with _opened(path, limits, language) as (place, planned):
        for one in planned:
            if wanted(printable(one.name)):
                yield _entry(place, one, limits, language)


def _entry(place: Place, planned: Planned, limits: ReadingLimits, language: str) -> Entry:
    gathering = Gathering(limits, language)
    try:
        _gather(gathering, place, planned, limits)
    except Exception as fault:  # noqa: BLE001 - a fault of ours costs one submission a look, not the class its batch
        gathering.remarks.add("fault", type(fault).__name__)
    return Entry(
        submission=gathering.submission(printable(planned.name)),
        students=planned.students,
        late=planned.late,
    )


def _gather(gathering: Gathering, place: Place, planned: Planned, limits: ReadingLimits) -> None:
    for part in planned.parts:
        if problem := place.problem(part.top):
            gathering.remarks.add(problem, part.top, limit=limits.class_entries)
        if part.shown:
            gathering.add(place.tree(part.top), rename=lambda _, shown=part.shown: shown)  # type: ignore[misc]
        else:
            gathering.add(place.tree(part.top))
    for earlier in planned.aside:
        gathering.remarks.add("resubmitted", earlier)
    if not gathering.files():
        for typed in planned.online_text:
            gathering.remarks.add("online_text", typed)


@contextmanager
def _opened(path: Path, limits: ReadingLimits, language: str) -> Iterator[tuple[Place, Iterator[Planned]]]:
    place: Place
    archive = None
    try:
        if path.is_dir():
            place = FolderPlace(path, limits)
        else:
            place = archive = ArchivePlace(path, limits)
        place, folder = _unwrapped(place, unpacked_stem(path.resolve().name), is_packed=archive is not None)
        planned = lms.plan(place, folder)
    except CannotRead as problem:
        raise _not_a_class(path, problem.kind, limits, language) from None
    except OSError as problem:
        kind = "denied" if isinstance(problem, PermissionError) else "vanished"
        raise _not_a_class(path, kind, limits, language) from None
    try:
        first = next(planned, None)
        if first is None:
            raise UnreadableSubmission(
                text("reading.error.no_class.message", language, path=quoted(str(path))),
                text("reading.error.no_class.hint", language),
            )
        yield place, itertools.chain((first,), planned)
    finally:
        if archive is not None:
            archive.close()


def _unwrapped(place: Place, folder: str, *, is_packed: bool) -> tuple[Place, str]:
    """The place where the entries lie: programs that pack put a folder around what they pack."""
    for _ in range(_WRAPPINGS):
        tops = {name: is_folder for name, is_folder in place.tops().items() if not is_junk(name)}
        if list(tops.values()) != [True]:
            break
        (only,) = tops
        if not _is_wrapping(only, place.inside(only), folder, is_packed=is_packed):
            break
        place, folder = place.below(only), only
    return place, folder


def _is_wrapping(only: str, inside: frozenset[str], archive: str, *, is_packed: bool) -> bool:
    """Whether the only folder is a wrapping, and not the only submission."""
    if lms.is_recognised(inside):
        return True
    inside = frozenset(name for name in inside if not is_junk(name))
    if not is_packed or not inside or any(is_source(name) and exercise_named(name) for name in inside):
        return False
    return only == archive or (inside != {"exercises"} and not all(map(is_source, inside)))


def _not_a_class(path: Path, kind: str, limits: ReadingLimits, language: str) -> UnreadableSubmission:
    remarks = Remarks(language)
    remarks.add(kind, base(str(path)), limit=limits.class_entries)
    single = "single" if is_source(path.name) else "hint"
    return UnreadableSubmission(
        text("reading.error.not_a_class.message", language, path=quoted(str(path)), reason=remarks.lines()[0]),
        text(f"reading.error.not_a_class.{single}", language, path=shlex.quote(str(path))),
    )
