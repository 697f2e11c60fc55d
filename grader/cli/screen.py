"""The two streams: reports go to stdout, everything else to stderr.

The command modules print through here, so that width, colour and escaping are settled in one place.
"""

import shutil
import sys
from collections.abc import Sequence

from rich.cells import cell_len
from rich.console import Console

from grader.cli import pages
from grader.reports.escaping import visible

READABLE_CELLS = 100
"""Longer lines are hard to read; a wide terminal keeps its margin."""


def report_console() -> Console:
    """Where a report for people goes: no wider than it reads well; colours only where a terminal shows them."""
    console = Console(file=sys.stdout, highlight=False, emoji=False, markup=False, soft_wrap=True)
    console.width = min(console.width, READABLE_CELLS)
    return console


def signs_fit(console: Console) -> bool:
    """Whether the stream can encode the bars and check marks."""
    try:
        "█░✓✗".encode(console.encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows of cells as lines whose columns line up, Hangul counted twice."""
    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell + " " * (width - cell_len(cell)) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def remark(message: str) -> None:
    """Say something beside the report, broken between words where a terminal would break inside them."""
    lines = [visible(line) for line in message.split("\n")]
    if sys.stderr.isatty():
        width = min(shutil.get_terminal_size().columns, READABLE_CELLS)
        lines = [part for line in lines for part in pages.wrapped(line, width)]
    print("\n".join(lines), file=sys.stderr, flush=True)
