"""Numbers as coloured tables: a heat map that is its own table, in which what differs is marked by more than colour.

The feedback page shows the figures of a diagnosis with it: what was got, what was expected, and for a gradient the
numerical one.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from grader.model import Figure

STEPS = 4
"""Shades on each side of zero; more cannot be told apart beside each other."""
_RELATIVE, _ABSOLUTE = 1e-3, 1e-4
"""Numbers are shown with six digits, and a central difference is right to about four of them."""

Rows = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One number."""

    text: str
    shade: int
    """From -4 to 4 by sign and size; 0 for zero and for what is no number."""
    differs: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One array; all panels of a figure share the scale of their colours."""

    kind: str
    """`got`, `expected` or `numerical`."""
    rows: tuple[tuple[Cell, ...], ...]


def panels(figure: Figure) -> list[Panel]:
    """The arrays of a figure, what differs marked in what was got."""
    arrays: dict[str, Rows] = {"got": figure.got, "expected": figure.expected, "numerical": figure.numerical}
    sizes = [abs(_number(text)) for rows in arrays.values() for row in rows for text in row]
    most = max((size for size in sizes if math.isfinite(size)), default=0.0)
    return [
        Panel(kind=kind, rows=tuple(_cells(rows, figure, most, marked=kind == "got")))
        for kind, rows in arrays.items()
        if rows
    ]


def _cells(rows: Rows, figure: Figure, most: float, *, marked: bool) -> Iterator[tuple[Cell, ...]]:
    wanted = figure.expected or figure.numerical
    for number, row in enumerate(rows):
        others = wanted[number] if number < len(wanted) else ()
        yield tuple(
            Cell(
                text=text,
                shade=_shade(text, most),
                differs=marked and not (column < len(others) and _same(text, others[column])),
            )
            for column, text in enumerate(row)
        )


def _shade(text: str, most: float) -> int:
    number = _number(text)
    if not math.isfinite(number) or not most or not number:
        return 0
    # Every number but zero has a colour.
    return int(math.copysign(max(1, round(STEPS * abs(number) / most)), number))


def _same(one: str, other: str) -> bool:
    return one == other or math.isclose(_number(one), _number(other), rel_tol=_RELATIVE, abs_tol=_ABSOLUTE)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan
