"""The mistakes of `tests/mistakes`, each named in a real worker process; and what a diagnosis promises besides."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from grader import catalogue, checks, pitfalls
from grader.diagnosis import Evidence, diagnose
from grader.diagnosis.rehearsal import suite
from grader.model import Limits, SourceFile, Status
from grader.workshop import Workshop

BACKWARD = "    def backward(self, dout=1):\n        return dout"
MISTAKES = Path(__file__).parent / "mistakes"
RIGHT = Path(__file__).parent / "right"


def cases():
    """Exercise, name, expected diagnoses and file of every case; a diagnosis is (id, line or None, certain)."""
    for path in sorted(MISTAKES.glob("*.txt")):
        for block in re.split(r"(?m)^=== ", path.read_text(encoding="utf-8"))[1:]:
            name, expected, code = block.split("\n", 2)
            wanted = [part.strip() for part in expected.removeprefix("expect").split(",")]
            yield pytest.param(path.stem, tuple(map(read, wanted)), code, id=f"{path.stem}: {name}")


def read(wanted):
    """`?id:line` as (id, line, certain)."""
    id, _, line = wanted.lstrip("?").partition(":")
    return id, int(line) if line else None, not wanted.startswith("?")


@pytest.fixture(scope="module")
def workshop():
    """One workshop for all cases; a loop that never ends is stopped after half a second."""
    with Workshop(Limits(call_seconds=0.5)) as opened:
        yield opened


@pytest.fixture
def examine(workshop):
    """Run a suite on a file in a worker of its own, and give the evidence; the worker lives until the test ends."""
    opened = []

    def run(exercise_id, code, *, seed=0, name=None, asking=True):
        exercise = catalogue.exercises()[exercise_id]
        data = code if isinstance(code, bytes) else code.encode()
        worker = workshop.open(exercise, [SourceFile(name=name or f"{exercise_id}.py", data=data)])
        opened.append(worker)
        outcomes = []
        for function in suite(exercise.suite):
            failure = checks.run(function, worker, seed) if worker.loaded.status == "ready" else None
            passed = failure is None and worker.loaded.status == "ready"
            outcomes.append((function.check.id, Status.PASSED if passed else Status.FAILED, failure))
        return exercise, Evidence(
            loaded=worker.loaded,
            outcomes=tuple(outcomes),
            transcript=list(worker.transcript),
            seed=seed,
            worker=worker if asking else None,
        )

    yield run
    for worker in opened:
        worker.close()


@pytest.mark.parametrize(("exercise_id", "wanted", "code"), list(cases()))
def test_every_mistake_of_the_table_is_named(examine, exercise_id, wanted, code):
    """Which mistakes, the cause first; on which line, where the table has one; and every lost check is explained."""
    exercise, evidence = examine(exercise_id, code)

    found = diagnose(exercise, evidence)

    lines = [line for _, line, _ in wanted]
    told = tuple(
        (one.pitfall, one.line if line else None, one.certain) for one, line in zip(found, lines, strict=False)
    )
    assert (told, len(found)) == (wanted, len(wanted))
    assert lost(evidence) == {check for one in found for check in one.explains}


def lost(evidence):
    """Ids of the lost checks."""
    return {id for id, status, _ in evidence.outcomes if status is not Status.PASSED}


@pytest.mark.parametrize("exercise_id", list(catalogue.exercises()))
def test_a_right_layer_has_no_diagnosis(examine, exercise_id):
    """Nothing lost, nothing to explain."""
    code = catalogue.exercises()[exercise_id].solution.read_text(encoding="utf-8")
    assert diagnose(*examine(exercise_id, code)) == ()


HALF = """
import numpy as np
class Sigmoid:
    def forward(self, x):
        self.out = 1 / (1 + np.exp(-x))
        return self.out
    def backward(self, dout):
        return dout * self.out * (1 - self.out) / 2
"""


def test_an_unknown_mistake_is_shown_on_its_smallest_input(examine):
    """Expected and got beside each other, what relates them, and the slope of the student's own forward."""
    (found,) = diagnose(*examine("sigmoid", HALF))

    assert found.certain is False
    assert found.details[:9] == (
        "Every number is 0.5 times the right one.",
        "The smallest input that shows it:",
        "    layer = Sigmoid()",
        "    layer.forward(x=[[1]])",
        "    layer.backward(dout=[[2]])",
        "expected  [[0.393224]]",
        "got       [[0.196612]]",
        "numerical gradient of your own forward (central difference, h = 0.0001): [[0.393224]]",
        "relative error of your gradient beside it: 0.33",
    )


