"""The smallest failing input, the numerical gradient, and what relates wrong numbers to right ones."""

import numpy as np
import pytest

from grader import catalogue
from grader.calls import LocalWorker
from grader.diagnosis import microscope
from grader.diagnosis.examples import CALLS, Asked, examples, lines, shown, smallest
from grader.diagnosis.rehearsal import reference

EXPECTED = np.array([[1.0, -2.0, 3.0], [4.0, 5.0, -6.0]])
X = np.array([[1.0, -1.0, 2.0], [-3.0, 4.0, 0.5]])
DOUT = np.array([[7.0, 8.0, 9.0], [2.0, 3.0, 4.0]])


@pytest.mark.parametrize(
    ("got", "key", "fields"),
    [
        (EXPECTED * np.nan, "nan", {}),
        (EXPECTED * 0, "zero", {}),
        (-EXPECTED, "negative", {}),
        (np.abs(EXPECTED), "absolute", {}),
        (np.abs(EXPECTED) * [1, 1, -1], "signs", {}),
        (EXPECTED.T, "transposed", {}),
        (EXPECTED[::-1], "reversed", {}),
        (EXPECTED**2, "square", {}),
        (np.full((2, 3), 0.25), "constant", {}),
        (EXPECTED.ravel(), "axis", {}),
        (EXPECTED * 0.75, "factor", {"factor": "0.75"}),
        (X, "equal", {"what": "x"}),
        (X.T, "equal", {"what": "x.T"}),
        (-DOUT, "equal", {"what": "-dout"}),
        (DOUT.sum(axis=0), "equal", {"what": "dout.sum(axis=0)"}),
        (DOUT.mean(axis=1), "equal", {"what": "dout.mean(axis=1)"}),
        (np.array(33.0), "equal", {"what": "dout.sum()"}),
        (EXPECTED + X, "more", {"what": "x"}),
        (EXPECTED - DOUT, "less", {"what": "dout"}),
        (np.where(X < 0, 1.7, EXPECTED), "only_negative", {"name": "x"}),
        (np.where(X > 0, 1.7, EXPECTED), "only_positive", {"name": "x"}),
        (np.where(X < 0, 0.2 * X, EXPECTED), "only_negative_equal", {"name": "x", "what": "0.2 * x"}),
        (np.where(X > 0, -DOUT, EXPECTED), "only_positive_equal", {"name": "x", "what": "-dout"}),
        (X * DOUT, "equal", {"what": "x * dout"}),
        (DOUT - X, "equal", {"what": "dout - x"}),
        (EXPECTED + np.array([[0, 0, 0], [1, 2, 3]]), "first_row_right", {}),
    ],
)
def test_what_relates_two_arrays_is_found(got, key, fields):
    """The relation that holds in every case is said; the cases here are one pair and its double."""
    cases = [(got, EXPECTED, {"x": X, "dout": DOUT})] * 2

    assert microscope.relation(cases) == (f"gap.relation.{key}", fields)


def test_a_factor_that_is_the_size_of_the_batch_is_called_so():
    """Batches of two and of three rows, each divided by its own size once more."""
    batches = [np.arange(1.0, 7.0).reshape(2, 3), np.arange(1.0, 10.0).reshape(3, 3)]
    cases = [(batch / len(batch), batch, {"x": batch + 1}) for batch in batches]

    assert microscope.relation(cases) == ("gap.relation.factor", {"factor": "1/N"})


@pytest.mark.parametrize("times", [1, 2])
def test_a_single_number_gives_no_factor_away(times):
    """One expected loss, however often it was asked for, could be worked out from what was got and the factor."""
    losses = [(np.array(loss * 0.51), np.array(loss), {"x": X}) for loss in (1.75, 2.5)]

    assert microscope.relation(losses[:1] * times) is None
    assert microscope.relation(losses) == ("gap.relation.factor", {"factor": "0.51"})


def test_an_offset_is_the_same_in_every_case():
    """A constant that was added to all numbers, whatever they are."""
    cases = [(EXPECTED + 0.5, EXPECTED, {}), (X + 0.5, X, {})]

    assert microscope.relation(cases) == ("gap.relation.offset", {"offset": "0.5"})


