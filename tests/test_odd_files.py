"""Notebooks and files as people really hand them in: each folder in `odd/` gets what `odd/expected.toml` says."""

import dataclasses
import json
import re
import shutil
import textwrap
import tomllib
import unicodedata
from pathlib import Path

import pytest

from grader import catalogue, submissions
from grader.cli import app
from grader.grading import grade
from grader.model import Settings, Standing
from grader.reports import terminal

ODD = Path(__file__).parent / "odd"
EXPECTED = tomllib.loads((ODD / "expected.toml").read_text(encoding="utf-8"))
LAYERS = Settings(exercises=("relu", "sigmoid", "affine", "softmax_with_loss"))
DECIDED = {Standing.PASSED, Standing.PARTIAL, Standing.FAILED}
RELU = (ODD / "windows_line_ends" / "relu.py").read_bytes()


def seen(report):
    """A report in the terms of the table."""
    causes = {exercise.id: exercise.diagnoses[:1] for exercise in report.exercises if exercise.score == 0.0}
    lost = {Standing.FAILED, Standing.UNREADABLE}
    return {
        "points": {each.id: each.score for each in report.exercises if each.status in DECIDED},
        "unreadable": [each.id for each in report.exercises if each.status is Standing.UNREADABLE],
        "causes": {
            each.id: f"{cause.pitfall.partition('/')[2]} at {cause.place}"
            for each in report.exercises
            for cause in causes.get(each.id, ())
            if each.status in lost
        },
        "remarks": [re.sub(r"part \(.*?\); ", "part (…); ", note) for note in report.notes],
        "needs_review": report.needs_review,
    }


def notebook(*cells, outputs=()):
    """The bytes of a notebook of these cells; every one shows the outputs."""
    listed = [
        {"cell_type": "code", "source": cell, "outputs": list(outputs), "metadata": {}, "execution_count": 1}
        for cell in cells
    ]
    return json.dumps({"cells": listed, "nbformat": 4, "nbformat_minor": 4, "metadata": {}}).encode()


def points(*paths):
    """What was found, and what it is worth."""
    return seen(grade(submissions.read(paths), LAYERS))["points"]


@pytest.fixture
def handed_in(tmp_path):
    """What a folder of the table was handed in as: names that not every system writes alike are given by the table."""

    def named(name):
        if "named" not in EXPECTED[name]:
            return ODD / name
        (file,) = (ODD / name).iterdir()
        shutil.copy(file, tmp_path / EXPECTED[name]["named"])
        return tmp_path

    return named


def test_the_table_knows_every_folder():
    """None was forgotten, and none is gone."""
    assert sorted(EXPECTED) == sorted(path.name for path in ODD.iterdir() if path.is_dir())


@pytest.mark.parametrize("name", EXPECTED)
def test_an_odd_submission_gets_what_the_table_says(name, handed_in):
    """What is right gets full marks in any wrapping; the remarks say what was accepted or left out."""
    expected = {key: value for key, value in EXPECTED[name].items() if key not in {"what", "named"}}

    report = grade(submissions.read([handed_in(name)]), LAYERS)

    nothing = {"unreadable": [], "causes": {}, "remarks": [], "needs_review": False}
    assert seen(report) == nothing | expected


@pytest.mark.parametrize("name", ["colab", "class_across_cells", "cp949", "second_download", "merge_conflict"])
@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_command_line_reads_them_alike(name, language, handed_in, capsysbinary):
    """`grade check` on the file itself: the same points, in both languages."""
    (file,) = handed_in(name).iterdir()

    app.run(["check", str(file), "--format", "json", "--lang", language])

    found = json.loads(capsysbinary.readouterr().out)
    scores = {each["id"]: each["score"] for each in found["exercises"] if each["status"] in DECIDED}
    assert scores == EXPECTED[name]["points"]


def test_a_name_that_a_mac_took_apart_is_the_same_name(tmp_path):
    """Archives from macOS spell Hangul in single letters."""
    for form in ("NFC", "NFD"):
        folder = tmp_path / form
        folder.mkdir()
        (folder / unicodedata.normalize(form, "relu - 복사본.py")).write_bytes(RELU)

    reports = [grade(submissions.read([tmp_path / form]), LAYERS) for form in ("NFC", "NFD")]

    assert seen(reports[0]) == seen(reports[1])
    assert reports[1].notes == ("`relu - 복사본.py` was read in place of `relu.py`",)