@pytest.mark.parametrize(("exercise_id", "wanted", "code"), list(cases())[::5])
def test_words_do_not_depend_on_graded_inputs(examine, exercise_id, wanted, code):
    """Another seed draws other inputs; what students read stays the same, so none of them can be in it."""
    words = []
    for seed in (0, 1):
        found = diagnose(*examine(exercise_id, code, seed=seed))
        words.append([(one.title, one.explanation, one.hint, one.details) for one in found])

    drawn = re.compile(r"after [\d.]+ s")
    assert drawn.sub("", str(words[0])) == drawn.sub("", str(words[1]))


def test_a_slope_of_any_size_is_said(examine):
    """The catalogue has a few leaky layers; of all others, what stands at negative inputs."""
    found = diagnose(*examine("relu", case("relu", "a slope of one fifth")))

    assert "negative; there they are `0.2 * x`" in "\n".join(found[0].details)


def test_a_worker_that_cannot_be_asked_costs_the_example_only(examine):
    """Without a worker an unknown mistake is still owned up to."""
    (found,) = diagnose(*examine("sigmoid", HALF, asking=False))

    assert (found.pitfall, found.details) == ("sigmoid/unknown", ("Every number is 0.5 times the right one.",))


def test_a_worker_that_dies_when_asked_costs_the_example_only(examine):
    """A layer that ends the process on small inputs leaves no example, and no fault."""
    code = HALF.replace("self.out = 1", "x.size == 6 and __import__('os')._exit(3)\n        self.out = 1")
    code = code.replace("def forward(self, x):", "def forward(self, x):\n        x = x if x.shape != (1, 6) else x")
    exercise, evidence = examine("sigmoid", code)

    found = diagnose(exercise, evidence)

    assert "sigmoid/unknown" in {one.pitfall for one in found}
    assert lost(evidence) == {check for one in found for check in one.explains}


@pytest.mark.parametrize("name", ["relu/capped", "relu/step-function", "softmax_with_loss/missing-softmax"])
def test_what_one_call_leaves_open_is_asked_again(examine, name):
    """Layers that agree on the only call there is are told apart by a question, or stay candidates."""
    id = name.split("/", maxsplit=1)[0]
    exercise, evidence = examine(id, pitfalls.entries(id)[name].source.read_text(encoding="utf-8"))
    short = replace(evidence, transcript=evidence.transcript[:2], outcomes=evidence.outcomes[:1])

    (found,) = diagnose(exercise, short)
    candidates = diagnose(exercise, replace(short, worker=None))

    assert (found.pitfall, found.certain) == (name, True)
    assert name in {one.pitfall for one in candidates}
    assert {one.certain for one in candidates} == {False}


def test_two_mistakes_share_the_checks(examine):
    """Each of two mistakes in two methods explains what was lost to it."""
    code = """
import numpy as np
class Sigmoid:
    def forward(self, x):
        self.out = 1 / (1 + np.exp(x))
        return self.out
    def backward(self, dout):
        return self.out * (1 - self.out)
"""
    exercise, evidence = examine("sigmoid", code)

    forward, backward = diagnose(exercise, evidence)

    assert {check.split("/")[1].split("_")[0] for check in forward.explains} == {"forward"}
    assert set(backward.explains) == lost(evidence) - set(forward.explains)


def test_two_mistakes_of_one_layer_share_the_checks(examine):
    """Where the catalogue has both in one layer, each explains what it alone would cost, and nothing twice."""
    id = "affine/not-reshaped-and-bias-axis"
    exercise, evidence = examine("affine", pitfalls.entries("affine")[id].source.read_text(encoding="utf-8"))

    found = diagnose(exercise, evidence)

    assert {one.pitfall: [check.partition("/")[2] for check in one.explains] for one in found} == {
        "affine/bias-axis": ["backward_stores_db", "backward_replaces_the_gradients"],
        "affine/not-reshaped": ["backward_returns_dx_in_the_shape_of_x"],
    }


def test_the_students_language_is_spoken(examine):
    """Korean words for a symptom, a pitfall and a gap, each with all its parts."""
    files = {
        "relu": "class Relu:\n    def forward(self, x):\n        return x * (x > 0)\n    def backward(self, dout): ...",
        "affine": next(case.values[2] for case in cases() if case.id == "affine: the bias is averaged"),
        "sigmoid": HALF,
    }

    for id, code in files.items():
        (found,) = diagnose(*examine(id, code), "ko")
        for words in (found.title, found.explanation, found.hint):
            assert re.search("[가-힣]", words), words


