"""A made-up class is the same each time, holds one of everything, and goes through the three commands of the README."""

import io
import json
import random
import subprocess
import sys
import zipfile

import pytest

from grader import sample_class, submissions
from grader.grading import grade
from grader.sample_class.slips import SLIPS
from grader.sample_class.work import homework

A_DOZEN = 12
"""In a class of as many there is one of each kind."""


def contents(students, seed):
    """Everything that a class hands in."""
    return [(entry.name, entry.files) for entry in sample_class.sample_class(students, seed)]


def run(*words, **options):
    """The command line in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "grader", *words], check=False, capture_output=True, text=True, **options
    )


def chance(number):
    """The dice of one student."""
    return random.Random(number)  # noqa: S311 - dice, not secrets


def test_the_same_seed_gives_the_same_bytes():
    """Byte for byte, and another seed gives another class."""
    assert contents(40, 1) == contents(40, 1)
    assert contents(40, 1) != contents(40, 2)


def test_a_larger_class_begins_with_a_smaller_one():
    """Whoever is there stays what they are."""
    assert contents(60, 5)[:20] == contents(20, 5)


def test_every_name_is_there_once():
    """A thousand students, no two of one name."""
    names = [name for name, _ in contents(1000, 0)]

    assert len(set(names)) == len(names)


def test_a_dozen_holds_one_of_each_form():
    """Folders, single files, notebooks, archives, an empty folder, and the encodings that one meets."""
    entries = contents(A_DOZEN, 7)
    files = {name: data for _, files in entries for name, data in files.items()}
    archives = [data for name, files in entries for data in files.values() if name.endswith(".zip")]
    sources = [data for _, files in entries for name, data in files.items() if name.endswith(".py")]

    assert any(not files for _, files in entries)
    assert any(name.endswith(".py") and "" in files for name, files in entries)
    assert json.loads(files["homework5.ipynb"])["nbformat"] == 4
    assert zipfile.ZipFile(io.BytesIO(archives[0])).testzip() is None
    assert any(data.startswith(b"\xef\xbb\xbf") for data in sources)
    assert any(data.startswith(b"\xff\xfe") for data in sources)


def test_nobody_hands_in_the_explanation():
    """What a pitfall says about itself is not in the homework."""
    sources = [source for number in range(200) for source in homework(number, chance(number)).values()]

    # A stub speaks for itself, and is the only source with a docstring.
    assert [source for source in sources if "title:" in source or "hint:" in source] == []


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: slip.replacement)
def test_every_slip_can_be_made(slip):
    """Each edit fits one of the right layers, and changes it."""
    right = homework(0, chance(0)).values()

    assert any(slip.fits(source) and slip.made(source) != source for source in right)


@pytest.mark.slow
def test_a_class_is_as_good_as_it_was_made(tmp_path):
    """Who was to be right has full marks, the missing one has nothing, all others a mistake with a name."""
    sample_class.write(tmp_path, A_DOZEN, 3)
    made = [entry.name for entry in sample_class.sample_class(A_DOZEN, 3)]
    reports = {
        entry.submission.name: grade(entry.submission) for entry in submissions.read_class(tmp_path, language="en")
    }

    scores = [reports[name].score for name in made]
    unnamed = [
        (name, exercise.id)
        for name, report in reports.items()
        for exercise in report.exercises
        if exercise.status in {"partial", "failed", "unreadable"} and not exercise.diagnoses
    ]

    assert [number for number, score in enumerate(scores) if score == 100.0] == [0, 6]
    assert [number for number, score in enumerate(scores) if score == 0.0] == [5]
    assert [name for name in made if reports[name].flags] == [made[10]]
    assert unnamed == []


@pytest.mark.slow
def test_three_commands_lead_from_nothing_to_the_pages(tmp_path):
    """sample-class, batch, report: a page for everyone and one for the class, and again without grading."""
    made = run("sample-class", "class", "--students", "5", "--seed", "4", cwd=tmp_path)
    graded = run("batch", "class", "-o", "graded", "--unsafe-no-sandbox", "--lang", "ko", cwd=tmp_path)
    first = {path.name: path.read_text("utf-8") for path in (tmp_path / "graded").rglob("*.html")}
    for path in (tmp_path / "graded").rglob("*.html"):
        path.unlink()
    again = run("report", "graded", cwd=tmp_path)
    english = run("report", "graded", "--lang", "en", cwd=tmp_path)

    assert [each.returncode for each in (made, graded, again, english)] == [0, 0, 0, 0], graded.stderr
    assert len(first) == 6
    assert all('<html lang="ko">' in page for page in first.values())
    assert '<html lang="en">' in (tmp_path / "graded" / "index.html").read_text("utf-8")
    run("report", "graded", cwd=tmp_path)
    assert {path.name: path.read_text("utf-8") for path in (tmp_path / "graded").rglob("*.html")} == first


def test_nothing_is_written_over(tmp_path):
    """A folder with something in it is refused, and so is a batch that is not there."""
    (tmp_path / "mine.txt").write_text("keep", encoding="utf-8")

    refused = run("sample-class", str(tmp_path), "--lang", "en")
    missing = run("report", str(tmp_path), "--lang", "en")

    assert (refused.returncode, missing.returncode) == (2, 2)
    assert "is not an empty folder; nothing was written" in refused.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
