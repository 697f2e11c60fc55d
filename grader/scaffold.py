"""A new exercise of an instructor's own: a layer that can be graded at once, to be replaced piece by piece.

`grade new` writes it: solution, stub, suite, one pitfall, Korean texts, an entry in `exercises.toml` and a `grade.toml`
that names the folder. What is written is complete: `grade doctor` finds nothing wrong with it.
"""

from __future__ import annotations

import keyword
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.course import FILE, CourseError, parsed
from grader.stubs import stub

# A file and an identifier in one, as all exercises are called.
_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
# A student's file of that name would stand before a module that everybody imports; the last three are Windows' devices.
_TAKEN = sys.stdlib_module_names | {"numpy", "pytest", "grader", "con", "prn", "aux", "nul"}


class ScaffoldError(Exception):
    """Nothing was written; a key below `new` in the texts, and its fields."""

    def __init__(self, key: str, **about: object) -> None:
        super().__init__(key)
        self.key = key
        self.about = about


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What was made."""

    files: tuple[Path, ...]
    """New files, and those that got a section more."""
    class_name: str
    unknown: str = ""
    """A `grade.toml` that was there already and does not name the folder, as it has to."""


def write(id: str, folder: Path) -> Written:
    """Write a new exercise into a folder; never over anything.

    Raises:
        ScaffoldError: it cannot be called like that, or is there already.
    """
    _demand_name(id)
    class_name = "".join(part.capitalize() for part in id.split("_"))
    words = {"{id}": id, "{slug}": id.replace("_", "-"), "{Class}": class_name}

    def filled(text: str) -> str:
        for field, word in words.items():
            text = text.replace(field, word)
        return text

    solution = filled(_SOLUTION)
    files = {
        f"solutions/{id}.py": solution,
        f"exercises/{id}.py": stub(solution),
        f"suites/test_{id}.py": filled(_SUITE),
        f"pitfalls/{id}/not_doubled.py": filled(_PITFALL),
        f"texts/{id}.ko.toml": filled(_TEXTS),
    }
    for name in files:
        if (folder / name).exists():
            raise ScaffoldError(key="there", file=name)
    if id in _read(folder / "exercises.toml"):
        raise ScaffoldError(key="there", file=f"exercises.toml: [{id}]")
    course = folder / FILE
    said = _read(course)
    paths = [folder / name for name in files]
    # All folders first: where one of them cannot be made, no half of an exercise is left behind.
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
    for path, text in zip(paths, files.values(), strict=True):
        path.write_text(text, encoding="utf-8")
    paths.append(_added(folder / "exercises.toml", filled(_ENTRY)))
    if not course.exists():
        course.write_text(_COURSE, encoding="utf-8")
        return Written(files=(*paths, course), class_name=class_name)
    named = said.get("folders", [])
    knows = isinstance(named, list) and any((folder / str(one)).resolve() == folder.resolve() for one in named)
    return Written(files=tuple(paths), class_name=class_name, unknown="" if knows else str(course))


def _demand_name(id: str) -> None:
    if not _NAME.fullmatch(id):
        raise ScaffoldError(key="name", name=id)
    if keyword.iskeyword(id) or id in _TAKEN:
        raise ScaffoldError(key="reserved", name=id)


def _read(path: Path) -> dict[str, Any]:
    """What a file of the instructor's says, before anything is written beside it.

    Raises:
        ScaffoldError: it is no TOML.
    """
    try:
        return parsed(path) if path.is_file() else {}
    except CourseError as problem:
        raise ScaffoldError(key="no_toml", **problem.about) from None


def _added(path: Path, text: str) -> Path:
    """Put sections behind those that a file has."""
    before = path.read_text(encoding="utf-8").rstrip("\n") + "\n\n" if path.is_file() else ""
    path.write_text(before + text, encoding="utf-8")
    return path


_SOLUTION = '''"""{Class}: replace the two TODOs."""

import numpy as np


class {Class}:
    """Doubles every number. Say here what your layer does."""

    def forward(self, x):
        """Return the outputs for the inputs `x`.

        - `x` is an array of floats of any shape; the result has the same shape.
        - Each number of the result is twice that of `x`. Say here what yours is, clause by clause.
        - `x` itself stays as it is.
        """
        # TODO: return twice x
        # --- solution
        return 2 * x
        # --- end of solution

    def backward(self, dout):
        """Return the gradient for the `x` of the latest `forward`.

        - `dout` is the gradient from the layer above, an array of the same shape; so is the result, `2 * dout`.
        - `dout` itself stays as it is.
        """
        # TODO: return twice dout
        # --- solution
        return 2 * dout
        # --- end of solution
'''

_SUITE = '''"""Hidden suite for {Class}, worth 10 points."""

import numpy as np

from grader.checks import assert_left_alone, assert_same, check


@check(points=4)
def test_forward_doubles(new_layer, draw):
    """forward returns twice x"""
    x = draw.away_from_zero(3, 4)
    assert_same(new_layer().forward(np.array([[1.0, -2.0]])), [[2.0, -4.0]])
    assert_same(new_layer().forward(x), x + x)


@check(points=1, after=test_forward_doubles)
def test_forward_leaves_x_alone(new_layer, draw):
    """forward does not change x"""
    x = draw.away_from_zero(4, 2)
    call = new_layer().forward(x)
    assert_same(call, x + x)
    assert_left_alone(call, "x")


@check(points=4, about="backward", after=test_forward_doubles)
def test_backward_doubles(new_layer, draw):
    """backward returns twice dout"""
    x, dout = draw.input_and_gradient(3, 5)
    layer = new_layer()
    layer.forward(x)
    assert_same(layer.backward(dout), dout + dout)


@check(points=1, about="backward", after=test_backward_doubles)
def test_backward_leaves_dout_alone(new_layer, draw):
    """backward does not change dout"""
    x, dout = draw.input_and_gradient(2, 3)
    layer = new_layer()
    layer.forward(x)
    call = layer.backward(dout)
    assert_same(call, dout + dout)
    assert_left_alone(call, "dout")
'''

_PITFALL = '''"""
title: `backward` hands the gradient on as it came
why:   What forward does to a number, the slope of that comes back with the gradient: here a factor of 2.
hint:  Multiply `dout` by the slope of what `forward` does.
book:  5.1
"""

import numpy as np


class {Class}:
    def forward(self, x):
        return x * 2

    def backward(self, dout):
        return dout * 1
'''

_ENTRY = """[{id}]
class = "{Class}"
section = ""                                      # where a book explains it; empty: nowhere
parameters = []                                   # what the constructor takes
methods = { forward = ["x"], backward = ["dout"] }
attributes = []                                   # what is read from the layer after each call, such as "dW"
"""

_TEXTS = """# {id}: titles of checks and the words of pitfalls in Korean; English stands in suite and pitfalls.

[check]
"{id}/forward_doubles" = "forward는 x의 두 배를 반환합니다"
"{id}/forward_leaves_x_alone" = "forward는 x를 바꾸지 않습니다"
"{id}/backward_doubles" = "backward는 dout의 두 배를 반환합니다"
"{id}/backward_leaves_dout_alone" = "backward는 dout을 바꾸지 않습니다"

[pitfall."{id}/not-doubled"]
title = "`backward`가 받은 기울기를 그대로 넘깁니다"
why = "forward가 수에 한 일의 기울기가 역전파에서 곱해집니다. 여기에서는 2입니다."
hint = "`forward`가 한 일의 기울기를 `dout`에 곱해 보세요."
"""

_COURSE = """# What this course decides; see docs/own-exercise.md of the kit. Every line may be left out.
folders = ["."]            # exercises of your own
# exercises = ["relu"]     # ids to grade; without it all
# language = "ko"
# seed = 0
# held_out = []            # ids of checks that `grade batch` runs and students' own runs do not

# [points]
# relu = 10

# [limits]
# call_seconds = 5.0
"""
