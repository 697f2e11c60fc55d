"""The bonus exercise that builds on layers: right ones are provided, and nothing hidden with them."""

import numpy as np
import pytest

from grader import catalogue, provided
from grader.diagnosis.rehearsal import reference
from grader.grading import grade
from grader.model import Settings, SourceFile, Submission

NET = catalogue.exercises()["two_layer_net"]
FILES = {
    id: catalogue.exercises()[id].solution.read_text(encoding="utf-8")
    for id in ("relu", "sigmoid", "affine", "softmax_with_loss", "two_layer_net")
}


def graded(files, **settings):
    """The report on these files."""
    sources = tuple(SourceFile(name=f"{name}.py", data=text.encode()) for name, text in files.items())
    return grade(Submission(name="someone", files=sources), Settings(**settings))


def bonus(files):
    """The network's part of the report."""
    return next(exercise for exercise in graded(files).exercises if exercise.id == "two_layer_net")


def test_a_network_is_reported_beside_the_points():
    """100 of 100 with it, and without it, and no line about it where it was not tried."""
    with_it = graded(FILES)
    without = graded({id: text for id, text in FILES.items() if id != "two_layer_net"})
    assert (with_it.score, with_it.max_score) == (without.score, without.max_score) == (100.0, 100.0)
    assert [one.id for one in with_it.exercises if one.bonus] == ["two_layer_net"]
    assert [one.id for one in without.exercises if one.bonus] == []


def test_a_wrong_relu_does_not_cost_the_network():
    """The student's own layers stand beside it, and the provided ones are what it is graded with."""
    wrong = FILES["relu"].replace("x > 0", "x < 0")
    report = graded(FILES | {"relu": wrong})
    scores = {exercise.id: exercise.score for exercise in report.exercises}
    assert scores["relu"] < 20
    assert scores["two_layer_net"] == 30.0


def test_it_is_missing_only_where_it_was_asked_for():
    """Asked for by name, a bonus that is not there is reported as that."""
    report = graded({"relu": FILES["relu"]}, exercises=("two_layer_net",))
    assert [(one.id, one.status.value) for one in report.exercises] == [("two_layer_net", "missing")]


@pytest.mark.parametrize(
    ("old", "new", "pitfall"),
    [
        ("self.second.forward(activations)", "self.second.forward(self.first.forward(x))", "pre-activation"),
        ("        dout = self.relu.backward(dout)\n", "", "layer-left-out"),
        ("        dout = self.second.backward(dout)\n", "", "layer-left-out"),
        ('"W2": self.second.dW', '"W2": self.first.dW', ""),
        (
            '{"W1": self.first.dW, "b1": self.first.db,',
            '{"W1": self.second.dW, "b1": self.second.db,',
            "wrong-layers-gradients",
        ),
        ('"b1": self.first.db', '"b1": self.second.db', "wrong-layers-gradients"),
        ("Affine(W1, b1)", "Affine(W1.copy(), b1)", "copies-parameters"),
        ("Affine(W2, b2)", "Affine(W2.copy(), b2)", "copies-parameters"),
        ("Affine(W2, b2)", "Affine(W2, b2 + 0)", "copies-parameters"),
        ("dout = self.last.backward()", "dout = self.predict(x)", "missing-last-layer"),
        ("dout = self.last.backward()", "dout = 1", "missing-last-layer"),
        ("dout = self.last.backward()", "dout = self.predict(x) - t", "missing-last-layer"),
        ("        self.loss(x, t)\n", "", "no-forward"),
    ],
)  # fmt: skip
def test_mistakes_of_composition_are_named(old, new, pitfall):
    """Those of the articles, and others; what is not in the collection is said to be that."""
    found = [
        one.pitfall for one in bonus(FILES | {"two_layer_net": FILES["two_layer_net"].replace(old, new)}).diagnoses
    ]
    assert found
    assert not pitfall or found[0] == f"two_layer_net/{pitfall}"


@pytest.mark.parametrize("spoilt", ["* 0.9", "** 3"])
def test_wrong_numbers_under_every_key_are_one_gap(spoilt):
    """Four keys and one cause: said once, with the keys."""
    source = FILES["two_layer_net"].replace("self.last.backward()", f"self.last.backward() {spoilt}")
    (diagnosis,) = bonus(FILES | {"two_layer_net": source}).diagnoses
    assert diagnosis.pitfall == "two_layer_net/unknown"
    assert all(f'["{key}"]' in " ".join(diagnosis.details) for key in ("W1", "b1", "W2", "b2"))


@pytest.mark.parametrize(("returned", "pitfall"), [("None", "missing-return"), ("1, 2", "wrong-type")])
def test_what_is_no_dictionary_lacks_no_keys_besides(returned, pitfall):
    """One cause, one diagnosis."""
    source = FILES["two_layer_net"].replace('return {"W1"', f'return {returned}\n        unused = {{"W1"')
    (diagnosis,) = bonus(FILES | {"two_layer_net": source}).diagnoses
    assert diagnosis.pitfall == f"two_layer_net/{pitfall}"


