"""`check(...)` in a real notebook kernel: what is defined in cells is graded as if it had been handed in."""

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from html import unescape

import pytest
from jupyter_client.manager import KernelManager

from grader.model import (
    CheckOutcome,
    Diagnosis,
    ExerciseReport,
    Report,
    Settings,
    SourceFile,
    Standing,
    Status,
    Submission,
)
from grader.notebook import desk
from grader.notebook.cells import Cells
from grader.reports import cell

RELU = """class Relu:
    def forward(self, x):
        self.mask = x <= 0
        out = x.copy()
        out[self.mask] = 0
        return out

    def backward(self, dout):
        dx = dout.copy()
        dx[self.mask] = 0
        return dx
"""
TYPO = RELU.replace("out[self.mask]", "out[self.maks]")
LEAKY = RELU.replace("out[self.mask] = 0", "out[self.mask] *= 0.01")
SIGMOID = """class Sigmoid:
    def forward(self, x):
        self.out = logistic(x)
        return self.out

    def backward(self, dout):
        return dout * (1 - self.out) * self.out
"""
LOGISTIC = "def logistic(x):\n    return 1 / (1 + np.exp(-x))"
ENVIRONMENT = {name: value for name, value in os.environ.items() if name not in {"GRADE_LANG", "LC_ALL", "LANG"}}


class Notebook:
    """A kernel, and what it shows below the cell that was run last."""

    def __init__(self, client):
        self.client = client
        self.pages = []
        self.text = ""
        self.errors = []
        self.count = 0
        """The number beside the last cell."""

    def run(self, *cells):
        """Run cells one after the other."""
        for source in cells:
            messages = []
            reply = self.client.execute_interactive(source, output_hook=messages.append, timeout=60)
            shown = [message["content"]["data"] for message in messages if message["msg_type"] == "display_data"]
            self.pages = [data["text/html"] for data in shown]
            self.text = "\n".join(data["text/plain"] for data in shown)
            self.errors = [message["content"]["ename"] for message in messages if message["msg_type"] == "error"]
            self.count = reply["content"]["execution_count"]
        return self

    @property
    def words(self):
        """What is read below the last cell, on one line."""
        return words("".join(self.pages))


def words(page):
    """What a reader sees of a piece of HTML, on one line."""
    page = re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)
    page = re.sub(r"</?(?:code|mark|strong|b|i|span)\b[^>]*>", "", page)  # these do not part words
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


@pytest.fixture(scope="module")
def kernel(tmp_path_factory):
    """One kernel for all tests, in a folder that holds traps, the book's module and a student's."""
    folder = tmp_path_factory.mktemp("desk")
    (folder / "random.py").write_text("raise RuntimeError('a file of the student')")
    (folder / "common").mkdir()
    (folder / "common/layers.py").write_text(RELU.replace("dout.copy()", "dout"))
    (folder / "mine.py").write_text("import numpy as np\n\n\n" + LEAKY)
    manager = KernelManager(kernel_name="python3")
    manager.start_kernel(cwd=str(folder), env=ENVIRONMENT | {"GRADE_LANG": "en", "IPYTHONDIR": str(folder)})
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=60)
        yield Notebook(client)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


@pytest.fixture
def notebook(kernel):
    """The kernel with nothing of the exercises defined; the numbers of the cells go on."""
    return kernel.run("%reset -f", "from grader import check\nimport numpy as np")


# --- in a kernel ---


def test_a_mistake_in_a_cell_is_named_with_the_cells_number(notebook):
    """The number is the one that Jupyter shows beside the cell, the line is counted inside it."""
    count = notebook.run(TYPO).count

    seen = notebook.run("check(Relu)")

    assert "relu 0 / 20 no points yet relu: self.maks is read" in seen.words
    assert f"notebook, cell {count}, line 5 " in seen.words
    assert "run check(Relu) again" in seen.words
    assert "0 / 20" in seen.text


