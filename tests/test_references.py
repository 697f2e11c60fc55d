"""What a kit without solutions compares with: the same answers, by other ways."""

import numpy as np
import pytest

from grader import catalogue, checks, provided
from grader.calls import LocalWorker
from grader.diagnosis.examples import examples, play, shown
from grader.diagnosis.rehearsal import agree, marks_of, reference, suite
from grader.provided import references

EXERCISES = catalogue.exercises()


def answers(layer, exercise, seed):
    """The observables of every call of the suite, answered by one layer."""
    worker = LocalWorker(layer, exercise)
    failures = [checks.run(function, worker, seed) for function in suite(exercise.suite)]
    assert failures == [None] * len(failures)
    return [marks_of(exercise, call) for call in worker.transcript]


@pytest.mark.parametrize("id", EXERCISES)
def test_every_reference_answers_its_suite_as_the_solution_does(id):
    """All checks pass, and the diagnosis sees no difference in any answer, attribute or argument."""
    exercise = EXERCISES[id]
    for seed in (0, 1, 7):
        mine = answers(getattr(references, exercise.class_name), exercise, seed)
        theirs = answers(reference(exercise), exercise, seed)
        assert len(mine) == len(theirs)
        with np.errstate(all="ignore"):
            differences = [
                (one, two) for one, two in zip(mine, theirs, strict=True)
                if one.keys() != two.keys() or not all(agree(one[name], two[name]) for name in one)
            ]  # fmt: skip
        assert differences == []


@pytest.mark.parametrize("id", EXERCISES)
def test_every_reference_answers_the_examples_as_the_solution_does(id):
    """Those are what reports and hints show numbers of."""
    exercise = EXERCISES[id]
    layers = getattr(references, exercise.class_name), reference(exercise)
    for example in examples(exercise):
        for method in exercise.ends:
            one, two = (play(LocalWorker(layer, exercise), example.steps(method), exercise) for layer in layers)
            assert (one is None) == (two is None)
            if one is not None:
                mine, theirs = marks_of(exercise, one), marks_of(exercise, two)
                assert all(agree(mine[name], theirs[name]) for name in theirs), (example.situation, method)
                assert shown(one.answer) == shown(two.answer), (example.situation, method)


def test_every_function_that_is_handed_over_has_its_slope():
    """Beside differences of our own, at a matrix of three columns."""
    x = np.random.default_rng(3).normal(size=(4, 3)) + 2.0
    for function in provided.function_table():
        steps = np.eye(x.size).reshape(-1, *x.shape) * 1e-5
        differences = [(function(x + step) - function(x - step)) / 2e-5 for step in steps]
        assert np.allclose(references.numerical_gradient(function, x).ravel(), differences, rtol=1e-3)
