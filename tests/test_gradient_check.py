"""The bonus exercise that asks for a function: graded in a worker like a layer, functions handed over by number."""

import pytest

from grader import checks
from grader.grading import grade
from grader.model import Settings, SourceFile, Standing, Submission

RIGHT = """import numpy as np

def numerical_gradient(f, x):
    h = 1e-4
    x = x.astype(float)
    grad = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        kept = x[index]
        x[index] = kept + h
        above = f(x)
        x[index] = kept - h
        grad[index] = (above - f(x)) / (2 * h)
        x[index] = kept
    return grad
"""


def graded(source, *exercises, **files):
    """The report on one file, asked for by name unless other exercises are."""
    handed_in = {"gradient_check": source, **files}
    sources = tuple(SourceFile(name=f"{name}.py", data=text.encode()) for name, text in handed_in.items())
    return grade(Submission(name="someone", files=sources), Settings(exercises=exercises or ("gradient_check",)))


def the_exercise(source):
    """The bonus exercise of that report."""
    return graded(source).exercises[0]


def test_a_right_function_gets_full_marks_beside_the_points():
    """20 bonus points, and none of them in the score."""
    report = graded(RIGHT)
    assert (report.score, report.max_score) == (0.0, 0.0)
    assert [(one.id, one.score, one.bonus) for one in report.exercises] == [("gradient_check", 20.0, True)]


@pytest.mark.parametrize(
    ("old", "new", "pitfall"),
    [
        ("(2 * h)", "h", "missing-two"),
        ("    x = x.astype(float)\n", "", "truncates-integers"),
        ("        x[index] = kept\n", "", "not-restored"),
        ("1e-4", "0.05", "step-too-large"),
        ("    return grad", "        return grad", "return-inside-loop"),
        ("1e-4", "1e-50", "step-too-small"),
        ("1e-4", "1e-10", "step-too-small"),
        ("1e-4", "np.finfo(float).eps", "step-too-small"),
        ("x = x.astype(float)\n    grad = np.zeros_like(x)", "grad = np.zeros(x.shape)", "truncates-integers"),
        ("np.ndindex(x.shape)", "range(len(x))", "vectors-only"),
        ("x[index] = kept - h", "x[index] -= h", "forward-difference"),
    ],
)
def test_the_mistakes_of_the_chapter_are_named(old, new, pitfall):
    """By the numbers, as for the layers."""
    source = RIGHT.replace(old, new)
    if pitfall == "not-restored":
        source = source.replace("    x = x.astype(float)\n", "").replace("zeros_like(x)", "zeros(x.shape)")
    found = [diagnosis.pitfall for diagnosis in the_exercise(source).diagnoses]
    assert f"gradient_check/{pitfall}" in found
    assert "gradient_check/flatten-copies" not in found  # nothing is copied here


def test_a_number_that_is_not_put_back_is_named_in_a_copy_too():
    """There x itself stays as it was, and only the numbers tell."""
    (diagnosis,) = the_exercise(RIGHT.replace("        x[index] = kept\n", "")).diagnoses
    assert diagnosis.pitfall == "gradient_check/not-restored"


ROW_BY_ROW = """import numpy as np

def numerical_gradient(f, x):
    if x.ndim > 1:
        return np.array([numerical_gradient(f, row) for row in x])
    x, h = x.astype(float), 1e-4
    moved = [(x + h * one, x - h * one) for one in np.eye(x.size)]
    return np.array([(f(above) - f(below)) / (2 * h) for above, below in moved])
"""
COPIED = """import numpy as np

def numerical_gradient(f, x):
    h = 1e-4
    grad, numbers = np.zeros(x.size), x.flatten().astype(float)
    for i in range(x.size):
        numbers[i] += h
        above = f(x)
        numbers[i] -= 2 * h
        grad[i] = (above - f(x)) / (2 * h)
        numbers[i] += h
    return grad.reshape(x.shape)
"""


@pytest.mark.parametrize(("source", "pitfall"), [(ROW_BY_ROW, "hands-over-vectors"), (COPIED, "flatten-copies")])
def test_one_mistake_gets_one_name(source, pitfall):
    """And no second one whose numbers happen to be alike."""
    assert [one.pitfall for one in the_exercise(source).diagnoses] == [f"gradient_check/{pitfall}"]


def test_a_function_that_takes_other_arguments_is_called_that():
    """Without a word about `self`."""
    (diagnosis,) = the_exercise("def numerical_gradient(x):\n    return x\n").diagnoses
    assert diagnosis.pitfall == "gradient_check/wrong-arity"
    assert "(f, x)" in diagnosis.explanation
    assert "self" not in diagnosis.explanation + diagnosis.hint


@pytest.mark.parametrize(
    "source",
    [
        "from common.gradient import numerical_gradient as found\nnumerical_gradient = found\n",
        """
import sys
def numerical_gradient(f, x):
    modules = [module for module in sys.modules.values() if hasattr(module, "numerical_gradient")]
    other = [module for module in modules if module.__name__ != "submission"][0]
    return other.numerical_gradient(f, x)
""",
    ],
)
def test_the_book_s_own_function_cannot_be_handed_in(source):
    """What is asked for is withheld from what may be imported."""
    assert the_exercise(source).score == 0.0


def test_a_class_of_that_name_is_not_a_function():
    """It is there and cannot be called as asked."""
    assert the_exercise("class numerical_gradient:\n    pass\n").status is Standing.FAILED


def test_a_helper_in_another_exercise_s_file_is_no_attempt():
    """Someone who imports the book's function in a layer's file is not told about a bonus that they never tried."""
    everything = ("relu", "gradient_check")
    report = graded("", *everything, relu="from common.gradient import numerical_gradient\nclass Relu: pass\n")
    assert [one.id for one in report.exercises] == list(everything)  # asked for by name: shown
    sources = (SourceFile(name="relu.py", data=b"from common.gradient import numerical_gradient\nclass Relu: pass\n"),)
    assert all(not one.bonus for one in grade(Submission(name="someone", files=sources)).exercises)


def test_every_function_that_a_suite_names_has_a_number():
    """And an unknown one is the suite's own slip of the pen."""
    assert int(checks.named("sum_of_squares")) == 0
    with pytest.raises(ValueError, match="is not in list"):
        checks.named("nobody")