def test_a_corrected_class_gets_full_marks_without_a_remark(notebook):
    """Earlier tries were overwritten; cells that did not parse have changed nothing."""
    seen = notebook.run(TYPO, RELU.replace(":", "", 1), RELU, "check(Relu)")

    assert seen.words.startswith("Points relu 20 / 20 Everything passes. Well done! relu: 10 of 10 checks passed")
    assert "Remarks" not in seen.words


def test_helpers_come_along_from_cells_above_and_below(notebook):
    """All that was run goes to the worker, which takes what the class needs."""
    seen = notebook.run(SIGMOID, LOGISTIC, "print('a plot')\nfor _ in range(3): pass", "check(Sigmoid)")

    assert "sigmoid 20 / 20" in seen.words


def test_what_a_failed_cell_would_have_defined_does_not_count(notebook):
    """The session still has the class of the cell before."""
    seen = notebook.run(RELU, "1 / 0\n" + LEAKY)
    assert seen.errors == ["ZeroDivisionError"]

    assert "relu 20 / 20" in seen.run("check(Relu)").words


def test_methods_put_on_a_class_count_when_they_were_put_on_this_class(notebook):
    """What was put on a class of that name before it was defined anew is gone."""
    patch = "def forward(self, x):\n    return x\n\nRelu.forward = forward"

    assert "relu 20 / 20" in notebook.run(LEAKY, patch, RELU, "check(Relu)").words
    assert "relu 20 / 20" not in notebook.run(patch, "check(Relu)").words


def test_a_cell_with_magic_is_read(notebook):
    """`%%time` hides the source of a cell from Python; the history has it."""
    assert "relu 20 / 20" in notebook.run("%%time\n" + RELU, "check(Relu)").words


def test_without_words_all_that_is_defined_is_checked(notebook):
    """In the order of the book, with the sum of nothing that is not there."""
    seen = notebook.run(LOGISTIC, SIGMOID, RELU, "check()")

    assert "relu 20 / 20 sigmoid 20 / 20 Everything passes. Well done!" in seen.words
    assert "affine" not in seen.words


@pytest.mark.parametrize("asked", ["Relu()", "Mine", "'Relu'", "'relu'", "Relu, Relu"])
def test_a_class_may_be_asked_for_in_several_ways(notebook, asked):
    """A layer means its class; an alias, a name and an id will do."""
    source = RELU if asked != "Mine" else RELU.replace("Relu", "Mine") + "\nRelu = Mine"

    assert "relu 20 / 20" in notebook.run(source, f"check({asked})").words


@pytest.mark.parametrize(
    ("source", "asked", "said"),
    [
        ("", "", "None of the exercises is defined here yet; they are called Relu, Sigmoid, "),
        ("", "'affine'", "Affine is not defined here yet hint: Run the cell that defines your class"),
        ("class Rleu: pass", "Rleu", "Rleu is none of the exercises; they are called Relu, "),
        ("class Rleu: pass", "Rleu", "hint: Did you mean Relu?"),
        ("", "3", "int is none of the exercises"),
        ("exec('class Affine: pass')", "Affine", "The source of Affine is nowhere to be found"),
        ("", "lang='kr'", "kr"),
    ],
)
def test_what_cannot_be_checked_is_said_with_what_to_do(notebook, source, asked, said):
    """No traceback: the words stand where the report would."""
    seen = notebook.run(source or "pass", f"check({asked})")

    assert said in seen.words
    assert seen.errors == []


def test_a_class_from_a_file_is_graded_as_it_is_saved(notebook):
    """The remark says so: the session may still have an older state."""
    seen = notebook.run("from mine import Relu", "check(Relu)")

    assert "mine.py:5" in seen.words
    assert "Graded as it is saved in mine.py" in seen.words


def test_the_books_layers_do_not_take_the_place_of_ones_own(notebook):
    """A star import replaces the student's class in the session, not in the report."""
    seen = notebook.run(RELU, "from common.layers import *", "check(Relu)")

    assert "relu 20 / 20" in seen.words
    assert "A later import has put the book's Relu in the place of yours; your own is graded" in seen.words


