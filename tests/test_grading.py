"""The whole way from bytes to a report: the four pitfalls that the kit is named for, odd states, forgers, seeds."""

import dataclasses
import json
from pathlib import Path

import pytest

from grader import grading
from grader.catalogue import exercises
from grader.grading import broken, grade
from grader.model import Limits, Report, Settings, SourceFile, Standing, Status, Submission

ROOT = Path(__file__).parents[1]

# The layers as the book and the articles have them, mistakes put in by `replace`.
RELU = """
import numpy as np

class Relu:
    def __init__(self):
        self.mask = None

    def forward(self, x):
        self.mask = (x <= 0)
        out = x.copy()
        out[self.mask] = 0
        return out

    def backward(self, dout):
        dout[self.mask] = 0
        dx = dout
        return dx
"""
SIGMOID = """
import numpy as np

class Sigmoid:
    def __init__(self):
        self.out = None

    def forward(self, x):
        out = 1 / (1 + np.exp(-x))
        self.out = out
        return out

    def backward(self, dout):
        dx = dout * (1.0 - self.out) * self.out
        return dx
"""
AFFINE = """
import numpy as np

class Affine:
    def __init__(self, W, b):
        self.W, self.b = W, b
        self.x = self.original_x_shape = self.dW = self.db = None

    def forward(self, x):
        self.original_x_shape = x.shape
        self.x = x.reshape(x.shape[0], -1)
        return np.dot(self.x, self.W) + self.b

    def backward(self, dout):
        dx = np.dot(dout, self.W.T)
        self.dW = np.dot(self.x.T, dout)
        self.db = np.sum(dout, axis=0)
        return dx.reshape(*self.original_x_shape)
"""
SOFTMAX_WITH_LOSS = """
import numpy as np

def softmax(x):
    x = x - np.max(x, axis=-1, keepdims=True)
    return np.exp(x) / np.sum(np.exp(x), axis=-1, keepdims=True)

def cross_entropy_error(y, t):
    if t.size == y.size:
        t = t.argmax(axis=1)
    batch_size = y.shape[0]
    return -np.sum(np.log(y[np.arange(batch_size), t] + 1e-7)) / batch_size

class SoftmaxWithLoss:
    def __init__(self):
        self.loss = self.y = self.t = None

    def forward(self, x, t):
        self.t = t
        self.y = softmax(x)
        self.loss = cross_entropy_error(self.y, self.t)
        return self.loss

    def backward(self, dout=1):
        batch_size = self.t.shape[0]
        if self.t.size == self.y.size:
            dx = (self.y - self.t) / batch_size
        else:
            dx = self.y.copy()
            dx[np.arange(batch_size), self.t] -= 1
            dx = dx / batch_size
        return dx
"""
BOOK = {"relu": RELU, "sigmoid": SIGMOID, "affine": AFFINE, "softmax_with_loss": SOFTMAX_WITH_LOSS}


def submission(name="someone", **sources):
    """A submission with one file an exercise."""
    files = [SourceFile(name=f"{id}.py", data=source.encode()) for id, source in sources.items()]
    return Submission(name=name, files=tuple(files))


def graded(id, source, **settings):
    """The report of one exercise."""
    (exercise,) = grade(submission(**{id: source}), Settings(exercises=(id,), **settings)).exercises
    return exercise


def lost(exercise):
    """Ids of the checks without points."""
    return {check.id.split("/")[1] for check in exercise.checks if check.status is not Status.PASSED}


def named(exercise):
    """What the diagnosis names."""
    return [diagnosis.pitfall for diagnosis in exercise.diagnoses]


def test_solutions_score_full_marks_and_stubs_are_not_started():
    """The two ends of the scale, over all exercises."""
    shipped = {
        kind: grade(submission(**{id: getattr(exercise, kind).read_text() for id, exercise in exercises().items()}))
        for kind in ("solution", "stub")
    }

    assert (shipped["solution"].score, shipped["solution"].max_score) == (100.0, 100.0)
    assert {exercise.status for exercise in shipped["solution"].exercises} == {Standing.PASSED}
    assert (shipped["stub"].score, shipped["stub"].max_score) == (0.0, 100.0)
    assert {exercise.status for exercise in shipped["stub"].exercises} == {Standing.NOT_STARTED}


