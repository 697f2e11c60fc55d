"""What helps somebody who is stuck: a ladder of hints for a report, and what a known mistake does to small numbers.

`grade hint` and `grade explain` print it. Everything follows from the report of the moment; nothing is kept. The
corrected line is on no rung: the last one shows the way on other numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np

from grader import catalogue, pitfalls
from grader.calls import Array, Call, LocalWorker
from grader.catalogue import Exercise
from grader.diagnosis.evidence import Detail, Group
from grader.diagnosis.examples import Asked, Example, examples, lines, shown, smallest
from grader.diagnosis.gap import side_by_side
from grader.diagnosis.rehearsal import has_reference, reference, rehearsal, suite
from grader.model import CheckOutcome, Diagnosis, ExerciseReport, Standing
from grader.reports.findings import findings
from grader.texts import find, text

LEVELS = 4
CODE = "    "
"""How a line begins that is code or numbers and is not to be broken like prose."""
# The checks of one cause say the same thing in several situations; three tell what it is about.
PROPERTIES = 3
# Examples in which the order of the calls is what matters.
IN_TURN = frozenset({"again", "two_layers", "twice"})
Arrays = Mapping[str, Array]


def _softmax(scores: Array) -> Array:
    exponentials = np.exp(scores - scores.max(axis=1, keepdims=True))
    probabilities: Array = exponentials / exponentials.sum(axis=1, keepdims=True)
    return probabilities


STEPS: Mapping[tuple[str, str], tuple[tuple[str, Callable[[Arrays], Array]], ...]] = {
    ("relu", "forward"): (("x > 0", lambda given: given["x"] > 0),),
    ("relu", "backward"): (("x > 0", lambda given: given["x"] > 0),),
    ("sigmoid", "forward"): (
        ("exp(-x)", lambda given: np.exp(-given["x"])),
        ("1 + exp(-x)", lambda given: 1 + np.exp(-given["x"])),
    ),
    ("sigmoid", "backward"): (
        ("y = forward(x)", lambda given: 1 / (1 + np.exp(-given["x"]))),
        ("1 - y", lambda given: 1 - 1 / (1 + np.exp(-given["x"]))),
    ),
    ("affine", "forward"): (("x @ W", lambda given: given["x"] @ given["W"]),),
    ("affine", "backward"): (("W.T", lambda given: given["W"].T), ("x.T", lambda given: given["x"].T)),
    ("softmax_with_loss", "forward"): (
        ("y = softmax(x)", lambda given: _softmax(given["x"])),
        ("-log(y)", lambda given: -np.log(_softmax(given["x"]))),
    ),
    ("softmax_with_loss", "backward"): (
        ("y = softmax(x)", lambda given: _softmax(given["x"])),
        ("t, one-hot", lambda given: np.eye(given["x"].shape[1])[given["t"]]),
    ),
}
"""What lies between the inputs of a method and its answer, as a reader would write it down."""


def ladder(report: ExerciseReport, language: str) -> tuple[tuple[str, ...], ...]:
    """Four rungs for an exercise that is not right yet; each is some lines."""
    exercise = catalogue.exercises()[report.id]
    found = findings(report)
    cause = next(iter(found.causes), None)
    if report.status is Standing.NOT_STARTED:
        cause = None
    lost = [check for check in report.checks if cause is None or not cause.explains or check.id in cause.explains]
    lost = [check for check in lost if (check.points or 0.0) < check.max_points]
    if cause is not None and report.status in {Standing.UNREADABLE, Standing.MISSING}:
        # Where no line is the place, it is what was looked for in vain.
        seen = [_where(cause, lost, language), (cause.title,), (cause.explanation,)]
        said = [*(seen if cause.place else [*seen[1:], ()]), (cause.hint,)]
        return tuple(tuple(filter(None, rung)) or (text("hint.nothing_more", language),) for rung in said)
    method = _method(exercise, lost)
    rungs = (
        _where(cause, lost, language) if cause else _begin(exercise, report.status, language),
        tuple(_property(lost, language, started=report.status is not Standing.NOT_STARTED)),
        tuple(_reason(exercise, method, cause, language)),
        tuple(_way(exercise, method, cause, language)),
    )
    return tuple(rung or (text("hint.nothing_more", language),) for rung in rungs)


def _method(exercise: Exercise, lost: list[CheckOutcome]) -> str:
    """The method that the first lost check is about."""
    about = {function.check.id: function.check.about for function in suite(exercise.suite)}  # type: ignore[attr-defined]
    return next((about[check.id] for check in lost if check.id in about), next(iter(exercise.methods)))


def _where(cause: Diagnosis, lost: list[CheckOutcome], language: str) -> tuple[str, ...]:
    """The place, and the line that stands there."""
    if not cause.place:
        return (text("hint.somewhere", language), *(check.title for check in lost[:1]))
    shown_line = (f"{CODE}{cause.source.strip()}",) if cause.source.strip() else ()
    return (text("hint.where", language, place=cause.place), *shown_line)


def _begin(exercise: Exercise, status: Standing, language: str) -> tuple[str, ...]:
    """Where somebody starts who has not begun."""
    key = "absent" if status is Standing.MISSING else "begin"
    return (text(f"hint.{key}", language, file=f"{exercise.id}.py", class_name=exercise.class_name),)


def _property(lost: list[CheckOutcome], language: str, *, started: bool) -> Iterator[str]:
    """What should hold, and what was seen instead."""
    yield text("hint.should", language)
    for check in lost[:PROPERTIES]:
        yield f"- {check.title}"
    if started and lost and lost[0].message:
        yield text("hint.seen", language)
        # A message ends in a hint of its own, after a blank line.
        yield from lost[0].message.split("\n\n")[0].splitlines()


def _reason(exercise: Exercise, method: str, cause: Diagnosis | None, language: str) -> Iterator[str]:
    """What the code does, why that bites, and the formula."""
    if cause is not None:
        yield cause.title
        yield cause.explanation
    formula = find(f"hint.formula.{exercise.id}.{method}", language)
    if formula:
        yield text("hint.formula_of", language, method=method)
        yield from (f"{CODE}{line}" for line in formula.splitlines())
    if cause is None and exercise.section:
        yield text("hint.section", language, section=exercise.section)


def _way(exercise: Exercise, method: str, cause: Diagnosis | None, language: str) -> Iterator[str]:
    """The way from inputs to answer on numbers of ours, then the one action that helps."""
    example = _telling(exercise, method, cause) if has_reference(exercise) else None
    if example is not None:
        yield text("hint.example", language)
        yield from (f"{CODE}{line}" for line in _worked(exercise, method, example))
    if cause is not None and cause.hint:
        yield text("terminal.hint", language, hint=cause.hint)


def _telling(exercise: Exercise, method: str, cause: Diagnosis | None) -> Example | None:
    """An example on which a layer with this mistake goes wrong; the plainest where the catalogue has none."""
    entry = pitfalls.entries(exercise.id).get(cause.pitfall) if cause is not None else None
    known = list(examples(exercise))
    groups = [
        (layer, group)
        for layer in (entry.all_layers if entry is not None else ())
        for group in rehearsal(exercise.id, 0).wrong_groups(layer.name)
        if group[0] == method
    ]
    for example in known:
        for layer, group in groups:
            if Asked(exercise, LocalWorker(layer.load(), exercise)).differs(example, group):
                return example
    return next(iter(known), None)


def _worked(exercise: Exercise, method: str, example: Example) -> Iterator[str]:
    """Inputs, what lies between, and what comes out."""
    calls = Asked(exercise, LocalWorker(reference(exercise), exercise)).answers(example, method)
    if calls is None:
        return
    answer = calls[1]
    rows: list[tuple[str, object]] = []
    if example.situation in IN_TURN:
        yield from lines(example, method)
    else:
        given = {name: array for step in example.steps(method) for name, array in step.arguments.items()}
        rows += [*given.items()]
        rows += [(label, step(example.arrays)) for label, step in STEPS.get((exercise.id, method), ())]
    rows.append((f"{method}({', '.join(exercise.methods[method])})", answer.answer))
    if method == list(exercise.methods)[-1]:
        rows += [(f"self.{name}", answer.attributes[name]) for name in exercise.attributes]
    width = max(len(label) for label, _ in rows) + 2
    for label, value in rows:
        for number, line in enumerate(_numbers(value)):
            yield f"{'' if number else label:<{width}}{line}"


def _numbers(value: object) -> list[str]:
    """An array, a row on each line; four digits are enough to follow."""
    if not isinstance(value, np.ndarray):
        return [shown(value)]
    if value.dtype.kind == "f" and (value == np.round(value)).all():
        value = value.astype(np.int64)
    return np.array2string(value, precision=4, suppress_small=True, separator=", ").splitlines()


def example_of(id: str, language: str) -> list[str]:
    """What a layer of the catalogue answers on the smallest numbers that show its mistake, beside what it should.

    Empty where the catalogue has no such layer, or none of our inputs shows it.
    """
    exercise = catalogue.exercises()[id.split("/", maxsplit=1)[0]]
    entry = pitfalls.entries(exercise.id).get(id)
    if entry is None or not has_reference(exercise):
        return []
    methods = ["__init__", *exercise.methods]
    wrong = rehearsal(exercise.id, 0).wrong_groups(entry.name)
    # Numbers say more than what became of an argument.
    for group in sorted(wrong, key=lambda group: (group[1] == "changed", methods.index(group[0]), group[1])):
        asked = Asked(exercise, LocalWorker(entry.load(), exercise))
        example = smallest(asked, group)
        pair = asked.answers(example, group[0]) if example is not None else None
        if example is not None and pair is not None:
            details: list[Detail] = [("gap.for_example", {}), *_beside(example, pair, group)]
            return [detail if isinstance(detail, str) else text(detail[0], language, **detail[1]) for detail in details]
    return []


def _beside(example: Example, pair: tuple[Call, Call], group: Group) -> Iterator[Detail]:
    if group[1] != "changed":
        yield from side_by_side(example, pair, group, of_catalogue=True)
        return
    yield from (f"{CODE}{line}" for line in lines(example, group[0]))
    arguments = {name: array for step in example.steps(group[0]) for name, array in step.arguments.items()}
    for name, after in pair[0].changed.items():
        before = arguments.get(name)
        if before is not None and before.shape == after.shape and (before != after).any():
            index = tuple(int(part) for part in np.argwhere(before != after)[0])
            cell = f"{name}[{', '.join(map(str, index))}]"
            yield "gap.changed", {"cell": cell, "before": f"{before[index]:.6g}", "after": f"{after[index]:.6g}"}
