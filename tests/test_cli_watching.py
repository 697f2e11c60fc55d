"""Watching, as a student does it: a process, saves, Ctrl-C."""

import os
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from grader.cli import FULL_MARKS, watching
from grader.model import ExerciseReport, Report, Standing

ROOT = Path(__file__).parent.parent
WRONG = (
    "class Relu:\n    def forward(self, x):\n        return x\n\n    def backward(self, dout):\n        return dout\n"
)


@pytest.fixture
def watched(tmp_path):
    """A process that watches a folder with a right relu.py; killed in the end if it is still there."""
    shutil.copy(ROOT / "solutions" / "relu.py", tmp_path)
    process = subprocess.Popen(
        [sys.executable, "-m", "grader", "check", "--watch", "-q", "-e", "relu"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "GRADE_LANG": "en"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
        start_new_session=True,
    )
    yield process, tmp_path
    process.kill()
    process.wait()
    process.stdout.close()


def test_every_save_is_checked_and_ctrl_c_ends_well(watched):
    """A save in place, a save by replacing the file as editors do, and the end."""
    process, folder = watched
    shown = [process.stdout.readline()]
    (folder / "relu.py").write_text(WRONG)
    shown.append(process.stdout.readline())
    shutil.copy(ROOT / "solutions" / "relu.py", folder / "relu.py~")
    (folder / "relu.py~").replace(folder / "relu.py")
    shown.append(process.stdout.readline())
    process.send_signal(signal.SIGINT)

    assert [line.startswith("20 of 20 points") for line in shown] == [True, False, True]
    assert process.wait(timeout=30) == FULL_MARKS


def test_a_snapshot_sees_sources_only(tmp_path):
    """What an editor leaves beside them does not start a check."""
    for name in ("relu.py", "work.ipynb", "relu.py~", ".relu.py.swp", "notes.txt", "relu.py.old1"):
        (tmp_path / name).touch()

    seen = watching.snapshot((tmp_path,))

    assert {path.name for path in seen} == {"relu.py", "work.ipynb"}


def test_a_file_that_is_just_being_replaced_is_no_fault(tmp_path):
    """It is back at the next look."""
    assert watching.snapshot((tmp_path / "relu.py",)) == {}


def test_what_was_not_graded_again_stays(tmp_path):
    """The score is the sum of old and new exercises; a bonus stays outside."""

    def graded(id, score, **fields):
        status = Standing.PASSED if score == 20 else Standing.FAILED
        return ExerciseReport(id=id, status=status, score=score, max_score=20.0, **fields)

    before = Report(
        submission="mine", score=20.0, max_score=40.0, needs_review=False, seed=0, suite_digest="", grader_version="",
        digest="old", exercises=(graded("relu", 0.0), graded("sigmoid", 20.0), graded("tanh", 20.0, bonus=True)),
    )  # fmt: skip
    fresh = replace(before, score=20.0, max_score=20.0, digest="new", exercises=(graded("relu", 20.0),))

    merged = watching.merged(before, fresh)

    assert (merged.score, merged.max_score, merged.digest) == (40.0, 40.0, "new")
    assert [exercise.score for exercise in merged.exercises] == [20.0, 20.0, 20.0]
