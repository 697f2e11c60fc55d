"""Cuts a submitted file into pieces that are parsed one by one: cells of a notebook, or what is left of a broken file.

A cell (or a class) that does not parse costs only itself. All pieces share one numbering of lines, that of the text
they were cut from; `Layout.marks` tells which cell a line is in. Runs in the worker before any of the student's code.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

from .decoding import Unreadable

# Source beyond this was not typed by a student; parsing takes about 100 bytes of memory a byte.
SOURCE_BYTES = 1 << 20
# Pictures included.
NOTEBOOK_BYTES = 64 << 20
# Cell magics whose cell is still Python; every other one (`%%html`, `%%bash`) makes the cell something else.
_PYTHON_MAGICS = frozenset({"time", "timeit", "capture", "prun", "python", "python3", "py3"})
# Byte order marks and blanks.
# Whatever the kernel is called: this is Python.
_PYTHON_DEFINITION = re.compile(r"^\s*(?:class|def)\s[^\n]*:\s*(?:#.*)?$", re.MULTILINE)
_CONFLICT = re.compile(r"^(?:<{7} |={7}$|>{7} )", re.MULTILINE)
_BEFORE_A_NOTEBOOK = b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"
# Lines at the left edge that go on with the statement before.
_CONTINUING = re.compile(r"(?:else|elif|except|finally|case)\b|[)\]}#]")
_DEFINING = re.compile(r"(?:class|def|async\s+def)\b|@")
# What Python and IPython print before a line that is typed in; notebooks take pasted sessions.
_FIRST_PROMPT = re.compile(r">>>(?: |$)|In \[\d+\]: ")
_PROMPT = re.compile(r"(?:>>>|\.\.\.)(?: |$)|In \[\d+\]: |\s*\.{3,}: ?")
_CONFLICT = re.compile(r"<{7} |={7}$|>{7} ")
# A line of a method: left of the edge is what was to stand inside a class.
_OF_A_METHOD = re.compile(r"^[ \t].*\b(?:self|return)\b", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Some lines of source that are parsed together."""

    first_line: int
    text: str


@dataclass(slots=True, kw_only=True)
class Layout:
    """The text of a file and how it is divided."""

    text: str
    pieces: list[Piece]
    marks: list[tuple[int, int]] = field(default_factory=list)
    """(number of the cell, its first line) for each code cell of a notebook; empty for a plain file."""
    written: list[tuple[int, str]] = field(default_factory=list)
    """(number of the cell, its text) for the cells of a notebook that are no code."""

    def place(self, line: int) -> str:
        """Where a line is, to be put behind the file's name."""
        if not self.marks:
            return f":{line}"
        cell, first = next(mark for mark in reversed(self.marks) if mark[1] <= max(line, 1))
        return f", cell {cell}, line {line - first + 1}"


def is_too_large(data: bytes) -> bool:
    """Say whether a file is too long to be looked at; the judge asks before it sends one."""
    # UTF-16 takes two bytes a letter.
    most = NOTEBOOK_BYTES if data[:64].lstrip(_BEFORE_A_NOTEBOOK).startswith(b"{") else 2 * SOURCE_BYTES
    return len(data) > most


def whole(text: str) -> Layout:
    """A plain file as one piece.

    Raises:
        Unreadable: it is too long.
    """
    if len(text) > SOURCE_BYTES:
        raise Unreadable(reason="too_large")
    return Layout(text=text, pieces=[Piece(first_line=1, text=text)])


def looks_like_a_notebook(text: str) -> bool:
    """Say whether the text is a notebook, whatever the file is called."""
    return text.lstrip().startswith("{") and '"cells"' in text and '"nbformat"' in text


def of_notebook(text: str) -> Layout:
    """The code cells of a notebook, in the order in which they stand.

    Raises:
        Unreadable: it is no notebook, or has no code.
    """
    try:
        notebook = json.loads(text)
    except (ValueError, RecursionError):
        raise Unreadable(reason="conflicted" if _CONFLICT.search(text) else "not_a_notebook") from None
    layout = Layout(text="", pieces=[])
    parts: list[str] = []
    line = 1
    for number, cell in enumerate(_cells(notebook), 1):
        source = _text_of(cell)
        if source is None:
            continue
        if cell.get("cell_type") != "code":
            layout.written.append((number, source))
            continue
        source = as_run(source)
        layout.marks.append((number, line))
        layout.pieces.append(Piece(first_line=line, text=source))
        parts.append(source)
        line += source.count("\n")
    layout.text = "".join(parts)
    if len(layout.text) > SOURCE_BYTES:
        raise Unreadable(reason="too_large")
    if not layout.text.strip():
        raise Unreadable(reason="empty")
    if _is_of_another_language(notebook) and not _PYTHON_DEFINITION.search(layout.text):
        raise Unreadable(reason="other_language")
    return layout


