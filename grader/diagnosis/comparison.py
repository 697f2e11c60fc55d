"""Sets a submission's calls beside the reference layer's and keeps what differs.

A group is a method and one observable of it: what it answered, an attribute it stored, an argument it changed. Mistakes
are matched on groups. Differences in checks that passed are what the suite lets pass, and do not count.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from grader.calls import Call, NotAnArray
from grader.diagnosis.evidence import Case, Deviation, Group
from grader.diagnosis.rehearsal import Mark, Place, Rehearsal, agree, marks_of, one_overflows, same_complaint


@dataclass(frozen=True, slots=True)
class Comparison:
    """A submission beside the reference."""

    rehearsal: Rehearsal
    marks: dict[Group, dict[Place, Mark]]
    """The submission's observables, without those that a passed check let pass."""
    tolerated: dict[Group, dict[Place, Mark]]
    """Those: not what the reference has, but right."""
    deviations: dict[Group, list[Deviation]]
    """What is not right in lost checks, in the order of the suite."""
    calls: dict[str, list[Call]]
    """The submission's calls by check."""

    def all(self) -> Iterable[Deviation]:
        """Every deviation, by check and call."""
        everything = [deviation for deviations in self.deviations.values() for deviation in deviations]
        order = {check: number for number, check in enumerate(self.rehearsal.reference)}
        return sorted(everything, key=lambda deviation: (order[deviation.check], deviation.position))

    def wrong_places(self, group: Group) -> set[Place]:
        """Where a group is not right."""
        return {place_of(deviation) for deviation in self.deviations.get(group, ())}

    def agrees(
        self,
        name: str,
        group: Group,
        without: frozenset[tuple[str, int, Group]] = frozenset(),
        *,
        loosely: bool = False,
    ) -> bool:
        """Say whether a wrong layer has the submission's numbers in a group, everywhere but at some places.

        Loosely: where only one of the two has overflowed, or divided by zero, they do not disagree.
        """
        mine = {place: mark for place, mark in self.marks[group].items() if (*place, group) not in without}
        # Where the submission is wrong, almost every other layer differs from it: look there first.
        first = [place for place in map(place_of, self.deviations.get(group, ())) if place in mine]
        for place in (*first, *mine):
            self.rehearsal.hear([name], [place[0]])
            theirs = self.rehearsal.mark(name, place, group[1])
            if not agree(mine[place], theirs) and not (loosely and one_overflows(mine[place], theirs)):
                return False
        for place, mark in self.tolerated.get(group, {}).items():
            self.rehearsal.hear([name], [place[0]])
            theirs = self.rehearsal.mark(name, place, group[1])
            if theirs is None or not (agree(mark, theirs) or agree(theirs, self.rehearsal.right[place][group[1]])):
                return False
        if any(mark.key[:1] != ("raised",) for mark in mine.values()):
            return True
        # Where there are no numbers at all, the same type of exception is too little.
        complaints = {place: self.rehearsal.mark(name, place, group[1]) for place in mine}
        same = [mark is not None and same_complaint(mark, mine[place]) for place, mark in complaints.items()]
        # Not everywhere: with other shapes, another mistake may complain first.
        return 2 * sum(same) > len(same)


def place_of(deviation: Deviation) -> Place:
    """Where a deviation is."""
    return deviation.check, deviation.position


def compare(case: Case, rehearsal: Rehearsal) -> Comparison:
    """Compare every call of a submission."""
    calls: dict[str, list[Call]] = {}
    for call in case.evidence.transcript:
        calls.setdefault(call.check, []).append(call)
    marks: dict[Group, dict[Place, Mark]] = {}
    deviations: dict[Group, list[Deviation]] = {}
    tolerated: dict[Group, dict[Place, Mark]] = {}
    for check, answers in calls.items():
        for position, (call, expected) in enumerate(zip(answers, rehearsal.reference.get(check, ()), strict=False)):
            if (call.method, call.layer) != (expected.method, expected.layer):
                break
            right = rehearsal.right[check, position]
            for observable, mark in marks_of(case.exercise, call).items():
                group = (call.method, observable)
                if agree(mark, right.get(observable)) or _construction(call, observable):
                    marks.setdefault(group, {})[check, position] = mark
                elif check in case.lost:
                    marks.setdefault(group, {})[check, position] = mark
                    deviations.setdefault(group, []).append(
                        Deviation(check=check, position=position, call=call, expected=expected, group=group)
                    )
                else:
                    tolerated.setdefault(group, {})[check, position] = mark
    return Comparison(rehearsal=rehearsal, marks=marks, tolerated=tolerated, deviations=deviations, calls=calls)


def _construction(call: Call, observable: str) -> bool:
    """Say whether this is the nothing that a constructor answers."""
    return call.method == "__init__" and observable == "answer" and isinstance(call.answer, NotAnArray)
