r"""Names as people, JSON and file systems can bear them.

A submission keeps its entry's name exactly as it was found. Where a name holds what cannot be printed (a byte that is
no UTF-8, a control character, a switch of writing direction), that character is written `\xNN` or `\uNNNN`; a
backslash that would read like such an escape becomes `\x5c`, so that `as_found` brings every name back. Knows strings
only.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata

_ESCAPE = re.compile(r"\\(?:x[0-9a-f]{2}|u[0-9a-f]{4})")
# Control characters, marks that turn the direction of writing, line and paragraph separators, the byte order mark,
# and halves of surrogate pairs. Joiners stay: family emoji and Indic names need them.
_UNPRINTABLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]",
)
_FIRST_BYTE, _LAST_BYTE = 0xDC80, 0xDCFF  # where PEP 383 puts bytes that are no UTF-8
_LAST_SHORT = 0x7F

# Neither Windows nor a shell can bear these in a file name.
_UNSAFE = re.compile(r'[/\\:*?"<>|\x00-\x1f\x7f-\x9f]')
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(\..*)?")
# 255 bytes is what file systems take; some encrypt names and take 143; `.json` and a temporary suffix come on top.
_SAFE_BYTES = 120


def printable(name: str) -> str:
    r"""A name in which everything can be shown and encoded, unprintable characters as `\xNN` or `\uNNNN`."""
    return _UNPRINTABLE.sub(_escaped, _ESCAPE.sub(lambda found: "\\x5c" + found[0][1:], name))


def _escaped(found: re.Match[str]) -> str:
    code = ord(found[0])
    if _FIRST_BYTE <= code <= _LAST_BYTE:
        return f"\\x{code - 0xDC00:02x}"
    return f"\\x{code:02x}" if code <= _LAST_SHORT else f"\\u{code:04x}"


def as_found(name: str) -> str:
    """The name that `printable` was given, as the file system knows it."""
    return _ESCAPE.sub(_restored, name)


def _restored(found: re.Match[str]) -> str:
    code = int(found[0][2:], 16)  # noqa: FURB166 - there is no 0 before the x
    return chr(code + 0xDC00) if found[0][1] == "x" and code > _LAST_SHORT else chr(code)


def shown(path: str) -> str:
    """A path inside a submission as the student is shown it: printable, one way of writing each character."""
    return unicodedata.normalize("NFC", printable(path))


def safe_name(name: str, taken: set[str]) -> str:
    """A file name (without ending) that every system takes and that no other submission has; adds it to `taken`.

    An ordinary name stays as it is. One that had to be changed carries eight digits of its own hash, so that it
    does not depend on its neighbours; only names that differ in case alone do.
    """
    safe = _UNSAFE.sub("_", printable(name)).rstrip(". ")
    if not safe or safe.startswith(".") or _RESERVED.fullmatch(safe):
        safe = f"_{safe}"
    if len(safe.encode()) > _SAFE_BYTES:
        safe = safe.encode()[:_SAFE_BYTES].decode("utf-8", "ignore").rstrip(". ")
    mark = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    if safe != name or _folded(safe) in taken:
        safe = f"{safe}~{mark}"
    unique, count = safe, 1
    while _folded(unique) in taken:
        count += 1
        unique = f"{safe}~{count}"
    taken.add(_folded(unique))
    return unique


def _folded(name: str) -> str:
    """What two names share that a file system may take for the same: case and composition do not count."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", name).casefold())
