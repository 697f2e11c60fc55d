"""Puts one deviation after the other to the symptoms and gathers what belongs to one cause.

Strong symptoms say what Python itself, or the source, states beyond doubt; they come before wrong layers are compared.
Weak ones describe what is left after that.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from grader.calls import Raised, Stopped
from grader.diagnosis import answering, calling
from grader.diagnosis.evidence import Case, Deviation, Finding


def strong(case: Case, deviations: Iterable[Deviation]) -> list[Finding]:
    """What is beyond doubt, each cause with all the deviations that it accounts for."""
    return _gathered(case, deviations, calling.STRONG, answering.STRONG)


def weak(case: Case, deviations: Iterable[Deviation]) -> list[Finding]:
    """What can at least be described: an exception, a wrong type or shape, a changed argument."""
    deviations = list(deviations)
    found = _gathered(case, deviations, calling.WEAK, answering.WEAK)
    # Where a shape is wrong, numbers of the same group that happen to have the right one are no mistake of their own.
    taken = {one for finding in found for one in finding.deviations}
    for number, finding in enumerate(found):
        group = finding.deviations[0].group
        if finding.slug == "wrong-shape" and all(one.group == group for one in finding.deviations):
            rest = tuple(one for one in deviations if one.group == group and one not in taken)
            found[number] = replace(finding, deviations=(*finding.deviations, *rest))
            taken.update(rest)
    return found


def _gathered(
    case: Case,
    deviations: Iterable[Deviation],
    for_exceptions: tuple[calling.Symptom, ...],
    for_answers: tuple[answering.Symptom, ...],
) -> list[Finding]:
    gathered: dict[tuple[object, ...], list[tuple[Finding, Deviation]]] = {}
    for deviation in deviations:
        answer = deviation.answer
        if isinstance(answer, Stopped):
            finding: Finding | None = calling.stopped(case, deviation, answer)
        elif isinstance(answer, Raised):
            finding = next(filter(None, (symptom(case, deviation, answer) for symptom in for_exceptions)), None)
        else:
            finding = next(filter(None, (symptom(case, deviation) for symptom in for_answers)), None)
        if finding is not None:
            gathered.setdefault(_cause(finding, deviation), []).append((finding, deviation))
    return [replace(found[0][0], deviations=tuple(deviation for _, deviation in found)) for found in gathered.values()]


def _cause(finding: Finding, deviation: Deviation) -> tuple[object, ...]:
    """What makes two findings the same: the slug, and where it is or what it is about."""
    if finding.slug in {"too-slow", "process-exit", "prints-too-much", "not-implemented"}:
        return (finding.slug,)
    if finding.slug in {"attribute-typo", "name-error", "missing-import", "missing-self", "not-stored"}:
        return (finding.slug, *(str(finding.fields.get(key)) for key in ("name", "read")))
    return finding.slug, finding.line or deviation.group, str(finding.fields.get("argument"))
