"""`grade doctor`: suites, solutions, right variants, pitfalls and mutants, all held against each other."""

import dataclasses
import re

import pytest
from rich.cells import cell_len

from grader import catalogue, doctor, pitfalls
from grader.cli import FULL_MARKS, WRONG_USAGE, app
from grader.cli.doctor import page
from grader.cli.speech import speaker
from grader.doctor import exceptions, submitting
from grader.doctor.judging import Row, judge_mutant, judge_pitfall
from grader.doctor.mutants import Mutant
from grader.doctor.pairs import Pair

EXERCISES = catalogue.exercises()
# Some hundred submissions are graded and as many mutants judged: half a minute, several on a busy machine.
PATIENCE = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def examinations():
    """Each exercise is examined once for all tests."""
    kept = {}

    def examined(id):
        return kept.setdefault(id, kept.get(id) or doctor.examine(id))

    return examined


def keys(complaints):
    """What is complained about."""
    return [complaint.key for complaint in complaints]


@pytest.mark.slow
@PATIENCE
@pytest.mark.parametrize("id", EXERCISES)
def test_there_is_nothing_to_complain_about(examinations, id):
    """Right layers keep their points, wrong ones lose some and are named, mutants are noticed, every check bites."""
    assert examinations(id).complaints == ()


@pytest.mark.slow
@PATIENCE
@pytest.mark.parametrize("id", EXERCISES)
def test_there_is_enough_to_look_at(examinations, id):
    """At least 20 right layers an exercise (fewer for a bonus), and mutants of which nearly all are noticed."""
    examination = examinations(id)
    killed = sum(row.killed for row in examination.mutants)

    assert examination.right >= (5 if EXERCISES[id].bonus else 20)
    assert killed / len(examination.mutants) > 0.9


@pytest.mark.slow
@PATIENCE
@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("verbose", [False, True])
def test_the_page_fits_80_cells(examinations, language, verbose):
    """Whatever the exercise, in both languages, with every mutant named."""
    lines = [line for id in EXERCISES for line in page(examinations(id), speaker(language), verbose=verbose)]

    assert max(map(cell_len, lines)) <= 80


@pytest.mark.slow
@PATIENCE
def test_the_page_lists_survivors_with_their_reasons(examinations):
    """A mutant that lives is shown, and why that is right."""
    text = "\n".join(page(examinations("sigmoid"), speaker("en"), verbose=False))

    assert "~ Sigmoid.forward: np.logaddexp(0, -x) -> np.logaddexp(-x, 0)\n      logaddexp is symmetric" in text


@pytest.mark.slow
@PATIENCE
def test_complaints_stand_on_the_page(examinations):
    """Each one after an exclamation mark."""
    complaint = doctor.Complaint(key="harmless", fields={"check": "relu/some_check"})
    sick = dataclasses.replace(examinations("relu"), complaints=(complaint,))

    assert "  ! relu/some_check fails for no wrong layer and no mutant" in list(
        page(sick, speaker("en"), verbose=False)
    )


def test_a_wrong_layer_among_the_right_ones_is_noticed(tmp_path, monkeypatch):
    """A file in tests/right that loses points is named with what it lost."""
    monkeypatch.setattr(submitting, "RIGHT", tmp_path)
    (tmp_path / "relu").mkdir()
    source = pitfalls.entries("relu")["relu/boundary-at-zero"].source
    (tmp_path / "relu" / "not_right.py").write_bytes(source.read_bytes())

    (complaint,) = doctor._of_right_layers(EXERCISES["relu"], 0)

    assert complaint.key == "right"
    assert complaint.fields == {"file": "relu/not_right.py", "lost": "relu/backward_is_zero_at_zero", "may": "-"}


def test_a_mutant_that_nobody_explains_is_a_complaint():
    """So is a reason for a mutant that is noticed, or that is made no more."""
    explained, *_ = exceptions.survivors("softmax_with_loss")
    rows = (Row(name="softmax: new -> old", marks="..."), Row(name=explained, marks=".x."))
    found = list(doctor._of_mutants("softmax_with_loss", rows))

    assert keys(found[:1]) == ["survivor"]
    assert set(keys(found[1:])) == {"dead"}
    assert explained in {complaint.fields["name"] for complaint in found[1:]}


