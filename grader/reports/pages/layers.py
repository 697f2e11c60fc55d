"""The computation graph of each layer as a drawing: its boxes and arrows, and which box a mistake is about.

`graph` marks them. A pitfall that is not named here is placed by the checks that it lost, so that a new one needs no
entry; an exercise without a drawing has none on its page. What each box does stands in the texts, under
`page.node.<exercise>.<box>`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from grader.model import Diagnosis

BOX_WIDTH, BOX_HEIGHT = 76.0, 28.0
OPERATION_HEIGHT = 44.0
_APART = 6.0
"""Half the distance between the arrow forward and the arrow backward."""
_TIMES = "\N{MULTIPLICATION SIGN}"
_GAP = 5.0
"""Between an arrow's end and the box."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """One node of the graph; x and y are its middle."""

    id: str
    label: str
    kind: str
    """`value`, `gradient`, `operation` or `kept`."""
    x: float
    y: float
    width: float = BOX_WIDTH
    height: float = BOX_HEIGHT


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrow:
    """From one point to another; those of the backward pass are dashed."""

    x1: float
    y1: float
    x2: float
    y2: float
    kind: str
    """`forward`, `backward` or `kept`."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Layer:
    """The drawing of one exercise."""

    class_name: str
    width: float
    height: float
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    output: str
    """The box that forward computes."""
    gradient: str = "dx"
    """The box that backward computes, where no check names another one."""
    places: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The boxes that a pitfall is about, by its slug."""

    def about(self, diagnosis: Diagnosis) -> tuple[str, ...]:
        """The boxes that a mistake is about."""
        slug = diagnosis.pitfall.partition("/")[2]
        if slug in self.places:
            return self.places[slug]
        names = [check.partition("/")[2] for check in diagnosis.explains]
        if any(name.startswith("forward") for name in names):
            return (self.output,)
        stored = [box.id for box in self.boxes if any(f"_{box.id}" in f"{name}_" for name in _stores(names))]
        if stored:
            return tuple(stored)
        return (self.gradient,) if any(name.startswith("backward") for name in names) else ()


def _stores(names: Iterable[str]) -> list[str]:
    return [name for name in names if "_stores_" in name]


def _value(id: str, gradient: str, x: float, y: float) -> tuple[Box, ...]:
    """A value with its gradient below it; one without a gradient stands alone."""
    if not gradient:
        return (Box(id=id, label=id, kind="value", x=x, y=y),)
    return (
        Box(id=id, label=id, kind="value", x=x, y=y - BOX_HEIGHT / 2),
        Box(id=gradient, label=gradient, kind="gradient", x=x, y=y + BOX_HEIGHT / 2),
    )


def _operation(id: str, label: str, x: float, y: float, width: float = 52.0) -> tuple[Box, ...]:
    return (Box(id=id, label=label, kind="operation", x=x, y=y, width=width, height=OPERATION_HEIGHT),)


def _kept(id: str, label: str, x: float, y: float, width: float = BOX_WIDTH) -> tuple[Box, ...]:
    """What forward leaves behind for backward."""
    return (Box(id=id, label=label, kind="kept", x=x, y=y, width=width),)


def _both(x1: float, x2: float, y: float) -> tuple[Arrow, ...]:
    """Forward along a line, and backward below it."""
    return (
        Arrow(x1=x1 + _GAP, y1=y - _APART, x2=x2 - _GAP, y2=y - _APART, kind="forward"),
        Arrow(x1=x2 - _GAP, y1=y + _APART, x2=x1 + _GAP, y2=y + _APART, kind="backward"),
    )


def _slanted(x1: float, y1: float, x2: float, y2: float) -> tuple[Arrow, ...]:
    """The same between two heights: the line keeps clear of both boxes."""
    return (
        Arrow(x1=x1 + _GAP, y1=y1 - _APART, x2=x2 - _GAP, y2=y2 - _APART, kind="forward"),
        Arrow(x1=x2 - _GAP, y1=y2 + _APART, x2=x1 + _GAP, y2=y1 + _APART, kind="backward"),
    )


RELU = Layer(
    class_name="Relu",
    width=470,
    height=178,
    output="y",
    boxes=(
        *_value("x", "dx", 50, 62),
        *_operation("relu", "max(0, x)", 235, 62, 112),
        *_value("y", "dout", 420, 62),
        *_kept("mask", "x > 0 ?", 235, 146, 96),
    ),
    arrows=(
        *_both(88, 179, 62),
        *_both(291, 382, 62),
        Arrow(x1=235, y1=88, x2=235, y2=128, kind="kept"),
    ),
    places={
        "absolute-value": ("relu",),
        "attribute-typo": ("mask",),
        "backward-not-masked": ("dx",),
        "boundary-at-zero": ("mask",),
        "doubled": ("relu",),
        "forward-not-masked": ("relu",),
        "inverted-mask": ("mask",),
        "leaky": ("relu",),
        "mask-from-dout": ("mask",),
        "mask-inverted-in-backward": ("mask",),
        "mask-not-stored": ("mask",),
        "mask-returned": ("mask", "y"),
        "missing-dout": ("dout",),
        "mutates-dout": ("dout",),
        "mutates-x": ("x",),
        "operator-precedence": ("relu",),
        "softplus": ("relu",),
        "step-function": ("relu",),
        "wrong-threshold": ("mask",),
    },
)

