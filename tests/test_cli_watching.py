"""Watching, as a student does it: a process, saves, Ctrl-C."""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from grader.cli import FULL_MARKS, watching
from grader.grading import grade
from grader.model import Settings, SourceFile, Submission

ROOT = Path(__file__).parent.parent
WRONG = (
    "class Relu:\n    def forward(self, x):\n        return x\n\n    def backward(self, dout):\n        return dout\n"
)


@pytest.fixture
def watched(tmp_path, request):
    """A process that watches a folder with a right Relu; killed in the end if it is still there."""
    name = getattr(request, "param", "relu.py")
    (tmp_path / name).parent.mkdir(exist_ok=True)
    shutil.copy(ROOT / "solutions" / "relu.py", tmp_path / name)
    process = subprocess.Popen(
        [sys.executable, "-m", "grader", "check", "--watch", "-q", "-e", "relu"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "GRADE_LANG": "en"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
    )
    yield process, tmp_path
    process.kill()
    process.wait()
    process.stdout.close()
    process.stderr.close()


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


@pytest.mark.parametrize("watched", ["relu.py.txt", "week 5/relu.py", "Relu (1).PY"], indirect=True)
def test_whatever_is_read_is_watched(watched):
    """Files deeper inside, and files with odd names; once they are gone and come back, too."""
    process, folder = watched
    (file,) = (path for path in folder.rglob("*") if path.is_file())
    shown = [process.stdout.readline()]
    file.write_text(WRONG)
    shown.append(process.stdout.readline())
    file.unlink()
    while "no Python file" not in process.stderr.readline():
        pass
    shutil.copy(ROOT / "solutions" / "relu.py", file)
    while not shown[-1].startswith("20 of 20"):  # a file that is half there may be seen
        shown.append(process.stdout.readline())
    process.send_signal(signal.SIGINT)

    assert [line.startswith("20 of 20 points") for line in shown[:2]] == [True, False]
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


NOTEBOOK = """
import numpy as np
SLOPE = 0

class Relu:
    def forward(self, x):
        self.mask = x <= SLOPE
        return np.where(self.mask, 0, x)

    def backward(self, dout):
        return np.where(self.mask, 0, dout)
---
class Sigmoid:
    def forward(self, x):
        print("sigmoid")
        self.out = logistic(x)
        return self.out

    def backward(self, dout):
        return dout * self.out * (1 - self.out)
---
def logistic(x):
    return 1 / (1 + np.exp(-x))
---
print("done")
"""


def notebook(text):
    """A submission: cells between lines of dashes."""
    cells = [
        {"cell_type": "code", "source": cell, "metadata": {}, "outputs": [], "execution_count": None}
        for cell in text.strip().split("---\n")
    ]
    data = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()
    return Submission(name="work.ipynb", files=(SourceFile(name="work.ipynb", data=data),))


SAVES = {
    "one class": (("mask, 0, dout", "mask, 1, dout"), {"relu"}),
    "what the other one calls": (("exp(-x)", "exp(x)"), {"sigmoid"}),
    "a constant that it reads": (("SLOPE = 0", "SLOPE = 1"), {"relu"}),
    "demo code": (("done", "all done"), set()),
    "an import": (("import numpy as np", "import numpy as np, torch"), {"relu", "sigmoid"}),
    "a line above one class": (("class Sigmoid", "\n\nclass Sigmoid"), {"sigmoid"}),
    "a line above all": (("import numpy", "# layers\nimport numpy"), {"relu", "sigmoid"}),
    "a function that came later": (('print("d', 'def logistic(x):\n    return x\nprint("d'), {"sigmoid"}),
    "a method that is put in": (('print("d', 'Relu.backward = logistic\nprint("d'), {"relu"}),
    "a class that is gone": (("class Sigmoid", "class Sigmund"), {"sigmoid"}),
    "a cell that does not parse any more": (("done", '"'), {"relu", "sigmoid"}),
}
"""What is saved, and the exercises whose report it may change."""


@pytest.mark.parametrize(("saved", "concerned"), SAVES.values(), ids=SAVES)
def test_a_save_has_graded_again_what_it_may_change(saved, concerned):
    """The others keep their verdict, down to the seconds; the report is that of a check without any memory."""
    settings = Settings(exercises=("relu", "sigmoid"))
    before = grade(notebook(NOTEBOOK), settings, watched=True)

    after = grade(notebook(NOTEBOOK.replace(*saved)), settings, watched=True)

    kept = {one.id for one, other in zip(before.exercises, after.exercises, strict=True) if one == other}
    assert {"relu", "sigmoid"} - kept == concerned
    assert untimed(after) == untimed(grade(notebook(NOTEBOOK.replace(*saved)), settings))


def untimed(report):
    """A report without what takes another time at every run."""
    document = report.to_json()
    for exercise in document["exercises"]:
        for check in exercise["checks"]:
            del check["seconds"]
    return document


def test_a_file_of_functions_concerns_who_imports_it():
    """Layers in files of their own, and one that both could use."""
    files = {
        "relu.py": "from tools import zeros\n\nclass Relu:\n    def forward(self, x):\n        return zeros(x)\n",
        "sigmoid.py": "class Sigmoid:\n    def forward(self, x):\n        return x\n",
        "tools.py": "def zeros(x):\n    return 0 * x\n",
    }

    def submission(**changed):
        sources = files | {f"{name}.py": source for name, source in changed.items()}
        return Submission(
            name="mine", files=tuple(SourceFile(name=name, data=data.encode()) for name, data in sources.items())
        )

    settings = Settings(exercises=("relu", "sigmoid"))
    before = grade(submission(), settings, watched=True)
    after = grade(submission(tools="def zeros(x):\n    return 1 * x\n"), settings, watched=True)

    assert [one == other for one, other in zip(before.exercises, after.exercises, strict=True)] == [False, True]
