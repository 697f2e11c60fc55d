"""The honest gap: a mistake that nobody has described yet, shown on the smallest input on which it can be seen.

Expected and got side by side, the first number that differs, what relates the two when something does; for backward the
numerical gradient too. Also gives matched pitfalls their worked example. Every number shown is of an input of ours.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from grader.calls import Array, Call, LocalWorker, Raised
from grader.diagnosis import conditions, illustrations, microscope
from grader.diagnosis.comparison import Comparison
from grader.diagnosis.evidence import Case, Detail, Deviation, Finding, Group, observed, spelled
from grader.diagnosis.examples import Asked, Example, examples, lines, shown, smallest
from grader.diagnosis.rehearsal import Rehearsal


def unknown(case: Case, comparison: Comparison, left: list[Deviation]) -> list[Finding]:
    """What nothing known explains, one finding a group; what follows from a wrong forward is folded under it."""
    asked = Asked(case.exercise, case.evidence.worker) if case.evidence.worker is not None else None
    groups = list(dict.fromkeys(deviation.group for deviation in left))
    first = next(iter(case.exercise.methods))
    if any(method == first for method, _ in groups):
        groups = [group for group in groups if group[0] == first]
    findings = []
    # Items of one dictionary come from the same few lines.
    heads = [group for group in groups if group == _with_it(group, groups)[0]]
    for number, group in enumerate(heads):
        together = _with_it(group, groups)
        own = [
            deviation
            for deviation in left
            if deviation.group in together or (number == 0 and deviation.group not in groups)
        ]
        findings.append(_finding(case, comparison, asked, together, own))
    if not groups:
        findings.append(Finding(slug="unknown", variant="bare", certain=False, checks=tuple(case.lost)))
    return findings


def _with_it(group: Group, groups: Sequence[Group]) -> list[Group]:
    """The items that a method returns together with one of them; of anything else, that alone."""
    if not group[1].startswith("["):
        return [group]
    return [other for other in groups if other[0] == group[0] and other[1].startswith("[")]


def _finding(
    case: Case, comparison: Comparison, asked: Asked | None, together: Sequence[Group], own: list[Deviation]
) -> Finding:
    group = together[0]
    method, observable = group
    what = method if observable == "answer" or len(together) > 1 else spelled(method, observable)
    if asked is not None and _changes_its_mind(asked, group):
        return Finding(slug="random-output", fields={"method": method}, deviations=tuple(own), **_at(case, group))
    example = smallest(asked, group) if asked is not None else None
    shown_details = list(_shown(case, comparison, asked, group, example)) if asked and example else []
    with_example = bool(shown_details)
    related = microscope.relation(
        [
            (
                deviation.answer,
                deviation.wanted,
                microscope.known_quantities(
                    deviation,
                    comparison.rehearsal.reference[deviation.check][: deviation.position],
                    case.exercise.parameters,
                    case.exercise.methods,
                ),
            )
            for deviation in own
            if deviation.group in together and isinstance(deviation.answer, np.ndarray)
        ]
    )
    only = conditions.situation(case, comparison, [deviation for deviation in own if deviation.group == group])
    if len(together) > 1:
        shown_details.insert(0, ("gap.items", {"items": ", ".join(f"`{item}`" for _, item in together)}))
    if only is not None and _is_borne_out(only.name, asked, example):
        shown_details.insert(0, (f"gap.only.{only.name}", {}))
    return Finding(
        slug="unknown",
        variant="" if with_example else "without",
        fields={"what": what, "method": method},
        deviations=tuple(own),
        details=tuple([related, *shown_details] if related else shown_details),
        certain=False,
        **_at(case, group),
    )


def _is_borne_out(situation: str, asked: Asked | None, example: Example | None) -> bool:
    """Say whether our examples agree that it goes wrong in a situation alone: the plainest wrong one is of that kind.

    The graded calls may have something else in common: integers were the only large numbers, say.
    """
    if asked is None or situation not in conditions.SHOWN_BY or next(examples(asked.exercise), None) is None:
        return True
    return example is not None and example.situation == conditions.SHOWN_BY[situation]


def _at(case: Case, group: Group) -> dict[str, Any]:
    line = case.line_of(group)
    return {"line": line, "place": case.place(line), "source": case.text_of(line)}


def _changes_its_mind(asked: Asked, group: Group) -> bool:
    """Say whether two fresh layers answer the same question differently."""
    example = next(examples(asked.exercise), None)
    pairs = [asked.answers(example, group[0]) for _ in range(2)] if example is not None else []
    answers = [observed(pair[0], group[1]) for pair in pairs if pair is not None]
    arrays = [answer for answer in answers if isinstance(answer, np.ndarray)]
    if len(arrays) != 2:  # noqa: PLR2004 - asked twice
        return False
    return arrays[0].shape != arrays[1].shape or not np.array_equal(arrays[0], arrays[1], equal_nan=True)


def _shown(case: Case, comparison: Comparison, asked: Asked, group: Group, example: Example) -> Iterator[Detail]:
    """The smallest failing example, and for a gradient the numerical one."""
    pair = asked.answers(example, group[0])
    if pair is None:
        return
    yield "gap.smallest", {}
    yield from side_by_side(example, pair, group)
    last = list(case.exercise.methods)[-1]
    name = "x" if group[1] == "answer" else group[1].removeprefix("d")
    if group[0] != last:
        return
    first = next(iter(case.exercise.methods))
    forward_is_right = not any(method == first for method, _ in comparison.deviations)
    numbers = microscope.numerical_gradient(asked, example, name, by_reference=not forward_is_right)
    got = observed(pair[0], group[1])
    if numbers is not None:
        key = "gap.numerical_own" if forward_is_right else "gap.numerical"
        yield key, {"numbers": shown(numbers), "step": f"{microscope.STEP:g}"}
        if isinstance(got, np.ndarray) and got.size == numbers.size:
            error = microscope.relative_error(got.astype(float).ravel(), numbers.ravel())
            yield "gap.relative_error", {"error": f"{error:.2g}"}
    yield from illustrations.gradient(asked, group, by_reference=not forward_is_right)


def side_by_side(
    example: Example, pair: tuple[Call, Call], group: Group, *, of_catalogue: bool = False
) -> Iterator[Detail]:
    """The calls, what was expected, what was got, and the first number that differs.

    What a layer of the catalogue raises, another one with the same mistake need not raise.
    """
    for line in lines(example, group[0]):
        yield f"    {line}"
    got, expected = (observed(call, group[1]) for call in pair)
    if group[1] == "changed":
        return
    yield "gap.expected", {"numbers": shown(expected)}
    yield "gap.got_raised" if of_catalogue and isinstance(got, Raised) else "gap.got", {"numbers": shown(got)}
    if (
        isinstance(got, np.ndarray)
        and isinstance(expected, np.ndarray)
        and got.shape == expected.shape
        and got.size > 1
    ):
        yield from _first_difference(got, expected)


def _first_difference(got: Array, expected: Array) -> Iterator[Detail]:
    wrong = np.argwhere(~np.isclose(got.astype(float), expected.astype(float), rtol=1e-5, atol=2e-5))
    if len(wrong):
        index = tuple(int(part) for part in wrong[0])
        fields = {"index": ", ".join(map(str, index)), "expected": f"{expected[index]:.6g}", "got": f"{got[index]:.6g}"}
        yield "gap.first_difference", fields


def changed_example(case: Case, finding: Finding) -> tuple[Detail, ...]:
    """The first number of an argument that a call on an example of ours changes."""
    group, argument = finding.deviations[0].group, str(finding.fields["argument"])
    example = next(examples(case.exercise), None)
    if example is None or case.evidence.worker is None:
        return ()
    pair = Asked(case.exercise, case.evidence.worker).answers(example, group[0])
    after = pair[0].changed.get(argument) if pair is not None else None
    before = example.arrays.get(argument)
    if after is None or before is None or after.shape != before.shape or not (after != before).any():
        return ()
    index = tuple(int(part) for part in np.argwhere(after != before)[0])
    cell = f"{argument}[{', '.join(map(str, index))}]"
    seen = {"cell": cell, "before": f"{before[index]:.6g}", "after": f"{after[index]:.6g}"}
    return (*(f"    {line}" for line in lines(example, group[0])), ("gap.changed", seen))


def worked_example(rehearsal: Rehearsal, name: str, deviation: Deviation) -> tuple[Detail, ...]:
    """What a layer of the catalogue answers beside what is expected, on the smallest example that shows it."""
    group, raising = deviation.group, isinstance(deviation.answer, Raised)
    kept = rehearsal.worked.get((name, group, raising))
    if kept is None:
        details: list[Detail] = []
        asked = Asked(rehearsal.exercise, LocalWorker(rehearsal.layers[name].load(), rehearsal.exercise))
        example = smallest(asked, group, raising=raising)
        pair = asked.answers(example, group[0]) if example is not None else None
        if example is not None and pair is not None:
            details = [("gap.for_example", {}), *side_by_side(example, pair, group, of_catalogue=True)]
            details += illustrations.gradient(asked, group, by_reference=True)
        kept = rehearsal.worked[name, group, raising] = tuple(details)
    return kept
