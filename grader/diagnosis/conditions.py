"""Names mistakes by the situation in which they show: wrong for labels, for integers, for the second of two layers.

For lost calls that no wrong layer of the catalogue accounts for. A situation is claimed when every call of a method
in it is wrong and no other is, so that the numbers themselves do not matter.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from grader.calls import Call
from grader.checks import named
from grader.diagnosis.comparison import Comparison
from grader.diagnosis.evidence import Case, Deviation, Finding
from grader.diagnosis.examples import Asked, examples

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


def _square(scene: Scene) -> bool:
    scores = scene.forward.arguments[:1]
    return _labels(scene) and scores[0].ndim == 2 and len(set(scores[0].shape)) == 1  # noqa: PLR2004 - a matrix


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


def _any(deviation: Deviation) -> bool:  # noqa: ARG001 - the situation alone says enough
    return True


def _never(deviation: Deviation) -> bool:  # noqa: ARG001 - the situation says where, not what the mistake is
    return False


def _not_even_a_number(deviation: Deviation) -> bool:
    """An exception or a wrong shape: numbers of the right shape come from a branch that is there, but wrong."""
    got, wanted = deviation.answer, deviation.wanted
    return not (isinstance(got, np.ndarray) and isinstance(wanted, np.ndarray) and got.shape == wanted.shape)


def _not_finite(deviation: Deviation) -> bool:
    return isinstance(deviation.answer, np.ndarray) and not np.isfinite(deviation.answer).all()


def _truncated(deviation: Deviation) -> bool:
    got, wanted = deviation.answer, deviation.wanted
    return not _not_even_a_number(deviation) and bool(np.allclose(got, np.trunc(wanted)))


def _function(*names: str) -> Callable[[Scene], bool]:
    """The function handed over is one of these."""
    numbers = {float(named(name)) for name in names}
    return lambda scene: bool(scene.call.arguments) and scene.call.arguments[0].tolist() in numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """A slug, where it can be, and the calls in which it shows."""

    slug: str
    name: str
    """What is said of it where the slug would claim too much; a key below `gap.only`."""
    holds: Callable[[Scene], bool]
    shows: Callable[[Deviation], bool] = _any
    """What every deviation has to look like for the slug to be right."""
    exercises: tuple[str, ...] = ()
    """Empty: all."""
    methods: tuple[str, ...] = ("forward", "backward")


SOFTMAX = ("softmax_with_loss",)
# The examples of ours that stand for a situation, by its name.
SHOWN_BY = {
    "integers": "integers", "axes": "images", "again": "again", "layers": "two_layers", "twice": "twice",
    "large": "large", "one_hot": "one_hot",
}  # fmt: skip
SITUATIONS = (
    *(
        Situation(
            slug=slug,
            name="function",
            holds=_function(*functions),
            exercises=("gradient_check",),
            methods=("numerical_gradient",),
        )
        for slug, functions in (
            ("step-too-large", ("waves",)),
            ("step-too-small", ("steep", "far_from_zero")),
            ("forward-difference", ("distance",)),
        )
    ),
    Situation(slug="labels-unsupported", name="labels", holds=_labels, shows=_not_even_a_number, exercises=SOFTMAX),
    Situation(slug="unknown", name="square", holds=_square, shows=_never, exercises=SOFTMAX),
    Situation(slug="one-hot-unsupported", name="one_hot", holds=_one_hot, shows=_not_even_a_number, exercises=SOFTMAX),
    Situation(slug="unstable", name="large", holds=_large, shows=_not_finite, exercises=SOFTMAX),
    Situation(slug="truncates-integers", name="integers", holds=_integers, shows=_truncated, exercises=("relu",)),
    Situation(slug="no-flatten", name="axes", holds=_many_axes, exercises=("affine",), methods=("forward",)),
    Situation(slug="not-reshaped", name="axes", holds=_many_axes, exercises=("affine",), methods=("backward",)),
    Situation(slug="matrices-only", name="axes", holds=_many_axes, exercises=("relu", "sigmoid")),
    Situation(slug="batch-of-one", name="one_row", holds=_one_row),
    Situation(slug="mutates-own-state", name="twice", holds=_twice, methods=("backward",)),
    Situation(slug="stale-state", name="again", holds=_again),
    Situation(slug="shared-state", name="layers", holds=_several_layers),
)


def finding(case: Case, comparison: Comparison, deviations: list[Deviation]) -> Finding | None:
    """The mistake of a group that goes wrong in one situation and nowhere else."""
    found = situation(case, comparison, deviations)
    if found is None or not all(found.shows(deviation) for deviation in deviations):
        return None
    return Finding(slug=found.slug, fields={"method": deviations[0].group[0]}, deviations=tuple(deviations))


def situation(case: Case, comparison: Comparison, deviations: list[Deviation]) -> Situation | None:
    """The situation in which all calls of a group are wrong, while all others are right.

    Calls may be alike in two ways: the only images were the third batch of their layer. So an example of ours has to
    go wrong as well.
    """
    group = deviations[0].group
    wrong = comparison.wrong_places(group)
    scenes = {
        (check, position): Scene(call=calls[position], before=tuple(calls[:position]))
        for check, position in comparison.marks[group]
        for calls in [comparison.calls[check]]
    }
    possible = [
        one
        for one in SITUATIONS
        if group[0] in one.methods
        and (not one.exercises or case.exercise.id in one.exercises)
        and all(one.holds(scene) == (place in wrong) for place, scene in scenes.items())
    ]
    if possible and case.evidence.worker is not None:
        asked = Asked(case.exercise, case.evidence.worker)
        ours = {example.situation: example for example in examples(case.exercise)}
        shown = {one.name: ours.get(SHOWN_BY.get(one.name, "")) for one in possible}
        possible = [one for one in possible if (example := shown[one.name]) is None or asked.differs(example, group)]
    return possible[0] if possible else None
