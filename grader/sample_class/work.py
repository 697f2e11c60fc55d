"""What one student has written: for each exercise a layer, right or wrong, or nothing.

Mistakes are picked as they are met: a few common ones often, relatives together (who forgets one factor forgets
others), and sometimes any of the catalogue. `packing` makes files of it.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping

from grader import catalogue
from grader.sample_class.slips import SLIPS, layer

Homework = dict[str, str]
"""Source by exercise; an exercise that is missing was not handed in."""

# Files of the catalogue that a class of beginners meets most, and how often compared with each other.
_COMMON: Mapping[str, Mapping[str, int]] = {
    "relu": {
        "attribute_typo": 3, "inverted_mask": 2, "missing_dout": 2, "boundary_at_zero": 2, "backward_not_masked": 2,
        "mutates_x": 2, "mask_from_dout": 1,
    },
    "sigmoid": {
        "operator_precedence": 4, "missing_dout": 3, "input_for_output": 3, "sign": 2, "missing_factor": 2,
        "wrong_derivative": 1, "misplaced_parentheses": 2,
    },
    "affine": {
        "bias_axis": 4, "no_flatten": 4, "not_reshaped": 2, "missing_transpose": 3, "bias_not_summed": 2,
        "not_stored": 2, "gradient_transposed": 2, "bias_mean": 1, "missing_bias": 1,
    },
    "softmax_with_loss": {
        "not_divided_by_batch": 6, "labels_unsupported__backward": 5, "unstable": 3, "softmax_axis__whole_batch": 3,
        "sum_instead_of_mean": 2, "sign": 2, "assign_instead_of_subtract": 2, "missing_minus": 1,
    },
}  # fmt: skip

# Mistakes that come from one misunderstanding, and so from one student.
_LEANINGS = (
    ("affine/bias_mean", "affine/averaged", "softmax_with_loss/not_divided_by_batch"),
    ("relu/missing_dout", "sigmoid/missing_dout", "affine/missing_dout"),
    ("relu/attribute_typo", "sigmoid/not_stored", "affine/not_stored"),
    ("relu/mutates_dout", "sigmoid/mutates_dout", "affine/mutates_dout"),
    ("affine/gradient_transposed", "affine/bias_axis", "softmax_with_loss/softmax_axis__whole_batch"),
    ("affine/no_flatten", "softmax_with_loss/labels_unsupported__backward", "softmax_with_loss/unstable"),
    ("sigmoid/operator_precedence", "softmax_with_loss/operator_precedence"),
)

# The first students make sure that a class of a dozen has one of each kind; all others are drawn.
_CERTAIN = (
    "right", "book", "one", "leaning", "slip", "absent",
    "right", "unfinished", "several", "leaning", "tampering", "one",
)  # fmt: skip
_KINDS = {
    "right": 27, "book": 15, "one": 25, "leaning": 14, "slip": 8, "unfinished": 5, "several": 4,
    "absent": 1, "tampering": 1,
}  # fmt: skip
_FROM_ANYWHERE = 0.15
"""How often a mistake is any of the catalogue instead of a common one."""
_LEANS = 0.8
"""How often someone with a misunderstanding makes each of its mistakes."""


def homework(number: int, chance: random.Random) -> Homework:
    """The layers of the student with this number."""
    drawn = chance.choices(list(_KINDS), list(_KINDS.values()))[0]
    kind = _CERTAIN[number] if number < len(_CERTAIN) else drawn
    if kind == "absent":
        return {}
    layers = {id: layer(exercise.solution) for id, exercise in _graded()}
    wrong = dict(_mistakes(kind, chance))
    layers |= {id: layer(catalogue.exercises()[id].pitfalls / f"{name}.py") for id, name in wrong.items()}
    if kind == "slip":
        slip = chance.choice(SLIPS)
        id = chance.choice([id for id in layers if slip.fits(layers[id])])
        layers[id] = slip.made(layers[id])
    elif kind == "unfinished":
        _leave_off(layers, chance)
    elif kind == "tampering":
        layers["sigmoid"] = _leaves_early(layers["sigmoid"])
    return layers


def _mistakes(kind: str, chance: random.Random) -> Iterator[tuple[str, str]]:
    """Exercise and file of each mistake."""
    if kind == "book":
        yield "relu", "mutates_dout"
    elif kind == "one":
        yield _any(chance.choice(list(_COMMON)), chance)
    elif kind == "several":
        for id in chance.sample(list(_COMMON), chance.randint(2, len(_COMMON))):
            yield _any(id, chance)
    elif kind == "leaning":
        for name in chance.choice(_LEANINGS):
            if chance.random() < _LEANS:
                id, _, file = name.partition("/")
                yield id, file


def _any(id: str, chance: random.Random) -> tuple[str, str]:
    if chance.random() < _FROM_ANYWHERE:
        return id, chance.choice(sorted(path.stem for path in catalogue.exercises()[id].pitfalls.glob("*.py")))
    common = _COMMON[id]
    return id, chance.choices(list(common), list(common.values()))[0]


def _leave_off(layers: Homework, chance: random.Random) -> None:
    """Keep the first exercises, leave some as they were handed out and others out."""
    begun = chance.randint(1, len(layers) - 1)
    for id in list(layers)[begun:]:
        if chance.random() < 0.5:  # noqa: PLR2004 - either way
            layers[id] = catalogue.exercises()[id].stub.read_text(encoding="utf-8")
        else:
            del layers[id]


def _leaves_early(source: str) -> str:
    """The one who hopes that a grader takes a clean exit for a pass."""
    return source.replace("import numpy as np\n", "import os\n\nimport numpy as np\n", 1).replace(
        "    def backward(self, dout):\n", "    def backward(self, dout):\n        os._exit(0)\n", 1
    )


def _graded() -> list[tuple[str, catalogue.Exercise]]:
    return [(id, exercise) for id, exercise in catalogue.exercises().items() if not exercise.bonus]
