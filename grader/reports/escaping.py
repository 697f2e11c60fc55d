"""Makes a stranger's text harmless where it is shown: one function for each kind of place.

Every renderer passes what came out of a submission (names, messages, source lines, prints) through here; nothing else
in the reports decides what is safe. The worker's side has stripped control characters already; nothing relies on it.
"""

from __future__ import annotations

import re

_UNSEEN = (
    "\x7f-\x9f"  # with C0 (below): ANSI sequences begin with one of them
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # reorder what the reader sees
    "\u2028\u2029"  # line breaks to some readers
    "\ud800-\udfff\ufffe\uffff"  # no UTF-8 and no XML can hold these
)
_CONTROL = re.compile(f"[\x00-\x1f{_UNSEEN}]")
_BEYOND_ASCII = re.compile(f"[{_UNSEEN}]")
# The wide ones are typed in Korea and Japan, and taken for the others there.
_FORMULA_STARTS = tuple("=+-@\uff1d\uff0b\uff0d\uff20")


def visible(text: str) -> str:
    """The text on one line, what cannot be seen written out as an escape."""
    return _CONTROL.sub(_escape, text)


def visible_lines(text: str) -> list[str]:
    """The lines of a text, tabs as four spaces, what cannot be seen written out."""
    return [visible(line) for line in text.replace("\r\n", "\n").expandtabs(4).rstrip("\n").split("\n")]


def visible_block(text: str) -> str:
    """The text with its line breaks, what cannot be seen written out."""
    return "\n".join(visible_lines(text))


def spreadsheet_cell(text: str) -> str:
    """A cell that no spreadsheet takes for a formula, and that stays in its row."""
    shown = visible(text)
    return f"'{shown}" if shown.startswith(_FORMULA_STARTS) else shown


def json_text(document: str) -> str:
    """A JSON document with the same content, in which what a screen would act on is spelt out."""
    # Below U+0020 there are only the document's own line breaks: inside strings JSON has no such characters.
    return _BEYOND_ASCII.sub(lambda match: f"\\u{ord(match[0]):04x}", document)


def github_message(text: str) -> str:
    """The message of a workflow command, which ends at the line's end."""
    return visible_block(text).replace("%", "%25").replace("\n", "%0A")


def github_property(text: str) -> str:
    """A property of a workflow command, which ends at a comma or at the colons."""
    return visible(text).replace("%", "%25").replace(":", "%3A").replace(",", "%2C")


def markdown_block(text: str) -> str:
    """A fenced block that the text inside cannot end."""
    shown = visible_block(text)
    longest = max((len(run) for run in re.findall("`+", shown)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{shown}\n{fence}"


def markdown_cell(text: str) -> str:
    """A cell of a table, or a heading: every character stands for itself."""
    return re.sub(r"([\\`*_{}\[\]<>()#+\-.!|~@&])", lambda match: f"&#{ord(match[1])};", visible(text))


def _escape(match: re.Match[str]) -> str:
    return match[0].encode("unicode_escape").decode("ascii")
