"""Rebuilds what a worker says as the judge's own words: every part is looked at before it is used."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from grader.calls import Answer, Array, NotAnArray, Raised
from grader.worker import wire
from grader.worker.plaintext import clean
from grader.workshop.loaded import Loaded, Note, facts_of, tidy

# Notes, items and refused attempts beyond this help nobody.
REMARKS = 20
NAME_LENGTH = 80
MESSAGE_LENGTH = 500
_FILE_LENGTH = 300
_SUMMARY_LENGTH = 200


# What most calls of a constructor, and most readings of an attribute before `backward`, give.
NOTHING = NotAnArray(type_name="NoneType", summary="None")
_SHORT = {"none": NOTHING, "missing": NotAnArray(type_name="missing")}


class Answers:
    """The answers in one message, rebuilt from what was checked."""

    def __init__(self, arrays: list[Array], loaded: Loaded) -> None:
        self._arrays = arrays
        self._loaded = loaded

    def array(self, index: Any) -> Array:
        """An array of the message."""
        if type(index) is not int or not 0 <= index < len(self._arrays):
            wire.refuse("no such array")
        return self._arrays[index]

    def answer(self, told: Any) -> Answer:
        """An array, what was there instead, or what was raised."""
        if type(told) is int:
            return self.array(told)
        if type(told) is str and told in _SHORT:
            return _SHORT[told]
        if type(told) is dict and type(told.get("described")) is dict:
            described = told["described"]
            items = described.get("items")
            return NotAnArray(
                type_name=text_of(described, "type_name", NAME_LENGTH),
                summary=text_of(described, "summary", _SUMMARY_LENGTH),
                items=tuple(clean(item, NAME_LENGTH) for item in items[:REMARKS] if type(item) is str)
                if type(items) is list
                else (),
            )
        if type(told) is dict and type(told.get("raised")) is dict:
            return self._raised(told["raised"])
        return wire.refuse("not an answer")

    def _raised(self, told: dict[str, Any]) -> Raised:
        line = told.get("line")
        line = line if type(line) is int and 0 < line < 1 << 31 else None
        file = text_of(told, "file", _FILE_LENGTH)
        return Raised(
            type_name=text_of(told, "type_name", NAME_LENGTH),
            message=text_of(told, "message", MESSAGE_LENGTH),
            file=file,
            line=line,
            function=text_of(told, "function", NAME_LENGTH),
            place=self._loaded.place(line, file) if line else "",
            source=self._loaded.source(line, file),
            name=text_of(told, "name", NAME_LENGTH),
        )


def text_of(told: dict[str, Any], key: str, limit: int) -> str:
    """A text of a worker's message, cleaned; empty where it is none."""
    value = told.get(key)
    return clean(value, limit) if type(value) is str else ""


def notes_of(told: Any, loaded: Loaded) -> tuple[Note, ...]:
    """Notes with their lines turned into places; anything that is no note is left out."""
    notes: list[Note] = []
    for note in told[:REMARKS] if type(told) is list else []:
        match note:
            case [str(key), dict(fields)] if key in NOTES:
                fields = tidy(fields)
                lines = fields.pop("lines", [])
                fields["place"] = loaded.place(fields.pop("line", None), fields.get("file", ""))
                # A name of 300 characters for each of the numbers that fit into one message would be ten megabytes.
                fields["places"] = "; ".join(loaded.place(line) for line in lines[:REMARKS])
                if all(name in fields for name in NOTES[key]):
                    notes.append((f"source.{key}", fields))
    return tuple(notes)


NOTES: dict[str, tuple[str, ...]] = {
    "name_differs": ("wanted", "found"),
    "several_definitions": ("name",),
    "several_files": ("name", "file", "others"),
    "untouched_elsewhere": ("name", "file", "others"),
    "encoding": ("file", "encoding"),
    "unknown_encoding": ("file", "encoding"),
    "script_as_notebook": ("file",),
    "in_a_text_cell": ("file", "cell", "name"),
    "broken_elsewhere": ("message",),
    "import_missing": ("module",),
    "statement_raised": ("type", "message"),
}
"""Keys of notes, under `reading.source` in the texts, with the fields that a worker fills in beside the place."""


def reading_of(head: dict[str, Any], arrays: list[Array]) -> Loaded:
    """The first half of loading, from before any of the student's code."""
    try:
        facts_bytes, text = (array.tobytes() for array in arrays)
        status, marks = head["status"], head["marks"]
        if status not in {"ready", "missing", "unreadable"}:
            wire.refuse("no such status")
        loaded = Loaded(
            status=status,
            reason=text_of(head, "reason", NAME_LENGTH),
            file=text_of(head, "file", _FILE_LENGTH),
            facts=facts_of(facts_bytes),
            lines=tuple(text.decode().split("\n")),
            marks=tuple((int(cell), int(first)) for cell, first in marks),
        )
        for spot in [loaded.facts["syntax"], *loaded.facts["near"], *loaded.facts["classes"]]:
            if spot is not None:
                spot["place"] = loaded.place(spot["line"], spot.get("file", ""))
        for loop in loaded.facts["loops"]:
            if type(loop["line"]) is not int or type(loop["end_line"]) is not int:
                wire.refuse("not a loop")
        return replace(loaded, notes=notes_of(head.get("notes"), loaded))
    except (ValueError, TypeError, KeyError, RecursionError) as problem:
        wire.refuse("not what a file was read as", problem)
