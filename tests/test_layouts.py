"""Layers with another interface than the one asked for are called that, and not wrong mathematics."""

import pytest

from grader.grading import grade
from grader.model import Settings, SourceFile, Submission

STATELESS = """import numpy as np

class Affine:
    def __init__(self, w, b):
        self.w = w
        self.b = b

    def forward(self, x):
        return x.reshape(len(x), -1) @ self.w + self.b

    def backward(self, x, out):
        flat = x.reshape(len(x), -1)
        dw = flat.T @ out
        db = out.sum(axis=0)
        return (out @ self.w.T).reshape(x.shape), dw, db
"""
TRANSPOSED = """class Affine:
    def __init__(self, W, b):
        self.weight, self.bias = W, b

    def forward(self, x):
        self.shape, self.x = x.shape, x.reshape(len(x), -1)
        return self.x @ self.weight.T + self.bias

    def backward(self, dout):
        self.dW = dout.T @ self.x
        self.db = dout.sum(axis=0)
        return (dout @ self.weight).reshape(self.shape)
"""
COLUMNS = """class Affine:
    def __init__(self, W, b):
        self.W, self.b = W, b

    def forward(self, x):
        self.x = x
        return self.W @ x + self.b

    def backward(self, dout):
        self.dW = dout @ self.x.T
        self.db = dout.sum(axis=1, keepdims=True)
        return self.W.T @ dout
"""
COLUMNS_OF_SCORES = """import numpy as np

class SoftmaxWithLoss:
    def forward(self, x, t):
        powers = np.exp(x - x.max(axis=0))
        self.y, self.t = powers / powers.sum(axis=0), t
        return -(t * np.log(self.y)).sum() / x.shape[1]

    def backward(self, dout=1):
        return (self.y - self.t) / self.t.shape[1]
"""
OUTPUT_HANDED_BACK = """import numpy as np

class Sigmoid:
    def forward(self, x):
        return 1 / (1 + np.exp(-x))

    def backward(self, dout, y):
        return dout * y * (1 - y)
"""

SCORES_HANDED_BACK = """import numpy as np

class SoftmaxWithLoss:
    def probabilities(self, x):
        powers = np.exp(x - x.max(axis=1, keepdims=True))
        return powers / powers.sum(axis=1, keepdims=True)

    def forward(self, x, t):
        rows = np.arange(len(x))
        return -np.log(self.probabilities(x)[rows, t if t.ndim == 1 else t.argmax(axis=1)]).mean()

    def backward(self, x, t):
        wanted = np.eye(x.shape[1])[t] if t.ndim == 1 else t
        return (self.probabilities(x) - wanted) / len(x)
"""
TARGET_HANDED_BACK = (
    SCORES_HANDED_BACK.replace("backward(self, x, t)", "backward(self, t)")
    .replace("        rows =", "        self.x = x\n        rows =")
    .replace("        wanted = ", "        x = self.x\n        wanted = ")
)

LAYERS = {
    "stateless": ("affine", STATELESS, "affine/other-interface", 11),
    "weights_transposed": ("affine", TRANSPOSED, "affine/other-layout", 5),
    "samples_in_columns": ("affine", COLUMNS, "affine/other-interface", 5),
    "samples_in_rows_weights_and_bias_turned": (
        "affine", COLUMNS.replace("self.W, self.b = W, b", "self.W, self.b = W.T, b[:, None]"),
        "affine/other-interface", 5,
    ),
    "scores_in_columns": ("softmax_with_loss", COLUMNS_OF_SCORES, "softmax_with_loss/other-interface", 4),
    "scores_and_target_handed_back": (
        "softmax_with_loss", SCORES_HANDED_BACK, "softmax_with_loss/other-interface", 12,
    ),
    "target_handed_back": ("softmax_with_loss", TARGET_HANDED_BACK, "softmax_with_loss/other-interface", 13),
    "everything_handed_back": (
        "softmax_with_loss", SCORES_HANDED_BACK.replace("backward(self, x", "backward(self, dout, x"),
        "softmax_with_loss/other-interface", 12,
    ),
    "output_handed_back": ("sigmoid", OUTPUT_HANDED_BACK, "sigmoid/other-interface", 7),
}  # fmt: skip


def diagnosed(id, source, language="en"):
    """What is said about one file."""
    submission = Submission(name="someone", files=(SourceFile(name=f"{id}.py", data=source.encode()),))
    (exercise,) = grade(submission, Settings(exercises=(id,), language=language)).exercises
    return exercise.diagnoses


@pytest.mark.parametrize(("id", "source", "pitfall", "line"), LAYERS.values(), ids=LAYERS)
def test_another_interface_is_named_with_the_lines_to_change(id, source, pitfall, line):
    """It comes first, says so in its title, and lists places in the file."""
    first = diagnosed(id, source)[0]
    assert (first.pitfall, first.line) == (pitfall, line)
    assert first.title.startswith("another interface than asked")
    assert len(first.details) > 1
    assert all(f"{id}.py:" in detail for detail in first.details[1:])


def test_the_lines_of_a_stateless_layer_say_what_about_them():
    """Where to keep x, how backward is called, what to return."""
    details = diagnosed("affine", STATELESS)[0].details[1:]
    assert details == (
        "affine.py:8: keep `x` in `self` here, for `backward`",
        "affine.py:11: `backward` is called as (self, dout)",
        "affine.py:15: return the gradient for x alone, and store the others in `self.dW`, `self.db`",
    )


def test_where_w_is_stored_turned_only_products_are_listed():
    """A sum over the batch and the shape of x stay as they are."""
    lines = [detail.split(": ")[0] for detail in diagnosed("affine", TRANSPOSED)[0].details[1:]]
    assert lines == ["affine.py:7", "affine.py:10", "affine.py:12"]


def test_it_is_said_in_korean_too():
    """Title and lines."""
    first = diagnosed("affine", STATELESS, "ko")[0]
    assert first.title.startswith("요구한 것과 인터페이스가 다릅니다")
    assert all("affine.py:" in detail for detail in first.details[1:])


IGNORES_DOUT = (
    SCORES_HANDED_BACK.replace("backward(self, x, t)", "backward(self, dout=1)")
    .replace("        rows =", "        self.x, self.t = x, t\n        rows =")
    .replace("        wanted = ", "        x, t = self.x, self.t\n        wanted = ")
    .replace("else t\n", "else 1 - t\n")
)

WRONG = {
    "dout_is_not_looked_at": ("softmax_with_loss", IGNORES_DOUT),
    "transposed_in_forward_alone": ("affine", TRANSPOSED.replace("dout @ self.weight)", "dout @ self.weight.T)")),
    "columns_without_the_batch": ("softmax_with_loss", COLUMNS_OF_SCORES.replace("/ self.t.shape[1]", "")),
    "stateless_and_wrong": ("sigmoid", OUTPUT_HANDED_BACK.replace("(1 - y)", "(1 + y)")),
}  # fmt: skip


@pytest.mark.parametrize(("id", "source"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_in_its_own_way_too_is_no_interface(id, source):
    """Only a layer that is right when called in its own way is excused."""
    assert not any("another interface" in diagnosis.title for diagnosis in diagnosed(id, source))
