"""Finds the known wrong layers whose numbers are the submission's.

A wrong layer is claimed for a group of observables when it agrees with the submission everywhere in it; that the
reference does not agree is what makes the group a lost one. The fewest layers that account for all lost groups win. Two
mistakes in two methods change each other's numbers: then layers composed of two entries of the catalogue are tried.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from grader.diagnosis.comparison import Comparison, place_of
from grader.diagnosis.evidence import Group
from grader.diagnosis.rehearsal import agree

# So many names at most for one mistake: a longer list of candidates says nothing.
CANDIDATES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Layers of the catalogue whose numbers are the submission's in some groups."""

    names: tuple[str, ...]
    """One, or several that no call so far tells apart; names of layers, variants included."""
    groups: frozenset[Group]


def claims(
    comparison: Comparison,
    groups: Sequence[Group],
    *,
    without: frozenset[tuple[str, int, Group]] = frozenset(),
    choose: Callable[[list[str]], list[str]] = lambda names: names,
) -> list[Claim]:
    """Account for lost groups with as few wrong layers as possible; what stays open is in no claim.

    `without` are calls that something else accounts for already; `choose` narrows several layers that agree equally.
    """
    last = list(comparison.rehearsal.exercise.methods)[-1]
    found = _cover(comparison, groups, comparison.rehearsal.layers, without, choose)
    rest = [group for group in groups if not any(group in claim.groups for claim in found)]
    found = [_extended(comparison, claim, rest, without) for claim in found]
    rest = [group for group in rest if not any(group in claim.groups for claim in found)]
    before = [claim for claim in found if any(method != last for method, _ in claim.groups)]
    for claim in before if any(method == last for method, _ in rest) else []:
        forward = claim.names[0]
        composed = {
            comparison.rehearsal.compose(forward, name): name for name in comparison.rehearsal.layers if name != forward
        }
        open_groups = [group for group in rest if group[0] == last]
        for more in _cover(comparison, open_groups, composed, without, choose):
            found.append(Claim(names=more.names, groups=more.groups))
            rest = [group for group in rest if group not in more.groups]
    return found


def _extended(
    comparison: Comparison, claim: Claim, rest: Sequence[Group], without: frozenset[tuple[str, int, Group]]
) -> Claim:
    """The claim with the groups in which its layer differs from the submission by an overflow only."""
    more = [group for group in rest if comparison.agrees(claim.names[0], group, without, loosely=True)]
    return Claim(names=claim.names, groups=claim.groups.union(more))


def _cover(
    comparison: Comparison,
    groups: Sequence[Group],
    layers: Iterable[str],
    without: frozenset[tuple[str, int, Group]],
    choose: Callable[[list[str]], list[str]],
) -> list[Claim]:
    """Greedy cover: the layer that accounts for most groups first, and of those the one with the least besides."""
    agreeing: dict[str, frozenset[Group]] = {}
    possible = _agreeing_at_first(comparison, groups, list(layers), without)
    comparison.rehearsal.hear(possible)
    for name, likely in possible.items():
        covered = frozenset(group for group in likely if comparison.agrees(name, group, without))
        if covered and not _contradicts(comparison, name, covered, without):
            agreeing[name] = covered
    found: list[Claim] = []
    while agreeing:
        # Where both are wrong, and only an overflow is between them, the layer is the likelier for it.
        loose = {
            name: {
                group
                for group in comparison.rehearsal.wrong_groups(name) - covered
                if group in comparison.deviations and comparison.agrees(name, group, without, loosely=True)
            }
            for name, covered in agreeing.items()
        }
        # Where a layer is wrong and the submission is right; what was never called says nothing.
        strange = {
            name: sum(
                group in comparison.marks for group in comparison.rehearsal.wrong_groups(name) - covered - loose[name]
            )
            for name, covered in agreeing.items()
        }
        # Of layers that fit equally well, one with a single mistake.
        mistakes = {name: len(comparison.rehearsal.layers[name.rpartition("+")[2]].both) for name in agreeing}
        rank = {
            name: (-len(covered), strange[name], -len(loose[name]), mistakes[name])
            for name, covered in agreeing.items()
        }
        best = min(rank.values())
        leaders = [name for name in agreeing if rank[name] == best]
        leaders = [name for name in leaders if agreeing[name] == agreeing[leaders[0]]]
        covered = agreeing[leaders[0]]
        chosen = choose(leaders)
        if not chosen:
            agreeing = {name: groups for name, groups in agreeing.items() if name not in leaders}
            continue
        found.append(Claim(names=tuple(chosen[:CANDIDATES]), groups=covered))
        agreeing = {name: groups - covered for name, groups in agreeing.items() if groups - covered}
    return found


def _contradicts(
    comparison: Comparison, name: str, covered: frozenset[Group], without: frozenset[tuple[str, int, Group]]
) -> bool:
    """Say whether the layer's first method is wrong, and the submission's right, or wrong otherwise.

    Then the rest agrees by accident: what is said of the mistake is about a line that the submission has not.
    """
    first, last = comparison.rehearsal.exercise.ends
    group = (first, "answer")
    return (
        all(method == last for method, _ in covered)
        and group in comparison.marks
        and group in comparison.rehearsal.wrong_groups(name)
        and not comparison.agrees(name, group, without, loosely=True)
    )


def _agreeing_at_first(
    comparison: Comparison, groups: Sequence[Group], layers: list[str], without: frozenset[tuple[str, int, Group]]
) -> dict[str, list[Group]]:
    """The layers that have the submission's numbers where a group goes wrong first, with those groups.

    This is where almost all of them are out, so only one check has to be rehearsed with all of them.
    """
    possible: dict[str, list[Group]] = {}
    for group in groups:
        places = [place_of(deviation) for deviation in comparison.deviations[group]]
        places = [place for place in places if (*place, group) not in without][:1]
        comparison.rehearsal.hear(layers, [place[0] for place in places])
        for name in layers:
            if all(
                agree(comparison.marks[group][place], comparison.rehearsal.mark(name, place, group[1]))
                for place in places
            ):
                possible.setdefault(name, []).append(group)
    return possible