def test_the_books_layers_lose_the_two_points_for_dout_and_nothing_else():
    """Copied letter by letter, the book scores 98, and the message says that the book does it."""
    report = grade(submission(**BOOK))

    assert report.score == 98.0
    assert lost(report.exercises[0]) == {"backward_leaves_dout_alone"}
    assert named(report.exercises[0]) == ["relu/mutates-dout"]
    assert not report.needs_review


@pytest.mark.parametrize(
    ("replace", "by"),
    [
        pytest.param("out[self.mask] = 0\n        return out", "out[self.maks] = 0\n        return out", id="read"),
        pytest.param("self.mask = (x", "self.maks = (x", id="written"),
    ],
)
def test_maks_loses_forward_and_what_needs_it(replace, by):
    """Read, it raises; written, `out[None] = 0` zeroes everything: either way both names are told."""
    exercise = graded("relu", RELU.replace(replace, by))

    assert exercise.score == 0.0
    assert named(exercise)[0] == "relu/attribute-typo"
    assert "self.maks" in exercise.diagnoses[0].title
    assert "self.mask" in exercise.diagnoses[0].title
    assert set(exercise.diagnoses[0].explains) == {check.id for check in exercise.checks}


def test_a_backward_without_return_keeps_the_points_of_forward():
    """What backward does not return costs backward only."""
    exercise = graded("relu", RELU.replace("        return dx\n", ""))

    assert named(exercise)[0] == "relu/missing-return"
    assert {check.id for check in exercise.checks if "forward" in check.id.split("/")[1][:7]}.isdisjoint(
        f"relu/{name}" for name in lost(exercise)
    )
    assert exercise.score == 9.0


@pytest.mark.parametrize(
    "by",
    ["self.y == self.t", "self.y + self.t", "y := self.t", "self.t"],
    ids=["compared", "added", "named", "left out"],
)
def test_y_equals_t_is_named_in_every_form_that_parses(by):
    """Wrong numbers, one name."""
    exercise = graded("softmax_with_loss", SOFTMAX_WITH_LOSS.replace("(self.y - self.t)", f"({by})"))

    assert "softmax_with_loss/assign-instead-of-subtract" in named(exercise)
    assert exercise.status is Standing.PARTIAL
    assert all(name.startswith("backward") or name == "two_layers_do_not_share" for name in lost(exercise))


def test_y_equals_t_in_brackets_costs_its_own_exercise_and_shows_the_place():
    """The form that does not parse: line, column, and not Python's own misleading advice."""
    broken = SOFTMAX_WITH_LOSS.replace("self.y - self.t", "self.y = self.t")
    report = grade(submission(**BOOK | {"softmax_with_loss": broken}))
    exercise = report.exercises[3]

    assert [part.score for part in report.exercises] == [18.0, 20.0, 30.0, 0.0]
    assert exercise.status is Standing.UNREADABLE
    assert named(exercise) == ["softmax_with_loss/assign-instead-of-subtract"]
    (diagnosis,) = exercise.diagnoses
    assert (diagnosis.line, diagnosis.column) == (27, 19)
    assert diagnosis.source.strip() == "dx = (self.y = self.t) / batch_size"


@pytest.mark.parametrize(
    ("file", "source", "standing"),
    [
        pytest.param("relu.py", "", Standing.UNREADABLE, id="empty"),
        pytest.param("relu.py", RELU + "\0", Standing.UNREADABLE, id="null byte"),
        pytest.param("relu.py", "class Relu(:\n", Standing.UNREADABLE, id="syntax"),
        pytest.param("relu.py", RELU.replace("class Relu", "class Rleu"), Standing.MISSING, id="misspelt"),
        pytest.param("relu.py", "x = 1\n", Standing.MISSING, id="no class"),
        pytest.param("relu.py", RELU.replace("class Relu", "class ReLU"), Standing.PARTIAL, id="case"),
        pytest.param("layers.py", RELU, Standing.PARTIAL, id="another file name"),
        pytest.param("relu.py", RELU + "\nRelu().forward(None)\nwhile True: pass\n", Standing.PARTIAL, id="demo code"),
        pytest.param(
            "relu.py", RELU.replace("self.mask = None", "raise OSError(5)"), Standing.FAILED, id="constructor"
        ),
        pytest.param("relu.py", RELU.replace("class Relu:", "class Relu(Missing):"), Standing.FAILED, id="base"),
    ],
)
def test_whatever_state_a_file_is_in_it_gets_a_report(file, source, standing):
    """Only what is affected loses points, and every loss has a message."""
    sources = Submission(name="odd", files=(SourceFile(name=file, data=source.encode()),))
    report = grade(sources, Settings(exercises=("relu",)))

    assert report.exercises[0].status is standing
    assert report.max_score == 20.0
    assert all(check.message for check in report.exercises[0].checks if check.status is not Status.PASSED)
    assert report.exercises[0].diagnoses or report.score == 20.0


