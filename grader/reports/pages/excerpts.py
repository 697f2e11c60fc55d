"""The student's own lines around a mistake, the line and the spot in it marked."""

from __future__ import annotations

from dataclasses import dataclass

from grader.model import Diagnosis
from grader.reports.escaping import visible, visible_lines
from grader.reports.findings import source_lines


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of code; `marked` is the spot where it is known, else empty."""

    number: int | None
    before: str
    marked: str = ""
    after: str = ""
    hit: bool = False


def excerpt(diagnosis: Diagnosis) -> list[Line]:
    """The lines to show: those around the mistake where they are known, else the line alone, else none."""
    shown = source_lines(diagnosis)
    if not shown:
        return []
    spot = _spot(shown)
    if not diagnosis.excerpt:
        # In a notebook the number of a line says nothing without its cell, which stands in the place above.
        number = diagnosis.line if diagnosis.file.endswith(".py") else None
        return [_hit(number, shown[0], spot)]
    margin = min((_indent(line) for _, line in diagnosis.excerpt if line.strip()), default=0)
    lines: list[Line] = []
    for number, line in diagnosis.excerpt:
        words = visible_lines(line)[0][margin:]
        # The line of the mistake is known by its words: in a notebook the numbers count anew in each cell.
        hit = line.strip() == diagnosis.source.strip() and not any(each.hit for each in lines)
        lines.append(_hit(number, words, spot) if hit else Line(number=number, before=visible(words)))
    return lines


def _hit(number: int | None, line: str, spot: tuple[int, int] | None) -> Line:
    if spot is None:
        return Line(number=number, before=line, hit=True)
    begin = _indent(line) + spot[0]
    end = begin + spot[1]
    return Line(number=number, before=line[:begin], marked=line[begin:end], after=line[end:], hit=True)


def _spot(shown: list[str]) -> tuple[int, int] | None:
    """Where the carets stand below the line, counted from its first letter, and how many there are."""
    if len(shown) < 2 or "^" not in shown[1]:  # noqa: PLR2004 - a line, and carets below it
        return None
    carets = shown[1]
    return carets.index("^") - _indent(shown[0]), carets.count("^")


def _indent(line: str) -> int:
    expanded = line.expandtabs(4)
    return len(expanded) - len(expanded.lstrip())
