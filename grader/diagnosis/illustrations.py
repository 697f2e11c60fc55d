"""What pages show beside the words of a diagnosis: the student's lines around the mistake, and numbers as figures.

`wording` asks for both; `gap` asks for a gradient on an example with rows and columns, since the smallest example is
too small to be looked at. All numbers are of inputs of ours, never of graded ones.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

import numpy as np

from grader.calls import Array
from grader.diagnosis import microscope
from grader.diagnosis.evidence import Detail, Finding, Group, observed, spelled
from grader.diagnosis.examples import Asked, examples, lines
from grader.model import Figure
from grader.worker.plaintext import clean
from grader.workshop import Loaded

# A method of the book has six lines or so: this shows where in it the line stands, or the method that begins there.
_BEFORE, _AFTER, _METHOD = 3, 2, 9
_LINE_LENGTH = 200
# Wider or taller tables show nothing that the words do not.
_MOST = 8

_NUMBERS = {
    "gap.got": "got",
    "gap.expected": "expected",
    "gap.numerical": "numerical",
    "gap.numerical_own": "numerical",
}
# Examples of full size that differ from the plainest one in nothing that a gradient would have to be told.
_SHAPELY = {"plain", "one_hot", "larger"}
PICTURE = "picture"
"""The key of a detail that is a figure and no line."""
_ROW = re.compile(r"\[([^\[\]]*)\]")


def excerpt(loaded: Loaded, line: int | None) -> tuple[tuple[int, str], ...]:
    """The line among its neighbours, numbered as in the file or the notebook cell; nothing where it is not known."""
    if line is None or not 0 < line <= len(loaded.lines):
        return ()
    # In a notebook the lines of all cells are numbered on; a neighbour is a line of the same cell.
    starts = [first for _, first in loaded.marks] or [1]
    cell = max(bisect_right(starts, line) - 1, 0)
    first = starts[cell]
    last = starts[cell + 1] - 1 if cell + 1 < len(starts) else len(loaded.lines)
    if loaded.lines[line - 1].lstrip().startswith("def "):
        numbers = range(line, min(_end_of_method(loaded.lines, line), line + _METHOD, last) + 1)
    else:
        numbers = range(max(line - _BEFORE, first), min(line + _AFTER, last) + 1)
    shown = [(number - first + 1, clean(loaded.lines[number - 1].rstrip(), _LINE_LENGTH)) for number in numbers]
    while shown and not shown[-1][1]:
        shown.pop()
    while shown and not shown[0][1]:
        shown.pop(0)
    return tuple(shown)


def _end_of_method(lines: Sequence[str], line: int) -> int:
    """The last line that is indented deeper than the `def` of this one."""
    margin = _indent(lines[line - 1])
    end = line
    while end < len(lines) and (not lines[end].strip() or _indent(lines[end]) > margin):
        end += 1
    return end


def _indent(line: str) -> int:
    expanded = line.expandtabs()
    return len(expanded) - len(expanded.lstrip())


def figures(finding: Finding) -> tuple[Figure, ...]:
    """The figures among the details of a finding; else its arrays, where there are two to compare that are small."""
    ready = [detail[1]["figure"] for detail in finding.details if not isinstance(detail, str) and detail[0] == PICTURE]
    if ready:
        return tuple(figure for figure in ready if isinstance(figure, Figure))
    arrays = {
        _NUMBERS[detail[0]]: _rows(str(detail[1].get("numbers", "")))
        for detail in finding.details
        if not isinstance(detail, str) and detail[0] in _NUMBERS
    }
    got, expected = arrays.get("got", ()), arrays.get("expected", ())
    sizes = [len(row) for rows in arrays.values() for row in rows]
    if not got or not expected or max(sizes) > _MOST or max(map(len, arrays.values())) > _MOST:
        return ()
    # A single number beside a single number is a sentence, and stands in the details as one.
    if max(sizes) == 1 and len(got) == len(expected) == 1:
        return ()
    name = _name(finding.deviations[0].group) if finding.deviations else ""
    return (Figure(name=name, got=got, expected=expected, numerical=arrays.get("numerical", ())),)


def is_line(detail: Detail) -> bool:
    """Whether a detail is a line of text."""
    return isinstance(detail, str) or detail[0] != PICTURE


def gradient(asked: Asked, group: Group, *, by_reference: bool) -> Iterator[Detail]:
    """A gradient beside the numerical one, on an example of a few rows and columns; nothing for other groups."""
    method, observable = group
    if method != list(asked.exercise.methods)[-1] or observable == "changed":
        return
    shapely = (example for example in examples(asked.exercise) if example.situation in _SHAPELY)
    example = next((example for example in shapely if asked.differs(example, group)), None)
    pair = asked.answers(example, method) if example is not None else None
    if example is None or pair is None:
        return
    got = observed(pair[0], observable)
    of = "x" if observable == "answer" else observable.removeprefix("d")
    slopes = microscope.numerical_gradient(asked, example, of, by_reference=by_reference)
    if isinstance(got, np.ndarray) and slopes is not None and 0 < got.ndim <= slopes.ndim <= 2:  # noqa: PLR2004 - a table
        calls = tuple(lines(example, method))
        figure = Figure(name=_name(group), got=_table(got), expected=(), numerical=_table(slopes), example=calls)
        yield PICTURE, {"figure": figure}


def _name(group: Group) -> str:
    method, observable = group
    return method if observable == "answer" else spelled(method, observable)


def _table(array: Array) -> tuple[tuple[str, ...], ...]:
    # Four digits: a central difference has no more that are right.
    return tuple(tuple(f"{number:.4g}" for number in row) for row in np.atleast_2d(array).astype(float))


def _rows(numbers: str) -> tuple[tuple[str, ...], ...]:
    """The rows of an array of one or two axes as it is shown; nothing for what is no array, or has more axes."""
    # An array of three axes ends with three brackets; "..." stands for what was left out.
    if "[[[" in numbers or "..." in numbers or not numbers.startswith("["):
        return ()
    return tuple(tuple(cell.strip() for cell in row.split(",")) for row in _ROW.findall(numbers) if row.strip())