@pytest.mark.parametrize(("language", "wanted"), [("en", "expected one number"), ("ko", "수 하나여야 합니다")])
@pytest.mark.parametrize("line", ["self.loss = loss", "return [loss]", "print(loss)"])
def test_a_loss_is_a_number_and_no_array_of_shape_nothing(examine, line, language, wanted):
    """Nobody reads `()` as what is expected of a loss."""
    right = (RIGHT.parents[1] / "solutions" / "softmax_with_loss.py").read_text(encoding="utf-8")
    code = right.replace(
        "return cross_entropy_error(self.y, t)", f"loss = cross_entropy_error(self.y, t)\n        {line}"
    )
    assert code != right

    found = diagnose(*examine("softmax_with_loss", code), language)[0]

    assert found.title.endswith(wanted)


def test_a_line_of_a_notebook_is_given_by_cell(examine):
    """The place that a student can find: the cell, and the line in it."""
    code = HALF.replace("self.out = 1", "self.ouy = 1").replace("return self.out\n", "return self.ouy\n")
    sources = ["import numpy as np", code.strip()]
    cells = [{"cell_type": "code", "metadata": {}, "outputs": [], "source": source} for source in sources]
    notebook = json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells})

    found = diagnose(*examine("sigmoid", notebook, name="work.ipynb"))

    assert (found[0].pitfall, found[0].place) == ("sigmoid/attribute-typo", "work.ipynb, cell 2, line 7")


def test_what_cannot_be_read_explains_everything(examine):
    """Python's place with line and column, the spot marked, and a hint that is not Python's."""
    code = next(case.values[2] for case in cases() if "equals for minus" in case.id)
    exercise, evidence = examine("softmax_with_loss", code)

    (found,) = diagnose(exercise, evidence)

    assert (found.line, found.column, found.explains) == (22, 15, tuple(id for id, _, _ in evidence.outcomes))
    assert found.details == ("    dx = (self.y = self.t) / batch_size\n          ^^^^^^",)
    assert "==" not in found.hint


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('<<<<<<< HEAD\n{"nbformat": 4, "cells": []}\n=======\n{}\n>>>>>>> theirs\n', "Git conflict"),
        ('{"nbformat": 4, "cells": [', "is not a complete notebook"),
        (
            '{"metadata": {"kernelspec": {"name": "ir"}}, "cells": [{"cell_type": "code", "source": "x <- c(1, 2)"}]}',
            "another language",
        ),
    ],
)
def test_what_is_wrong_with_a_whole_notebook_is_told_apart(examine, text, said):
    """Each has another remedy."""
    (found,) = diagnose(*examine("relu", text, name="work.ipynb"))

    assert said in found.title


@pytest.mark.parametrize(
    ("body", "beginnings"),
    [
        ("        y = x\n       return y\n", "    ········y = x\n    ·······return y"),
        ("        y = x\n            return y\n", "    ········y = x\n    ············return y"),
        ("\ty = x\n        return y\n", "    ····def forward(self, x):\n    →   y = x"),
        ("    # here\n    return x\n", "    ····def forward(self, x):\n    ····return x"),
    ],
    ids=["between", "further", "tabs", "missing"],
)
@pytest.mark.parametrize("cells", [False, True], ids=["file", "notebook"])
def test_an_indentation_is_shown_with_its_spaces_and_tabs(examine, body, beginnings, cells):
    """What cannot be seen in an editor."""
    code = f"class Relu:\n    def forward(self, x):\n{body}"
    notebook = json.dumps({"nbformat": 4, "cells": [{"cell_type": "code", "source": text} for text in ("x = 1", code)]})

    (found,) = diagnose(*examine("relu", notebook if cells else code, name="hw.ipynb" if cells else "relu.py"))

    assert found.pitfall == "relu/indentation-error"
    assert found.details[1:] == (beginnings,)


def test_a_misspelt_class_is_named_beside_the_one_that_is_wanted(examine):
    """What a symptom's words are filled with comes from what was found."""
    (found,) = diagnose(*examine("relu", "class Reul:\n    pass\n"))

    assert found.title == "there is a class `Reul`, but no `Relu`"


