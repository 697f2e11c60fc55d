"""Other suites, other points: who moves is shown and asked before anything is overwritten; merge, diff and replay."""

import json
import os
import pty
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from grader.cli import FULL_MARKS, POINTS_LOST, WRONG_USAGE

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def other_kit(tmp_path_factory):
    """The kit with one check worth 5 points instead of 2."""
    folder = tmp_path_factory.mktemp("other")
    shutil.copytree(ROOT / "grader", folder / "grader", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("exercises", "solutions"):
        shutil.copytree(ROOT / name, folder / name)
    suite = folder / "grader" / "suites" / "test_relu.py"
    text = suite.read_text(encoding="utf-8")
    before, check, after = text.partition("def test_backward_is_zero_at_zero")
    start = before.rindex("@check(points=2")
    suite.write_text(before[:start] + before[start:].replace("points=2", "points=5") + check + after, encoding="utf-8")
    return folder


@pytest.fixture
def school(tmp_path):
    """A right layer, one that is wrong at zero, and their results."""
    for name, source in (("right", "solutions/relu.py"), ("wrong", "grader/pitfalls/relu/boundary_at_zero.py")):
        (tmp_path / "class" / name).mkdir(parents=True)
        shutil.copy(ROOT / source, tmp_path / "class" / name / "relu.py")
    assert batch(tmp_path).returncode == FULL_MARKS
    return tmp_path


def grade(folder, *words, code=ROOT, **options):
    """Run a command of this kit, or of another one."""
    return subprocess.run(
        [sys.executable, "-m", "grader", *words, "--lang", "en"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(code)},
        capture_output=True,
        encoding="utf-8",
        check=False,
        **options,
    )


def batch(folder, *words, **options):
    """Grade the class."""
    return grade(folder, "batch", "class", "-o", "out", "--unsafe-no-sandbox", "--jobs", "1", *words, **options)


def everything(folder):
    """Every file that people read, by name."""
    return {
        path.name: path.read_bytes()
        for path in (folder / "out").rglob("*")
        if path.suffix in {".csv", ".json", ".html"}
    }


def test_nothing_is_overwritten_unasked(school, other_kit):
    """Without a terminal: exit 2, who moves and why, and the command that overwrites; then that command does."""
    before = everything(school)
    refused = batch(school, code=other_kit)

    assert refused.returncode == WRONG_USAGE
    assert everything(school) == before
    assert "suites or points: not the same" in refused.stderr
    assert "right: 20 -> 23 (+3)\n    relu/backward_is_zero_at_zero: 2 -> 5" in refused.stderr
    assert "1 of 2 submissions have other points: 1 more, 0 fewer" in refused.stderr
    assert "grade batch class --output out --jobs 1 --unsafe-no-sandbox --lang en --yes" in refused.stderr

    accepted = batch(school, "--yes", code=other_kit)
    assert accepted.returncode == FULL_MARKS
    assert json.loads((school / "out" / "reports" / "right.json").read_bytes())["score"] == 23
    assert not (school / "out" / "regrade").exists()


def test_who_would_move_can_be_looked_at_in_full(school, other_kit):
    """The regrade waits beside the results; `diff` compares any two."""
    batch(school, code=other_kit)
    shown = grade(school, "diff", "out", "out/regrade")
    same = grade(school, "diff", "out", "out")

    assert shown.returncode == POINTS_LOST
    assert "right: 20 -> 23 (+3)" in shown.stdout
    assert same.returncode == FULL_MARKS
    assert same.stdout == "0 of 2 submissions have other points: 0 more, 0 fewer\n"


def test_a_regrade_that_was_left_waiting_is_forgotten_when_the_old_suites_are_back(school, other_kit):
    """And the old results stand."""
    before = everything(school)
    batch(school, code=other_kit)
    again = batch(school)

    assert again.returncode == FULL_MARKS
    assert everything(school) == before
    assert not (school / "out" / "regrade").exists()


def test_other_full_marks_are_told_beside_who_moves(school):
    """Everybody moves when a course gives other points; a replay elsewhere says what is missing."""
    (school / "grade.toml").write_text("[points]\nrelu = 40\n", encoding="utf-8")
    (school / "out").rename(school / "my out")
    words = ("batch", "class", "-o", "my out", "--unsafe-no-sandbox", "--jobs", "1")
    refused = grade(school, *words)
    grade(school, *words, "--yes")
    (school / "grade.toml").unlink()
    replayed = grade(school, "replay", "my out/reports/right.json", "class/right", "--unsafe-no-sandbox")

    assert "points that the course gives: none before, relu 40 now" in refused.stderr
    assert "full marks: 100 before, 120 now" in refused.stderr
    assert "`grade diff 'my out' 'my out/regrade'`" in refused.stderr
    assert "--output 'my out'" in refused.stderr
    assert replayed.returncode == POINTS_LOST
    assert replayed.stdout.startswith("full marks differ: points come from the course's `grade.toml`; ")


def test_nobody_is_asked_when_nobody_moves(school):
    """Another language or another seed gives other words for the same points."""
    done = batch(school, "--seed", "7")

    assert done.returncode == FULL_MARKS
    assert "seed: 0 before, 7 now" in done.stderr
    assert json.loads((school / "out" / "reports" / "right.json").read_bytes())["seed"] == 7


@pytest.mark.parametrize(("answer", "score"), [("y\n", 23), ("\n", 20)])
def test_at_a_terminal_there_is_a_question(school, other_kit, answer, score):
    """Yes overwrites; anything else does not."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "grader", "batch", "class", "-o", "out", "--unsafe-no-sandbox", "--lang", "en"],
        cwd=school,
        env={**os.environ, "PYTHONPATH": str(other_kit), "TERM": "dumb"},
        stdin=theirs,
        stderr=theirs,
        stdout=subprocess.DEVNULL,
    ) as running:
        os.close(theirs)
        said = ""
        while "Overwrite the earlier results? [y/N]" not in said:
            said += os.read(ours, 1 << 16).decode()
        os.write(ours, answer.encode())
        try:
            while os.read(ours, 1 << 16):
                pass
        except OSError:  # how a terminal says that the other side is gone
            pass
    os.close(ours)

    assert running.returncode == (FULL_MARKS if score == 23 else WRONG_USAGE)
    assert json.loads((school / "out" / "reports" / "right.json").read_bytes())["score"] == score


def test_a_report_is_reproduced_from_its_seed_and_digests(school):
    """From the submission's folder and from the class that it is in."""
    for place in ("class/wrong", "class"):
        done = grade(school, "replay", "out/reports/wrong.json", place, "--unsafe-no-sandbox")

        assert (done.returncode, done.stderr) == (FULL_MARKS, "")
        assert done.stdout == "wrong: the same report again, 18 points, byte for byte but for times\n"


def test_a_replay_says_which_digest_differs(school, other_kit):
    """Other suites, or another submission."""
    other_suites = grade(
        school, "replay", "out/reports/right.json", "class/right", "--unsafe-no-sandbox", code=other_kit
    )
    other_submission = grade(school, "replay", "out/reports/right.json", "class/wrong", "--unsafe-no-sandbox")

    assert other_suites.returncode == POINTS_LOST
    assert other_suites.stdout.startswith("suite_digest differs: ")
    assert "right: 20 points in the report, 23 now; what differs:" in other_suites.stdout
    assert other_submission.returncode == POINTS_LOST
    assert other_submission.stdout == "digest differs: `class/wrong` is not what was graded as right\n"


def test_a_report_that_was_touched_up_is_not_reproduced(school):
    """The difference is named."""
    path = school / "out" / "reports" / "wrong.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"score": 18.0', '"score": 20.0'), encoding="utf-8")
    done = grade(school, "replay", str(path), "class/wrong", "--unsafe-no-sandbox")

    assert done.returncode == POINTS_LOST
    assert "score: 20.0 -> 18.0" in done.stdout


def test_parts_that_do_not_fit_are_not_merged(school, other_kit):
    """One missing, one graded under other suites, one that contradicts another."""
    for number in (1, 2):
        part = ("batch", "class", "--unsafe-no-sandbox", "--shard", f"{number}/2", "-o")
        grade(school, *part, f"part-{number}")
        grade(school, *part, f"other-{number}", code=other_kit)
    changed = school / "class" / "right" / "relu.py"
    changed.write_text(changed.read_text(encoding="utf-8") + "# later\n", encoding="utf-8")
    grade(school, "batch", "class", "--unsafe-no-sandbox", "-o", "later")

    for parts, said in (
        (["part-1"], "parts of the class are missing: 2/2"),
        (["part-1", "other-2"], "`part-1` and `other-2` were decided under different conditions:"),
        (["out", "later"], "`right` is in `out` and in `later`, with different reports"),
        (["part-1", "merged"], "so it cannot be what they are put together in"),
        (["part-1", "nothing"], "there is no batch in `nothing`"),
    ):
        refused = grade(school, "merge", "merged", *parts)
        assert refused.returncode == WRONG_USAGE
        assert said in refused.stderr

    assert grade(school, "merge", "merged", "part-1", "part-2").returncode == FULL_MARKS
    assert (school / "merged" / "grades.csv").read_bytes() == (school / "out" / "grades.csv").read_bytes()


@pytest.mark.parametrize("typed", ["2", "0/3", "4/3", "a/b", "1/3/5"])
def test_what_is_no_part_of_a_class_is_refused(tmp_path, typed):
    """With an example."""
    (tmp_path / "class" / "a").mkdir(parents=True)
    refused = batch(tmp_path, "--shard", typed)

    assert refused.returncode == WRONG_USAGE
    assert "`--shard 2/3`" in refused.stderr


def test_a_part_does_not_take_the_place_of_another(school):
    """Its submissions would count as gone."""
    refused = batch(school, "--shard", "1/2")

    assert refused.returncode == WRONG_USAGE
    assert "`out` holds another part of a class: all of it; asked for: 1/2" in refused.stderr
