"""`grade check --watch`: grades again what was saved, until Ctrl-C.

Looks at the files five times a second instead of asking the system to be told: that works on WSL and network drives
too, and costs a thousandth of a core.
"""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from grader.cli import FULL_MARKS
from grader.cli.check import Wish, located, read, show, warn
from grader.cli.screen import remark, report_console
from grader.cli.speech import WrongUsage, speaker
from grader.model import Report, Standing

LOOK_SECONDS = 0.2
"""A save is seen after 0.1 s on average; shorter would only cost more."""
SOURCES = {".py", ".ipynb"}

Snapshot = dict[Path, tuple[int, int, int]]


def watch(wish: Wish) -> int:
    """Show the report, and show it anew after every save; Ctrl-C ends it well."""
    say = speaker(wish.settings.language)
    seen: Snapshot = {}
    report: Report | None = None
    try:
        while True:
            now = snapshot(wish.paths)
            if now != seen or report is None:
                changed = {path.stem for path in now.keys() | seen.keys() if now.get(path) != seen.get(path)}
                seen = now
                report = _again(wish, report, changed)
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


def merged(before: Report, fresh: Report) -> Report:
    """The report before with the exercises that were graded again."""
    again = {exercise.id: exercise for exercise in fresh.exercises}
    exercises = tuple(again.get(exercise.id, exercise) for exercise in before.exercises)
    scores = [exercise.score for exercise in exercises if not exercise.bonus]
    score = None if None in scores else float(sum(score or 0.0 for score in scores))
    return replace(fresh, exercises=exercises, score=score, max_score=before.max_score)


def _again(wish: Wish, before: Report | None, changed: set[str]) -> Report | None:
    from grader.grading import grade

    try:
        submission = read(wish)
    except WrongUsage as problem:
        if before is None:
            raise
        remark(problem.message)
        return before
    settings = wish.settings
    if before is not None:
        ids = {exercise.id for exercise in before.exercises}
        # A class may stand in any file: only files named after their exercises say what has to be graded again.
        if changed <= ids:
            absent = {exercise.id for exercise in before.exercises if exercise.status is Standing.MISSING}
            settings = replace(settings, exercises=tuple(sorted(changed | absent)))
    report = grade(submission, settings)
    if before is not None:
        report = merged(before, report)
    report_console().clear()  # does nothing where there is no terminal
    show(report, replace(wish, again=""), located(wish.paths, submission))
    if before is None:
        warn(report, wish)
    return report


def _sources(paths: tuple[Path, ...]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from (file for file in sorted(path.iterdir()) if file.suffix.lower() in SOURCES)
        else:
            yield path
