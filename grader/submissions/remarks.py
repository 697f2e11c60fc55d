"""Remarks about what was read, gathered by kind and told in a few lines.

Every reader adds to one `Remarks` a submission; a hostile archive with thousands of odd names still gives one line a
kind. Knows texts and names; what a remark means for the run is decided by whoever reads them.
"""

from __future__ import annotations

from grader.submissions.naming import shown
from grader.texts import text

# Enough to recognise what is meant; the rest is counted.
_NAMES_SHOWN = 3
_NAME_CHARACTERS = 80


class Remarks:
    """What a reader noticed about one submission."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._names: dict[str, list[str]] = {}
        self._counts: dict[str, int] = {}
        self._fields: dict[str, dict[str, object]] = {}

    def add(self, kind: str, name: str = "", **fields: object) -> None:
        """Remember that something of this kind was seen at this name."""
        names = self._names.setdefault(kind, [])
        self._counts[kind] = self._counts.get(kind, 0) + 1
        self._fields.setdefault(kind, fields)
        if len(names) < _NAMES_SHOWN:
            names.append(name)

    def names(self, kind: str) -> tuple[str, ...]:
        """The first names of a kind; empty when nothing of the kind was seen."""
        return tuple(self._names.get(kind, ()))

    def lines(self, *kinds: str) -> tuple[str, ...]:
        """One sentence a kind, in the order in which they were first seen; of all kinds, or of these."""
        return tuple(
            text(
                f"reading.note.{kind}",
                self.language,
                names=listed(names, self._counts[kind], self.language),
                **self._fields[kind],
            )
            for kind, names in self._names.items()
            if not kinds or kind in kinds
        )


def quoted(name: str) -> str:
    """A name as it stands in a sentence: printable, in backticks, its middle left out when it is long."""
    name = shown(name).replace("`", "'")
    if len(name) > _NAME_CHARACTERS:
        half = _NAME_CHARACTERS // 2
        name = f"{name[: half - 1]}…{name[-half:]}"
    return f"`{name}`"


def listed(names: list[str] | tuple[str, ...], total: int, language: str) -> str:
    """Some names for a sentence, and how many more there are."""
    line = ", ".join(quoted(name) for name in names[:_NAMES_SHOWN])
    more = total - min(len(names), _NAMES_SHOWN)
    return text("reading.more", language, names=line, number=more) if more > 0 else line


def size(number: int) -> str:
    """A number of bytes in the largest unit that leaves a whole number before the point."""
    for unit, bytes_in_unit in (("MiB", 1 << 20), ("KiB", 1 << 10)):
        if number >= bytes_in_unit:
            return f"{number / bytes_in_unit:.4g} {unit}"
    return f"{number} B"