@pytest.mark.parametrize(
    "body",
    [
        "class Always(np.ndarray):\n    __array_function__ = __eq__ = lambda *a, **k: True\n",
        "class Always:\n    __eq__ = lambda *a: True\n    __array__ = lambda *a, **k: np.zeros(1)\n",
    ],
    ids=["array subclass", "always equal"],
)
def test_objects_that_claim_to_be_right_gain_nothing(body):
    """The judge sees numbers, never the objects that hold them."""
    source = f"""
import numpy as np
{body}
class Relu:
    def forward(self, x):
        return np.zeros(x.shape).view(Always) if issubclass(Always, np.ndarray) else Always()
    backward = forward
"""
    assert graded("relu", source).score == 0.0


@pytest.mark.parametrize(
    "attack",
    [
        "import numpy.testing\nnumpy.testing.assert_allclose = numpy.isclose = np.abs = lambda *a, **k: True",
        "import builtins\nbuiltins.abs = lambda *a: 0",
        "import pytest\npytest.main = lambda *a: 0",
        "class Cheat:\n    import os\n    open('report.json', 'w').write('{\"score\": 100}')\n    os._exit(0)",
        "try:\n    from grader import checks\n    checks.assert_same = print\nexcept ImportError:\n    pass",
    ],
)
def test_patches_and_early_exits_gain_nothing(attack, tmp_path, monkeypatch):
    """A wrong layer stays wrong whatever is patched around it, and no file appears."""
    monkeypatch.chdir(tmp_path)
    wrong = "import numpy as np\n{}\nclass Relu:\n    def forward(self, x):\n        return x\n    backward = forward\n"

    assert graded("relu", wrong.format(attack)).score == 0.0
    assert list(tmp_path.iterdir()) == []


def test_a_hang_costs_the_checks_that_need_the_method():
    """One time-out for backward, not one for each of its checks; forward keeps its points."""
    hangs = RELU.replace("dx = dout\n", "dx = dout\n        while True: pass\n")
    exercise = graded("relu", hangs, limits=Limits(call_seconds=0.5, exercise_seconds=30))

    assert exercise.score == 9.0
    assert named(exercise)[0] == "relu/too-slow"
    assert exercise.diagnoses[0].place == "relu.py:17"


def without_times(report):
    """A report as JSON, seconds left out."""
    data = report.to_json()
    for exercise in data["exercises"]:
        for check in exercise["checks"]:
            del check["seconds"]
    return json.dumps(data)


def test_the_same_seed_gives_the_same_report_and_another_seed_the_same_scores():
    """Nothing but the submission, the suites and the seed decides."""
    mixed = BOOK | {
        "affine": AFFINE.replace("axis=0", "axis=1"),
        "sigmoid": SIGMOID.replace("(1 + np.exp(-x))", "1 + np.exp(-x)"),
    }
    reports = []
    for seed in (0, 0, 7):
        grading._dismiss()  # a judge of its own each: one judge decides equal files once
        reports.append(grade(submission(**mixed), Settings(seed=seed)))

    assert without_times(reports[0]) == without_times(reports[1])
    assert [[part.score for part in report.exercises] for report in reports[1:]] == [[18.0, 0.0, 25.0, 30.0]] * 2
    assert Report.from_json(json.loads(json.dumps(reports[0].to_json()))) == reports[0]