def test_a_check_that_breaks_is_a_complaint():
    """A check has to fail on a wrong layer, whatever it answers."""
    assert keys(doctor._of_mutants("relu", (Row(name="some mutant", marks="x!"),))) == ["broke"]


def test_a_check_that_nothing_fails_is_a_complaint():
    """Being stopped before what it is about is not failing."""
    specs = submitting_checks("relu")[:2]
    rows = (Row(name="one", marks="x-"), Row(name="two", marks="x."))

    assert [complaint.fields for complaint in doctor._of_checks(specs, rows)] == [{"check": specs[1].id}]


def submitting_checks(id):
    """The checks of a suite."""
    return tuple(function.check for function in doctor.suite(EXERCISES[id].suite))


def test_two_mistakes_that_look_alike_are_a_complaint():
    """Unless it is known why; and what is known but no longer so is a complaint as well."""
    known = next(iter(exceptions.alike("relu")))
    new = Pair(names=("relu/one", "relu/two"), ids=frozenset({"relu/one", "relu/two"}), place=None)
    old = Pair(names=tuple(sorted(known)), ids=known, place=None)

    assert keys(doctor._of_pairs("relu", [new, old])) == ["alike"]
    assert keys(doctor._of_pairs("relu", [])) == ["told_apart"]


def test_a_mutant_that_loops_is_stopped():
    """A `while` that lost its end costs a second, not the examination."""
    endless = "class Relu:\n    def forward(self, x):\n        while True:\n            pass\n"
    row = judge_mutant(Mutant(key="endless", source=endless), EXERCISES["relu"], 0)

    assert row.killed
    assert set(row.marks) <= {"x", "-"}


def test_the_matrix_tells_failing_from_not_reaching():
    """A layer whose forward raises fails the checks of forward; those of backward are not reached."""
    layer = pitfalls.entries("affine")["affine/missing-transpose"]
    row = judge_pitfall(layer, EXERCISES["affine"], 0)
    about = [spec.about for spec in submitting_checks("affine")]

    assert {mark for mark, method in zip(row.marks, about, strict=True) if method == "backward"} <= {"x", "."}
    assert {mark for mark, method in zip(row.marks, about, strict=True) if method == "forward"} <= {"-", "."}


def test_every_reason_belongs_to_an_exercise():
    """Entries of exceptions.toml name exercises and checks that there are, and state a reason."""
    table = exceptions._read()
    assert {entry["exercise"] for entry in table["survivor"] + table["right"]} <= set(EXERCISES)
    assert all(entry["reason"] for entries in table.values() for entry in entries)
    ids = {spec.id for id in EXERCISES for spec in submitting_checks(id)}
    assert {check for entry in table["right"] for check in entry["loses"]} <= ids


@pytest.mark.slow
@PATIENCE
def test_the_command_says_that_all_is_well(capfd):
    """One exercise, exit code 0; the figures come first."""
    assert app.run(["doctor", "relu"]) == FULL_MARKS
    out = capfd.readouterr().out

    assert re.match(r"relu: \d+ checks, \d+ wrong layers, \d+ right layers, (\d+) of \1 mutants noticed\n", out)
    assert out.endswith("\nEverything is in order.\n")


def test_the_command_refuses_unknown_exercises(capfd):
    """The nearest one is offered."""
    assert app.run(["doctor", "rely", "--lang", "en"]) == WRONG_USAGE
    assert "`grade doctor relu`" in capfd.readouterr().err


def test_without_the_folder_of_right_layers_that_is_said(tmp_path, monkeypatch, capfd):
    """An installed package has no tests; the rest is examined all the same."""
    monkeypatch.setattr(submitting, "RIGHT", tmp_path / "none")
    monkeypatch.setattr(doctor, "examine", lambda name, seed: healthy(name))

    assert app.run(["doctor", "relu", "--lang", "en"]) == FULL_MARKS
    assert "tests/right/ is not there" in capfd.readouterr().err


def healthy(id):
    """An examination that found nothing."""
    return doctor.Examination(
        exercise=id, checks=(), pitfalls=(), mutants=(), survivors={}, right=0, pairs=0, close=(), complaints=()
    )
