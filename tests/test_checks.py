"""What suites are written with: calls, failures, drawn inputs, and the rules for arrays that are handed over."""

import json
import string
import tomllib

import numpy as np
import pytest

from grader import catalogue, checks, texts
from grader.checks import Call, CheckFailed, Failure, LocalWorker, NotAnArray, Raised, Stopped

X = np.array([[1.0, -2.0, 3.0], [4.0, 5.0, -6.0]])


def worker(layer_class, exercise="relu"):
    """A worker for a class of this file, in the middle of a check."""
    local = LocalWorker(layer_class, catalogue.exercises()[exercise])
    local.start_check(f"{exercise}/a_check")
    return local


def one_call(answer, **fields):
    """A call that returned this."""
    known = {"check": "relu/a_check", "layer": 0, "method": "forward", "arguments": (X,)}
    return Call(**known | fields, answer=answer)


def failure_of(assertion, *arguments, **options):
    """What an assertion finds wrong."""
    with pytest.raises(CheckFailed) as caught:
        assertion(*arguments, **options)
    return caught.value.failure


class Echo:
    """Returns what it is told to."""

    def forward(self, x):
        return self.answer(x)

    def backward(self, dout):
        return self.answer(dout)


def answer_to(function):
    """What reaches the judge when a layer returns the function's value."""
    local = worker(type("Told", (Echo,), {"answer": staticmethod(function)}))
    number, _ = local.construct([])
    return local.call(number, "forward", [X]).answer


def test_numbers_of_any_kind_become_plain_arrays():
    """A subclass, a Python number and an array of objects are numbers all the same."""
    assert type(answer_to(np.asmatrix)) is np.ndarray
    assert answer_to(lambda x: 3).shape == ()
    assert answer_to(lambda x: x.astype(object)).dtype == np.float64


@pytest.mark.parametrize(("value", "name"), [(None, "NoneType"), ([1.0], "list"), ("text", "str"), (1j, "complex")])
def test_everything_else_is_described(value, name):
    """No object of a student's is ever compared."""
    answer = answer_to(lambda x: value)
    assert isinstance(answer, NotAnArray)
    assert answer.type_name == name


def test_an_answer_is_a_copy():
    """What a layer does to its own array later does not reach back."""
    kept = np.zeros(3)
    answer = answer_to(lambda x: kept)
    kept += 1
    assert answer.tolist() == [0, 0, 0]


def test_an_exception_tells_its_place():
    """The innermost line in the student's file, and the name that was not found."""

    class Typo(Echo):
        def forward(self, x):
            return x * self.maks

    local = worker(Typo)
    number, _ = local.construct([])
    raised = local.call(number, "forward", [X]).answer
    assert isinstance(raised, Raised)
    assert (raised.type_name, raised.name, raised.function) == ("AttributeError", "maks", "forward")
    assert raised.place == f"test_checks.py:{raised.line}"
    assert raised.source == "return x * self.maks"


def test_a_missing_method_has_no_place():
    """No line of the student's took part."""
    local = worker(type("Empty", (), {}))
    number, _ = local.construct([])
    raised = local.call(number, "forward", [X]).answer
    assert (raised.type_name, raised.name, raised.place) == ("AttributeError", "forward", "")


class Keeper:
    """Keeps its arguments by reference and writes into them when asked to."""

    def __init__(self, W, b):
        self.W, self.b = W, b

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, dout):
        self.dW, self.db = self.W, self.b
        return self.x


class Spoiler(Keeper):
    """Writes into what it keeps."""

    def forward(self, x):
        x += 1
        return super().forward(x)

    def backward(self, dout):
        self.W *= 2
        self.x -= 5
        return super().backward(dout)


def affine(layer_class):
    """A worker, a layer of it, and the arrays that it was given."""
    local = worker(layer_class, "affine")
    w, b, x, dout = np.ones((3, 2)), np.zeros(2), X.copy(), np.full((2, 2), 7.0)
    number, _ = local.construct([w, b])
    return local, number, w, b, x, dout


def test_an_update_in_place_reaches_a_kept_reference():
    """The array that was handed over stays the same object on the other side."""
    local, number, w, b, x, _ = affine(Keeper)
    before = local.call(number, "forward", [x]).answer
    w -= 0.5
    b += 1
    assert np.array_equal(local.call(number, "forward", [x]).answer, before / 2 + 1)


def test_an_unchanged_array_reports_no_change():
    """Only what differs is told."""
    local, number, *_, x, dout = affine(Keeper)
    assert local.call(number, "forward", [x]).changed == {}
    assert local.call(number, "backward", [dout]).changed == {}


