"""Forty wrong files that nobody looked at while the diagnosis was built, through the whole grader.

Written last, in other styles than those of the catalogue. Whoever changes the diagnosis because of one of them takes it
out and writes another.
"""

import re
from pathlib import Path

import pytest

from grader.grading import grade
from grader.model import Settings, SourceFile, Standing, Submission

UNSEEN = Path(__file__).parent / "unseen"
ENOUGH = 38
"""So many of the forty are to be named rightly; none is to be named wrongly with certainty."""


def cases():
    """Exercise, name, ids of the mistakes, source."""
    for table in sorted(UNSEEN.glob("*.txt")):
        for part in re.split(r"(?m)^=== ", table.read_text(encoding="utf-8"))[1:]:
            name, expect, source = part.split("\n", 2)
            yield table.stem, name, set(expect.removeprefix("expect ").split()), source


@pytest.fixture(scope="module")
def named():
    """For each case, what was expected and what the diagnosis is certain of."""
    found = {}
    for exercise, name, expected, source in cases():
        submission = Submission(name=name, files=(SourceFile(name=f"{exercise}.py", data=source.encode()),))
        report = grade(submission, Settings(exercises=(exercise,))).exercises[0]
        assert report.status not in (Standing.PASSED, Standing.BROKEN), name
        certain = {diagnosis.pitfall for diagnosis in report.diagnoses if diagnosis.certain}
        found[f"{exercise}: {name}"] = (expected, certain)
    return found


def test_there_are_forty(named):
    """Ten an exercise, five of them with two mistakes."""
    assert len(named) == 40
    assert sum(len(expected) == 2 for expected, _ in named.values()) >= 5


def test_nothing_is_named_wrongly_with_certainty(named):
    """What the diagnosis is not sure of, it offers."""
    wrong = {name: certain - expected for name, (expected, certain) in named.items() if certain - expected}

    assert wrong == {}


def test_enough_are_named_rightly(named):
    """Every mistake of a file, and no other."""
    missed = {name: (expected, certain) for name, (expected, certain) in named.items() if certain != expected}

    assert len(named) - len(missed) >= ENOUGH, missed
