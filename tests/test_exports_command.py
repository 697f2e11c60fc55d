"""`grade export` as an instructor types it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from grader.cli import FULL_MARKS, WRONG_USAGE
from grader.model import CheckOutcome, Diagnosis, ExerciseReport, Report, Standing, Status
from grader.store import Sender, Store
from grader.submissions import Student

ROOT = Path(__file__).parent.parent
GRADEBOOK = (
    "Student,ID,SIS Login ID,Section,Layers (78)\n    Points Possible,,,,100.00\n김민수,101,kim,A,\n이영희,102,lee,A,\n"
)
WORKSHEET = (
    "Identifier,Full name,Status,Grade,Maximum grade,Last modified (grade),Feedback comments\n"
    "Participant 1,김민수,Submitted,,100.00,-,\n"
)


def report(name, score):
    """A report with one exercise."""
    check = CheckOutcome(id="relu/a", title="keeps <b>x</b>", status=Status.FAILED, points=0.0, max_points=13.0)
    found = Diagnosis(
        pitfall="relu/x", title="writes into `dout`", explanation="", hint="copy it", explains=("relu/a",)
    )
    return Report(
        submission=name,
        score=score,
        max_score=100.0,
        needs_review=False,
        seed=0,
        suite_digest="",
        grader_version="",
        digest="",
        exercises=(
            ExerciseReport(
                id="relu",
                status=Standing.PARTIAL,
                score=score,
                max_score=100.0,
                checks=(check,),
                diagnoses=(found,),
            ),
        ),
    )


@pytest.fixture
def out(tmp_path):
    """What a batch leaves, without one."""
    (tmp_path / "out").mkdir()
    with Store(tmp_path / "out" / "store.sqlite") as store, store.run():
        for name, student, score in (("a", Student(id="101"), 87.0), ("b/c", Student(id="1"), 12.5)):
            text = json.dumps(report(name, score).to_json())
            store.put(name, text, name, {}, Sender(students=(student,)))
    (tmp_path / "gradebook.csv").write_text(GRADEBOOK, encoding="utf-8")
    (tmp_path / "worksheet.csv").write_text(WORKSHEET, encoding="utf-8")
    return tmp_path


def export(folder, *words):
    """Run the command; stdout as bytes."""
    done = subprocess.run(
        [sys.executable, "-m", "grader", "export", *words, "--lang", "en"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr.decode()


def test_canvas_on_stdout_is_the_file_itself(out):
    """Nothing but the file's bytes; what was done is on stderr."""
    code, data, said = export(out, "out", "--to", "canvas", "--template", "gradebook.csv")

    assert code == FULL_MARKS
    assert data == GRADEBOOK.replace("김민수,101,kim,A,", "김민수,101,kim,A,87").encode()
    assert "column `Layers (78)`: 1 scores" in said
    assert "Submissions of nobody in the file (1):\n  b/c" in said
    assert "left as it was (1):\n  이영희" in said


def test_moodle_into_a_file_with_feedback(out):
    """What was found, as HTML in which nothing of a submission is."""
    code, data, _ = export(
        out, "out", "--to", "moodle", "--template", "worksheet.csv", "--feedback", "-o", "filled.csv"
    )

    assert (code, data) == (FULL_MARKS, b"")
    filled = (out / "filled.csv").read_text(encoding="utf-8")
    assert filled == WORKSHEET.replace(
        "Submitted,,100.00,-,", "Submitted,12.5,100.00,-,relu: 12.5/100<br>- writes into `dout` copy it"
    )


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with a name are of Unix")
def test_what_is_no_file_is_written_into_and_stays(out):
    """`-o /dev/null` as root would otherwise put a file in the place of the device."""
    os.mkfifo(out / "pipe")
    reading = os.open(out / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    (out / "kept.csv").write_text("before", encoding="utf-8")
    (out / "link.csv").symlink_to("kept.csv")
    codes = [export(out, "out", "--to", "csv", "-o", name)[0] for name in ("pipe", "link.csv")]

    assert codes == [FULL_MARKS, FULL_MARKS]
    assert (out / "pipe").is_fifo()
    assert os.read(reading, 1 << 16) == (out / "kept.csv").read_bytes()
    assert (out / "link.csv").is_symlink()
    os.close(reading)


def test_gradescope_has_a_file_for_each_submission(out):
    """Under names that a file can have."""
    code, _, _ = export(out, "out", "--to", "gradescope", "-o", "results")

    assert code == FULL_MARKS
    files = sorted((out / "results").iterdir())
    assert [json.loads(file.read_text(encoding="utf-8"))["score"] for file in files] == [87.0, 12.5]


def test_junit_and_csv_hold_the_whole_class(out):
    """As text on stdout."""
    _, junit, _ = export(out, "out", "--to", "junit")
    _, table, _ = export(out, "out", "--to", "csv")

    assert [suite.get("name") for suite in ET.fromstring(junit)] == ["a.relu", "b/c.relu"]  # noqa: S314 - our own
    assert [line.split(",")[:6] for line in table.decode().splitlines()[1:]] == [
        ["", "101", "", "false", "a", "87"],
        ["", "1", "", "false", "b/c", "12.5"],
    ]
    assert "two_layer_net" not in table.decode()  # a bonus that nobody handed in


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "`grade export` needs OUT"),
        (("out",), "`grade export` needs --to"),
        (("out", "--to", "canvsa"), "hint: try `--to canvas`"),
        (("nothing", "--to", "csv"), "there is no batch in `nothing`"),
        (("out", "--to", "canvas"), "Canvas takes scores in its own file"),
        (("out", "--to", "moodle", "--template", "missing.csv"), "missing.csv"),
        (("out", "--to", "moodle", "--template", "gradebook.csv"), "no column that says who somebody is"),
        (("out", "--to", "canvas", "--template", "gradebook.csv", "--column", "Quiz"), "  Layers (78)"),
        (("out", "--to", "canvas", "--template", "out/store.sqlite"), "is no CSV file"),
        (("out", "--to", "gradescope"), "`-o` names a folder"),
        (("out", "--to", "csv", "-o", "no/where.csv"), "cannot be written"),
    ],
)
def test_what_cannot_be_done_is_told_in_a_line(out, words, said):
    """With what was seen, and what to type."""
    code, data, error = export(out, *words)

    assert (code, data) == (WRONG_USAGE, b"")
    assert said in error
