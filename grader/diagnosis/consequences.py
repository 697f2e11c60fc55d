"""Folds what follows from a mistake under it, so that one root cause is shown once.

Called between the steps of a diagnosis; each function takes findings and gives them back with more deviations, or fewer
findings.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from grader.diagnosis.comparison import Comparison
from grader.diagnosis.evidence import Case, Deviation, Finding


def of_definitions(case: Case, comparison: Comparison, found: Sequence[Finding]) -> list[Finding]:
    """A method that is defined wrongly accounts for everything from its first call on."""
    order = ["__init__", *case.exercise.methods]
    with_deviations = []
    for finding in found:
        later = order[order.index(finding.method) :]
        deviations = tuple(one for one in comparison.all() if one.group[0] in later)
        with_deviations.append(replace(finding, deviations=deviations))
    return [finding for finding in with_deviations if finding.deviations][:1]


def of_missing_return(found: Sequence[Finding]) -> list[Finding]:
    """A method that ends early stores nothing either: what misses an attribute then is no mistake of its own."""
    early = next((finding for finding in found if finding.slug == "missing-return"), None)
    starved = [
        finding for finding in found if finding.slug == "not-stored" and finding.variant in {"path", "unreachable"}
    ]
    if early is None or not starved:
        return list(found)
    deviations = (*early.deviations, *(one for finding in starved for one in finding.deviations))
    return [
        replace(early, deviations=deviations) if finding is early else finding
        for finding in found
        if finding not in starved
    ]


def of_dictionaries(found: Sequence[Finding]) -> list[Finding]:
    """Where a method returns no dictionary, no key is missing besides; from one, all are named together."""
    whole = {
        finding.deviations[0].group[0]: finding
        for finding in found
        if finding.slug in {"missing-return", "not-implemented", "wrong-type"} and finding.deviations
    }
    kept = []
    for finding in found:
        if finding.slug == "missing-item" and finding.fields["method"] in whole:
            continue
        missing = [
            other
            for other in found
            if other.slug == "missing-item" and whole.get(str(other.fields["method"])) is finding
        ]
        more = tuple(one for other in missing for one in other.deviations)
        kept.append(replace(finding, deviations=(*finding.deviations, *more)))
        if finding.slug == "missing-item":
            # The texts put it in backticks.
            keys = "`, `".join(dict.fromkeys(one.group[1] for one in finding.deviations))
            kept[-1] = replace(kept[-1], fields={**finding.fields, "item": keys})
    return kept


def of_changes(comparison: Comparison, changed: Sequence[Finding], left: Sequence[Deviation]) -> list[Deviation]:
    """The wrong numbers that show only after an array was changed, in a method that is right before: they follow."""
    first: dict[str, int] = {}
    for one in (one for finding in changed for one in finding.deviations):
        # Nobody reads dout again, so nothing follows from a change of it.
        if set(one.call.changed) != {"dout"}:
            first[one.check] = min(one.position, first.get(one.check, one.position))
    follow: list[Deviation] = []
    for group in dict.fromkeys(one.group for one in left if one.group[1] != "changed"):
        own = [one for one in left if one.group == group]
        wrong = comparison.wrong_places(group)
        right = [place for place in comparison.marks[group] if place not in wrong]
        if all(one.position > first.get(one.check, one.position) for one in own) and any(
            position <= first.get(check, position) for check, position in right
        ):
            follow += own
    return follow


def of_parameters(case: Case, changed: Sequence[Finding]) -> list[Finding]:
    """All parameters that a method changes are named together: it is one mistake."""
    kept: dict[tuple[str, object], Finding] = {}
    for finding in changed:
        key = finding.slug, finding.fields["method"] if finding.slug == "mutates-parameters" else len(kept)
        first = kept.setdefault(key, finding)
        if first is not finding:
            kept[key] = replace(first, deviations=(*first.deviations, *finding.deviations))
    for key, finding in kept.items():
        names = [name for name in case.exercise.parameters if any(name in one.answer for one in finding.deviations)]
        if finding.slug == "mutates-parameters" and len(names) > 1:
            # The texts put it in backticks.
            fields = {**finding.fields, "arguments": "`, `".join(names)}
            kept[key] = replace(finding, variant="several", fields=fields)
    return list(kept.values())


def of_a_vague_forward(
    case: Case, found: list[Finding], left: list[Deviation]
) -> tuple[list[Finding], list[Deviation]]:
    """Where all that is known of a first method is its type or shape, nothing can be said about what builds on it."""
    first = next(iter(case.exercise.methods))
    for number, finding in enumerate(found):
        if finding.slug in {"wrong-shape", "wrong-type"} and finding.deviations[0].group[0] == first:
            found[number] = replace(finding, deviations=(*finding.deviations, *left))
            return found, []
    return found, left


def merged(found: Sequence[Finding]) -> list[Finding]:
    """The same mistake in two methods, or in two attributes, is one."""
    kept: dict[tuple[str, str], Finding] = {}
    for finding in found:
        # Observations with names, numbers or a type in them may well have different causes.
        same = finding.entry or finding.slug.endswith("not-stored") or set(finding.fields) <= {"method"}
        key = (finding.slug, finding.variant if same and finding.certain else str(len(kept)))
        if key in kept:
            first = kept[key]
            # The texts say `self.{name}`; what is written elsewhere is an attribute too, or a variable.
            between = {"name": "`, `self.", "written": "`, `" if finding.variant == "gradient-local" else "`, `self."}
            names = {
                field: f"{first.fields[field]}{comma}{finding.fields[field]}"
                for field, comma in between.items()
                if finding.fields.get(field, first.fields.get(field)) != first.fields.get(field)
            }
            kept[key] = replace(
                first, deviations=(*first.deviations, *finding.deviations), fields={**first.fields, **names}
            )
        else:
            kept[key] = finding
    return list(kept.values())
