"""Which `grade.toml` somebody at this machine has vouched for, remembered from one command to the next.

Suites are programs that run with the rights of whoever grades. A `grade.toml` that lies in the current folder may have
been handed in, so one that brings exercises along counts only where it was named once, or made by `grade new`.
"""

import contextlib
import json
import os
import sys
from pathlib import Path
from typing import Any

from grader.course import CourseError, parsed


def vouch(file: Path) -> None:
    """Remember a course; where nothing can be remembered it has to be named each time."""
    if is_vouched_for(file):
        return
    with contextlib.suppress(OSError, RuntimeError):
        memory = _memory()
        memory.parent.mkdir(parents=True, exist_ok=True)
        with memory.open("a", encoding="ascii") as lines:
            lines.write(json.dumps(os.fspath(file.resolve())) + "\n")


def is_vouched_for(file: Path) -> bool:
    """Say whether this very file was named before."""
    try:
        lines = _memory().read_text(encoding="ascii", errors="replace").splitlines()
        return json.dumps(os.fspath(file.resolve())) in lines
    except (OSError, RuntimeError):
        return False


def decides(file: Path) -> dict[str, Any]:
    """What a course says, before anything of it counts; nothing where it cannot be read, which others complain of."""
    try:
        return parsed(file)
    except (OSError, CourseError):
        return {}


def _memory() -> Path:
    """Where it is remembered: with what programs keep for a user. RuntimeError where the user has no home."""
    usual = os.environ.get("LOCALAPPDATA") if sys.platform == "win32" else os.environ.get("XDG_STATE_HOME")
    return (Path(usual) if usual else Path.home() / ".local" / "state") / "dlfs-grader" / "courses"
