"""Recognises layers that calculate the right numbers behind another interface than the one asked for.

Other courses write layers without state (`backward(x, dout)` returns every gradient), store W transposed or let columns
be the samples. That is no wrong mathematics: the layer is asked again in its own way, and what it answers decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from grader.calls import Answer, Array, LocalWorker, NotAnArray, Raised, Stopped, Worker
from grader.checks import ABSOLUTE_TOLERANCE, RELATIVE_TOLERANCE
from grader.diagnosis.comparison import Comparison
from grader.diagnosis.evidence import Case, Detail, Finding
from grader.diagnosis.examples import CHECK, Example, examples
from grader.diagnosis.rehearsal import reference

# What a line works with where a product decides, and where an axis or a size does so, too.
_PRODUCT = re.compile(r"\bdot\(|@|matmul|einsum|\.T\b|transpose")
_TURNED = re.compile(rf"{_PRODUCT.pattern}|axis\s*=|keepdims|shape|\.sum\(|\.max\(")
# Where x and t are handed over again, by the number of further arguments; the gradient is 1 there, and may be left out.
_WITH_TARGET = {0: (("t",),), 1: (("x", "t"), ("t", "x")), 2: (("x", "t", "dout"), ("dout", "x", "t"))}
# More lines than this are no list that anybody follows.
_LINES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """One way to hand over arrays and to read the answers."""

    columns: bool = False
    """A sample is a column: x, dout and the answers are transposed."""
    weights: bool = False
    """W has one row an output."""
    bias: bool = False
    """b is a column."""
    again: tuple[str, ...] = ()
    """What the last method is given where it wants more than dout: `x`, `t`, or `y`, which the first returned."""

    @property
    def named(self) -> str:
        """That without dout, for a text that puts it in backticks."""
        return "`, `".join(name for name in self.again if name != "dout")

    def turned(self, name: str, array: Array) -> Array:
        """An array as this layout has it."""
        if name == "W":
            return np.ascontiguousarray(array.T) if self.weights else array
        if name == "b":
            return array.reshape(-1, 1) if self.bias else array
        return np.ascontiguousarray(array.T) if self.columns and array.ndim > 1 else array


def findings(case: Case, comparison: Comparison) -> list[Finding]:
    """The interface that the layer has instead of the one asked for; nothing where it is a plain mistake."""
    worker, methods = case.evidence.worker, list(case.exercise.methods)
    answers = [deviation for deviation in comparison.all() if deviation.group[1] == "answer"]
    example = next((one for one in examples(case.exercise) if one.situation == "larger"), None)
    if worker is None or example is None or any(isinstance(one.answer, Stopped) for one in answers):
        return []
    wrong = next((method for method in methods if _is_wrong_throughout(comparison, method)), "")
    if not wrong:
        return []
    for layout in _layouts(case, forward_is_wrong=wrong == methods[0]):
        for form in _forms(example, layout):
            # A layer that does not look at dout takes anything in its place, and is as right without.
            if _fits(worker, case, form, layout) and not (
                layout.again and _fits(worker, case, form, replace(layout, again=()))
            ):
                return [_finding(case, layout)]
    return []


def _is_wrong_throughout(comparison: Comparison, method: str) -> bool:
    """Say whether most calls of a method go wrong: another interface goes wrong everywhere."""
    wrong = len(comparison.deviations.get((method, "answer"), ()))
    return 2 * wrong > len(comparison.marks.get((method, "answer"), ()))


def _layouts(case: Case, *, forward_is_wrong: bool) -> Iterator[Layout]:
    """The layouts to try, the nearest to the one asked for first."""
    last = list(case.exercise.methods)[-1]
    extra = len((case.method(last) or {}).get("arguments") or ()) - 1 - len(case.exercise.methods[last])
    orders: tuple[tuple[str, ...], ...] = ((),)
    if _takes_target(case):
        orders += _WITH_TARGET.get(extra, ())
    elif extra == 1:
        orders = (("x", "dout"), ("dout", "x"), ("y", "dout"), ("dout", "y"))
    turned = (False, True) if "W" in case.exercise.parameters else (False,)
    for again in orders:
        if not forward_is_wrong:
            if again:
                yield Layout(again=again)
            continue
        for columns, weights, bias in product((False, True), turned, turned):
            # Elementwise layers do not mind which axis is which.
            if (columns and (len(turned) > 1 or _takes_target(case))) or weights:
                yield Layout(columns=columns, weights=weights, bias=bias, again=again)


def _takes_target(case: Case) -> bool:
    return "t" in next(iter(case.exercise.methods.values()))


def _forms(example: Example, layout: Layout) -> Iterator[Example]:
    """The example, and where columns are samples, with one-hot targets first: most layers of that kind want those."""
    if layout.columns and "t" in example.arrays:
        one_hot = np.eye(example.size("d"))[example.arrays["t"]]
        yield Example(exercise=example.exercise, arrays={**example.arrays, "t": one_hot}, axes=example.axes)
    yield example


def _fits(worker: Worker, case: Case, example: Example, layout: Layout) -> bool:
    """Say whether everything is right in this layout, from the constructor to the last answer."""
    mine = _played(worker, case, example.arrays, layout)
    plain = _played(LocalWorker(reference(case.exercise), case.exercise), case, example.arrays, Layout())
    if mine is None or plain is None:
        return False
    (y, dx), (right_y, right_dx) = mine, plain
    assert isinstance(right_dx, np.ndarray)
    if not _same(y, layout.turned("y", right_y)):
        return False
    if isinstance(dx, NotAnArray) and dx.items:
        # The numbers in a tuple do not travel; that it has as many arrays as there are gradients says enough.
        shape = str(layout.turned("x", right_dx).shape)
        return len(dx.items) == 1 + len(case.exercise.parameters) and any(item.endswith(shape) for item in dx.items)
    return _same(dx, layout.turned("x", right_dx))


def _played(worker: Worker, case: Case, arrays: Mapping[str, Array], layout: Layout) -> tuple[Array, Answer] | None:
    """What the first and the last method answer; None where it does not come to the last one."""
    first, last = case.exercise.ends
    known = dict(arrays)
    worker.start_check(case.exercise.id + CHECK)
    layer, call = worker.construct([layout.turned(name, known[name]) for name in case.exercise.parameters])
    if isinstance(call.answer, (Raised, Stopped)):
        return None
    call = worker.call(layer, first, [layout.turned(name, known[name]) for name in case.exercise.methods[first]])
    if not isinstance(call.answer, np.ndarray):
        return None
    names = layout.again or tuple(name for name in case.exercise.methods[last] if name in known)
    known.setdefault("dout", np.array(1.0))
    given = [call.answer if name == "y" else layout.turned(name, known[name]) for name in names]
    return call.answer, worker.call(layer, last, given).answer


def _same(answer: Answer, wanted: Array) -> bool:
    if not isinstance(answer, np.ndarray) or answer.shape != wanted.shape:
        return False
    return bool((np.abs(answer - wanted) <= ABSOLUTE_TOLERANCE + RELATIVE_TOLERANCE * np.abs(wanted)).all())


def _finding(case: Case, layout: Layout) -> Finding:
    first, last = case.exercise.ends
    method = last if layout.again and not (layout.columns or layout.weights) else first
    line = case.line_of((method, "answer"))
    slug, variant = _kind(case, layout)
    return Finding(
        slug=slug,
        variant=variant,
        fields={
            "method": last,
            "again": layout.named,
            "first": first,
        },
        method=method,
        line=line,
        place=case.place(line),
        source=case.text_of(line),
        details=(("layout.lines", {}), *_lines(case, layout)),
    )


def _kind(case: Case, layout: Layout) -> tuple[str, str]:
    """Slug and variant."""
    if layout.columns:
        return "other-interface", "scores" if _takes_target(case) else "columns"
    # The catalogue knows this one as a mistake of `forward` alone, too.
    return ("other-layout", "") if layout.weights else ("other-interface", "stateless")


def _lines(case: Case, layout: Layout) -> Iterator[Detail]:
    """The lines that would have to change, with what about them."""
    first, last = case.exercise.ends
    told: list[tuple[int, str]] = []
    if layout.again:
        told.append(((case.method(first) or {}).get("line", 0), "keep"))
        told.append(((case.method(last) or {}).get("line", 0), "signature"))
        told += [
            (entry["line"], "tuple")
            for entry in (case.method(last) or {}).get("returns") or ()
            if case.exercise.parameters
        ]
    if layout.columns or layout.weights:
        decides = _TURNED if layout.columns else _PRODUCT
        for name in (first, last):
            method = case.method(name) or {"line": 0, "end_line": -1}
            inside = range(method["line"] + 1, method.get("end_line", 0) + 1)
            told += [(line, "turn") for line in inside if decides.search(case.text_of(line))]
    fields = {
        "again": layout.named,
        "last": last,
        "wanted": ", ".join(("self", *case.exercise.methods[last])),
        "attributes": ", ".join(f"`self.{name}`" for name in case.exercise.attributes),
    }
    for line, key in sorted(told)[:_LINES]:
        if line:
            yield f"layout.{key}", fields | {"place": case.place(line), "source": case.text_of(line)}
