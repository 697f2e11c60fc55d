"""Recognises layers that calculate the right numbers behind another interface than the one asked for.

Other courses write layers without state (`backward(x, dout)` returns every gradient), store W transposed or let columns
be the samples. That is no wrong mathematics: the layer is asked again in its own way, and what it answers decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from grader.calls import Answer, Array, Call, NotAnArray, Raised, Stopped, Worker
from grader.checks import ABSOLUTE_TOLERANCE, LOSS_TOLERANCE, RELATIVE_TOLERANCE
from grader.diagnosis.comparison import Comparison
from grader.diagnosis.evidence import Case, Detail, Finding
from grader.diagnosis.examples import CHECK, Example, examples, solved

# Where W is transposed or columns are samples, these lines have to change.
_TURNED = re.compile(r"\bdot\b|@|matmul|axis\s*=|keepdims|reshape|shape|\.sum\(|\.T\b")
# More lines than this are no list that anybody follows.
_LINES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """One way to hand over arrays and to read the answers."""

    columns: bool = False
    """A sample is a column: x, dout and every answer of their shape are transposed."""
    weights: bool = False
    """W has one row an output."""
    bias: bool = False
    """b is a column."""
    again: tuple[str, ...] = ()
    """What `backward` is given besides dout, in its place: `("x", "dout")` or `("dout", "x")`."""

    def given(self, name: str, array: Array) -> Array:
        """An argument as this layout has it."""
        if name == "W":
            return np.ascontiguousarray(array.T) if self.weights else array
        if name == "b":
            return array.reshape(-1, 1) if self.bias else array
        return np.ascontiguousarray(array.T) if self.columns and array.ndim > 1 else array


def findings(case: Case, comparison: Comparison) -> list[Finding]:
    """The interface that the layer has instead of the one asked for; nothing where it is a plain mistake."""
    worker, (first, *_, last) = case.evidence.worker, list(case.exercise.methods) or [""]
    example = next((one for one in examples(case.exercise) if one.situation == "larger"), None)
    asked = [deviation for deviation in comparison.all() if deviation.group[1] == "answer"]
    if worker is None or example is None or not asked or any(isinstance(one.answer, Stopped) for one in asked):
        return []
    wrong = {deviation.group[0] for deviation in asked}
    if not _is_wrong_throughout(comparison, first if first in wrong else last):
        return []
    arity = len((case.method(last) or {}).get("arguments") or ()) - 1
    for layout in _layouts(case, arity, forward_is_wrong=first in wrong):
        answer = _answers(worker, case, example, layout)
        if answer is not None:
            return [_finding(case, layout, answer, first, last)]
    return []


def _is_wrong_throughout(comparison: Comparison, method: str) -> bool:
    """Say whether a method is wrong in most of its calls: another interface goes wrong everywhere."""
    wrong = len(comparison.deviations.get((method, "answer"), ()))
    return 2 * wrong > len(comparison.marks.get((method, "answer"), {}))


def _layouts(case: Case, arity: int, *, forward_is_wrong: bool) -> Iterator[Layout]:
    wanted = len(list(case.exercise.methods.values())[-1])
    stateless = [()] if arity <= wanted else [("x", "dout"), ("dout", "x"), ("y", "dout"), ("dout", "y")]
    if arity > wanted + 1 or "t" in _names(case):
        stateless = [()]
    turned = "W" in case.exercise.parameters
    for again in stateless:
        if again and not forward_is_wrong:
            yield Layout(again=again)
        for columns, weights, bias in product((False, True), (False, turned), (False, turned)) if forward_is_wrong else ():
            if (columns and (turned or "t" in _names(case))) or weights:
                yield Layout(columns=columns, weights=weights, bias=bias, again=again)


def _names(case: Case) -> tuple[str, ...]:
    return tuple(name for names in case.exercise.methods.values() for name in names)


def _answers(worker: Worker, case: Case, example: Example, layout: Layout) -> Call | None:
    """The last call in this layout, when everything up to it is right in its own way."""
    forms = [example]
    if layout.columns and "t" in example.arrays:
        one_hot = replace(example, arrays={**example.arrays, "t": np.eye(example.size("d"))[example.arrays["t"]]})
        forms = [one_hot, example]
    for form in forms:
        call = _played(worker, case, form, layout)
        if call is not None:
            return call
    return None


def _played(worker: Worker, case: Case, example: Example, layout: Layout) -> Call | None:
    (first, *_, last), arrays = list(case.exercise.methods), dict(example.arrays)
    worker.start_check(case.exercise.id + CHECK)
    right = solved(example)
    layer, call = worker.construct([layout.given(name, arrays[name]) for name in case.exercise.parameters])
    if isinstance(call.answer, (Raised, Stopped)):
        return None
    call = worker.call(layer, first, [layout.given(name, arrays[name]) for name in case.exercise.methods[first]])
    if not _same(call.answer, layout, "y", right["y"]):
        return None
    if not isinstance(call.answer, np.ndarray):
        return None
    arrays["y"] = right["y"]
    names = layout.again or tuple(name for name in case.exercise.methods[last] if name in arrays)
    call = worker.call(layer, last, [layout.given(name, arrays[name]) for name in names])
    if isinstance(call.answer, NotAnArray) and call.answer.items:
        return call if _same_kinds(call.answer, layout, right) else None
    return call if _same(call.answer, layout, "x", right["dx"]) else None


def _same(answer: Answer, layout: Layout, name: str, wanted: Array) -> bool:
    if not isinstance(answer, np.ndarray):
        return False
    wanted = layout.given(name, wanted)
    allowed = (LOSS_TOLERANCE if not wanted.ndim else ABSOLUTE_TOLERANCE) + RELATIVE_TOLERANCE * np.abs(wanted)
    return answer.shape == wanted.shape and bool((np.abs(answer - wanted) <= allowed).all())


def _same_kinds(answer: NotAnArray, layout: Layout, right: Mapping[str, Array]) -> bool:
    """Say whether a tuple holds arrays of the shapes of all gradients, in any order; their numbers do not travel."""
    told = sorted(item.split(" ", 1)[-1] for item in answer.items)
    shapes = [layout.given(name, right[f"d{name}"]).shape for name in ("x", "W", "b") if f"d{name}" in right]
    flat = [shape for shape in shapes[:-1]] + [right["db"].shape] if "db" in right else shapes
    return told in (sorted(map(str, shapes)), sorted(map(str, flat)))


def _finding(case: Case, layout: Layout, call: Call, first: str, last: str) -> Finding:
    variant = "stateless" if layout.again else "columns" if layout.columns else "weights"
    if layout.columns and "t" in _names(case):
        variant = "columns-of-scores"
    wanted = case.exercise.methods[last]
    fields = {
        "method": last,
        "again": next((name for name in layout.again if name != "dout"), ""),
        "got": ", ".join((case.method(last) or {}).get("arguments") or ()),
        "wanted": ", ".join(("self", *wanted)),
    }
    line = case.line_of((last if variant == "stateless" else first, "answer"))
    return Finding(
        slug="other-interface",
        variant=variant,
        fields=fields,
        method=last if variant == "stateless" else first,
        line=line,
        place=case.place(line),
        source=case.text_of(line),
        details=("layout.lines", {}), *_changes(case, layout, call, first, last)) if False else (
            ("layout.lines", {}),
            *_changes(case, layout, call, first, last),
        ),
    )