def test_the_copies_that_jupyter_keeps_do_not_count(tmp_path):
    """`.ipynb_checkpoints` holds an older state of the same notebook."""
    right = "import numpy as np\n" + RELU.decode()
    for path, source in {".ipynb_checkpoints/work-checkpoint.ipynb": "class Relu: pass", "work.ipynb": right}.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_bytes(notebook(source))

    report = grade(submissions.read([tmp_path]), LAYERS)

    assert (report.exercises[0].score, report.notes) == (20.0, ())


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_three_megabytes_of_pictures_cost_nothing(tmp_path, mark):
    """A notebook is as long as its plots; what counts is its code."""
    picture = {"output_type": "display_data", "data": {"image/png": "iVBORw0KGgo" * 140_000}, "metadata": {}}
    work = tmp_path / "work.ipynb"
    work.write_bytes(mark + notebook("import numpy as np", RELU.decode(), outputs=[picture]))

    assert work.stat().st_size > 3_000_000
    assert points(work) == {"relu": 20.0}


def test_a_notebook_in_utf_16_is_read(tmp_path):
    """Windows PowerShell redirects into such files."""
    work = tmp_path / "work.ipynb"
    work.write_bytes(notebook(RELU.decode()).decode().encode("utf-16"))

    assert points(work) == {"relu": 20.0}


def test_a_broken_file_counts_as_unreadable_for_its_own_exercise_only():
    """Whoever hands in one broken file has not handed in four."""
    report = grade(submissions.read([ODD / "tabs_and_spaces_in_one_block"]), LAYERS)

    assert [each.status for each in report.exercises] == [Standing.UNREADABLE] + [Standing.MISSING] * 3


def test_a_notebook_that_nobody_can_read_is_told_once():
    """Four exercises were lost by one file: that is one thing to read, and one file to open."""
    report = grade(submissions.read([ODD / "notebook_cut_off"]), LAYERS)

    page = terminal.as_text(report, "en", terminal.View(files={"homework.ipynb": "desk/homework.ipynb"}))

    assert page.count("is not a complete") == 1
    assert "\nrelu, sigmoid, affine, softmax_with_loss: `homework.ipynb` is not a complete" in page
    assert "Next: open `desk/homework.ipynb`" in page


STUBS = {id: catalogue.exercises()[id].stub for id in LAYERS.exercises}
SOLUTIONS = "\n".join(catalogue.exercises()[id].solution.read_text(encoding="utf-8") for id in LAYERS.exercises)
FULL = {id: catalogue.exercises()[id].solution for id in LAYERS.exercises}


@pytest.mark.parametrize("name", ["homework.ipynb", "layers.py", "affine.py"])
def test_what_was_written_counts_wherever_untouched_stubs_lie(tmp_path, name):
    """`grade start` has made the folder, and all was written in one file beside or in place of a stub."""
    for stub in STUBS.values():
        (tmp_path / stub.name).write_bytes(stub.read_bytes())
    (tmp_path / name).write_bytes(notebook(SOLUTIONS) if name.endswith("b") else SOLUTIONS.encode())

    for settings in (LAYERS, dataclasses.replace(LAYERS, language="ko")):
        report = grade(submissions.read([tmp_path]), settings)

        assert (report.score, report.max_score) == (100.0, 100.0)
        assert [note for note in report.notes if name in note and "`Relu`" in note and "relu.py" in note]


def test_a_folder_of_stubs_alone_is_not_started(tmp_path):
    """Whatever lies beside them."""
    for stub in STUBS.values():
        (tmp_path / stub.name).write_bytes(stub.read_bytes())
        (tmp_path / f"notes_{stub.name}").write_bytes(stub.read_bytes())

    report = grade(submissions.read([tmp_path]), LAYERS)

    assert {each.status for each in report.exercises} == {Standing.NOT_STARTED}


