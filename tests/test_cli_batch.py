"""A class from the command line: what stands in OUT, on the screen and in the exit code."""

import csv
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from grader import catalogue
from grader.cli import FULL_MARKS

ROOT = Path(__file__).parent.parent
HALF = (ROOT / "solutions" / "relu.py").read_text(encoding="utf-8")


@pytest.fixture
def school(tmp_path):
    """A folder of submissions: right, untouched, one file, nothing, and a name that is a formula."""
    folder = tmp_path / "class"
    shutil.copytree(ROOT / "solutions", folder / "김철수")
    shutil.copytree(ROOT / "exercises", folder / "lee")
    (folder / "=1+1").mkdir()
    (folder / "=1+1" / "relu.py").write_text(HALF, encoding="utf-8")
    (folder / "nothing").mkdir()
    return tmp_path


def batch(school, *words):
    """Run the command as an instructor does."""
    return subprocess.run(
        [sys.executable, "-m", "grader", "batch", "class", "--unsafe-no-sandbox", "--lang", "en", *words],
        cwd=school,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def rows(path):
    """The table as dictionaries."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_every_submission_gets_a_report_and_a_row(school):
    """Exit 0 however bad the scores; the table is sorted by name."""
    done = batch(school, "-o", "out", "--jobs", "1")

    table = rows(school / "out" / "grades.csv")
    assert done.returncode == FULL_MARKS
    assert [row["submission"] for row in table] == ["'=1+1", "lee", "nothing", "김철수"]
    assert [row["score"] for row in table] == ["20", "0", "0", "100"]
    assert list(table[0])[3:-2] == list(catalogue.exercises())
    reports = [json.loads(path.read_text(encoding="utf-8")) for path in (school / "out" / "reports").glob("*.json")]
    assert {report["submission"] for report in reports} == {"=1+1", "lee", "nothing", "김철수"}


def test_a_bonus_has_a_column_where_somebody_handed_it_in(school):
    """A class that was never told of the bonus exercises is not shown empty columns."""
    for folder in ("김철수", "lee"):
        shutil.rmtree(school / "class" / folder)

    batch(school, "-o", "out", "--jobs", "1")
    plain = rows(school / "out" / "grades.csv")
    shutil.copy(ROOT / "solutions" / "gradient_check.py", school / "class" / "nothing")
    batch(school, "-o", "out", "--jobs", "1")
    with_bonus = rows(school / "out" / "grades.csv")

    assert list(plain[0])[3:-2] == ["relu", "sigmoid", "affine", "softmax_with_loss"]
    assert list(with_bonus[0])[3:-2] == ["relu", "sigmoid", "affine", "softmax_with_loss", "gradient_check"]
    assert [row["score"] for row in with_bonus] == ["20", "0"]


def test_a_log_gets_plain_lines_and_stdout_the_overview(school):
    """No control characters, no bar."""
    done = batch(school, "-o", "out", "--jobs", "1")

    assert "4 of 4 graded" in done.stderr
    assert "\x1b" not in done.stderr + done.stdout
    assert "4 submissions graded" in done.stdout
    assert "grades.csv" in done.stdout


def test_pages_can_be_left_out_and_written_later(school):
    """A course of thousands wants reports and a table; where older pages stand, that is said."""
    first = batch(school, "-o", "my out", "--no-pages")
    there = {path.name for path in (school / "my out").iterdir()}
    words = [sys.executable, "-m", "grader", "report", "my out"]
    subprocess.run(words, cwd=school, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=True, capture_output=True)
    second = batch(school, "-o", "my out", "--no-pages")

    assert there == {"grades.csv", "reports", "store.sqlite", "store.sqlite.lock"}
    assert "Pages:   not written; `grade report 'my out'` writes them\n" in first.stdout
    assert len(list((school / "my out" / "feedback").iterdir())) == 4
    assert "Pages:   of an earlier run; `grade report 'my out'` renews them\n" in second.stdout


def test_jobs_do_not_change_the_result(school):
    """One process or two, first run or second: the same bytes."""
    tables = []
    for jobs, out in (("1", "one"), ("2", "two"), ("2", "two")):
        assert batch(school, "-o", out, "--jobs", jobs).returncode == FULL_MARKS
        tables.append((school / out / "grades.csv").read_bytes())

    assert tables[0] == tables[1] == tables[2]


def test_a_changed_submission_is_graded_again(school):
    """The second run starts from what the first one left."""
    batch(school, "-o", "out")
    shutil.copytree(ROOT / "solutions", school / "class" / "nothing", dirs_exist_ok=True)
    (school / "class" / "nothing" / "relu.py").write_text(f"{HALF}\n# my own\n", encoding="utf-8")
    shutil.rmtree(school / "class" / "lee")
    again = batch(school, "-o", "out")

    assert "1 graded now; 2 had their report already" in again.stderr
    assert "No longer among the submissions (1):\n  lee\n" in again.stderr
    assert {row["submission"]: row["score"] for row in rows(school / "out" / "grades.csv")} == {
        "'=1+1": "20",
        "nothing": "100",
        "김철수": "100",
    }
