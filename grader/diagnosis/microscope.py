"""What relates a wrong array to the right one, and an analytic gradient to the numerical one.

`relation` looks at the graded calls themselves but says only what holds for all of them, never a number of theirs; the
numerical gradient is taken on an example of ours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import permutations

import numpy as np

from grader.calls import Array, Call
from grader.checks import ABSOLUTE_TOLERANCE, RELATIVE_TOLERANCE
from grader.diagnosis.evidence import Detail, Deviation
from grader.diagnosis.examples import Asked, Example

# Central differences lose about h^2 to curvature and 1e-16 / h to rounding; 1e-4 leaves eight digits.
STEP = 1e-4
# More numbers than this would take too many calls.
PARTS = 12

# In fewer numbers, those that are wrong have something in common by chance.
ENOUGH = 8

Known = Mapping[str, Array]


def relation(cases: Sequence[tuple[Array, Array, Known]]) -> Detail | None:
    """What holds between what was got and what was expected in every one of the cases, if anything does."""
    cases = [(got.astype(float), expected, known) for got, expected, known in cases]
    if not cases or any(got.shape != expected.shape for got, expected, _ in cases):
        return _of_shapes(cases)
    with np.errstate(all="ignore"):
        for key, holds in _RELATIONS:
            if all(holds(got, expected) for got, expected, _ in cases):
                return f"gap.relation.{key}", {}
        for finder in (_factor, _equal, _offset, _combined, _where):
            found = finder(cases)
            if found is not None:
                return found
    return None


def _same(one: Array, other: Array) -> bool:
    return one.shape == other.shape and bool(
        np.isclose(one, other, rtol=RELATIVE_TOLERANCE, atol=ABSOLUTE_TOLERANCE).all()
    )


_RELATIONS: tuple[tuple[str, Callable[[Array, Array], bool]], ...] = (
    ("nan", lambda got, expected: bool(np.isnan(got).all()) and got.shape == expected.shape),
    ("zero", lambda got, expected: not got.any() and got.shape == expected.shape),
    ("negative", lambda got, expected: _same(got, -expected)),
    ("absolute", lambda got, expected: _same(got, np.abs(expected))),
    ("signs", lambda got, expected: _same(np.abs(got), np.abs(expected))),
    ("transposed", lambda got, expected: got.ndim > 1 and _same(got, expected.T)),
    ("reversed", lambda got, expected: got.ndim > 0 and _same(got, expected[::-1])),
    ("square", lambda got, expected: _same(got, expected**2)),
    ("constant", lambda got, expected: got.size > 1 and expected.size > 1 and np.ptp(got) <= ABSOLUTE_TOLERANCE),
)


def _of_shapes(cases: Sequence[tuple[Array, Array, Known]]) -> Detail | None:
    if cases and all(_same(got, expected.T) for got, expected, _ in cases):
        return "gap.relation.transposed", {}
    if cases and all(_same(got.ravel(), expected.ravel()) for got, expected, _ in cases):
        return "gap.relation.axis", {}
    return _equal(cases)


def _factor(cases: Sequence[tuple[Array, Array, Known]]) -> Detail | None:
    """One factor for all numbers: a constant, or a size of the batch."""
    if not _independent(cases):
        return None
    factors = []
    for got, expected, _ in cases:
        # The largest number tells the factor best.
        index = np.unravel_index(np.argmax(np.abs(expected)), expected.shape) if expected.size else ()
        factor = float(got[index] / expected[index]) if expected.size and expected[index] else np.nan
        if not np.isfinite(factor) or not _same(got, factor * expected):
            return None
        factors.append(factor)
    for key, values in _sizes(cases):
        for shown, wanted in ((key, values), (f"1/{key}", [1 / value for value in values])):
            if np.allclose(factors, wanted, rtol=1e-4) and len(set(values)) + (values[0] > 1) > 1:
                return "gap.relation.factor", {"factor": shown}
    if np.allclose(factors, factors[0], rtol=1e-4):
        return "gap.relation.factor", {"factor": f"{factors[0]:.6g}"}
    return None


def _independent(cases: Sequence[tuple[Array, Array, Known]]) -> bool:
    """Say whether two different numbers were expected: of a single one, any factor holds, and gives it away."""
    expected = np.concatenate([np.abs(expected).ravel() for _, expected, _ in cases])
    # As many digits as a factor is compared with.
    return len({f"{number:.4g}" for number in expected if number}) > 1


def _sizes(cases: Sequence[tuple[Array, Array, Known]]) -> Iterator[tuple[str, list[int]]]:
    for key, name, axis in (("N", "x", 0), ("D", "x", 1), ("C", "dout", 1)):
        if all(name in known and known[name].ndim > axis for _, _, known in cases):
            yield key, [known[name].shape[axis] for _, _, known in cases]


def _equal(cases: Sequence[tuple[Array, Array, Known]]) -> Detail | None:
    """Another quantity that is around: an argument, what forward returned, or a sum of it over some axis."""
    for name in cases[0][2] if cases else ():
        for shown, made in _forms(name):
            if all(name in known and _equals(got, made, known[name]) for got, _, known in cases):
                return "gap.relation.equal", {"what": shown}
    return None


def _equals(got: Array, made: Callable[[Array], Array], source: Array) -> bool:
    try:
        return _same(got, np.asarray(made(source.astype(float))))
    except (ValueError, IndexError):
        return False


def _forms(name: str) -> tuple[tuple[str, Callable[[Array], Array]], ...]:
    return (
        (name, lambda array: array),
        (f"-{name}", lambda array: -array),
        (f"{name}.T", lambda array: array.T),
        (f"{name}.sum(axis=0)", lambda array: array.sum(axis=0)),
        (f"{name}.sum(axis=1)", lambda array: array.sum(axis=1)),
        (f"{name}.sum()", lambda array: array.sum()),
        (f"{name}.mean(axis=0)", lambda array: array.mean(axis=0)),
        (f"{name}.mean(axis=1)", lambda array: array.mean(axis=1)),
    )


def _offset(cases: Sequence[tuple[Array, Array, Known]]) -> Detail | None:
    """A quantity that was added or taken away."""
    for name in cases[0][2]:
        if all(name in known and _same(got - expected, known[name]) for got, expected, known in cases):
            return "gap.relation.more", {"what": name}
        if all(name in known and _same(expected - got, known[name]) for got, expected, known in cases):
            return "gap.relation.less", {"what": name}
    offsets = [float(np.ravel(got - expected)[0]) for got, expected, _ in cases]
    constant = len(cases) > 1 and _independent(cases) and np.allclose(offsets, offsets[0], rtol=1e-4)
    if constant and all(_same(got, expected + offsets[0]) for got, expected, _ in cases):
        return "gap.relation.offset", {"offset": f"{offsets[0]:.6g}"}
    return None


def _where(cases: Sequence[tuple[Array, Array, Known]]) -> Detail | None:
    """Where the wrong numbers stand: at negative inputs, in the first row."""
    places: tuple[tuple[str, Callable[[Array], Array]], ...] = (
        ("zero", lambda array: array == 0),
        ("negative", lambda array: array < 0),
        ("positive", lambda array: array > 0),
    )
    if sum(got.size for got, _, _ in cases) < ENOUGH:
        return None
    wrong = [~np.isclose(got, expected, rtol=RELATIVE_TOLERANCE, atol=ABSOLUTE_TOLERANCE) for got, expected, _ in cases]
    if all(mask.all() for mask in wrong):
        return None  # then it says nothing where they stand
    for name in ("x", "dout"):
        for key, chosen in places:
            if all(
                name in known and known[name].shape == mask.shape and (mask == chosen(known[name])).all()
                for mask, (_, _, known) in zip(wrong, cases, strict=True)
            ):
                what = _there(cases, wrong)
                return (
                    (f"gap.relation.only_{key}_equal", {"name": name, "what": what})
                    if what
                    else (f"gap.relation.only_{key}", {"name": name})
                )
    if all(mask.ndim and len(mask) > 1 and mask[1:].any() and not mask[0].any() for mask in wrong):
        return "gap.relation.first_row_right", {}
    return None


def _there(cases: Sequence[tuple[Array, Array, Known]], wrong: Sequence[Array]) -> str:
    """What the wrong numbers are: one multiple of a quantity that is around."""
    for name in cases[0][2]:
        if not all(
            name in known and known[name].shape == mask.shape for mask, (_, _, known) in zip(wrong, cases, strict=True)
        ):
            continue
        got = np.concatenate([got[mask] for mask, (got, _, _) in zip(wrong, cases, strict=True)])
        source = np.concatenate([known[name][mask] for mask, (_, _, known) in zip(wrong, cases, strict=True)])
        if len(set(source)) <= 1 or not np.any(source):
            continue  # of a single number, any factor holds
        factor = float(got @ source / (source @ source))
        if factor and _same(got, factor * source):
            return {1.0: name, -1.0: f"-{name}"}.get(round(factor, 6), f"{factor:.4g} * {name}")
    return ""


def _combined(cases: Sequence[tuple[Array, Array, Known]]) -> Detail | None:
    """Two quantities that are around, multiplied entry by entry, added or subtracted."""
    for one, other in permutations(cases[0][2], 2):
        for shown, made in _PAIRS:
            if all(
                one in known and other in known and known[one].shape == known[other].shape == got.shape
                and _same(got, made(known[one].astype(float), known[other].astype(float)))
                for got, _, known in cases
            ):  # fmt: skip
                return "gap.relation.equal", {"what": shown.format(one=one, other=other)}
    return None


_PAIRS: tuple[tuple[str, Callable[[Array, Array], Array]], ...] = (
    ("{one} * {other}", lambda one, other: one * other),
    ("-{one} * {other}", lambda one, other: -one * other),
    ("{one} + {other}", lambda one, other: one + other),
    ("{one} - {other}", lambda one, other: one - other),
)


def known_quantities(
    deviation: Deviation, before: Sequence[Call], parameters: Sequence[str], methods: Mapping[str, tuple[str, ...]]
) -> dict[str, Array]:
    """The arrays that a call could have mixed up: its arguments, the constructor's, and those of the forward before."""
    known: dict[str, Array] = {}
    for call in (*before, deviation.expected):
        if call.layer != deviation.call.layer:
            continue
        names = parameters if call.method == "__init__" else methods.get(call.method, ())
        known |= dict(zip(names, call.arguments, strict=False))
        if isinstance(call.answer, np.ndarray) and call is not deviation.expected:
            known["forward(x)"] = call.answer
    return {name: array for name, array in known.items() if array.ndim}


def numerical_gradient(asked: Asked, example: Example, name: str, *, by_reference: bool) -> Array | None:
    """Central differences of sum(forward * dout) in each number of one array; None where that cannot be had."""
    if name not in example.arrays or example.arrays[name].size > PARTS or example.situation in {"zeros", "integers"}:
        return None
    array = example.arrays[name].astype(float)
    weights = example.arrays.get("dout", np.array(1.0))
    slopes = np.empty_like(array)
    for index in np.ndindex(array.shape):
        sums = []
        for step in (STEP, -STEP):
            moved = array.copy()
            moved[index] += step
            answer = asked.forward(replace(example, arrays={**example.arrays, name: moved}), by_reference=by_reference)
            if answer is None or weights.size not in {1, answer.size}:
                return None
            sums.append(float((answer.ravel() * weights.ravel()).sum()))
        slopes[index] = (sums[0] - sums[1]) / (2 * STEP)
    return slopes


def relative_error(one: Array, other: Array) -> float:
    """How far apart two arrays are, between 0 and 1."""
    scale = float(np.linalg.norm(one) + np.linalg.norm(other))
    return float(np.linalg.norm(one - other)) / scale if scale else 0.0
