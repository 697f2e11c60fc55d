"""Exercises of an instructor's own: made by `grade new`, graded and examined like the kit's."""

import csv
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from grader import scaffold

ROOT = Path(__file__).parents[1]
OWN = ROOT / "docs" / "own-exercise"


def grade(folder, *words):
    """Run the command line in a folder."""
    return subprocess.run(
        [sys.executable, "-m", "grader", *words, "--lang", "en"],
        cwd=folder, capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip


@pytest.fixture
def course(tmp_path):
    """The folder of the tutorial, where nothing of the kit lies, named once."""
    folder = Path(shutil.copytree(OWN, tmp_path / "course"))
    assert grade(folder, "explain", "--course", "grade.toml").returncode == 0
    return folder


def test_what_is_written_can_be_graded_at_once(tmp_path):
    """The solution has full marks, the stub is not started, two of them live beside each other."""
    for name in ("swish", "max_norm"):
        done = grade(tmp_path, "new", name)
        assert done.returncode == 0, done.stderr
        assert f"solutions/{name}.py" in done.stdout
    for kind, score in (("solutions", 20.0), ("exercises", 0.0)):
        words = ("check", kind, "-e", "swish", "-e", "max_norm", "--format", "json")
        report = json.loads(grade(tmp_path, *words).stdout)
        assert (report["score"], report["max_score"]) == (score, 20.0)
        assert {one["status"] for one in report["exercises"]} == {"passed" if score else "not_started"}


def test_the_doctor_finds_nothing_wrong_with_it(tmp_path):
    """Stub, solution, pitfall and mutants are in order from the first minute."""
    assert grade(tmp_path, "new", "swish").returncode == 0
    done = grade(tmp_path, "doctor", "swish")
    assert done.returncode == 0, done.stdout


def test_its_pitfall_is_named_in_both_languages(tmp_path):
    """Texts of the instructor's own stand beside the kit's."""
    assert grade(tmp_path, "new", "swish").returncode == 0
    wrong = (tmp_path / "solutions" / "swish.py").read_text().replace("return 2 * dout", "return dout")
    (tmp_path / "swish.py").write_text(wrong)
    assert "hands the gradient on as it came" in grade(tmp_path, "check", "swish.py").stdout
    korean = subprocess.run(
        [sys.executable, "-m", "grader", "check", "swish.py", "--lang", "ko"],
        cwd=tmp_path, capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert "받은 기울기를 그대로 넘깁니다" in korean.stdout


@pytest.mark.parametrize("name", ["Swish", "my layer", "../swish", "_x", "a__b", "1st", ""])
def test_a_name_that_is_no_module_is_refused(tmp_path, name):
    """And nothing is written."""
    with pytest.raises(scaffold.ScaffoldError):
        scaffold.write(name, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_written_over(tmp_path):
    """Neither by a second call nor under the name of one of the kit's."""
    assert grade(tmp_path, "new", "swish").returncode == 0
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.*")}
    assert grade(tmp_path, "new", "swish").returncode == 2
    assert grade(tmp_path, "new", "relu").returncode == 2
    assert {path: path.read_bytes() for path in tmp_path.rglob("*.*")} == before


def test_the_exercise_of_the_tutorial_is_in_order(course):
    """The doctor is content, stubs have not drifted."""
    done = grade(course, "doctor", "batch_norm")
    assert done.returncode == 0, done.stdout
    assert grade(course, "stubs", "--check").returncode == 0


def test_a_class_is_graded_with_it_from_anywhere(course, tmp_path):
    """A batch of three: right, wrong with a name, not there; the pitfall reaches the table."""
    right = (course / "solutions" / "batch_norm.py").read_text()
    wrong = right.replace(" + self.beta\n", "\n")
    assert wrong != right
    for name, source in (("kim", right), ("lee", wrong), ("park", None)):
        folder = tmp_path / "class" / name
        folder.mkdir(parents=True)
        shutil.copy(ROOT / "solutions" / "relu.py", folder)
        if source is not None:
            (folder / "batch_norm.py").write_text(source)

    done = grade(tmp_path, "batch", "class", "-o", "out", "--exercises", "course", "--unsafe-no-sandbox", "--jobs", "2")

    assert done.returncode == 0, done.stderr
    rows = {
        row["submission"]: row for row in csv.DictReader((tmp_path / "out" / "grades.csv").read_text().splitlines())
    }
    kim, lee, park = (rows[name] for name in ("kim", "lee", "park"))
    assert (kim["score"], kim["max_score"], kim["batch_norm"]) == ("40", "120", "20")
    assert (park["score"], park["max_score"], park["batch_norm"]) == ("20", "120", "0")
    assert 0 < float(lee["batch_norm"]) < 20
    assert lee["pitfalls"] == "batch_norm/not-shifted"
    assert kim["needs_review"] == lee["needs_review"] == "false"


def test_an_incomplete_folder_is_refused_by_name(course):
    """A missing suite, a missing key, an id of the kit's."""
    (course / "suites" / "test_batch_norm.py").rename(course / "elsewhere.py")
    done = grade(course, "check", "solutions")
    assert done.returncode == 2
    assert "suites/test_batch_norm.py" in done.stderr.replace("\n", "")
    (course / "elsewhere.py").rename(course / "suites" / "test_batch_norm.py")
    index = course / "exercises.toml"
    index.write_text(index.read_text() + "\n[relu]\n")
    done = grade(course, "check", "solutions")
    assert (done.returncode, "[relu]" in done.stderr) == (2, True)
