"""Fuzz: 1,500 mutated notebooks through the code that reads them in a worker, here, under a memory limit."""

# ruff: noqa: E501 - notebooks are written as compactly as they are saved

import copy
import json
import random
import sys

import pytest

from grader.worker import facts, finding, wire

if sys.platform == "linux":
    import resource

RELU = "import numpy as np\n\nclass Relu:\n    def forward(self, x):\n        self.mask = x <= 0\n        return np.where(self.mask, 0, x)\n"
BACKWARD = "\n    def backward(self, dout):\n        dout[self.mask] = 0\n        return dout\n"
NOTEBOOKS = [
    {
        "nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": {"name": "python3"}, "colab": {"provenance": []}},
        "cells": [
            {"cell_type": "markdown", "id": "a", "metadata": {}, "source": ["# 5장\n", "ReLU 계층"],
             "attachments": {"image.png": {"image/png": "iVBORw0KGgo="}}},
            {"cell_type": "code", "id": "b", "metadata": {}, "execution_count": 3, "source": RELU + BACKWARD,
             "outputs": [{"output_type": "stream", "name": "stdout", "text": ["x\n"]}]},
            {"cell_type": "code", "source": ["%matplotlib inline\n", "!pip install numpy\n", "Relu().forward?"]},
            {"cell_type": "raw", "source": "raw"},
        ],
    },
    {
        "nbformat": 3, "nbformat_minor": 0, "metadata": {"name": ""},
        "worksheets": [{"cells": [
            {"cell_type": "heading", "level": 1, "source": ["5"]},
            {"cell_type": "code", "language": "python", "collapsed": False, "input": (RELU + BACKWARD).splitlines(keepends=True),
             "outputs": []},
        ]}],
    },
    {"nbformat": 4, "cells": [{"cell_type": "code", "source": RELU}, {"cell_type": "code", "source": "%%time\n" + BACKWARD},
                              {"cell_type": "code", "source": "class Relu(Relu):" + BACKWARD}]},
]  # fmt: skip
ODD = [
    None, True, 0, -1, 2**63, 10**400, 1e308, float("nan"), "", "\0", "\ud800", "\u202e", "x" * 10_000, [], {}, [[]],
    [None], {"": ""}, "code", "class Relu", "%%bash", "(" * 500, "'''", "\\", "\t\tx", "\r", "\f", "if x:\n" * 99,
    ["class Relu:\n", 3, None], {"cell_type": "code"}, "@" * 99, "\N{FULLWIDTH LATIN SMALL LETTER C}lass Relu: pass",
]  # fmt: skip


def places(value, path=()):
    """Every place inside a document, down to a level."""
    yield path
    if len(path) > 9:
        return
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in inside:
        yield from places(part, (*path, key))


def mutated(draw):
    """A notebook with odd values in places, then with odd bytes in places; as text of some encoding."""
    document = json.loads(json.dumps(draw.choice(NOTEBOOKS)))
    for _ in range(draw.randrange(4)):
        below = [path for path in places(document) if path]
        if not below:
            break
        *way, last = draw.choice(below)
        holder = document
        for key in way:
            holder = holder[key]
        what = draw.randrange(5)
        if what == 0:
            del holder[last]
        elif what == 1 and isinstance(holder, list):
            holder += holder * draw.choice([1, 5, 40])
        elif what == 2 and isinstance(holder[last], str):
            cut = draw.randrange(len(holder[last]) + 1)
            odd = draw.choice([one for one in ODD if isinstance(one, str)])
            holder[last] = holder[last][:cut] + odd + holder[last][draw.choice([cut, cut + 5]) :]
        elif what == 3:
            for _ in range(draw.choice([1, 30, 200])):
                holder[last] = [holder[last]]
        else:
            holder[last] = copy.deepcopy(draw.choice(ODD))
    text = json.dumps(document, ensure_ascii=draw.random() < 0.5, indent=draw.choice([None, 1]))
    data = bytearray(text.encode(draw.choice([*["utf-8"] * 6, "utf-8-sig", "utf-16", "cp949", "utf-7"]), "surrogatepass"
                                 if text.isascii() else "replace"))  # fmt: skip
    return in_odd_bytes(draw, data)


def in_odd_bytes(draw, data):
    """The text of a notebook, most often as it was."""
    for _ in range(draw.choice([0, 0, 0, 0, 1, 5])):
        place = draw.randrange(len(data))
        data[place : place + draw.choice([0, 1, 1, 9])] = draw.choice(
            [b"", b"\0", b"\xff", b'"', b"{", b"[" * 2000, b"\\u", b"\\ud800", b"9" * 5000, b"e999", draw.randbytes(4)]
        )
    if draw.random() < 0.1:
        del data[draw.randrange(len(data)) :]
    return bytes(data)


@pytest.fixture
def little_memory():
    """Address space as a worker has it, and as much again for what the tests have taken already."""
    if sys.platform != "linux":
        yield
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (4 << 30, hard))
    yield
    resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


@pytest.mark.usefixtures("little_memory")
@pytest.mark.parametrize("seed", range(8))
def test_mutated_notebooks_are_read_or_refused(seed):
    """No exception, a status that the judge knows, and facts that fit on the wire; 4,000 of them in eight parts."""
    draw, seen = random.Random(seed), {}  # noqa: S311 - repeatable
    for number in range(500):
        data = mutated(draw)
        name = draw.choice(["work.ipynb", "relu.py", "과제.ipynb"])
        try:
            found = finding.find([(name, data)], "Relu")
            head, arrays = facts.told(found, "Relu")
        except Exception as problem:
            problem.add_note(f"notebook {number}: {data[:2000]!r}")
            raise
        assert b"".join(bytes(part) for part in wire.pack(head, arrays))
        seen[found.status] = seen.get(found.status, 0) + 1

    assert seen.keys() == {"ready", "missing", "unreadable"}
    assert min(seen.values()) > 5, seen