def test_what_the_session_did_to_numpy_does_not_reach_the_judge(notebook):
    """Patched functions, warnings that are errors, a file called like a module of Python."""
    traps = "np.testing.assert_allclose = None\nnp.seterr(all='raise')\nimport warnings\nwarnings.simplefilter('error')"

    assert "relu 20 / 20" in notebook.run(RELU, traps, "check(Relu)").words


def test_the_report_speaks_korean(notebook):
    """By argument here; GRADE_LANG and the locale do as well."""
    seen = notebook.run(TYPO, "check(Relu, lang='ko')")

    assert 'lang="ko"' in seen.pages[0]
    assert "relu 0 / 20 아직 점수 없음" in seen.words
    assert "힌트: " in seen.text


def test_the_course_beside_the_notebook_decides(notebook):
    """`grade.toml`, as for `grade check`: what an exercise is worth, the language."""
    notebook.run("open('grade.toml', 'w').write('language = \"ko\"\\n[points]\\nrelu = 10\\n')", RELU)
    try:
        assert "relu 10 / 10 모두 통과했습니다" in notebook.run("check(Relu)").words
        notebook.run("open('grade.toml', 'w').write('langage = \"ko\"')", "check(Relu)")
        assert "langage" in notebook.words
    finally:
        notebook.run("import os; os.remove('grade.toml')")


# --- elsewhere ---


def test_a_script_prints_the_report(tmp_path):
    """Outside of a notebook the class is graded as it is saved in its file."""
    script = tmp_path / "work.py"
    script.write_text("import numpy as np\nfrom grader import check\n\n\n" + RELU + "\n\ncheck(Relu, lang='en')\n")

    done = subprocess.run([sys.executable, script], env=ENVIRONMENT, capture_output=True, check=True, timeout=60)

    assert done.stdout.decode().splitlines()[1].split() == ["relu", "█" * 16, "20", "/", "20"]
    assert "note: Graded as it is saved in `work.py`" in done.stdout.decode()


def test_importing_the_package_loads_none_of_its_parts():
    """A worker, a batch and `grade --help` do without the notebook part."""
    program = (
        "import sys, grader; print([name for name in sys.modules if name.startswith(('grader.', 'numpy', 'jinja'))])"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, timeout=60)

    assert done.stdout == b"[]\n"


def test_a_name_that_the_package_does_not_have_is_refused():
    """Like any module."""
    import grader  # noqa: PLC0415

    with pytest.raises(AttributeError, match="no attribute 'chekc'"):
        grader.chekc  # noqa: B018


def test_a_judge_that_ended_is_started_again():
    """The next check works, whatever happened to the process in between."""
    submission = Submission(
        name="notebook", files=(SourceFile(name="relu.py", data=("import numpy as np\n" + RELU).encode()),)
    )
    settings = Settings(exercises=("relu",))
    scores = [desk.grade(submission, settings).score]
    desk._desk._process.kill()
    desk._desk._process.wait()

    scores.append(desk.grade(submission, settings).score)
    desk._desk.close()

    assert scores == [20.0, 20.0]


def test_a_fault_of_the_judge_is_told_and_not_the_end():
    """What it cannot do is said by name."""
    with pytest.raises(desk.DeskError, match="KeyError: 'convolution'"):
        desk.grade(Submission(name="notebook", files=()), Settings(exercises=("convolution",)))
    desk._desk.close()


# --- the cells ---


class Defined:
    """Stands for an object of which nothing is known but its name."""


def sources(*cells, names=("Relu", "Relu")):
    """What is left of each cell for the judge; the shell changes nothing."""
    listed = json.loads(Cells(cells, str).as_notebook({names: Defined}))["cells"]
    return [cell["source"].strip("\n") for cell in listed]