@pytest.mark.parametrize("data", [b"", b"\xff\xfe\x00", b"\x00" * 40, b"{" * 5000])
def test_a_file_without_text_is_said_to_be_one(examine, data):
    """Empty files, bytes that are no text, and brackets without end."""
    found = diagnose(*examine("relu", data))

    assert [one.pitfall for one in found] in (["relu/unreadable-file"], ["relu/syntax-error"])


def case(exercise_id, name):
    """The file of a case in the table."""
    return next(one.values[2] for one in cases() if one.id == f"{exercise_id}: {name}")


@pytest.mark.parametrize(
    ("exercise_id", "name", "words"),
    [
        ("affine", "the first version of the book", "an input with four axes is not flattened to (N, D)"),
        ("relu", "backward inside forward", "`backward` stands inside another method of `Relu`"),
        ("relu", "both methods at the left edge", "`forward` stands outside of `Relu`"),
        ("relu", "a function that NumPy does not have", "`np.relu` is used, but NumPy has nothing of that name"),
        ("affine", "gradients that belong to the class", "two layers share one `self.dW`"),
        (
            "affine",
            "a method of another package's layers",
            "`self.call` is called in `forward`, but the class has no method of that name",
        ),
        ("affine", "the layer gives itself new weights", "`backward` gives `self.W` another value"),
        (
            "relu",
            "a variable of forward that backward wants",
            "`mask` belongs to `forward`; `backward` does not know it",
        ),
        ("relu", "backward picks entries out", "`backward` returns only the gradients that pass, in one row"),
        ("softmax_with_loss", "a helper method without self", "`self` is missing among the arguments of `softmax`"),
        (
            "softmax_with_loss",
            "no delta, over all classes",
            "the loss becomes infinite when the right class has probability 0",
        ),
        (
            "softmax_with_loss",
            "a delta behind the logarithm",
            "the small delta is added after the logarithm, not inside it",
        ),
        ("softmax_with_loss", "less the first score of each row", "the softmax overflows for large scores"),
        (
            "softmax_with_loss",
            "t from the scores in backward alone",
            "`backward` subtracts t from the scores, not from the probabilities",
        ),
        ("relu", "a static method with self", "`forward` is a static method, so it never gets the layer"),
        (
            "sigmoid",
            "an output that is stored behind a return",
            "`self.out` is stored behind a `return`, so it never is",
        ),
        ("softmax_with_loss", "a limit for scores", "large scores are cut off at a limit before `np.exp`"),
        (
            "affine",
            "a gradient in a variable, beside parameters called weight and bias",
            "`backward` keeps `dW` in a variable of its own; nothing is stored in `self.dW`",
        ),
        (
            "affine",
            "db in a variable, beside a parameter called bias",
            "`backward` keeps `db` in a variable of its own; nothing is stored in `self.db`",
        ),
        (
            "affine",
            "dW stands in a comment and in a docstring only",
            "after `backward`, there is nothing in `self.dW`",
        ),
        (
            "affine",
            "a variable dW, stored under another name",
            "the gradient is stored as `self.grad_W`; it is looked for in `self.dW`",
        ),
        (
            "affine",
            "the weights are kept under another name",
            "`self.W` is read in `forward`; what `__init__` stores is `self.kernel`, which no other method reads",
        ),
        ("affine", "both parameters are stepped in place", "`backward` changes the parameters `W`, `b`"),
        (
            "relu",
            "the mask is a variable, and there is no constructor",
            "`self.mask` is read in `backward`, but `forward` keeps `mask` in a variable of its own",
        ),
        (
            "relu",
            "the mask is kept under another name",
            "`self.mask` is read in `backward`; what `forward` stores is `self.positive`, which no other method reads",
        ),
        (
            "sigmoid",
            "the output is kept under another name",
            "`self.y` is read in `backward`; what `forward` stores is `self.out`, which no other method reads",
        ),
        ("sigmoid", "y stands in a comment only", "`self.y` is read in `backward`, but no method stores it"),
    ],
)
def test_the_title_says_what_was_seen(examine, exercise_id, name, words):
    """One id has several wordings, and the file decides which is meant."""
    found = diagnose(*examine(exercise_id, case(exercise_id, name)))

    assert found[0].title == words