def test_a_layer_that_two_students_hand_in_alike_is_decided_once():
    """Down to the times; with another seed, another name or one more byte it is another one."""
    ada = grade(submission("ada", **BOOK), Settings())
    bo = grade(submission("bo", **BOOK | {"sigmoid": SIGMOID + "# mine\n"}), Settings())
    other = grade(submission("ada", **BOOK), Settings(seed=5))
    again = [one == two for one, two in zip(ada.exercises, bo.exercises, strict=True)]

    assert dict(zip((part.id for part in ada.exercises), again, strict=True)) == {
        "relu": True, "sigmoid": False, "affine": True, "softmax_with_loss": True,
    }  # fmt: skip
    assert ada.exercises[0] != other.exercises[0]
    assert without_times(ada).replace('"ada"', '"bo"').replace(ada.digest, bo.digest) == without_times(bo)


def test_korean_reports_have_the_same_points_and_other_words():
    """The language decides words only."""
    wrong = AFFINE.replace("axis=0", "axis=1")
    english, korean = (graded("affine", wrong, language=language) for language in ("en", "ko"))

    assert [check.points for check in english.checks] == [check.points for check in korean.checks]
    assert named(english) == named(korean)
    for one, other in zip(english.checks, korean.checks, strict=True):
        assert one.title != other.title
    assert all(max(diagnosis.title) >= "가" for diagnosis in korean.diagnoses)


def test_what_the_judge_cannot_decide_is_nobodys_zero():
    """`broken` has no score in the exercise and none in the submission."""
    report = broken(submission(**BOOK), Settings(), "a test says so")

    assert report.score is None
    assert report.needs_review
    assert {exercise.status for exercise in report.exercises} == {Standing.BROKEN}
    assert {check.points for exercise in report.exercises for check in exercise.checks} == {None}


def test_what_could_not_be_read_is_looked_at_by_a_person():
    """A missing permission where submissions are graded is no zero that nobody hears of."""
    handed_in = submission("kim", relu=BOOK["relu"])
    unread = dataclasses.replace(handed_in, notes=("not readable: affine.py",), unread=("not readable: affine.py",))

    report = grade(unread, Settings(exercises=("relu", "affine")))

    assert (report.needs_review, report.flags, report.score) == (True, unread.unread, 18.0)
    assert not grade(handed_in, Settings(exercises=("relu", "affine"))).needs_review


def test_a_submission_is_known_by_its_bytes():
    """Equal bytes under equal names have equal digests, whoever handed them in."""
    one, other = submission("kim", **BOOK), submission("lee", **BOOK)
    changed = dataclasses.replace(one, files=one.files[1:])

    assert one.digest == other.digest != changed.digest


@pytest.mark.parametrize(
    "more",
    [
        "def forward(self, x):\n    return x * (x > 0)\nRelu.forward = forward\n",
        "class Mine(Relu):\n    def forward(self, x):\n        return x * (x > 0)\nRelu = Mine\n",
    ],
    ids=["set on the class", "subclass"],
)
def test_a_stub_that_is_filled_in_from_elsewhere_is_graded(more):
    """What counts is what the layer does, not what its class statement looks like."""
    stub = exercises()["relu"].stub.read_text()
    exercise = graded("relu", f"{stub}\n{more}")

    assert exercise.status is Standing.PARTIAL
    assert exercise.score == 9.0


def test_a_courses_points_add_up():
    """Shares of points leave no dust in the sums."""
    report = grade(submission(affine=AFFINE), Settings(exercises=("affine",), points=(("affine", 10.0),)))

    assert (report.score, report.max_score, report.exercises[0].score) == (10.0, 10.0, 10.0)


@pytest.mark.parametrize(
    "head",
    [
        '{"ready": True, "notes": [["encoding", {"file": 5, "encoding": [1], "lines": 7, "line": "x"}]]}',
        '{"ready": True, "notes": [["name_differs", {"wanted": "a", "found": "b", "count": 3}]]}',
        '{"number": 1, "value": 0, "attributes": {}, "changed": {"9" * 5000: 0}}',
    ],
    ids=["note of odd types", "note of a count", "endless number"],
)
def test_a_forged_message_is_no_fault_of_the_grader(head):
    """Who writes to the wire gets a zero for it, not an exercise that nobody could decide."""
    source = f"""
import os, sys
class Relu:
    parts = sys.modules["grading_worker.wire"].pack({head})
    for descriptor in range(3, 40):
        try:
            os.write(descriptor, b"".join(bytes(part) for part in parts))
        except OSError:
            pass
    def forward(self, x):
        return x
    backward = forward
"""
    exercise = graded("relu", source)

    assert (exercise.score, exercise.status is Standing.BROKEN) == (0.0, False)