def test_changes_are_told_by_the_name_of_the_argument():
    """Those of the call, of the constructor, and of the forward before."""
    local, number, *_, x, dout = affine(Spoiler)
    call = local.call(number, "forward", [x])
    assert list(call.changed) == ["x"]
    assert np.array_equal(call.changed["x"], X + 1)
    call = local.call(number, "backward", [dout])
    assert sorted(call.changed) == ["W", "x"]
    assert np.array_equal(call.changed["x"], X - 4)
    assert np.array_equal(call.attributes["dW"], np.full((3, 2), 2.0))


def test_a_changed_argument_is_not_restored_behind_the_students_back():
    """A layer that computed in place and kept the result finds it in backward."""
    local, number, *_, x, dout = affine(Spoiler)
    local.call(number, "forward", [x])
    assert np.array_equal(local.call(number, "backward", [dout]).answer, X + 1 - 5)


def test_a_changed_argument_is_restored_when_it_is_handed_over_again():
    """The call sees what the suite meant."""
    local, number, *_, x, _ = affine(Spoiler)
    first, second = (local.call(number, "forward", [x]) for _ in range(2))
    assert np.array_equal(first.answer, second.answer)
    assert np.array_equal(second.arguments[0], X)
    assert np.array_equal(x, X)


def test_a_new_check_forgets_the_arrays_of_the_one_before():
    """The same array is a new object there."""
    local, number, w, b, x, dout = affine(Spoiler)
    local.call(number, "backward", [dout]) if local.call(number, "forward", [x]) else None
    local.start_check("affine/another")
    number, _ = local.construct([w, b])
    assert np.array_equal(local.call(number, "forward", [x]).answer, (X + 1) @ np.ones((3, 2)))
    assert [call.check for call in local.transcript][-1] == "affine/another"


def test_an_array_without_dimensions_arrives_as_a_number():
    """`backward(1)` is what the contract says."""
    local = worker(type("Asking", (Echo,), {"answer": lambda self, value: int(type(value) is int)}))
    number, _ = local.construct([])
    assert local.call(number, "backward", [np.array(1)]).answer == 1


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (NotAnArray(type_name="NoneType"), "returned_none"),
        (NotAnArray(type_name="list", summary="[1.0]"), "wrong_type"),
        (X.T, "wrong_shape"),
        (X * [1, np.nan, 1], "not_finite"),
        (X + 1e-4, "wrong_values"),
    ],
)
def test_assert_same_says_what_it_saw(answer, kind):
    """The plainest thing first: nothing, no array, the shape, the numbers."""
    assert failure_of(checks.assert_same, one_call(answer), X).kind == kind


def test_a_failure_shows_what_was_seen_and_not_what_was_expected():
    """Count, first place, the student's number."""
    failure = failure_of(checks.assert_same, one_call(X + np.array([0, 1, 1])), X)
    assert failure.fields == {
        "method": "forward",
        "wrong": 4,
        "size": 6,
        "index": "0, 1",
        "got": "-1",
    }
    assert failure.message() == "4 of the 6 numbers that `forward` returned are not right; the first is at [0, 1]: -1"


def test_tolerances_pass_single_precision():
    """And a small constant in the logarithm."""
    checks.assert_same(one_call(X.astype(np.float32)), X)
    checks.assert_loss(one_call(np.array(3.0 - 2e-5)), 3.0)


def test_a_loss_is_one_number():
    """Not an array that holds one."""
    assert failure_of(checks.assert_loss, one_call(np.array([3.0])), 3.0).kind == "wrong_shape_scalar"
    assert failure_of(checks.assert_loss, one_call(np.array(3.0001)), 3.0).kind == "wrong_loss"
    assert failure_of(checks.assert_loss, one_call(np.array(np.nan)), 3.0).kind == "loss_not_finite"
    assert failure_of(checks.assert_hopeless_loss, one_call(np.array(np.inf))).kind == "loss_not_finite"
    assert failure_of(checks.assert_hopeless_loss, one_call(np.array(2.0))).kind == "wrong_loss"
    checks.assert_hopeless_loss(one_call(np.array(16.1)))


def test_what_was_not_stored_is_told_apart_from_what_is_wrong():
    """None and nothing are the same to the student."""
    for stored in (NotAnArray(type_name="missing"), NotAnArray(type_name="NoneType")):
        call = one_call(X, attributes={"dW": stored})
        assert failure_of(checks.assert_stored, call, "dW", X).kind == "not_stored"
    call = one_call(X, attributes={"dW": Raised(type_name="KeyError")})
    assert failure_of(checks.assert_stored, call, "dW", X).kind == "stored_wrong_type"
    assert (
        failure_of(checks.assert_stored, one_call(X, attributes={"dW": X + 1}), "dW", X).kind == "stored_wrong_values"
    )


