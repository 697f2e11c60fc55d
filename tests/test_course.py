"""`grade.toml`: what a course decides, and what it says about a key that nobody knows."""

import json
import re
import shutil
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from grader import catalogue
from grader.course import Course, CourseError, read
from grader.judge import engine
from grader.model import Limits
from grader.submissions import ReadingLimits

ROOT = Path(__file__).parents[1]
OWN = ROOT / "docs" / "own-exercise"


@pytest.fixture
def course(tmp_path):
    """Write a course and read it; afterwards the catalogue is the kit's own again."""

    def written(text):
        path = tmp_path / "grade.toml"
        path.write_text(text, encoding="utf-8")
        return read(path)

    yield written
    catalogue.include(())


def grade(folder, *words):
    """Run the command line in a folder."""
    return subprocess.run(
        [sys.executable, "-m", "grader", *words],
        cwd=folder, capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip


def graded(folder, *words):
    """The JSON report of `grade check`."""
    return json.loads(grade(folder, "check", "--format", "json", *words).stdout)


def test_every_key_may_be_left_out(course):
    """An empty file is the kit as it is."""
    assert course("") == Course()


def test_all_keys_are_read(course):
    """Folders become full paths, points numbers."""
    found = course(
        f'language = "ko"\nseed = 3\nexercises = ["relu", "batch_norm"]\nfolders = ["{OWN.as_posix()}"]\n'
        'held_out = ["relu/backward_leaves_dout_alone"]\n[points]\nbatch_norm = 40\n[limits]\ncall_seconds = 2.5\n'
        "[reading]\nentries = 100\n"
    )
    assert found == Course(
        language="ko",
        seed=3,
        exercises=("relu", "batch_norm"),
        folders=(str(OWN),),
        points={"batch_norm": 40.0},
        limits={"call_seconds": 2.5},
        reading={"entries": 100},
        held_out=("relu/backward_leaves_dout_alone",),
    )


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("sead = 1", "there is no `sead`", "`seed`"),
        ("[points]\nrelo = 1", "there is no `points.relo`", "`relu`"),
        ("[limits]\ncall_second = 1", "there is no `limits.call_second`", "`call_seconds`"),
        ("[reading]\nsource_byte = 1", "there is no `reading.source_byte`", "`source_bytes`"),
        ("[reading]\nfiles = 1.5", "`files` has to be a whole number", ""),
        ("[reading]\nfiles = 0", "expected a number above 0", ""),
        ('exercises = ["afine"]', "there is no `exercises: afine`", "`affine`"),
        ('held_out = ["relu/forward_leaves_x_alon"]', "there is no `held_out: ", "`relu/forward_leaves_x_alone`"),
        ('seed = "1"', "`seed` has to be a whole number", ""),
        ("seed = -1", "`seed` has to be a whole number", ""),
        ("seed = true", "`seed` has to be a whole number", ""),
        ('exercises = "relu"', "`exercises` has to be a list", ""),
        ("[points]\nrelu = 0", "expected a number above 0", ""),
        ("[points]\nrelu = nan", "expected a number above 0", ""),
        ("[points]\nrelu = inf", "expected a number above 0", ""),
        ("[limits]\ncall_seconds = inf", "expected a number above 0", ""),
        ("[limits]\nmemory_bytes = 1.5", "`memory_bytes` has to be a whole number", ""),
        (f"exercises = {'[' * 5000}{']' * 5000}", "is no TOML", ""),
        ('language = "fr"', "there is no language `fr`", ""),
        ('folders = ["nowhere"]', "there is no `exercises.toml`", ""),
        ("seed = ", "is no TOML", ""),
    ],
)
def test_what_cannot_be_is_refused_with_the_nearest_name(course, text, message, hint):
    """A misspelt key never decides nothing in silence."""
    with pytest.raises(CourseError) as caught:
        course(text)
    assert message in caught.value.message("en")
    assert "grade.toml" in caught.value.message("ko")
    assert hint in caught.value.hint("en")
    assert bool(hint) == bool(caught.value.hint("ko"))


def test_only_checks_that_could_be_meant_are_listed(course):
    """Of one exercise, not all there are; of no exercise, the exercises."""
    for text, listed, other in (
        ("relu/backward", "relu/backward_is_zero_at_zero", "sigmoid/"),
        ("relu", "relu/backward_is_zero_at_zero", "sigmoid/"),
        ("backward_is_zero", "softmax_with_loss", "/forward"),
    ):
        with pytest.raises(CourseError) as caught:
            course(f'held_out = ["{text}"]')
        assert listed in caught.value.message("en")
        assert other not in caught.value.message("en")


