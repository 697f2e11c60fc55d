"""Chooses between wrong layers whose numbers agree equally well: by what the source says, then by asking again.

Called by the matching for each claim. A layer whose mistake the source rules out is no candidate, however well its
numbers fit.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from grader.calls import LocalWorker
from grader.diagnosis.comparison import Comparison
from grader.diagnosis.evidence import LONGEST_LINE, Case
from grader.diagnosis.examples import Asked, Example, examples, play
from grader.diagnosis.rehearsal import agree, marks_of
from grader.pitfalls import Pitfall

# Mistakes, or variants of one, that are told by how they are written, and what has to stand in the source then.
NEEDED = {
    "return-inside-loop": r"\b(?:for|while)\b",
    "matrices-only": r"\b(?:for|while)\b",
    "chained-assignment": r"[^=!<>]=[^=].*[^=!<>]=[^=]",
    "maximum-along-axis": r"\bmax",
    "minus-for-equals": r"^\s*self\.\w+\s*-",
    "no-flatten__last-axis": r"reshape\s*\(\s*\(?\s*-1",
    "flatten-copies": r"flatten\(|copy\(|array\(",
    "log-of-zero__delta-outside": r"\blog\(.*\)\s*\+\s*(?:\d|delta|eps)",
    # 1e-8, 0.00000001, 10 ** -8, or what NumPy calls the distance to the next number.
    "step-too-small": r"[eE]-0*(?:[89]|\d\d)|0\.0{6}|\*\*|eps|tiny|spacing",
}


class Chooser:
    """Narrows candidates for one submission."""

    def __init__(self, case: Case, comparison: Comparison) -> None:
        self._case = case
        self._comparison = comparison

    def __call__(self, names: list[str]) -> list[str]:
        """The candidates that remain, one a mistake; none where the source speaks against all of them."""
        names = self._alike([name for name in names if self._fits(name)])
        if len(self._ids(names)) > 1:
            names = self._told_apart(names)
        return list(self._ids(names).values())

    def _ids(self, names: list[str]) -> dict[str, str]:
        """The first layer of each mistake; before it, a variant that is told by how it is written."""
        ids: dict[str, str] = {}
        for name in sorted(
            names, key=lambda name: "__" not in name or self._layer(name).name.split("/", 1)[1] not in NEEDED
        ):
            layer = self._layer(name)
            ids.setdefault(layer.id, layer.name)
        return ids

    def _layer(self, name: str) -> Pitfall:
        """A layer of the catalogue; of a composed one, the layer that has the last method."""
        return self._comparison.rehearsal.layers[name.rpartition("+")[2]]

    def _fits(self, name: str) -> bool:
        slug = self._layer(name).id.split("/", 1)[1]
        if not self._case.told("methods"):
            return True
        needed = NEEDED.get(self._layer(name).name.split("/", 1)[1]) or NEEDED.get(slug)
        if needed and not any(re.search(needed, line) for line in self._own_lines()):
            return False
        if slug == "attribute-typo":
            return False  # the symptom knows it when there is one, with both lines
        if slug == "log-of-zero" and self._gradient_overflows():
            return False  # the logarithm has no part in the gradient: the probabilities are not numbers either
        if slug.endswith("not-stored"):
            return any(
                not self._case.sets(entry["name"], outside_constructor=True)
                and not self._case.method(entry["name"])
                and entry["name"] not in self._case.exercise.parameters
                for entry in self._case.told("reads")
            )
        return True

    def _gradient_overflows(self) -> bool:
        """Say whether the last method answered with inf or nan."""
        marks = self._comparison.marks.get((list(self._case.exercise.methods)[-1], "answer"), {})
        return any(mark.numbers is not None and not np.isfinite(mark.numbers).all() for mark in marks.values())

    def _own_lines(self) -> Sequence[str]:
        """The lines of the submission, without comments and without what stands far to the right of anything."""
        return [line[:LONGEST_LINE].split("#", 1)[0] for line in self._case.lines]

    def _alike(self, names: list[str]) -> list[str]:
        """Where nothing but exceptions can be compared: those raised by the line that looks most like the student's."""
        raised = [
            (mark, self._comparison.rehearsal, place, group[1])
            for group, marks in self._comparison.marks.items()
            for place, mark in marks.items()
            if mark.source and place in self._comparison.wrong_places(group)
        ]
        if len(names) < 2 or not raised:  # noqa: PLR2004 - nothing to choose
            return names
        mark, rehearsal, place, observable = raised[0]
        rehearsal.hear(names, [place[0]])
        likeness = {}
        for name in names:
            other = rehearsal.mark(name, place, observable)
            likeness[name] = (
                len(_words(mark.source) ^ _words(other.source)) if other and other.source else len(mark.source)
            )
        return [name for name in names if likeness[name] == min(likeness.values())]

    def _told_apart(self, names: list[str]) -> list[str]:
        """Those that answer our examples as the submission does."""
        worker, exercise = self._case.evidence.worker, self._case.exercise
        if worker is None or any("+" in name for name in names):
            return names
        last = list(exercise.methods)[-1]
        asked = Asked(exercise, worker)
        for example in examples(exercise):
            left = self._agreeing(asked, example, last, names)
            names = left or names
            if len(self._ids(names)) == 1:
                break
        return names

    def _agreeing(self, asked: Asked, example: Example, method: str, names: list[str]) -> list[str]:
        pair = asked.answers(example, method)
        if pair is None:
            return names
        mine = marks_of(self._case.exercise, pair[0])
        agreeing = []
        for name in names:
            layer = LocalWorker(self._comparison.rehearsal.layers[name].load(), self._case.exercise)
            call = play(layer, example.steps(method), self._case.exercise)
            if call is not None and all(
                agree(mark, marks_of(self._case.exercise, call).get(key)) for key, mark in mine.items()
            ):
                agreeing.append(name)
        return agreeing


def _words(source: str) -> set[str]:
    """What a line works with: attributes and names, whatever the result is called."""
    return set(re.findall(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*", source.split("=", 1)[-1]))