def test_only_the_last_definition_and_what_came_after_it_are_left():
    """Lines keep their numbers, and whatever else stands in a cell stays."""
    first = "@wrapped\nclass Relu:\n    old = 1\nx = 1"

    assert sources(
        first, "Relu.forward = f", "setattr(Relu, 'backward', g)", "class Relu: new = 1", "Relu.forward = f"
    ) == [
        "x = 1",
        "",
        "",
        "class Relu: new = 1",
        "Relu.forward = f",
    ]


def test_the_class_that_was_asked_for_stays_whatever_the_case_of_others():
    """`check(ReLU)` after the class was renamed."""
    assert sources("class Relu: pass", "class ReLU: pass", names=("ReLU", "Relu")) == ["", "class ReLU: pass"]


def test_cells_that_do_not_parse_and_our_own_import_are_left_out():
    """They have defined nothing."""
    assert sources("class Relu(:", "from grader import check\nx = 1", "!ls\nclass Relu: pass") == [
        "",
        "x = 1",
        "!ls\nclass Relu: pass",
    ]


@pytest.mark.parametrize(
    ("source", "known"),
    [
        ("class Relu: pass", True),
        ("Relu = Mine", True),
        ("try:\n    import x\nexcept ImportError:\n    class Relu: pass", True),
        ("relu = Relu()", False),
        ("from common.layers import Relu", False),
    ],
)
def test_a_session_knows_what_its_cells_define(source, known):
    """What was only imported is somebody else's."""
    assert Cells([source], str).define(("Relu",)) == known


# --- the page ---

HOSTILE = "\x1b[31m</pre>&<script>alert(1)</script> `<b>` \u202egnp. {{ 7 * 7 }} onload=x \udcff 한글"


def report(text, status, *, points):
    """One exercise with one lost check and one cause, all of whose texts are the same."""
    lost = CheckOutcome(id="relu/a", title=text, status=Status.FAILED, points=0.0, max_points=4.0, message=text)
    kept = CheckOutcome(id="relu/b", title="a title", status=Status.PASSED, points=16.0, max_points=16.0)
    cause = Diagnosis(
        pitfall="relu/typo", title=text, explanation=text, hint=text, file=text, line=3, place=text, source=text,
        details=(text,), explains=("relu/a",),
    )  # fmt: skip
    checks = (kept,) if status is Standing.PASSED else (kept, lost, replace(lost, id="relu/c"))
    relu = ExerciseReport(
        id="relu", status=status, score=points, max_score=16.0, checks=checks,
        diagnoses=() if status is Standing.PASSED else (cause,),
    )  # fmt: skip
    return Report(
        submission=text, score=points, max_score=16.0, needs_review=False, seed=0, suite_digest="", grader_version="0",
        digest="", sandbox="full", exercises=(relu,), output=text, notes=(text,),
    )  # fmt: skip


def test_a_strangers_text_is_escaped():
    """Names, messages, source lines, prints: nothing becomes markup, nothing is loaded."""
    page = cell.render(report(HOSTILE, Standing.PARTIAL, points=8.0), "en", "check(Relu)", in_cells=True)

    assert re.findall(r"<(?:script|b)\b|\x1b|\u202e|\b49\b|(?:src|href|url)\s*[=(]", page.split("</style>")[1]) == []
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;") == page.count("gnp.") > 5


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_page_says_what_the_terminal_says(language):
    """Points, cause, other lost checks, prints and remarks, in both languages."""
    page = words(cell.render(report("some words", Standing.PARTIAL, points=8.0), language, "again()", in_cells=False))

    assert "relu 8 / 16" in page
    # Title, place, line, explanation, detail, hint; an open check and its message; all checks; prints and remarks.
    assert page.count("some words") == 6 + 2 + 2 + 2
    assert "again()" in page


def test_full_marks_are_celebrated_once():
    """Nothing is left to do, and what was printed waits behind a click."""
    page = cell.render(report("x", Standing.PASSED, points=16.0), "en", "check(Relu)", in_cells=True)

    said = "Points relu 16 / 16 Everything passes. Well done! relu: 1 of 1 checks passed passed a title 16 / 16"
    assert words(page).startswith(said)
    assert "<details open" not in page