def _is_of_another_language(notebook: dict[str, Any]) -> bool:
    """Say whether the metadata name a language that is not Python."""
    metadata = notebook.get("metadata")
    tables = [metadata.get(key) for key in ("language_info", "kernelspec")] if isinstance(metadata, dict) else []
    names = [table.get(key) for table in tables if isinstance(table, dict) for key in ("name", "language")]
    named = [name.lower() for name in names if isinstance(name, str)]
    return bool(named) and not any("py" in name for name in named)


def _text_of(cell: Any) -> str | None:
    """What stands in a cell; None where there is no such thing."""
    source = cell.get("source", cell.get("input", "")) if isinstance(cell, dict) else None  # format 3 says `input`
    if isinstance(source, list):
        lines = [part for part in source if isinstance(part, str)]
        # The format says that lines bring their ends along; some programs that write notebooks forget them.
        ends = "" if any("\n" in line for line in lines) else "\n"
        source = ends.join(lines)
    if not isinstance(source, str):
        return None
    # JSON can spell lone surrogates, which cannot be compiled, and null bytes.
    return source.encode("utf-8", "replace").decode().replace("\r\n", "\n").replace("\r", "\n")


def _cells(notebook: Any) -> list[Any]:
    """The cells of format 4, or of all worksheets of format 3."""
    if isinstance(notebook, dict):
        if isinstance(notebook.get("cells"), list):
            return list(notebook["cells"])
        if isinstance(notebook.get("worksheets"), list):
            sheets = [sheet for sheet in notebook["worksheets"] if isinstance(sheet, dict)]
            return [cell for sheet in sheets if isinstance(sheet.get("cells"), list) for cell in sheet["cells"]]
    raise Unreadable(reason="not_a_notebook")


def as_run(source: str) -> str:
    """What Jupyter makes of a cell before Python sees it; every line keeps its number."""
    return without_prompts(at_the_edge(without_cell_magic(source.rstrip("\n") + "\n")))


def without_cell_magic(source: str) -> str:
    """A cell as Python: the magic's own line emptied, or all lines where the cell is in another language."""
    lines = source.split("\n")
    first = next((index for index, line in enumerate(lines) if line.strip()), 0)
    magic = re.match(r"%%(\w+)(.*)", lines[first])
    if not magic:
        return source
    python = magic[1] in _PYTHON_MAGICS or (magic[1] in {"writefile", "file"} and magic[2].strip().endswith(".py"))
    lines[first] = ""
    return "\n".join(lines if python else [""] * len(lines))


def without_prompts(source: str) -> str:
    """A cell into which a session was pasted, its prompts taken off, as Jupyter does."""
    first = next((line for line in source.split("\n") if line.strip()), "")
    if not _FIRST_PROMPT.match(first):
        return source
    lines = source.split("\n")
    return "\n".join(line[prompt.end() :] if (prompt := _PROMPT.match(line)) else line for line in lines)


def at_the_edge(source: str) -> str:
    """A cell that is indented as a whole, moved to the left edge, as Jupyter does."""
    lines = source.split("\n")
    first = next((line for line in lines if line.strip()), "")
    margin = first[: len(first) - len(first.lstrip())]
    return "\n".join(line.removeprefix(margin) for line in lines) if margin else source


def of_broken_file(text: str) -> list[Piece]:
    """The statements at the left edge of a file that does not parse as a whole, each a piece of its own."""
    cuts: list[int] = []
    lines = text.split("\n")
    decorated = False
    for index, line in enumerate(lines):
        if not line or line[0].isspace() or _CONTINUING.match(line):
            continue
        if not decorated:
            cuts.append(index)
        decorated = line.startswith("@")
    cuts = [0, *(cut for cut in cuts if cut)]
    return [
        Piece(first_line=start + 1, text="\n".join(lines[start:end]) + "\n")
        for start, end in zip(cuts, [*cuts[1:], len(lines)], strict=True)
    ]


def begins_a_definition(piece: Piece) -> bool:
    """Say whether a piece of a broken file is a class or a function."""
    return bool(_DEFINING.match(piece.text))


def goes_on_with_a_method(piece: Piece) -> bool:
    """Say whether a piece of a broken file holds the rest of a method that a line at the left edge has cut in two."""
    return bool(_OF_A_METHOD.search(piece.text))


def is_a_conflict(piece: Piece) -> bool:
    """Say whether a piece begins with a mark that a merge has left."""
    return bool(_CONFLICT.match(piece.text))
