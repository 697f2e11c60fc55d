"""Names mistakes by the situation in which they show: wrong for labels, for integers, for the second of two layers.

For lost calls that no wrong layer of the catalogue accounts for. A situation is claimed when every call of a method
in it is wrong and no other is, so that the numbers themselves do not matter.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from grader.calls import Call
from grader.diagnosis.comparison import Comparison
from grader.diagnosis.evidence import Case, Deviation, Finding

# Scores above this are drawn for one purpose only: to let a softmax without a shift overflow.
LARGE = 100.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A call and the calls of the same check before it."""

    call: Call
    before: tuple[Call, ...]

    @property
    def forward(self) -> Call:
        """The latest first method of the same layer: this call, or the one that it answers."""
        own = [call for call in self.before if call.layer == self.call.layer and call.method != "__init__"]
        others = [call for call in own if call.method == "forward"]
        return others[-1] if others and self.call.method != "forward" else self.call

    def earlier(self, method: str) -> int:
        """How many calls of a method this layer has had before."""
        return sum(call.layer == self.call.layer and call.method == method for call in self.before)


def _labels(scene: Scene) -> bool:
    arguments = scene.forward.arguments
    return len(arguments) == 2 and arguments[1].ndim == 1  # noqa: PLR2004 - x and t


def _one_hot(scene: Scene) -> bool:
    arguments = scene.forward.arguments
    return len(arguments) == 2 and arguments[1].ndim == 2  # noqa: PLR2004 - x and t


def _large(scene: Scene) -> bool:
    return bool(scene.forward.arguments) and float(np.abs(scene.forward.arguments[0]).max()) > LARGE


def _integers(scene: Scene) -> bool:
    return bool(scene.forward.arguments) and scene.forward.arguments[0].dtype.kind == "i"


def _many_axes(scene: Scene) -> bool:
    return bool(scene.forward.arguments) and scene.forward.arguments[0].ndim > 2  # noqa: PLR2004 - a matrix


def _one_row(scene: Scene) -> bool:
    return bool(scene.forward.arguments) and scene.forward.arguments[0].shape[:1] == (1,)


def _several_layers(scene: Scene) -> bool:
    others = [call.layer for call in scene.before if call.method != "__init__"]
    return any(layer != scene.call.layer for layer in others)


def _again(scene: Scene) -> bool:
    """A layer that was used before: an earlier forward besides the one that is answered."""
    return scene.earlier("forward") > (0 if scene.call.method == "forward" else 1)


def _twice(scene: Scene) -> bool:
    """The same method once more, with nothing in between."""
    own = [call for call in scene.before if call.layer == scene.call.layer]
    return bool(own) and own[-1].method == scene.call.method != "forward"


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """A slug, where it can be, and the calls in which it shows."""

    slug: str
    holds: Callable[[Scene], bool]
    exercises: tuple[str, ...] = ()
    """Empty: all."""
    methods: tuple[str, ...] = ("forward", "backward")


SITUATIONS = (
    Situation(slug="labels-unsupported", holds=_labels, exercises=("softmax_with_loss",)),
    Situation(slug="one-hot-unsupported", holds=_one_hot, exercises=("softmax_with_loss",)),
    Situation(slug="unstable", holds=_large, exercises=("softmax_with_loss",)),
    Situation(slug="truncates-integers", holds=_integers, exercises=("relu",)),
    Situation(slug="no-flatten", holds=_many_axes, exercises=("affine",), methods=("forward",)),
    Situation(slug="not-reshaped", holds=_many_axes, exercises=("affine",), methods=("backward",)),
    Situation(slug="matrices-only", holds=_many_axes, exercises=("relu", "sigmoid")),
    Situation(slug="batch-of-one", holds=_one_row),
    Situation(slug="mutates-own-state", holds=_twice, methods=("backward",)),
    Situation(slug="stale-state", holds=_again),
    Situation(slug="shared-state", holds=_several_layers),
)


def situation(case: Case, comparison: Comparison, deviations: list[Deviation]) -> Finding | None:
    """The situation in which a group goes wrong, when it goes wrong there and nowhere else."""
    group = deviations[0].group
    wrong = {(deviation.check, deviation.position) for deviation in deviations}
    scenes = {
        (check, position): Scene(call=calls[position], before=tuple(calls[:position]))
        for check, position in comparison.marks[group]
        for calls in [comparison.calls[check]]
    }
    for possible in SITUATIONS:
        if group[0] not in possible.methods or (possible.exercises and case.exercise.id not in possible.exercises):
            continue
        if any(possible.holds(scene) for scene in scenes.values()) and all(
            possible.holds(scene) == (place in wrong) for place, scene in scenes.items()
        ):
            return Finding(slug=possible.slug, fields={"method": group[0]}, deviations=tuple(deviations))
    return None
