"""Says which mistake it was: evidence of lost points -> diagnoses, the cause first.

The judge calls `diagnose` for submissions that lost points, after the points are decided; nothing here can change them.
What Python and the source say comes first (`reading`, `calling`, `answering`), then the numbers of known wrong layers
(`matching`), then the situation in which it goes wrong (`conditions`), then the honest gap (`gap`).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from grader.calls import Raised
from grader.catalogue import Exercise
from grader.diagnosis import answering, conditions, consequences, gap, layouts, matching, reading, symptoms, wording
from grader.diagnosis.comparison import Comparison, compare, place_of
from grader.diagnosis.evidence import Case, Deviation, Evidence, Finding, Group
from grader.diagnosis.plausibility import Chooser
from grader.diagnosis.rehearsal import has_reference, rehearsal
from grader.model import Diagnosis

__all__ = ["Evidence", "diagnose"]


def diagnose(exercise: Exercise, evidence: Evidence, language: str = "en") -> tuple[Diagnosis, ...]:
    """Name what cost the points: root causes first, each with the lost checks that it explains."""
    case = Case(exercise, evidence)
    if not case.lost:
        return ()
    found = reading.findings(case)
    if found:
        return tuple(wording.diagnosis(case, finding, tuple(case.lost), language) for finding in found)
    if not has_reference(exercise):
        return ()  # the checks' own words have to do
    # Wrong layers overflow and divide by zero as they please.
    with np.errstate(all="ignore"):
        comparison = compare(case, rehearsal(exercise.id, evidence.seed))
        findings = _investigate(case, comparison)
    explained = _explained(case, comparison, findings)
    return tuple(
        wording.diagnosis(case, finding, explained[number], language)
        for number, finding in sorted(enumerate(findings), key=lambda item: _order(case, item[1], explained[item[0]]))
    )


def _investigate(case: Case, comparison: Comparison) -> list[Finding]:
    """All findings that together account for the deviations."""
    defined = reading.definitions(case) or layouts.findings(case, comparison)
    found = consequences.of_definitions(case, comparison, defined)
    found += symptoms.strong(case, _left(comparison, found))
    found = consequences.of_missing_return(found)
    left = _left(comparison, found)
    changed = consequences.of_parameters(case, symptoms.weak(case, [one for one in left if one.group[1] == "changed"]))
    after = consequences.of_changes(comparison, changed, left)
    left = [one for one in left if one not in after]
    claimed = _claimed(case, comparison, left)
    # Where it raises for some inputs only, its other answers may still be those of a known mistake.
    open_still = [one for one in left if not any(one in finding.deviations for finding in claimed)]
    answered = [one for one in open_still if not isinstance(one.answer, Raised)]
    if 0 < len(answered) < len(open_still):
        claimed += _claimed(case, comparison, answered)
    covered = {one for finding in claimed for one in finding.deviations}
    # A wrong layer that changes the same array and has the same numbers besides says more than the change alone.
    changed = [finding for finding in changed if not covered.issuperset(finding.deviations)]
    found += claimed + [
        replace(
            finding,
            deviations=(*finding.deviations, *(after if number == 0 else ())),
            details=gap.changed_example(case, finding),
        )
        for number, finding in enumerate(changed)
    ]
    reassigned = answering.reassigned_parameter(case, comparison, _left(comparison, found))
    found += [reassigned] if reassigned else []
    left = _left(comparison, found)
    for group in _groups(left):
        finding = conditions.finding(case, comparison, [deviation for deviation in left if deviation.group == group])
        if finding is not None:
            found.append(_placed(case, finding))
    found += symptoms.weak(case, _left(comparison, found))
    left = _left(comparison, found)
    found, left = consequences.of_a_vague_forward(case, found, left)
    found = found or answering.shared_attributes(case)
    if left or not found:
        found += gap.unknown(case, comparison, left)
    found = consequences.of_dictionaries(found)
    return consequences.merged(sorted(found, key=lambda finding: _first_method(case, finding)))


def _left(comparison: Comparison, found: list[Finding]) -> list[Deviation]:
    """The deviations that no finding accounts for."""
    taken = {(*place_of(one), one.group) for finding in found for one in finding.deviations}
    return [one for one in comparison.all() if (*place_of(one), one.group) not in taken]


def _groups(deviations: list[Deviation]) -> list[Group]:
    return list(dict.fromkeys(deviation.group for deviation in deviations))


def _claimed(case: Case, comparison: Comparison, left: list[Deviation]) -> list[Finding]:
    """Findings from the catalogue of wrong layers."""
    open_places = {(*place_of(one), one.group) for one in left}
    without = {
        (*place_of(one), one.group) for one in comparison.all() if (*place_of(one), one.group) not in open_places
    }
    chooser = Chooser(case, comparison)
    found = []
    for claim in matching.claims(comparison, _groups(left), without=frozenset(without), choose=chooser):
        if all(_is_plain(comparison, group) for group in claim.groups):
            continue
        deviations = tuple(one for one in left if one.group in claim.groups)
        found += _of_claim(case, comparison, claim.names, deviations)
    return found


def _is_plain(comparison: Comparison, group: Group) -> bool:
    """Say whether there are no numbers to explain: an argument was changed, a gradient is not there.

    What there is to say of that, the symptom says, which knows names and lines.
    """
    nothing = {("other", "missing"), ("other", "NoneType")}
    own = (comparison.marks[group][place_of(one)].key for one in comparison.deviations[group])
    return group[1] == "changed" or all(key in nothing for key in own)


def _of_claim(
    case: Case, comparison: Comparison, names: tuple[str, ...], deviations: tuple[Deviation, ...]
) -> list[Finding]:
    """One finding a candidate; for a layer with two mistakes, one for each."""
    findings: list[Finding] = []
    for name in names:
        layer = comparison.rehearsal.layers[name]
        ids = layer.both or (layer.id,)
        for id in ids:
            # Of two mistakes in one layer, each is shown where it goes wrong by itself.
            alone = comparison.rehearsal.wrong_groups(id) if layer.both else frozenset()
            own = next((one for one in deviations if one.group in alone), deviations[0])
            finding = Finding(
                slug=id.split("/", 1)[1],
                entry=id if layer.both else name,
                deviations=deviations,
                certain=len(names) == 1,
                details=gap.worked_example(comparison.rehearsal, name, own),
            )
            if finding.slug not in {other.slug for other in findings}:
                findings.append(_placed(case, finding, own))
    return findings


def _placed(case: Case, finding: Finding, first: Deviation | None = None) -> Finding:
    """The finding with the line that raised, that stores the attribute, or where the method begins."""
    first = first or finding.deviations[0]
    raised = getattr(first.answer, "place", "")
    if raised:
        return replace(finding, line=first.answer.line, place=raised, source=first.answer.source)
    slug, method = finding.slug, first.group[0]
    line = case.line_in_helper(slug, method) or case.line_of_mask(slug, method) or case.line_of(first.group)
    return replace(finding, line=line, place=case.place(line), source=case.text_of(line))


def _explained(case: Case, comparison: Comparison, findings: list[Finding]) -> list[tuple[str, ...]]:
    """For each finding the lost checks that it explains: those that were lost to it, or went wrong with it first."""
    first: dict[str, Deviation] = {}
    for deviation in sorted(comparison.all(), key=lambda one: not _is_meant(case, one)):
        first.setdefault(deviation.check, deviation)
    explained: list[list[str]] = [[] for _ in findings]
    shares = [{(*place_of(one), one.group) for one in finding.deviations} for finding in findings]
    for check in case.lost:
        numbers = [
            number
            for number, finding in enumerate(findings)
            if check in finding.checks
            or (check in first and (*place_of(first[check]), first[check].group) in shares[number])
        ]
        if not numbers and findings:
            base = comparison.rehearsal.builds_on(check)
            numbers = [number for number, checks in enumerate(explained) if base in checks] or [0]
        for number in numbers:
            explained[number].append(check)
    _share_out(comparison, findings, explained)
    for number, finding in enumerate(findings):
        if not explained[number]:
            shown = [check for check in case.lost if check in {one.check for one in finding.deviations}]
            # No check was lost to a change beside wrong numbers; by itself it would lose those that look for it.
            entry = f"{case.exercise.id}/{finding.slug}" if finding.slug.startswith("mutates-") else ""
            known = entry in comparison.rehearsal.layers
            alone = [check for check in shown if known and comparison.rehearsal.costs(entry, check)]
            explained[number] = alone or shown
    return [tuple(checks) for checks in explained]


def _is_meant(case: Case, deviation: Deviation) -> bool:
    """Say whether a deviation is the one that lost its check, as the suite tells it."""
    failure = case.lost[deviation.check]
    if failure is None or failure.fields.get("method") != deviation.group[0]:
        return False
    observable = "changed" if failure.kind.startswith("changed") else failure.fields.get("attribute", "answer")
    return bool(observable == deviation.group[1])


def _share_out(comparison: Comparison, findings: list[Finding], explained: list[list[str]]) -> None:
    """Of two mistakes in one layer, let each explain what it alone would cost; candidates share everything."""
    for number, finding in enumerate(findings):
        for other, twin in enumerate(findings[:number]):
            if finding.certain and twin.certain and finding.entry and finding.deviations == twin.deviations:
                alone = [check for check in explained[number] if not comparison.rehearsal.loses(twin.entry, check)]
                explained[number] = alone
                explained[other] = [check for check in explained[other] if check not in alone]


def _order(case: Case, finding: Finding, explains: tuple[str, ...]) -> tuple[bool, int, int, bool]:
    """Another interface before all mistakes, then by the first method in which it shows, then by what it costs."""
    in_an_interface = finding.slug == "other-interface"
    return not in_an_interface, _first_method(case, finding), -len(explains), not finding.certain


def _first_method(case: Case, finding: Finding) -> int:
    methods = ["__init__", *case.exercise.methods]
    shown = [methods.index(one.group[0]) for one in finding.deviations if one.group[0] in methods]
    return min(shown, default=len(methods))
