"""Stubs come from solutions, and have not drifted from them."""

import subprocess
import sys

import pytest

from grader import catalogue
from grader.stubs import MarkerError, stub

SOLUTION = """class Relu:
    def forward(self, x):
        # TODO: return x where it is positive
        # --- solution
        self.positive = x > 0
        return x * self.positive
        # --- end of solution
"""


@pytest.mark.parametrize("exercise", catalogue.exercises().values(), ids=catalogue.exercises())
def test_every_stub_is_what_its_solution_says(exercise):
    """`grade stubs` would change nothing."""
    assert exercise.stub.read_text(encoding="utf-8") == stub(exercise.solution.read_text(encoding="utf-8"))


def test_a_region_becomes_a_refusal_with_the_words_of_its_todo():
    """Nothing of the solution stays."""
    assert stub(SOLUTION) == (
        "class Relu:\n    def forward(self, x):\n        # TODO: return x where it is positive\n"
        '        raise NotImplementedError("return x where it is positive")\n'
    )


@pytest.mark.parametrize(
    ("solution", "complaint"),
    [
        ("class Relu: pass\n", "there is no `# --- solution`"),
        (SOLUTION + SOLUTION.replace("        # TODO: return x where it is positive\n", ""), "is left over"),
        (SOLUTION + SOLUTION.replace("        # --- end of solution\n", ""), "is left over"),
    ],
)
def test_markers_that_do_not_fit_are_refused(solution, complaint):
    """A solution never slips into a stub because of a marker that was forgotten."""
    with pytest.raises(MarkerError, match=complaint):
        stub(solution)


def test_the_command_names_what_differs_and_writes_it(tmp_path):
    """--check says so with exit code 1 and writes nothing; without it the stub is written."""

    def grade(*words):
        return subprocess.run(
            [sys.executable, "-m", "grader", *words, "--lang", "en"],
            cwd=tmp_path, capture_output=True, encoding="utf-8", check=False,
        )  # fmt: skip

    assert grade("new", "thing").returncode == 0
    file = tmp_path / "exercises" / "thing.py"
    written = file.read_text()
    file.write_text("changed\n")

    checked = grade("stubs", "--check")
    assert (checked.returncode, checked.stdout) == (1, "exercises/thing.py differs from its solution\n")
    assert file.read_text() == "changed\n"

    assert grade("stubs").stdout == "exercises/thing.py\n"
    assert file.read_text() == written
    assert grade("stubs", "--check").stdout == "All stubs are what their solutions say\n"