def test_a_mark_in_front_changes_nothing(tmp_path):
    """Windows editors write it; neither a course nor what guards against a stranger's reads past it."""
    (tmp_path / "grade.toml").write_text("seed = 4\n", encoding="utf-8-sig")
    assert read(tmp_path / "grade.toml").seed == 4
    shutil.copytree(OWN, tmp_path / "own")
    index = tmp_path / "own" / "exercises.toml"
    index.write_text(index.read_text(encoding="utf-8"), encoding="utf-8-sig")
    (tmp_path / "grade.toml").write_text('folders = ["own"]\n', encoding="utf-8-sig")
    assert grade(tmp_path, "list").returncode == 2
    assert "batch_norm" in grade(tmp_path, "list", "--course", "grade.toml").stdout


def test_a_list_of_exercises_that_is_no_toml_is_named(tmp_path):
    """That is the instructor's slip, not a failure of the grader."""
    (tmp_path / "exercises.toml").write_text("[swish\n")
    done = grade(tmp_path, "list", "--exercises", ".", "--lang", "en")
    assert (done.returncode, "exercises.toml is no TOML" in done.stderr.replace("\n", "")) == (2, True)


def test_an_exercise_without_any_check_is_refused(course):
    """Holding out everything would be zero of zero points."""
    ids = ", ".join(f'"{check.id}"' for check in engine().checks("relu"))
    with pytest.raises(CourseError) as caught:
        course(f"held_out = [{ids}]")
    assert "all checks of `relu`" in caught.value.message("en")


def test_points_exercises_seed_and_limits_reach_the_report(tmp_path):
    """They are in the report as if typed; what is typed goes before."""
    (tmp_path / "grade.toml").write_text(
        'exercises = ["relu", "sigmoid"]\nseed = 7\n[points]\nrelu = 5\n[limits]\ncall_seconds = 2\n'
    )
    shutil.copy(ROOT / "solutions" / "relu.py", tmp_path)
    report = graded(tmp_path, ".")
    assert [(one["id"], one["score"], one["max_score"]) for one in report["exercises"]] == [
        ("relu", 5.0, 5.0), ("sigmoid", 0.0, 20.0),
    ]  # fmt: skip
    assert (report["seed"], report["limits"]["call_seconds"]) == (7, 2.0)
    typed = graded(tmp_path, ".", "--seed", "0", "--time-limit", "3", "-e", "sigmoid")
    assert (typed["seed"], typed["limits"]["call_seconds"]) == (0, 3.0)
    assert [one["id"] for one in typed["exercises"]] == ["sigmoid"]


def test_a_course_decides_how_much_of_a_submission_is_read(tmp_path):
    """By every command that reads one; what was left out is said with the course's own limit."""
    (tmp_path / "grade.toml").write_text('exercises = ["relu"]\n[reading]\nsource_bytes = 1000\n')
    (tmp_path / "class" / "kim").mkdir(parents=True)
    relu = (ROOT / "solutions" / "relu.py").read_bytes()
    (tmp_path / "class" / "kim" / "relu.py").write_bytes(relu + b"#" * 1000)
    left_out = "Larger than 1000 B, so it was not read: `relu.py`"

    grade(tmp_path, "batch", "class", "-o", "graded")
    report = json.loads((tmp_path / "graded" / "reports" / "kim.json").read_text())

    assert (report["score"], report["notes"]) == (0.0, [left_out])
    for command in ("check", "hint"):
        words = ("relu", "class/kim") if command == "hint" else ("class/kim",)
        assert left_out in grade(tmp_path, command, *words).stderr
    again = grade(tmp_path, "replay", "graded/reports/kim.json", "class")
    assert again.returncode == 0, again.stdout + again.stderr


def test_the_page_about_the_sandbox_states_every_limit():
    """With its name, as `grade.toml` takes it, and its default."""
    page = (ROOT / "docs" / "sandbox.md").read_text(encoding="utf-8")
    stated = dict(re.findall(r"^\| `(\w+)` \| ([\d,.]+) \|", page, flags=re.MULTILINE))
    kept = {one.name: one.default for table in (Limits, ReadingLimits) for one in fields(table)}

    assert {name: float(value.replace(",", "")) for name, value in stated.items()} == kept


def test_checks_held_out_are_run_by_the_batch_alone(tmp_path):
    """A student's own run neither runs nor counts nor names them."""
    (tmp_path / "grade.toml").write_text(
        'exercises = ["relu"]\nheld_out = ["relu/backward_leaves_dout_alone", "relu/forward_leaves_x_alone"]\n'
    )
    (tmp_path / "class" / "kim").mkdir(parents=True)
    shutil.copy(ROOT / "solutions" / "relu.py", tmp_path / "class" / "kim")
    own = graded(tmp_path, "class/kim")["exercises"][0]
    assert "relu/forward_leaves_x_alone" not in [check["id"] for check in own["checks"]]
    assert own["score"] == own["max_score"] < 20
    done = grade(tmp_path, "batch", "class", "-o", "out", "--unsafe-no-sandbox", "--lang", "en")
    assert done.returncode == 0
    assert "`grade.toml` in this folder decides: exercises, held_out" in done.stderr
    assert "kim,20,20,20," in (tmp_path / "out" / "grades.csv").read_text()


