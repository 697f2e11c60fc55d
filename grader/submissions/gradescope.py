"""The list that Gradescope puts beside exported submissions: who handed in which.

`lms` reads it. The file is YAML as Ruby writes it; only the few lines that are needed are understood, so that no
YAML library has to be.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from grader.submissions.entry import Student

METADATA = "submission_metadata.yml"

_SUBMISSION = re.compile(r"""["']?(?P<name>submission_(?P<number>\d+))["']?:""")
_KEY = re.compile(r"  :?(?P<key>\w+):(?P<value> .*|)")
_PERSON_KEY = re.compile(r"(?P<indent>\s+(?P<dash>-\s+)?):?(?P<key>\w+):(?P<value> .*|)")
_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))")
_LETTERS = {
    "n": "\n",
    "t": "\t",
    "r": "\r",
    "0": "\0",
    "e": "\x1b",
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "v": "\v",
    "_": "\xa0",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What the list says about one submission."""

    students: tuple[Student, ...]
    order: tuple[str, int]
    """When it was handed in, then its number: the larger is the later."""


def records(data: bytes) -> dict[str, Record]:
    """The submissions of the list by the names of their folders; what is not understood is passed over."""
    found: dict[str, Record] = {}
    name, number, created = "", 0, ""
    people: list[dict[str, str]] = []
    within = False

    def keep() -> None:
        if name:
            students = tuple(
                Student(name=one.get("name", ""), id=one.get("sid", ""), login=one.get("email", "")) for one in people
            )
            found[name] = Record(students=students, order=(created, number))

    for line in data.decode("utf-8", "replace").splitlines():
        if match := _SUBMISSION.match(line):
            keep()
            name, number, created, people, within = match["name"], int(match["number"]), "", [], False
        elif match := _KEY.match(line):
            within = match["key"] == "submitters"
            created = _scalar(match["value"]) if match["key"] == "created_at" else created
        elif within and (match := _PERSON_KEY.match(line)):
            if match["dash"]:
                people.append({})
            if people:
                people[-1].setdefault(match["key"], _scalar(match["value"]))
    keep()
    return found


def _scalar(written: str) -> str:
    """A value on one line: plain, or in either kind of quotes."""
    written = written.strip()
    if len(written) > 1 and written[0] == written[-1] == "'":
        return written[1:-1].replace("''", "'")
    if len(written) > 1 and written[0] == written[-1] == '"':
        return _ESCAPE.sub(_unescaped, written[1:-1])
    return "" if written in {"~", "null"} else written


def _unescaped(match: re.Match[str]) -> str:
    code = match[1] or match[2] or match[3]
    if code is None:
        return _LETTERS.get(match[4], match[4])
    number = int(code, 16)
    return chr(number) if number <= 0x10FFFF else "\N{REPLACEMENT CHARACTER}"  # noqa: PLR2004 - Unicode's last
