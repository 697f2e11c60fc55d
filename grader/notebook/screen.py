"""Puts a report where the student looks: below the cell in a notebook, on the terminal elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

from grader.model import Report
from grader.reports import cell, terminal


def shell() -> Any | None:
    """The IPython that this runs in; None in plain Python, where it is not even imported."""
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython is not None else None


def show(report: Report, language: str, names: Sequence[str], *, in_cells: bool) -> None:
    """Show a report; `names` are what was asked for, and `in_cells` says that it is to be corrected in a cell."""
    again = f"check({', '.join(names)})"
    page = cell.render(report, language, again, in_cells=in_cells)
    _put(page, terminal.as_text(report, language, terminal.View(again=again)))


def refuse(message: str, hint: str, language: str) -> None:
    """Say why there is no report, and what to do."""
    _put(cell.refusal(message, hint, language), "\n".join(cell.plain_refusal(message, hint, language)))


def _put(page: str, plain: str) -> None:
    session = shell()
    if session is None:
        print(plain.rstrip("\n"))  # noqa: T201 - a script's own screen
        return
    session.display_pub.publish({"text/html": page, "text/plain": plain})
