"""Puts the marks of a submission's mistakes on the drawing of its layer, for the template that draws it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grader.model import Diagnosis
from grader.reports.pages.layers import LAYERS, Box, Layer


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """One box and the numbers of the mistakes that are about it."""

    box: Box
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """A layer with marks."""

    exercise: str
    layer: Layer
    boxes: tuple[Marked, ...]

    @property
    def marked(self) -> tuple[Marked, ...]:
        """The boxes that a mistake is about."""
        return tuple(each for each in self.boxes if each.numbers)


def graph(exercise: str, causes: Sequence[Diagnosis]) -> Graph | None:
    """The layer with the causes marked by their numbers, from 1; None where there is nothing to show."""
    layer = LAYERS.get(exercise)
    if layer is None:
        return None
    about = [layer.about(cause) for cause in causes]
    boxes = tuple(
        Marked(box=box, numbers=tuple(number for number, ids in enumerate(about, 1) if box.id in ids))
        for box in layer.boxes
    )
    drawn = Graph(exercise=exercise, layer=layer, boxes=boxes)
    return drawn if drawn.marked else None
