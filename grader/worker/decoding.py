"""Bytes of a source file -> text, whatever editor wrote them.

Runs in the worker before any of the student's code. Python itself would refuse a file that Windows saved in cp949;
a student is not marked down for that. What is no text at all raises `Unreadable`.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

# Two lines are no longer; a notebook is megabytes.
_HEAD = 1 << 12
# PEP 263: a comment in one of the first two lines names the encoding.
_CODING = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
# Longest first: the UTF-32 mark begins with the UTF-16 one.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# After UTF-8: what Korean and Japanese Windows write, then what decodes any byte.
_GUESSES = ("cp949", "cp932", "latin-1")
# A text has line ends, tabs and form feeds; more of the other control characters than this is a binary file.
_CONTROL_SHARE = 0.02
# Word and Hangul documents, archives, PDF, pictures, programs.
_OTHER_FORMATS = (
    b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF-", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!\x1a", b"\x89PNG\r\n",
    b"\xff\xd8\xff", b"GIF8", b"\x7fELF", b"MZ\x90\x00",
)  # fmt: skip
# Source with a few bytes gone bad; what has more of them (a picture, an archive) never was text.
_DAMAGE_SHARE = 0.2
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f]")


class Unreadable(Exception):  # noqa: N818 - a finding, not a failure
    """A file that holds no source that could be looked at; `reason` is the key of a text."""

    def __init__(self, reason: str, line: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """The text of a file and how it was encoded."""

    text: str
    encoding: str
    unknown_encoding: str = ""
    """What the coding line names, where Python has no such text encoding."""


def decode(data: bytes) -> Decoded:
    r"""The text of a file, with line ends as `\n`.

    Raises:
        Unreadable: there is no text in it.
    """
    if not data.strip():
        raise Unreadable(reason="empty")
    if data.startswith(_OTHER_FORMATS):
        raise Unreadable(reason="document")
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _decoded(data, (encoding,))
    if _looks_like_utf_16(data):
        return _decoded(data, ("utf-16-le" if data[1] == 0 else "utf-16-be",))
    declared = next((found[1] for found in map(_CODING.match, data[:_HEAD].splitlines()[:2]) if found), b"").decode()
    if declared and not _is_text_encoding(declared):
        return _decoded(data, ("utf-8", *_GUESSES), unknown=declared)
    return _decoded(data, (declared, "utf-8", *_GUESSES) if declared else ("utf-8", *_GUESSES))


def _decoded(data: bytes, encodings: tuple[str, ...], unknown: str = "") -> Decoded:
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except (UnicodeError, LookupError):
            continue
        # Old editors end a file with the character that once ended files on DOS.
        text = text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\x1a")
        if not text.strip():
            raise Unreadable(reason="empty")
        control_share = len(_CONTROL.findall(text)) / len(text)
        if "\0" in text and control_share <= _DAMAGE_SHARE:
            raise Unreadable(reason="null_bytes", line=text[: text.index("\0")].count("\n") + 1)
        if control_share > _CONTROL_SHARE:
            break
        # A lone surrogate (UTF-7 and others can make one) cannot be compiled; in a comment it does no harm.
        return Decoded(
            text=text.encode("utf-8", "replace").decode(),
            encoding=codecs.lookup(encoding).name,
            unknown_encoding=unknown,
        )
    raise Unreadable(reason="no_text")


def _is_text_encoding(name: str) -> bool:
    try:
        return codecs.lookup(name)._is_text_encoding  # noqa: SLF001 - what open() asks too; keeps rot13 and zip out
    except (LookupError, ValueError):
        return False


def _looks_like_utf_16(data: bytes) -> bool:
    """Say whether nearly every other byte is zero, as in source text that was saved without a byte order mark."""
    sample = data[: 1 << 12]
    zeros = sample.count(0)
    if len(sample) < 4 or zeros < 0.3 * len(sample):  # noqa: PLR2004 - Korean comments have no zero bytes
        return False
    return 0 in (sample[::2].count(0), sample[1::2].count(0))
