"""What became of a submission's source in the worker, checked and cleaned, as judge and diagnosis see it."""

from __future__ import annotations

import json
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Any

from grader.calls import Raised, Stopped
from grader.worker.plaintext import clean

# No honest text inside the facts is longer; they are names and single lines.
_TEXT_LENGTH = 500
# A file of 1 MiB with a name on every line has fewer.
_NODES = 200_000

# A long class reads a hundred attributes. What diagnosis compares pair by pair has to stay few.
_ENTRIES = 500

LISTS = (
    "classes", "near", "methods", "reads", "sets", "module_names", "unbound", "argument_writes", "unreachable", "loops",
    "suspicious",
)  # fmt: skip

Note = tuple[str, dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """How a submission's class could be loaded."""

    status: str
    """`ready`, `missing`, `unreadable`, `unloadable` or `stopped`."""
    reason: str = ""
    """Why it is unreadable: `syntax`, `empty`, `no_text`, `null_bytes`, `too_large`, `too_deep`, `not_a_notebook`."""
    file: str = ""
    """The file that holds the class, or should."""
    facts: dict[str, Any] = field(default_factory=dict)
    """What the source says, told before any of it ran."""
    raised: Raised | None = None
    """What the class statement raised."""
    stopped: Stopped | None = None
    """What ended the worker while it read or ran the file."""
    notes: tuple[Note, ...] = ()
    """Remarks for the student: text key and fields."""
    lines: tuple[str, ...] = ()
    """The source; the cells of a notebook one after the other, numbered on."""
    marks: tuple[tuple[int, int], ...] = ()
    """For a notebook, (number of the cell, its first line)."""

    def place(self, line: int | None, file: str = "") -> str:
        """A line in the student's words: `relu.py:12`, or `work.ipynb, cell 7, line 3`."""
        file = file or self.file
        if line is None:
            return file
        if file != self.file or not self.marks:
            return f"{file}:{line}"
        cell, first = self.marks[max(bisect_right(self.marks, line, key=lambda mark: mark[1]) - 1, 0)]
        return f"{file}, cell {cell}, line {line - first + 1}"

    def loop_around(self, line: int | None, file: str = "") -> int | None:
        """The line where the innermost loop around a line begins, or the line itself: that is where a loop hangs."""
        if line is None or file not in {"", self.file}:
            return line
        around = [loop["line"] for loop in self.facts.get("loops", ()) if loop["line"] <= line <= loop["end_line"]]
        return max(around, default=line)

    def source(self, line: int | None, file: str = "") -> str:
        """The text of a line, stripped; empty where it is not known."""
        known = line is not None and 0 < line <= len(self.lines) and file in {"", self.file}
        return clean(self.lines[line - 1].strip(), _TEXT_LENGTH) if known and line else ""


def empty_facts(file: str = "") -> dict[str, Any]:
    """The facts about a file of which nothing is known."""
    return {"file": file, "encoding": "", "syntax": None, "class": None, **{name: [] for name in LISTS}}


def facts_of(data: bytes) -> dict[str, Any]:
    """The facts as the worker tells them.

    Raises:
        ValueError: they are not facts.
    """
    facts = tidy(json.loads(data.decode()))
    if not isinstance(facts, dict) or not all(isinstance(facts.get(name), list) for name in LISTS):
        message = "not facts"
        raise ValueError(message)
    return {**empty_facts(), **facts, **{name: facts[name][:_ENTRIES] for name in LISTS}}


def tidy(value: Any) -> Any:
    """JSON from a worker with every text in it cleaned, numbers as they are.

    Raises:
        ValueError: it is too much, or too deep.
    """
    left = [_NODES]

    def tidied(value: Any, depth: int) -> Any:
        left[0] -= 1
        if depth == 0 or left[0] < 0:
            message = "too much"
            raise ValueError(message)
        if isinstance(value, str):
            return clean(value, _TEXT_LENGTH)
        if isinstance(value, list):
            return [tidied(item, depth - 1) for item in value]
        if isinstance(value, dict):
            return {clean(key, 80): tidied(item, depth - 1) for key, item in value.items()}
        return value

    return tidied(value, 8)
