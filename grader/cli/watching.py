"""`grade check --watch`: grades again what was saved, until Ctrl-C.

Looks at the files ten times a second instead of asking the system to be told: that works on WSL and network drives
too, and costs a thousandth of a core.
"""

import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from grader.cli import FULL_MARKS
from grader.cli.check import Wish, graded, located, read, show, warn
from grader.cli.screen import remark, report_console
from grader.cli.speech import WrongUsage, speaker
from grader.model import Submission

LOOK_SECONDS = 0.1
"""A save is seen after half of it on average."""

Snapshot = dict[Path, tuple[int, int, int]]


def watch(wish: Wish) -> int:
    """Show the report, and show it anew after every save; Ctrl-C ends it well."""
    say = speaker(wish.settings.language)
    seen: Snapshot | None = None
    files: tuple[Path, ...] = ()
    try:
        while True:
            now = snapshot(wish.paths, files)
            if now != seen:
                submission = _readable(wish, first=seen is None)
                if submission is not None:
                    files, looked_at = _files(wish, submission), files
                    if files != looked_at:
                        # Looked at before they are read: no save in between is missed.
                        now = snapshot(wish.paths, files)
                        submission = _readable(wish, first=seen is None)
                if submission is not None:
                    _again(wish, submission, first=seen is None)
                seen = now
                remark(say("cli.watch.waiting"))
            time.sleep(LOOK_SECONDS)
    except KeyboardInterrupt:
        remark("")
        return FULL_MARKS


def snapshot(paths: tuple[Path, ...], files: tuple[Path, ...] = ()) -> Snapshot:
    """What tells that a file was saved: time, size, and inode, since editors replace files whole.

    Looked at are the sources that lie in the folders, and the files that were read, which may lie deeper.
    """
    states: Snapshot = {}
    for path in (*_sources(paths), *files):
        try:
            state = path.stat()
        except OSError:  # saved by replacing: it is back at the next look
            continue
        states[path] = (state.st_mtime_ns, state.st_size, state.st_ino)
    return states


def _readable(wish: Wish, *, first: bool) -> Submission | None:
    """What is there now; nothing, with the reason on the screen, where it cannot be read for the moment."""
    try:
        return read(wish)
    except WrongUsage as problem:
        if first:
            raise
        report_console().clear()
        remark(problem.message)
        return None


def _files(wish: Wish, submission: Submission) -> tuple[Path, ...]:
    """Where the files lie that were read; some lie in folders inside."""
    places = located(wish.paths, submission)
    return tuple(Path(places[file.name]) for file in submission.files if file.name in places)


def _again(wish: Wish, submission: Submission, *, first: bool) -> None:
    report = graded(submission, wish, watched=True)
    report_console().clear()  # does nothing where there is no terminal
    show(report, replace(wish, again=""), located(wish.paths, submission))
    if first:
        warn(report, wish)


def _sources(paths: tuple[Path, ...]) -> Iterator[Path]:
    from grader.submissions.sources import is_source

    for path in paths:
        if not path.is_dir():
            yield path
            continue
        with suppress(OSError):  # gone, or closed to us: reading says so
            yield from (file for file in sorted(path.iterdir()) if is_source(file.name))
