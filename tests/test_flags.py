"""Flags for the instructor: ordinary code raises none, and what looks like tampering is told, whatever it scores."""

import sys
from pathlib import Path

import numpy as np
import pytest

import grader
from grader import catalogue
from grader.grading import grade
from grader.model import Limits, Settings, SourceFile, Submission
from grader.workshop import Workshop

RIGHT = Path(__file__).parent / "right"
EXERCISES = catalogue.exercises()


def graded(id, source):
    """The report of a submission that is one file."""
    submission = Submission(name="somebody", files=(SourceFile(name=EXERCISES[id].stub.name, data=source),))
    return grade(submission, Settings(exercises=(id,)))


@pytest.mark.parametrize("id", EXERCISES)
def test_right_code_raises_no_flag(id):
    """However it is written, nobody has to look at it: a false alarm would teach instructors not to look."""
    paths = [*RIGHT.glob(f"{id}/*.py"), *RIGHT.glob(f"{id}_book/*.py"), EXERCISES[id].solution, EXERCISES[id].stub]
    reports = {path: graded(id, path.read_bytes()) for path in paths}

    assert {path.name: report.flags for path, report in reports.items() if report.flags or report.needs_review} == {}
    assert len(reports) > 5


@pytest.mark.parametrize("id", EXERCISES)
def test_wrong_code_raises_no_flag(id):
    """A mistake of the catalogue is no tampering."""
    with Workshop(Limits()) as workshop:
        for path in EXERCISES[id].pitfalls.glob("*.py"):
            file = SourceFile(name=EXERCISES[id].stub.name, data=path.read_bytes())
            with workshop.open(EXERCISES[id], [file]) as worker:
                assert (worker.loaded.facts["suspicious"], worker.refused) == ([], []), path.name


ODD = {
    "compares as it likes": "    def __eq__(self, other):\n        return True\n",
    "answers for NumPy": "    def __array_function__(self, *a):\n        return True\n",
    "walks frames": "    def look(self):\n        import sys\n        return sys._getframe(1)\n",
    "leaves": "    def leave(self):\n        import os\n        os._exit(0)\n",
    "patches NumPy's assertions": "    def patch(self):\n        np.testing.assert_allclose = print\n",
    "calls the system by number": "    def call(self):\n        import ctypes\n        ctypes.CDLL(None)\n",
}


@pytest.mark.parametrize("what", ODD)
def test_what_looks_like_tampering_is_told_and_costs_nothing(what):
    """A person looks at it; the points are those of the layer."""
    report = graded("relu", EXERCISES["relu"].solution.read_bytes() + b"\n" + ODD[what].encode())

    assert (report.score, report.needs_review) == (20.0, True)
    assert [flag for flag in report.flags if "relu" in flag] != []


def test_what_the_sandbox_refused_is_told_and_costs_nothing():
    """An attempt that a layer never needs."""
    source = EXERCISES["relu"].solution.read_bytes()
    looking = b"\n\ntry:\n    import os\n    class Look:\n        x = os.listdir('/')\nexcept OSError:\n    pass\n"
    report = graded("relu", source + looking)

    assert report.score == 20.0
    assert report.needs_review
    assert "listdir" in "".join(report.flags)


def test_what_is_told_is_the_same_in_every_run():
    """No addresses, process numbers or made-up file names, which no two runs share."""
    source = EXERCISES["relu"].solution.read_bytes()
    looking = (
        b"\n\nclass Look:\n    import ctypes, os, tempfile\n    kept = ctypes.create_string_buffer(b'x')\n"
        b"    there = ctypes.string_at(ctypes.addressof(kept))\n    process = os.getpid()\n"
        b"    try: open(f'/proc/{process}/maps')\n    except OSError: pass\n"
        b"    try: os.kill(process, 0)\n    except OSError: pass\n"
    )
    flags = graded("relu", source + looking).flags

    assert {"relu: ctypes.string_at", "relu: open /proc/…/maps", "relu: os.kill"} <= set(flags)


TALKATIVE = """
import logging, random, sys, traceback, warnings
import numpy as np
class Relu:
    def forward(self, x):
        for fails in (lambda: np.linalg.inv(np.zeros((2, 2))), lambda: random.choice([])):
            try: fails()
            except Exception: traceback.print_exc()
        try: from numpy import nothing
        except ImportError as problem: print(problem)
        print(np, np.__file__, np.__path__, np.__spec__, random.__file__, sys.modules["heapq"], object())
        warnings.warn("from here")
        np.mean([])
        logging.warning("said")
        logging.basicConfig(format="%(filename)s says %(message)s", force=True)
        logging.warning("more")
        return np.maximum(x, 0)
    def backward(self, dout): return dout
"""


def test_nothing_of_this_machine_is_printed_and_a_traceback_is_no_attempt():
    """Paths are as short as they are known everywhere; frames, warnings and log records tell their lines as ever."""
    file = SourceFile(name="relu.py", data=TALKATIVE.encode())
    with Workshop(Limits()) as workshop, workshop.open(EXERCISES["relu"], [file]) as worker:
        worker.start_check("relu/first")
        number, _ = worker.construct([])
        worker.call(number, "forward", [np.ones(2)])
        said, refused = worker.output, worker.refused

    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for path in (sys.prefix, sys.base_prefix, str(Path(grader.__file__).parent), "0x7"):
        assert path not in said
    for words in (
        'File "relu.py", line 6, in <lambda>', 'File "numpy/linalg/_linalg.py", line',
        f'File "{version}/random.py", line',
        "cannot import name 'nothing' from 'numpy' (numpy/__init__.py)", "relu.py:12: UserWarning: from here",
        "RuntimeWarning: Mean of empty slice", "relu.py says more", "object at 0x…>",
    ):  # fmt: skip
        assert words in said
    assert refused == []