def test_a_change_beside_wrong_numbers_explains_the_check_that_looks_for_it(examine):
    """Where all checks were lost to the numbers already, the change is still named, and with its own check alone."""
    found = diagnose(*examine("relu", case("relu", "the mask is a variable, and dout is written into")))

    assert found[1].pitfall == "relu/mutates-dout"
    assert found[1].explains == ("relu/backward_leaves_dout_alone",)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (
            "    def __init__(self):\n        while True: pass",
            "`__init__` was stopped after 0.5 s; this line was running",
        ),
        ("    def forward(self, x): raise AssertionError", "`forward` raises AssertionError"),
        ("    def __init__(self): raise MemoryError", "`__init__` raises MemoryError"),
        ("    raise KeyError", "the class `Relu` could not be made: KeyError"),
        (
            "    def forward(self, x): return np.zeros((4000, 4000))",
            "`forward(...)` is an array far too large, float64 (4000, 4000); expected an array of shape (2, 2)",
        ),
        (
            "    def forward(self, x): return Ellipsis",
            "`forward(...)` is of type `ellipsis`; expected an array of shape (2, 2)",
        ),
    ],
)
def test_a_title_has_no_gap(examine, line, words):
    """Where there is no input, no message or no common word for something, the sentence does without."""
    found = diagnose(*examine("relu", f"import numpy as np\nclass Relu:\n{line}\n{BACKWARD}\n"))

    assert found[0].title == words


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("return max(0, x)", "one True or False for each of its elements"),
        ("return x if x > 0 else 0", "one True or False for each of its elements"),
        ("return np.max(0, x)", "does not compare two values"),
        ("return x * -(x <= 0)", "NumPy has no minus for these"),
        ("return x ^ (x > 0)", "not the sign for a power"),
        ("return x.clamp(min=0)", "PyTorch's tensors can do this"),
        ("return np.sum(x, dim=1)", "has other names in NumPy"),
    ],
)
def test_an_exception_of_every_beginner_is_explained(examine, line, words):
    """Python's message says what it could not do, the explanation why."""
    code = f"import numpy as np\nclass Relu:\n    def forward(self, x):\n        {line}\n{BACKWARD}"
    found = diagnose(*examine("relu", code))

    assert (found[0].pitfall, found[0].line) == ("relu/raises", 4)
    assert words in found[0].explanation


def test_a_product_written_as_on_paper_lacks_a_sign(examine):
    """`y(1 - y)` calls y; square brackets would not help."""
    code = "class Relu:\n    def forward(self, x):\n        return x(1 - x)\n" + BACKWARD
    found = diagnose(*examine("relu", code))

    assert (found[0].pitfall, found[0].line) == ("relu/missing-parentheses", 3)
    assert "`*`" in found[0].hint


def test_a_layer_that_cannot_tell_labels_from_one_hot_is_told_where(examine):
    """Which of the two t is, the length of its last axis does not say."""
    found = diagnose(*examine("softmax_with_loss", case("softmax_with_loss", "last axes are compared")))

    assert any("as many of them as classes" in line for line in found[0].details)


def test_a_situation_is_claimed_only_where_our_examples_agree(examine):
    """The graded integers are the only large numbers; that they are integers is not what matters to a limit."""
    found = diagnose(*examine("relu", case("relu", "a limit above")))

    assert not any("integers" in line for line in found[0].details)
    assert "    layer.forward(x=[[10]])" in found[0].details


def test_no_example_is_announced_that_is_not_there(examine):
    """Only integers show this; the text speaks of the checks' messages then."""
    forward = "self.on = x > x.mean(); return x * self.on"
    code = f"class Relu:\n    def forward(self, x):\n        {forward}\n{BACKWARD} * self.on\n"
    found = diagnose(*examine("relu", code))

    assert not any(line.startswith("expected") for line in found[0].details)
    assert "below" not in found[0].explanation


@pytest.mark.parametrize(
    ("exercise_id", "result", "words"),
    [("softmax_with_loss", "None", "expected one number"), ("relu", "None", "expected an array of shape (2, 2)")],
)
def test_what_was_expected_is_said_in_words(examine, exercise_id, result, words):
    """A loss has no shape to speak of."""
    exercise = catalogue.exercises()[exercise_id]
    arguments = ", ".join(exercise.methods["forward"])
    code = (
        f"class {exercise.class_name}:\n    def forward(self, {arguments}):\n        y = {result}; return y\n{BACKWARD}"
    )
    found = diagnose(*examine(exercise_id, code))

    assert words in found[0].title


def test_two_mistakes_in_one_method_are_each_shown_where_they_are(examine):
    """The example of a wrong db shows db, not what else is wrong."""
    found = diagnose(*examine("affine", case("affine", "dW transposed and db averaged")))

    assert [line for line in found[1].details if line.startswith("expected")] == ["expected  [7]"]
