"""`grade hint`: four steps that follow from the file as it stands."""

import re

import numpy as np
import pytest
from rich.cells import cell_len

from grader import catalogue, hints, pitfalls, texts
from grader.calls import LocalWorker
from grader.cli import FULL_MARKS, WRONG_USAGE, app
from grader.diagnosis.examples import Asked, examples
from grader.diagnosis.rehearsal import reference
from grader.grading import grade as graded
from grader.model import Settings, SourceFile, Submission

EXERCISES = catalogue.exercises()
STEPS = ("1. Where it is", "2. What should hold", "3. What is behind it", "4. A way through it")

ENTRIES = (
    "relu/boundary-at-zero",
    "sigmoid/missing-dout",
    "affine/bias-axis",
    "softmax_with_loss/not-divided-by-batch",
)


@pytest.fixture
def grade(tmp_path, monkeypatch, capfd):
    """The command line in this process, in an empty folder: exit code, stdout, stderr."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GRADE_LANG", "en")

    def run(*words):
        code = app.run(["hint", *words])
        out, err = capfd.readouterr()
        return code, out, err

    return run


def hand_in(id, folder):
    """Put a wrong layer of the catalogue where a student would have it; its exercise."""
    exercise = id.split("/")[0]
    (folder / f"{exercise}.py").write_bytes(pitfalls.entries(exercise)[id].source.read_bytes())
    return exercise


def report_of(id, language="en"):
    """The report of a wrong layer of the catalogue."""
    exercise = id.split("/")[0]
    file = SourceFile(name=f"{exercise}.py", data=pitfalls.entries(exercise)[id].source.read_bytes())
    submission = Submission(name="someone", files=(file,))
    return graded(submission, Settings(exercises=(exercise,), language=language)).exercises[0]


def test_the_first_step_says_where_and_how_to_get_the_second(grade, tmp_path):
    """Place and line; neither what is wrong nor what would be right."""
    hand_in("relu/boundary-at-zero", tmp_path)
    code, out, _ = grade("relu")

    assert code == FULL_MARKS
    assert re.fullmatch(
        r"1\. Where it is\n   Look at relu\.py:\d+:\n       self\.mask = x < 0\n\n"
        r"Still stuck\? The next step: grade hint relu --level 2\n",
        out,
    )


@pytest.mark.parametrize("level", [1, 2, 3, 4])
def test_each_level_adds_a_step(grade, tmp_path, level):
    """The steps before stay, so that one call is enough."""
    hand_in("relu/boundary-at-zero", tmp_path)
    _, out, _ = grade("relu", "--level", str(level))

    assert tuple(line for line in out.splitlines() if line in STEPS) == STEPS[:level]


def test_the_second_step_says_what_should_hold_and_what_was_seen(grade, tmp_path):
    """The titles of the lost checks and the message of the first."""
    hand_in("relu/boundary-at-zero", tmp_path)
    _, out, _ = grade("relu", "--level", "2")

    assert "   - backward returns 0 where x was exactly 0\n" in out
    assert "numbers that `backward` returned are not right" in out
    assert "hint:" not in out


def test_the_third_step_has_the_formula_and_the_section(grade, tmp_path):
    """And the reason of the mistake."""
    hand_in("softmax_with_loss/not-divided-by-batch", tmp_path)
    _, out, _ = grade("softmax_with_loss", "--level", "3")

    assert "dx = (y - t) / N" in out
    assert "Section 5.6.3" in out


def test_the_last_step_works_an_example_and_ends_the_ladder(grade, tmp_path):
    """On an input that shows the mistake, with what lies between; then the one hint."""
    hand_in("relu/boundary-at-zero", tmp_path)
    _, out, _ = grade("relu", "relu.py", "--level", "4")

    assert "       x > 0           [[ True, False,  True],\n" in out
    assert out.endswith("That was the last step. When you have changed something: grade check relu.py\n")


@pytest.mark.parametrize("language", texts.languages())
@pytest.mark.parametrize("id", ENTRIES)
def test_no_step_before_the_last_gives_the_action_away(id, language):
    """The hint of the entry stands in the last step alone."""
    ladder = hints.ladder(report_of(id, language), language)
    entry = pitfalls.entries(id.split("/")[0])[id]
    hint = texts.find(f"pitfall.{id}.hint", language) or entry.hint

    assert len(ladder) == hints.LEVELS
    assert all(hint not in line for rung in ladder[:-1] for line in rung)
    assert any(hint in line for line in ladder[-1])


@pytest.mark.parametrize("language", texts.languages())
def test_pages_fit_80_cells(grade, tmp_path, language):
    """All steps for some of everything, in both languages."""
    for id in ENTRIES:
        exercise = hand_in(id, tmp_path)
        _, out, _ = grade(exercise, "--level", "4", "--lang", language)
        assert max(map(cell_len, out.splitlines())) <= 80


def test_what_is_not_started_is_begun(grade, tmp_path):
    """The first TODO, what is asked for, the formula, an example; no blame for what is not there."""
    (tmp_path / "affine.py").write_bytes(EXERCISES["affine"].stub.read_bytes())
    _, out, _ = grade("affine", "--level", "4")

    assert "Nothing of `Affine` is written yet. Begin with the first TODO in affine.py" in out
    assert "What was seen" not in out
    assert "   y = x · W + b" in out
    assert "forward(x)  [[ 10, -12],\n" in out


def test_a_file_that_python_cannot_read_gets_steps_too(grade, tmp_path):
    """Where Python stopped, what is wrong there, why, and what to do."""
    (tmp_path / "relu.py").write_text("class Relu:\n    def forward(self, x)\n        return x\n")
    _, out, _ = grade("relu", "--level", "4")

    assert "Look at relu.py:2:\n       def forward(self, x)\n" in out
    assert "a colon is missing here" in out
    assert "End the line with `:`." in out


def test_a_class_that_is_missing_gets_steps_too(grade, tmp_path):
    """A near miss is where to look."""
    (tmp_path / "relu.py").write_text("class Rellu:\n    def forward(self, x):\n        return x\n")
    code, out, _ = grade("relu", "--level", "4")

    assert code == FULL_MARKS
    assert "relu.py:1" in out


RAW = '{"nbformat": 4, "cells": [{"cell_type": "raw", "source": "class Relu:"}, {"cell_type": "code", "source": "x"}]}'


@pytest.mark.parametrize(
    ("file", "source", "seen"),
    [
        ("sigmoid.py", "class Sigmoid:\n    pass\n", "There is no `Relu` yet: neither relu.py"),
        ("relu.py", "class Layer:\n    pass\n", "there is no class `Relu` in what was handed in"),
        ("hw.ipynb", RAW, "cell 1: `Relu` stands in a cell of text"),
    ],
    ids=["no file", "another class", "a raw cell"],
)
def test_what_is_not_there_is_said_not_to_be_there(grade, tmp_path, file, source, seen):
    """Nobody is sent to the TODO of a file that does not exist."""
    (tmp_path / file).write_text(source)

    code, out, _ = grade("relu")

    assert (code, seen in " ".join(out.split())) == (FULL_MARKS, True)
    assert "TODO" not in out
    assert "first check" not in out


def test_a_mistake_without_a_line_names_the_check(grade, tmp_path):
    """When no single line is the cause, the first check that fails is where to begin."""
    lost = [check for check in report_of("relu/boundary-at-zero").checks if check.points == 0]
    cause = report_of("relu/boundary-at-zero").diagnoses[0]
    nowhere = type(cause)(pitfall=cause.pitfall, title=cause.title, explanation=cause.explanation)

    assert hints._where(nowhere, lost, "en")[-1] == "backward returns 0 where x was exactly 0"


def test_checks_that_a_course_holds_out_are_not_spoken_of(grade, tmp_path):
    """`grade check` does not run them for students, so no hint comes from them."""
    hand_in("relu/boundary-at-zero", tmp_path)
    (tmp_path / "grade.toml").write_text('held_out = ["relu/backward_is_zero_at_zero"]\n')

    assert grade("relu") == (FULL_MARKS, "relu: everything passes, there is nothing to hint at\n", "")


def test_full_marks_need_no_hint(grade, tmp_path):
    """Exit code 0 and one sentence."""
    (tmp_path / "relu.py").write_bytes(EXERCISES["relu"].solution.read_bytes())

    assert grade("relu") == (FULL_MARKS, "relu: everything passes, there is nothing to hint at\n", "")


def test_refusals_name_the_next_command(grade):
    """No exercise, an unknown one, a level that there is not, a path that is not there."""
    assert "hint: `grade hint relu`" in grade()[2]
    assert "hint: `grade hint sigmoid`" in grade("sigmod")[2]
    assert grade("relu", "nowhere")[0] == WRONG_USAGE


def test_levels_end_at_four(grade, tmp_path):
    """5 is refused, and so is what is no number."""
    hand_in("relu/boundary-at-zero", tmp_path)
    assert "there is no level 5: the last one is 4" in grade("relu", "--level", "5")[2]
    assert grade("relu", "--level", "two")[0] == WRONG_USAGE


@pytest.mark.parametrize(("id", "method"), hints.STEPS)
def test_worked_examples_end_in_what_the_reference_answers(id, method):
    """The steps between are computed on the same inputs as the answer below them."""
    exercise = EXERCISES[id]
    example = next(iter(examples(exercise)))
    _, call = Asked(exercise, LocalWorker(reference(exercise), exercise)).answers(example, method)
    lines = list(hints._worked(exercise, method, example))

    first = hints._numbers(call.answer)[0]
    assert f"{method}({', '.join(exercise.methods[method])})" in "\n".join(lines)
    assert any(line.endswith(first) for line in lines)


def test_steps_between_are_right():
    """What is shown for softmax adds up to 1 in each row, and its logarithm gives the loss."""
    example = next(iter(examples(EXERCISES["softmax_with_loss"])))
    steps = dict(hints.STEPS["softmax_with_loss", "forward"])
    probabilities, logarithms = steps["y = softmax(x)"](example.arrays), steps["-log(y)"](example.arrays)

    assert np.allclose(probabilities.sum(axis=1), 1)
    assert np.allclose(np.exp(-logarithms), probabilities)


@pytest.mark.parametrize("id", [id for id, exercise in EXERCISES.items() if not exercise.bonus])
def test_every_formula_is_there_in_every_language(id):
    """One for each method."""
    for language in texts.languages():
        for method in EXERCISES[id].methods:
            assert texts.find(f"hint.formula.{id}.{method}", language)