def test_the_language_of_the_course_is_spoken(tmp_path):
    """Unless another one is asked for."""
    (tmp_path / "grade.toml").write_text('language = "ko"\n')
    assert "사용법" in grade(tmp_path, "--help").stdout or "명령" in grade(tmp_path, "--help").stdout
    assert "명령" not in grade(tmp_path, "--help", "--lang", "en").stdout


def test_a_course_may_lie_elsewhere(tmp_path):
    """`--course FILE`, and a refusal where there is none."""
    (tmp_path / "mine.toml").write_text('exercises = ["sigmoid"]\n')
    shutil.copy(ROOT / "solutions" / "sigmoid.py", tmp_path)
    assert [one["id"] for one in graded(tmp_path, ".", "--course", "mine.toml")["exercises"]] == ["sigmoid"]
    assert grade(tmp_path, "check", ".", "--course", "nowhere.toml").returncode == 2


def test_a_submission_s_own_grade_toml_decides_nothing(tmp_path):
    """It is read from the folder of whoever grades."""
    (tmp_path / "kim").mkdir()
    (tmp_path / "kim" / "grade.toml").write_text("[points]\nrelu = 1000\n")
    shutil.copy(ROOT / "solutions" / "relu.py", tmp_path / "kim")
    assert graded(tmp_path, "kim")["max_score"] == 100.0


@pytest.fixture
def handed_in(tmp_path):
    """A folder as it was handed in: its course brings a suite along, which leaves a trace where it is run."""
    folder = tmp_path / "kim"
    shutil.copytree(OWN, folder / "more")
    suite = folder / "more" / "suites" / "test_batch_norm.py"
    trace = f"import pathlib; pathlib.Path({str(tmp_path / 'trace')!r}).touch()\n"
    suite.write_text(trace + suite.read_text(encoding="utf-8"), encoding="utf-8")
    shutil.copy(ROOT / "solutions" / "relu.py", folder)
    (folder / "grade.toml").write_text(
        'folders = ["more"]\nheld_out = ["batch_norm/forward_takes_a_constant_column"]\n'
    )
    return folder


@pytest.mark.parametrize("command", ["check", "list", "hint relu", "doctor relu", "batch ..  -o ../out", "report ."])
def test_a_grade_toml_that_nobody_named_runs_nothing(handed_in, command):
    """Suites run with the rights of whoever grades, and this one may be a student's."""
    done = grade(handed_in, *command.split(), "--lang", "en")
    assert not (handed_in.parent / "trace").exists()
    if not command.startswith("batch"):  # which reads none that lies among submissions
        assert done.returncode == 2
        assert "`grade.toml` in this folder brings exercises" in done.stderr
        assert "--course grade.toml" in done.stderr


def test_a_grade_toml_that_was_named_once_counts(handed_in):
    """That is how an instructor who got a course from elsewhere says that it is theirs."""
    (handed_in / "grade.toml").write_text('folders = ["more"]\n')
    assert grade(handed_in, "list").returncode == 2
    assert grade(handed_in, "list", "--course", "grade.toml").returncode == 0
    assert "batch_norm" in grade(handed_in, "list").stdout
    handed_in.rename(handed_in.with_name("lee"))
    assert grade(handed_in.with_name("lee"), "list").returncode == 2


def test_what_a_grade_toml_decides_is_said(tmp_path):
    """One that came with a submission may leave out the checks that it would lose."""
    (tmp_path / "grade.toml").write_text('held_out = ["relu/forward_leaves_x_alone"]\n[points]\nrelu = 100\n')
    shutil.copy(ROOT / "solutions" / "relu.py", tmp_path)
    assert "`grade.toml` in this folder decides: points, held_out" in grade(tmp_path, "check", "--lang", "en").stderr
    assert not grade(tmp_path, "check", "--course", "grade.toml").stderr
    assert not grade(tmp_path, "check").stderr


def test_a_grade_toml_among_the_submissions_decides_nothing(tmp_path):
    """Not even where the batch is run from their very folder."""
    (tmp_path / "class" / "kim").mkdir(parents=True)
    (tmp_path / "class" / "grade.toml").write_text('exercises = ["relu"]\n')
    shutil.copy(ROOT / "solutions" / "relu.py", tmp_path / "class" / "kim")
    assert grade(tmp_path / "class", "batch", ".", "-o", "../out", "--unsafe-no-sandbox").returncode == 0
    assert "kim,20,100,20," in (tmp_path / "out" / "grades.csv").read_text()
