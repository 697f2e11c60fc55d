"""Tables that somebody else's program wrote: read with the place of every cell, and changed cell by cell.

Exports fill a learning platform's own file through it, the roster is read through it. Whatever is not changed stays as
it was, byte for byte: encoding, delimiter, quotes, line ends, what no CSV writer would write. Knows no columns.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass

_MARKS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
# Korean and Japanese Excel save "CSV" in these; UTF-8 that is none is one of them, or none of our business.
_OLD_ENCODINGS = ("cp949", "cp932")
_DELIMITERS = ",;\t"


class UnreadableTable(Exception):  # noqa: N818 - says what it is
    """Not a table in any encoding that learning platforms and spreadsheets write."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell and where it stands in the text."""

    value: str
    start: int
    end: int
    quoted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A table."""

    text: str
    mark: bytes
    """The byte order mark in front, if there is one."""
    encoding: str
    delimiter: str
    rows: tuple[tuple[Cell, ...], ...]

    def value(self, row: int, column: int) -> str:
        """What stands in a cell, without the spaces around it; empty where a row is too short."""
        cells = self.rows[row]
        return cells[column].value.strip() if 0 <= column < len(cells) else ""

    def values(self, row: int) -> list[str]:
        """What stands in a row."""
        return [cell.value.strip() for cell in self.rows[row]]

    def changed(self, values: Mapping[tuple[int, int], str]) -> bytes:
        """The file with other values in some cells, by row and column; all else is as it was.

        Raises:
            UnreadableTable: the file's encoding cannot hold a value.
        """
        parts, last = [], 0
        for (row, column), value in sorted(values.items()):
            cell = self.rows[row][column]
            parts += [self.text[last : cell.start], self._written(value, quoted=cell.quoted)]
            last = cell.end
        parts.append(self.text[last:])
        try:
            return self.mark + "".join(parts).encode(self.encoding)
        except UnicodeEncodeError as problem:
            raise UnreadableTable(self.encoding) from problem

    def _written(self, value: str, *, quoted: bool) -> str:
        if quoted or any(sign in value for sign in (self.delimiter, '"', "\r", "\n")):
            return '"' + value.replace('"', '""') + '"'
        return value


def read(data: bytes) -> Sheet:
    """Read a table.

    Raises:
        UnreadableTable: no encoding fits.
    """
    mark = next((mark for mark in _MARKS if data.startswith(mark)), b"")
    text, encoding = _decoded(data[len(mark) :], (_MARKS[mark],) if mark else ("utf-8", *_OLD_ENCODINGS))
    heading = re.sub(r'"[^"]*"', "", text.lstrip("\r\n").split("\n", 1)[0])
    delimiter = max(_DELIMITERS, key=heading.count)
    return Sheet(text=text, mark=mark, encoding=encoding, delimiter=delimiter, rows=_rows(text, delimiter))


def _decoded(data: bytes, encodings: tuple[str, ...]) -> tuple[str, str]:
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text and text.encode(encoding) == data:
            return text, encoding
    raise UnreadableTable


def _rows(text: str, delimiter: str) -> tuple[tuple[Cell, ...], ...]:
    """The cells of every row that has any; an empty line is none."""
    # A quoted part, then whatever follows up to the next delimiter (nothing, where the file is in order).
    pattern = re.compile(rf'(?:"((?:[^"]|"")*)(?:"|\Z))?([^{delimiter}\r\n]*)({delimiter}|\r\n|\r|\n|\Z)')
    rows: list[tuple[Cell, ...]] = []
    cells: list[Cell] = []
    position = 0
    while position < len(text) or cells:
        match = pattern.match(text, position)
        assert match is not None
        quoted = match[1] is not None
        value = (match[1] or "").replace('""', '"') + match[2]
        cells.append(Cell(value=value, start=position, end=match.end(2), quoted=quoted))
        position = match.end()
        if match[3] != delimiter:
            if len(cells) > 1 or cells[0].end > cells[0].start:
                rows.append(tuple(cells))
            cells = []
    return tuple(rows)
