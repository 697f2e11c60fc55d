"""`grade check --watch`: grades again what was saved, until Ctrl-C.

Looks at the files ten times a second instead of asking the system to be told: that works on WSL and network drives
too, and costs a thousandth of a core.
"""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from grader.cli import FULL_MARKS
from grader.cli.check import Wish, located, read, show, warn
from grader.cli.screen import remark, report_console
from grader.cli.speech import WrongUsage, speaker

if TYPE_CHECKING:
    from grader.memory import Memory

LOOK_SECONDS = 0.1
"""A save is seen after half of it on average."""
SOURCES = {".py", ".ipynb"}

Snapshot = dict[Path, tuple[int, int, int]]


def watch(wish: Wish) -> int:
    """Show the report, and show it anew after every save; Ctrl-C ends it well."""
    from grader.memory import Memory

    say = speaker(wish.settings.language)
    seen: Snapshot | None = None
    memory = Memory()
    try:
        while True:
            now = snapshot(wish.paths)
            if now != seen:
                _again(wish, memory, first=seen is None)
                seen = now
                remark(say("cli.watch.waiting"))
            time.sleep(LOOK_SECONDS)
    except KeyboardInterrupt:
        remark("")
        return FULL_MARKS


def snapshot(paths: tuple[Path, ...]) -> Snapshot:
    """What tells that a file was saved: time, size, and inode, since editors replace files whole."""
    states = {}
    for path in _sources(paths):
        try:
            state = path.stat()
        except OSError:  # saved by replacing: it is back at the next look
            continue
        states[path] = (state.st_mtime_ns, state.st_size, state.st_ino)
    return states


def _again(wish: Wish, memory: "Memory", *, first: bool) -> None:
    from grader.grading import grade

    try:
        submission = read(wish)
    except WrongUsage as problem:
        if first:
            raise
        remark(problem.message)
        return
    report = grade(submission, wish.settings, memory)
    report_console().clear()  # does nothing where there is no terminal
    show(report, replace(wish, again=""), located(wish.paths, submission))
    if first:
        warn(report, wish)


def _sources(paths: tuple[Path, ...]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from (file for file in sorted(path.iterdir()) if file.suffix.lower() in SOURCES)
        else:
            yield path