SIGMOID = Layer(
    class_name="Sigmoid",
    width=690,
    height=178,
    output="y",
    boxes=(
        *_value("x", "dx", 50, 62),
        *_operation("times", f"{_TIMES} -1", 172, 62),
        *_operation("exp", "exp", 278, 62),
        *_operation("plus", "+ 1", 384, 62),
        *_operation("divide", "1 / ·", 490, 62),
        *_value("y", "dout", 630, 62),
        *_kept("slope", "y (1 - y)", 331, 146, 110),
    ),
    arrows=(
        *_both(88, 146, 62),
        *_both(198, 252, 62),
        *_both(304, 358, 62),
        *_both(410, 464, 62),
        *_both(516, 592, 62),
        # What backward makes of the four in one step.
        Arrow(x1=146, y1=100, x2=516, y2=100, kind="kept"),
        Arrow(x1=331, y1=100, x2=331, y2=128, kind="kept"),
    ),
    places={
        "adds-dout": ("dout",),
        "constant-slope": ("slope",),
        "dout-for-output": ("slope",),
        "exp-without-input": ("exp",),
        "input-for-output": ("slope",),
        "minus-for-plus": ("plus",),
        "misplaced-parentheses": ("slope",),
        "missing-dout": ("dout",),
        "missing-factor": ("slope",),
        "mixed-exponents": ("exp",),
        "mutates-dout": ("dout",),
        "mutates-x": ("x",),
        "negated-gradient": ("slope",),
        "not-stored": ("y",),
        "operator-precedence": ("plus", "divide"),
        "part-for-output": ("slope",),
        "sigmoid-of-dout": ("slope",),
        "sign": ("times",),
        "stops-after-division": ("slope",),
        "tanh-derivative": ("slope",),
        "wrong-derivative": ("slope",),
        "wrong-exponent-in-backward": ("slope",),
    },
)

AFFINE = Layer(
    class_name="Affine",
    width=560,
    height=256,
    output="y",
    boxes=(
        *_value("x", "dx", 50, 48),
        *_value("W", "dW", 50, 128),
        *_value("b", "db", 50, 208),
        *_operation("dot", "x · W", 220, 88, 76),
        *_operation("plus", "+", 360, 88),
        *_value("y", "dout", 505, 88),
    ),
    arrows=(
        *_slanted(88, 52, 182, 80),
        *_slanted(88, 124, 182, 96),
        *_both(258, 334, 88),
        *_slanted(88, 208, 334, 108),
        *_both(386, 467, 88),
    ),
    places={
        "averaged": ("dW", "db"),
        "bias-axis": ("db",),
        "bias-gradient-uses-dx": ("db",),
        "bias-in-dx": ("dx",),
        "bias-keeps-batch-axis": ("db",),
        "bias-mean": ("db",),
        "bias-not-summed": ("db",),
        "bias-subtracted": ("plus",),
        "copies-parameters": ("W", "b"),
        "elementwise-product": ("dot",),
        "gradients-swapped": ("dW", "db"),
        "minus-for-equals": ("db",),
        "missing-bias": ("plus",),
        "missing-dout": ("dout",),
        "mutates-dout": ("dout",),
        "mutates-parameters": ("W", "b"),
        "mutates-x": ("x",),
        "negated-gradient": ("dx", "dW", "db"),
        "no-flatten": ("x",),
        "not-reshaped": ("dx",),
        "not-stored": ("dW", "db"),
        "overwrites-parameters": ("W", "b"),
        "returns-weight-gradient": ("dx",),
        "weight-gradient-copied-from-dx": ("dW",),
        "weight-gradient-uses-dx": ("dW",),
        "zero-parameters": ("W", "b"),
    },
)

SOFTMAX_WITH_LOSS = Layer(
    class_name="SoftmaxWithLoss",
    width=700,
    height=178,
    output="loss",
    boxes=(
        *_value("x", "dx", 50, 62),
        *_operation("softmax", "softmax", 195, 62, 92),
        *_value("y", "", 330, 62),
        *_operation("entropy", "-Σ t log y / N", 493, 62, 132),
        *_value("loss", "dout", 650, 62),
        *_value("t", "", 330, 146),
    ),
    arrows=(
        *_both(88, 149, 62),
        *_both(241, 292, 62),
        *_both(368, 427, 62),
        *_both(559, 612, 62),
        Arrow(x1=373, y1=140, x2=440, y2=90, kind="forward"),
    ),
    places={
        "assign-instead-of-subtract": ("dx",),
        "binary-cross-entropy": ("entropy",),
        "epsilon-too-large": ("entropy",),
        "input-for-target": ("entropy",),
        "jacobian-diagonal-only": ("dx",),
        "labels-from-one": ("t",),
        "labels-unsupported": ("t",),
        "log-of-zero": ("entropy",),
        "logits-in-loss": ("entropy",),
        "loss-per-sample": ("entropy",),
        "mean-over-entries": ("entropy",),
        "missing-exp": ("softmax",),
        "missing-keepdims": ("softmax",),
        "missing-log": ("entropy",),
        "missing-minus": ("entropy",),
        "missing-softmax": ("softmax",),
        "mutates-own-state": ("y",),
        "mutates-t": ("t",),
        "mutates-x": ("x",),
        "one-hot-unsupported": ("t",),
        "reversed-exponent": ("softmax",),
        "shift-in-numerator-only": ("softmax",),
        "sigmoid-for-softmax": ("softmax",),
        "softmax-axis": ("softmax",),
        "softmax-twice": ("softmax",),
        "squared-error": ("entropy",),
        "sum-instead-of-mean": ("entropy",),
        "swapped-arguments": ("entropy",),
        "target-not-subtracted": ("dx",),
        "unstable": ("softmax",),
        "wrong-log-base": ("entropy",),
    },
)

LAYERS: Mapping[str, Layer] = {
    "relu": RELU,
    "sigmoid": SIGMOID,
    "affine": AFFINE,
    "softmax_with_loss": SOFTMAX_WITH_LOSS,
}