def test_what_holds_in_one_case_only_is_no_relation():
    """Two cases that have nothing in common."""
    noise = np.array([[0.3, 1.1, -0.7], [2.9, -0.1, 0.2]])

    assert microscope.relation([(-EXPECTED, EXPECTED, {}), (EXPECTED + noise, EXPECTED, {})]) is None
    assert microscope.relation([]) is None


@pytest.mark.parametrize(
    ("exercise_id", "name", "attribute"),
    [
        ("relu", "x", ""),
        ("sigmoid", "x", ""),
        ("affine", "x", ""),
        ("affine", "W", "dW"),
        ("affine", "b", "db"),
        ("softmax_with_loss", "x", ""),
    ],
)
def test_the_numerical_gradient_is_that_of_the_right_layer(exercise_id, name, attribute):
    """Central differences on every example agree with what the reference returns or stores."""
    exercise = catalogue.exercises()[exercise_id]
    asked = Asked(exercise, LocalWorker(reference(exercise), exercise))
    for example in examples(exercise):
        slopes = microscope.numerical_gradient(asked, example, name, by_reference=False)
        if slopes is None:
            continue
        call, _ = asked.answers(example, "backward")
        analytic = call.attributes[attribute] if attribute else call.answer

        # The 1e-7 inside the logarithm bends the loss a little: 1e-5 of the gradient.
        assert microscope.relative_error(slopes.ravel(), analytic.ravel()) < 1e-4, example.situation


def layer(**changes):
    """A Relu with some things done differently."""

    class Relu:
        def forward(self, x):
            self.x = x
            return np.where(x > 0, x, 0)

        def backward(self, dout):
            return np.where(self.x > 0, dout, 0)

    return type("Relu", (Relu,), changes)


def of_many_axes(self, x):
    """A forward that is wrong for more than two axes."""
    return np.where(x > 0, x, 0) + (x.ndim > 2)


def of_integers(self, x):
    """A forward that is wrong for integers."""
    return np.where(x > 0, x, 0) + (x.dtype.kind == "i")


def of_wide(self, x):
    """A forward that is wrong for more than three columns."""
    return np.where(x > 0, x, 0) + (x.shape[1] > 3)


def at_zero(self, dout):
    """A backward that is wrong at 0."""
    return np.where(self.x >= 0, dout, 0)


def of_first(self, x):
    """A forward that keeps the first input for ever."""
    self.x = getattr(self, "x", x)
    return np.where(x > 0, x, 0)


@pytest.mark.parametrize(
    ("changes", "method", "situation", "last_line"),
    [
        ({"forward": lambda self, x: np.where(x > 2, x, 0)}, "forward", "plain", "layer.forward(x=[[1]])"),
        ({"forward": of_many_axes}, "forward", "images", "layer.forward(x=[[[1]]])"),
        ({"forward": of_integers}, "forward", "integers", "layer.forward(x=[[1]])"),
        ({"forward": of_wide}, "forward", "larger", "layer.forward(x=[[1, -2, 3, -1]])"),
        ({"backward": at_zero}, "backward", "zeros", "layer.backward(dout=[[-3]])"),
        ({"forward": of_first}, "backward", "again", "layer.backward(dout=[[2]])"),
    ],
)
def test_the_smallest_input_is_found_in_the_situation_where_it_shows(changes, method, situation, last_line):
    """Rows and columns that do not matter are taken away, within the budget of calls."""
    exercise = catalogue.exercises()["relu"]
    asked = Asked(exercise, LocalWorker(layer(**changes), exercise))

    example = smallest(asked, (method, "answer"))

    assert example is not None
    assert (example.situation, list(lines(example, method))[-1]) == (situation, last_line)
    assert asked.calls <= CALLS + 4


def test_a_right_layer_has_no_failing_input():
    """All situations are tried, and none is shown."""
    exercise = catalogue.exercises()["relu"]
    asked = Asked(exercise, LocalWorker(layer(), exercise))

    assert smallest(asked, ("forward", "answer")) is None


def test_numbers_are_shown_on_one_line():
    """Arrays short and exact, scalars plain."""
    assert shown(np.array([[1.0, 0.1234567], [1e-9, -0.0]])) == "[[1, 0.123457], [1e-09, 0]]"
    assert shown(np.array(2.5)) == "2.5"
    assert shown(None) == "-"
