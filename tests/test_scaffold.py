"""Exercises of an instructor's own: made by `grade new`, graded and examined like the kit's."""

import csv
import json
import re
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


@pytest.mark.parametrize(
    "name",
    [
        "Swish",
        "my layer",
        "../swish",
        "_x",
        "a__b",
        "1st",
        "",
        "배치정규화",
        "class",
        "random",
        "numpy",
        "grader",
        "con",
    ],
)
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


def test_what_is_no_toml_is_not_added_to(tmp_path):
    """A list of exercises that cannot be read stays as it is, and so does the folder."""
    for file in ("exercises.toml", "grade.toml"):
        folder = tmp_path / file.partition(".")[0]
        folder.mkdir()
        (folder / file).write_text("[swish\n")
        done = grade(tmp_path, "new", "max_norm", folder.name)
        assert (done.returncode, f"`{file}` is no TOML" in done.stderr) == (2, True)
        assert [path.name for path in folder.iterdir()] == [file]
        assert (folder / file).read_text() == "[swish\n"


def test_a_folder_that_cannot_be_made_leaves_no_half_of_an_exercise(tmp_path):
    """A file stands where `texts/` belongs."""
    (tmp_path / "texts").write_text("mine")
    done = grade(tmp_path, "new", "swish")
    assert done.returncode == 2
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [tmp_path / "texts"]


def test_a_course_that_does_not_name_the_folder_is_said(tmp_path):
    """Its `grade.toml` is the instructor's, and nobody else writes into it."""
    (tmp_path / "grade.toml").write_text('language = "en"\n')
    done = grade(tmp_path, "new", "swish")
    assert (done.returncode, 'folders = ["."]' in done.stdout) == (0, True)
    (tmp_path / "grade.toml").write_text('folders = ["."]\n')
    assert grade(tmp_path, "list", "--course", "grade.toml").returncode == 0
    assert "folders" not in grade(tmp_path, "new", "max_norm").stdout


def test_help_is_given_beside_a_course_that_nobody_named(course):
    """It runs nothing, so there is nothing to refuse."""
    strange = course.rename(course.with_name("strange"))
    assert grade(strange, "list").returncode == 2
    assert grade(strange, "new", "--help").returncode == 0


def test_the_exercise_of_the_tutorial_is_in_order(course):
    """The doctor is content, stubs have not drifted."""
    done = grade(course, "doctor", "batch_norm")
    assert done.returncode == 0, done.stdout
    assert grade(course, "stubs", "--check").returncode == 0


def test_whoever_follows_the_tutorial_ends_with_a_doctor_that_is_content(tmp_path):
    """`grade new`, the finished files over those that it wrote, what the page has one delete, a batch of three."""
    commands = [
        line
        for block in re.findall(r"```sh\n(.*?)```", OWN.with_suffix(".md").read_text(encoding="utf-8"), re.DOTALL)
        for line in block.splitlines()
    ]
    new, rm = (next(line.split() for line in commands if line.startswith(word)) for word in ("grade new ", "rm "))
    assert grade(tmp_path, *new[1:]).returncode == 0
    course = tmp_path / new[-1]
    for name in ("exercises.toml", "exceptions.toml"):
        shutil.copy(OWN / name, course)
    for name in ("solutions", "suites", "pitfalls", "texts", "right"):
        shutil.copytree(OWN / name, course / name, dirs_exist_ok=True)
    (course / rm[1]).unlink()
    assert grade(course, "stubs").returncode == 0
    examined = grade(course, *next(line.split()[1:] for line in commands if line.startswith("grade doctor")))
    assert examined.returncode == 0, examined.stdout
    for name, kind in (("kim", "solutions"), ("lee", "exercises"), ("park", "right")):
        shutil.copytree(course / kind, course / "submissions" / name)
    batch = next(line.split()[1:] for line in commands if line.startswith("grade batch"))
    done = grade(course, *batch, "--unsafe-no-sandbox")
    assert done.returncode == 0, done.stderr
    rows = list(csv.DictReader((course / "graded" / "grades.csv").read_text().splitlines()))
    assert [(row["submission"], row["batch_norm"]) for row in rows] == [("kim", "20"), ("lee", "0"), ("park", "20")]


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
