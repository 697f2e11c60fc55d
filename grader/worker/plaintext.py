"""Makes text that a submission can choose fit for a line of a report: no control characters, no tricks, a length.

Both sides use it: the worker so that little travels, the judge because the worker may have been taken over.
"""

from __future__ import annotations

import re
import unicodedata

# Cc: control (ANSI escapes begin with one), Cf: invisible and direction-changing, Cs: lone surrogates, which UTF-8
# cannot carry, Co and Cn: no meaning; Zl and Zp break lines in some viewers.
_UNFIT = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
# Where a thing lies in memory; no two runs agree.
_ADDRESS = re.compile(r"\b0[xX][0-9a-fA-F]{6,}(?![0-9a-zA-Z_])")
# A joiner is Cf too, but Korean and emoji text may hold one; alone it moves nothing on a screen.
_KEPT = "\u200d"


def clean(text: str, limit: int, *, keep: str = "") -> str:
    """`text` on one line, at most `limit` characters, without anything that a terminal or a page could obey.

    Characters of `keep` (a newline, say) stay as they are.
    """
    shown = str.__str__(text[: limit + 1])
    if not (shown.isascii() and shown.isprintable()):
        shown = "".join(_fit(letter, keep) for letter in shown)
    return shown if len(shown) <= limit else shown[: max(limit - 1, 0)] + "…"


def steady(text: str) -> str:
    """`text` without addresses: a report is the same whenever it is made."""
    return _ADDRESS.sub("0x…", str.__str__(text))


def _fit(letter: str, keep: str) -> str:
    if letter in keep or letter in _KEPT:
        return letter
    if letter in "\t\n\r\v\f\x85\u2028\u2029":
        return " "
    return "\ufffd" if unicodedata.category(letter) in _UNFIT else letter