def test_a_gradient_that_two_layers_share_is_noticed():
    """Only the other layer's very numbers count: a layer may clear its own."""
    gradient = np.array([1.5, -2.0])
    other = one_call(X, attributes={"db": gradient})
    for own in (gradient + 1.0, NotAnArray(type_name="NoneType"), np.zeros(3)):
        checks.assert_own(one_call(X, attributes={"db": own}), "db", other)
    assert failure_of(checks.assert_own, one_call(X, attributes={"db": gradient.copy()}), "db", other).kind == (
        "shared_attribute"
    )


def test_a_changed_argument_is_shown_before_and_after():
    """With its first element that differs."""
    spoilt = np.where(X < 0, 0.0, X)
    failure = failure_of(checks.assert_left_alone, one_call(X, changed={"x": spoilt}), "x")
    assert failure.fields == {"method": "forward", "argument": "x", "index": "0, 1", "before": "-2", "after": "0"}
    failure = failure_of(checks.assert_left_alone, one_call(X, changed={"x": X.reshape(6)}), "x")
    assert failure.kind == "reshaped_argument"
    call = one_call(X, method="backward", changed={"x": spoilt})
    assert failure_of(checks.assert_left_alone, call, "x").kind == "changed_earlier_argument"


def test_another_sign_of_zero_is_no_change():
    """Whoever multiplies by a mask in place and back has changed nothing that counts."""
    zeros = np.zeros((2, 2))
    checks.assert_left_alone(one_call(X, arguments=(zeros,), changed={"x": -zeros}), "x")


def test_a_failure_survives_json():
    """The report of pytest carries it as data."""
    failure = failure_of(checks.assert_same, one_call(X + 1), X)
    assert Failure.from_json(json.loads(json.dumps(failure.to_json()))) == failure


def test_failure_texts_have_the_same_fields_in_every_language():
    """A message that names a field the other one lacks would break there."""

    def fields(language):
        table = tomllib.loads((texts._FOLDER / f"{language}.toml").read_text(encoding="utf-8"))["failure"]
        return {
            key: {name for _, name, _, _ in string.Formatter().parse(value) if name} for key, value in table.items()
        }

    assert fields("en") == fields("ko")


def test_draws_depend_on_seed_and_check_alone():
    """Neither on the order of checks nor on how many ran."""
    one, again = checks.Draw(3, "relu/one"), checks.Draw(3, "relu/one")
    assert np.array_equal(one.away_from_zero(3, 4), again.away_from_zero(3, 4))
    other, later = checks.Draw(3, "relu/other").gradient(3, 4), checks.Draw(4, "relu/one").gradient(3, 4)
    assert not np.array_equal(other, later)


@pytest.mark.parametrize("seed", range(20))
def test_draws_keep_their_promises(seed):
    """Away from zero, both signs, all pairs of signs, spread labels, no probability below 0.05."""
    draw = checks.Draw(seed, "relu/one")
    x, dout = draw.input_and_gradient(3, 4)
    assert 0.1 <= np.abs(x).min() <= 0.5
    assert np.abs(dout).min() >= 2
    assert {(a, b) for a, b in zip(np.sign(x.flat), np.sign(dout.flat), strict=True)} == {
        (1.0, 1.0), (1.0, -1.0), (-1.0, 1.0), (-1.0, -1.0)
    }  # fmt: skip
    assert (draw.away_from_zero(4, 3) < 0).sum() == 6
    scores, labels = draw.scores_and_labels(50, 4)
    assert np.bincount(labels).min() == 12
    assert scores[0].argmin() == labels[0]
    assert (np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)).min() >= 0.05


def test_a_grader_fault_is_not_a_failed_check():
    """An exception of our own passes through."""

    @checks.check(points=1)
    def test_broken(new_layer):
        """A check with a mistake in it"""
        new_layer().forward(X) / "nothing"

    with pytest.raises(TypeError):
        checks.run(test_broken, worker(type("Told", (Echo,), {"answer": staticmethod(lambda x: x)})), 0)


@pytest.mark.parametrize("reason", ["time", "died", "flood", "garbled", "spent"])
@pytest.mark.parametrize("place", ["", "relu.py:3"])
def test_every_end_of_a_call_can_be_said(reason, place):
    """With and without the line that was running, in both languages."""
    stopped = Stopped(reason=reason, place=place, source="while True:", detail="SIGSEGV")

    class Silent(LocalWorker):
        """Never answers."""

        def construct(self, arguments):
            return 0, one_call(stopped, method="__init__", arguments=tuple(arguments))

    @checks.check(points=1)
    def test_alone(new_layer):
        """A check that needs a layer"""
        new_layer()

    failure = checks.run(test_alone, Silent(Echo, catalogue.exercises()["relu"]), 0)
    assert not failure.blocked
    assert failure.message("en") != failure.message("ko")
    assert (place in failure.message()) or reason in {"garbled", "spent"}