def test_a_gradient_that_is_missing_from_the_dictionary_is_named():
    """By its key."""
    source = FILES["two_layer_net"].replace(', "b2": self.second.db', "")
    (diagnosis,) = bonus(FILES | {"two_layer_net": source}).diagnoses
    assert diagnosis.pitfall == "two_layer_net/missing-item"
    assert '["b2"]' in diagnosis.title
    assert '["W1"]' not in diagnosis.title


def test_a_layer_that_the_way_back_does_not_reach_left_nothing_to_return():
    """Its keys are there, and None is what they hold."""
    source = FILES["two_layer_net"].replace("        self.first.backward(dout)\n", "")
    part = bonus(FILES | {"two_layer_net": source})
    assert not any("`gradient` returned None" in check.message for check in part.checks)
    (diagnosis,) = part.diagnoses
    assert diagnosis.title == 'in what `gradient` returns, `["W1"]`, `["b1"]` is None'


def test_a_provided_layer_that_saw_no_forward_says_which_it_is():
    """`gradient` runs forward all right, past Relu."""
    source = FILES["two_layer_net"].replace("self.relu.forward(self.first", "np.abs(self.first")
    assert source != FILES["two_layer_net"]
    assert any(
        "Relu.backward was called before its forward" in one.title for one in bonus({"two_layer_net": source}).diagnoses
    )


def test_keys_that_are_all_spelt_otherwise_are_all_named():
    """Whoever wrote "dW1" does not have to come back four times."""
    source = FILES["two_layer_net"].replace('"W', '"dW').replace('"b', '"db')
    (diagnosis,) = bonus(FILES | {"two_layer_net": source}).diagnoses
    assert all(f'`["{key}"]`' in diagnosis.title for key in ("W1", "b1", "W2", "b2"))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("self.second.forward(activations)", "self.first.forward(activations)", "Affine.forward takes x of shape"),
        ("dout = self.relu.backward(dout)", "dout = self.relu.backward(x)", "Relu.backward takes dout of shape (6, 5)"),
        ("dout = self.second.backward(dout)", "dout = self.second.backward(dout.T)", "Affine.backward takes dout"),
    ],
)  # fmt: skip
def test_a_provided_layer_says_which_shape_it_takes(old, new, said):
    """What is inside it is nothing that a student has written, so NumPy's words about that would help nobody."""
    (diagnosis,) = bonus(FILES | {"two_layer_net": FILES["two_layer_net"].replace(old, new)}).diagnoses
    assert said in diagnosis.title


def test_provided_layers_agree_with_the_solutions():
    """Not their code, but their numbers: forward, backward and the gradients that are kept."""
    draw = np.random.default_rng(5)
    x, w, b, dout = (draw.normal(size=shape) for shape in ((4, 3), (3, 5), 5, (4, 5)))
    made = {}
    for id in ("affine", "relu", "softmax_with_loss"):
        exercise = catalogue.exercises()[id]
        module = provided.offering.module_of(id, provided.modules(NET)[id])
        made[id] = [getattr(module, exercise.class_name), reference(exercise)]
    for id, given, calls in (
        ("affine", (w, b), (x, dout)),
        ("relu", (), (x, dout[:, :3])),
    ):
        mine, theirs = (layer(*given) for layer in made[id])
        assert np.allclose(mine.forward(calls[0]), theirs.forward(calls[0]))
        assert np.allclose(mine.backward(calls[1]), theirs.backward(calls[1]))
        assert all(
            np.allclose(getattr(mine, name), getattr(theirs, name)) for name in catalogue.exercises()[id].attributes
        )
    for t in (np.array([0, 2, 1, 0]), np.eye(3)[[0, 2, 1, 0]]):
        mine, theirs = (layer() for layer in made["softmax_with_loss"])
        assert np.isclose(mine.forward(x, t), theirs.forward(x, t), atol=1e-5)
        assert np.allclose(mine.backward(), theirs.backward())


LOOKING_AROUND = """import sys

class Relu:
    def forward(self, x):
        found = [key for key in sys.modules if key in {"affine", "relu", "layers"} or key.startswith("grader")]
        if found:
            raise RuntimeError(found)
        return x
    def backward(self, dout):
        return dout
"""


def test_no_layer_is_provided_where_layers_are_asked_for():
    """The worker of a layer's exercise holds none that could be handed in."""
    (exercise,) = graded({"relu": LOOKING_AROUND}, exercises=("relu",)).exercises
    assert not any("RuntimeError" in check.message for check in exercise.checks)
    borrowed = graded({"relu": "from affine import Affine\nfrom relu import Relu\n"}, exercises=("relu",))
    assert borrowed.score == 0.0


def test_what_is_provided_is_not_the_solution():
    """No line of arithmetic is the same, and no source can be read in the worker."""
    lines = {line.strip() for line in "\n".join(provided.modules(NET).values()).splitlines() if "return" in line}
    answers = {line.strip() for id in NET.needs for line in FILES[id].splitlines() if "return" in line}
    assert not (lines & answers) - {""}
    source = FILES["two_layer_net"].replace(
        "        self.relu = Relu()\n",
        "        self.relu = Relu()\n        import inspect\n        print(inspect.getsource(Relu.forward))\n",
    )
    report = graded({"two_layer_net": source}, exercises=("two_layer_net",))
    assert "heaviside" not in report.output