def test_of_two_written_classes_the_own_file_counts_and_the_other_is_named(tmp_path):
    """The order is the same as ever; the student learns which one it was."""
    (tmp_path / "relu.py").write_bytes(b"import numpy as np\n" + RELU.replace(b"<= 0", b"< 1"))
    (tmp_path / "work.py").write_bytes(FULL["relu"].read_bytes())

    report = grade(submissions.read([tmp_path]), LAYERS)

    assert "the one in relu.py is graded, not the one in work.py" in " ".join(report.notes)
    assert report.exercises[0].score < 20.0


def test_a_cell_that_python_cannot_read_is_work_that_was_begun(tmp_path):
    """An untouched stub beside it does not make it `not started`."""
    (tmp_path / "relu.py").write_bytes(STUBS["relu"].read_bytes())
    (tmp_path / "work.ipynb").write_bytes(notebook("class Relu:\n    def forward(self, x)\n        return x\n"))

    assert grade(submissions.read([tmp_path]), LAYERS).exercises[0].status is Standing.UNREADABLE


ON_THE_WAY = {
    "a loop": "TABLE = {}\nfor key in range(3):\n    TABLE[key] = key\nMASK = len(TABLE) == 3\n",
    "while": "TABLE = []\nn = 0\nwhile n < 3:\n    TABLE.append(n)\n    n += 1\nMASK = len(TABLE) == 3\n",
    "a call": "TABLE = []\nTABLE.append(0)\nMASK = TABLE == [0]\n",
    "a chain of calls": "class Box: pass\nbox = Box()\nbox.list = []\nbox.list.append(1)\nMASK = box.list == [1]\n",
    "a function that sets": "def prepare():\n    global MASK\n    MASK = True\nMASK = False\nprepare()\n",
    "deleting": "TABLE = [0, 1]\ndel TABLE[0]\nMASK = TABLE == [1]\n",
    "adding to": "TABLE = [0]\nTABLE[0] += 1\nMASK = TABLE == [1]\n",
    "with": "import numpy as np\nwith np.errstate(all='ignore'):\n    MASK = bool(np.log(np.zeros(1))[0] < 0)\n",
    "try": "TABLE = []\ntry:\n    for n in range(3):\n        TABLE.append(n)\nexcept ValueError:\n    pass\nMASK = len(TABLE) == 3\n",  # noqa: E501
}
DEMO = "\nlayer = Relu()\nlosses = []\nwhile True:\n    losses.append(layer.forward(1))\n"


@pytest.mark.parametrize("how", ON_THE_WAY)
def test_what_a_class_needs_is_run_in_whatever_statement(tmp_path, how):
    """Loops, blocks and calls that fill a table; a demo that never ends is still left out."""
    source = RELU.decode().replace("(x <= 0)", "(x <= 0) & MASK")
    assert "MASK" in source
    (tmp_path / "relu.py").write_text("import numpy as np\n" + ON_THE_WAY[how] + source + DEMO, encoding="utf-8")

    assert points(tmp_path) == {"relu": 20.0}


INSIDE = {
    "with": "with np.errstate(over='ignore'):\n",
    "for": "for _ in range(1):\n",
    "if": "if np.e > 2:\n",
    "two blocks": "if np.e > 2:\n  with np.errstate(over='ignore'):\n",
}


@pytest.mark.parametrize("block", INSIDE)
def test_a_class_inside_a_block_is_found(tmp_path, block):
    """As Python would."""
    source = "import numpy as np\n" + INSIDE[block] + textwrap.indent(RELU.decode(), "      ")
    (tmp_path / "relu.py").write_text(source, encoding="utf-8")

    assert points(tmp_path) == {"relu": 20.0}


def test_a_class_that_a_function_makes_is_graded(tmp_path):
    """`Relu = make()`: nothing is known of it before it runs, and its mistakes are told as ever."""
    for right, score in ((True, 20.0), (False, 0.0)):
        body = RELU.decode() if right else STUBS["relu"].read_text(encoding="utf-8").replace("import numpy as np", "")
        source = (
            "import numpy as np\ndef make():\n" + textwrap.indent(body, "    ") + "\n    return Relu\nRelu = make()\n"
        )
        (tmp_path / "relu.py").write_text(source, encoding="utf-8")
        report = grade(submissions.read([tmp_path]), LAYERS)

        assert (report.exercises[0].score, report.needs_review) == (score, False)
