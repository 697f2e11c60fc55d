"""Examines suites and catalogue: right layers keep their points, wrong ones lose some and are named, every check bites.

`examine` looks at one exercise and finds something or nothing; `grade doctor` prints it, the tests want nothing found.
For whoever changes a suite, a solution or a pitfall. Knows nothing of terminals.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from grader import catalogue, pitfalls
from grader.catalogue import Exercise
from grader.checks import CheckSpec
from grader.diagnosis.rehearsal import rehearsal, suite
from grader.doctor import exceptions, submitting
from grader.doctor.judging import FAILED, Row, judge_mutant, judge_pitfall
from grader.doctor.mutants import mutants
from grader.doctor.pairs import Pair, close_pairs
from grader.model import Standing
from grader.pitfalls import Pitfall


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """Something that is not as it should be: a key below `doctor.complaint` in the texts, and its fields."""

    key: str
    fields: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """What was found out about one exercise."""

    exercise: str
    checks: tuple[CheckSpec, ...]
    pitfalls: tuple[Row, ...]
    """The kill matrix of the catalogue, variants included."""
    mutants: tuple[Row, ...]
    """The kill matrix of the mutants."""
    survivors: Mapping[str, str]
    """Mutants that live, with the reason why that is right; empty where none is known."""
    right: int
    """How many right layers were handed in."""
    pairs: int
    """How many pairs of wrong layers have different ids."""
    close: tuple[Pair, ...]
    """Those that one input alone tells apart."""
    complaints: tuple[Complaint, ...]


def examine(id: str, seed: int = 0) -> Examination:
    """Examine one exercise."""
    exercise = catalogue.exercises()[id]
    specs = tuple(function.check for function in suite(exercise.suite))  # type: ignore[attr-defined]
    layers = [layer for entry in pitfalls.entries(id).values() for layer in entry.all_layers]
    wrong = tuple(judge_pitfall(layer, exercise, seed) for layer in layers)
    broken = tuple(
        judge_mutant(mutant, exercise, seed) for mutant in mutants(exercise.solution.read_text(encoding="utf-8"))
    )
    right = list(submitting.right_files(exercise))
    reasons = exceptions.survivors(id)
    pairs, close = close_pairs(rehearsal(id, seed))
    return Examination(
        exercise=id,
        checks=specs,
        pitfalls=wrong,
        mutants=broken,
        survivors={row.name: reasons.get(row.name, "") for row in broken if not row.killed},
        right=len(right),
        pairs=pairs,
        close=tuple(pair for pair in close if pair.place),
        complaints=(
            *_of_stub_and_solution(exercise, seed),
            *_of_right_layers(exercise, seed),
            *_of_wrong_layers(exercise, layers, wrong, seed),
            *_of_pairs(id, close),
            *_of_mutants(id, broken),
            *_of_checks(specs, (*wrong, *broken)),
        ),
    )


def _of_stub_and_solution(exercise: Exercise, seed: int) -> Iterator[Complaint]:
    stub = submitting.hand_in(exercise.stub, exercise, seed)
    if stub.exercises[0].status is not Standing.NOT_STARTED or stub.score != 0 or stub.needs_review:
        yield Complaint(key="stub", fields={"status": stub.exercises[0].status, "score": stub.score})
    solution = submitting.hand_in(exercise.solution, exercise, seed)
    if solution.exercises[0].status is not Standing.PASSED or solution.needs_review:
        yield Complaint(key="solution", fields={"lost": _listed(submitting.lost_checks(solution.exercises[0]))})


def _of_right_layers(exercise: Exercise, seed: int) -> Iterator[Complaint]:
    for folder, path in submitting.right_files(exercise):
        report = submitting.hand_in(path, exercise, seed)
        lost = submitting.lost_checks(report.exercises[0])
        if lost != folder.loses or report.score is None:
            fields = {"file": f"{folder.name}/{path.name}", "lost": _listed(lost), "may": _listed(folder.loses)}
            yield Complaint(key="right", fields=fields)


def _of_wrong_layers(
    exercise: Exercise, layers: list[Pitfall], rows: tuple[Row, ...], seed: int
) -> Iterator[Complaint]:
    for layer, row in zip(layers, rows, strict=True):
        if not row.killed:
            yield Complaint(key="unnoticed", fields={"name": layer.name})
        if row.broke:
            yield Complaint(key="broke", fields={"name": layer.name})
        wanted = frozenset(layer.both or (layer.id,))
        report = submitting.hand_in(layer.source, exercise, seed).exercises[0]
        named = submitting.named(report)
        # Of mistakes that nothing tells apart, all are offered and none is claimed.
        twins = [pair for pair in exceptions.alike(exercise.id) if layer.id in pair]
        if named != wanted and (named or submitting.offered(report) not in twins):
            fields = {"name": layer.name, "wanted": _listed(sorted(wanted)), "named": _listed(sorted(named))}
            yield Complaint(key="named", fields=fields)


def _of_pairs(id: str, close: list[Pair]) -> Iterator[Complaint]:
    known = exceptions.alike(id)
    same = {pair.ids: pair for pair in close if pair.place is None}
    for ids, pair in same.items():
        if ids not in known:
            yield Complaint(key="alike", fields={"one": pair.names[0], "other": pair.names[1]})
    for ids in known.keys() - same.keys():
        yield Complaint(key="told_apart", fields={"pair": _listed(sorted(ids))})


def _of_mutants(id: str, rows: tuple[Row, ...]) -> Iterator[Complaint]:
    reasons = exceptions.survivors(id)
    alive = [row.name for row in rows if not row.killed]
    for row in rows:
        if row.broke:
            yield Complaint(key="broke", fields={"name": row.name})
    for name in alive:
        if name not in reasons:
            yield Complaint(key="survivor", fields={"name": name})
    for name in reasons:
        if name not in alive:
            yield Complaint(key="dead", fields={"name": name})


def _of_checks(specs: tuple[CheckSpec, ...], rows: tuple[Row, ...]) -> Iterator[Complaint]:
    for place, spec in enumerate(specs):
        if not any(row.marks[place] == FAILED for row in rows):
            yield Complaint(key="harmless", fields={"check": spec.id})


def _listed(names: tuple[str, ...] | list[str]) -> str:
    return ", ".join(names) or "-"
