"""The workshop with real processes, forked and plain: answers, identity of arrays, and every way a worker can end."""

# ruff: noqa: E501 - submissions are written on one line

import gc
import json
import os
import select
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import numpy as np
import pytest

from grader import catalogue
from grader.calls import LocalWorker, NotAnArray, Raised, Stopped
from grader.model import Limits, SourceFile
from grader.workshop import Workshop, WorkshopError

# Long enough for a loaded machine to answer an honest call, short enough to wait for.
LIMITS = Limits(call_seconds=0.5, exercise_seconds=20.0, output_bytes=1000, flood_bytes=100_000, answer_bytes=1 << 20)
EXERCISES = catalogue.exercises()
X = np.array([[1.0, -0.5, 2.0], [-2.0, 3.0, -1.0]])


@pytest.fixture(scope="module", params=["forked", "subprocess", "threads"])
def shop(request):
    """A workshop of each kind: as on Linux, as on macOS, as on Windows."""
    with Workshop(LIMITS, forking=request.param == "forked", polling=request.param != "threads") as workshop:
        yield workshop


@pytest.fixture(scope="module")
def forked():
    """A workshop whose workers are forked: for what does not depend on how they start."""
    with Workshop(LIMITS, forking=True) as workshop:
        yield workshop


@pytest.fixture(autouse=True)
def _nothing_left():
    """No test leaves a descriptor or a process behind."""
    gc.collect()
    descriptors = len(list(Path("/proc/self/fd").iterdir()))
    yield
    gc.collect()
    # A zygote that was started (or ended) meanwhile has one.
    assert abs(len(list(Path("/proc/self/fd").iterdir())) - descriptors) <= 1


def file(source, name="relu.py"):
    """A submitted file."""
    return SourceFile(name=name, data=source if isinstance(source, bytes) else textwrap.dedent(source).encode())


def method(body, more=""):
    """A Relu whose forward has this body, from line 3 on."""
    return (
        "class Relu:\n    def forward(self, x):\n"
        + textwrap.indent(textwrap.dedent(body).strip("\n"), " " * 8)
        + "\n    def backward(self, dout):\n        return dout * 2\n"
        + textwrap.dedent(more)
    )


def opened(shop, source, exercise="relu", *more):
    """A worker with one file, ready for a check."""
    worker = shop.open(EXERCISES[exercise], [source if isinstance(source, SourceFile) else file(source), *more])
    worker.start_check("relu/first")
    return worker


def forward(worker, x=X):
    """What forward answers on a new layer."""
    number, made = worker.construct([])
    assert made.answer == NotAnArray(type_name="NoneType", summary="None")
    return worker.call(number, "forward", [x])


# --- calls


def test_a_layer_is_made_and_called(shop):
    """Arguments go in, an array, attributes and the changed arguments come out."""
    source = "class Affine:\n    def __init__(self, W, b):\n        self.W = W\n    def forward(self, x):\n        x[0] = 7\n        self.dW = x @ self.W\n        print('ß')\n        return self.dW.tolist()\n"
    W, x = np.eye(2), np.ones((1, 2))
    with opened(shop, file(source, "affine.py"), "affine") as worker:
        number, made = worker.construct([W, np.zeros(2)])
        call = worker.call(number, "forward", [x])

    assert [made, call] == worker.transcript
    assert (number, made.method, made.check, made.changed) == (0, "__init__", "relu/first", {})
    assert {"dW": NotAnArray(type_name="missing"), "db": NotAnArray(type_name="missing")} == made.attributes
    assert call.answer == NotAnArray(type_name="list", summary="[[7.0, 7.0]]", items=("list",))
    assert call.attributes["dW"].tolist() == [[7.0, 7.0]]
    assert {name: array.tolist() for name, array in call.changed.items()} == {"x": [[7.0, 7.0]]}
    assert [[1.0, 1.0]] == call.arguments[0].tolist() == x.tolist()
    assert worker.output == "ß\n"
    assert call.seconds > 0


SOLUTIONS = [
    ("relu", (), [("forward", (X,)), ("backward", (X * 3,))]),
    ("sigmoid", (), [("forward", (X,)), ("backward", (X * 3,))]),
    ("affine", (np.ones((3, 4)), np.ones(4)), [("forward", (X,)), ("backward", (np.ones((2, 4)),))]),
    ("softmax_with_loss", (), [("forward", (X, np.array([0, 2]))), ("backward", ()), ("backward", (np.array(1),))]),
]


@pytest.mark.parametrize(("exercise", "parameters", "calls"), SOLUTIONS, ids=[one[0] for one in SOLUTIONS])
def test_a_worker_answers_as_the_class_does_in_this_process(shop, exercise, parameters, calls):
    """The solutions give the same bits through the wire as without it."""
    entry = EXERCISES[exercise]
    names = {}
    exec(compile(entry.solution.read_bytes(), entry.solution, "exec"), names)  # noqa: S102 - our own solution
    local = LocalWorker(names[entry.class_name], entry)
    local.start_check("c")
    with opened(shop, file(entry.solution.read_bytes(), f"{exercise}.py"), exercise) as worker:
        for one in (worker, local):
            number, _ = one.construct(parameters)
            for name, arguments in calls:
                one.call(number, name, arguments)
        pairs = list(zip(worker.transcript, local.transcript, strict=True))

    assert len(pairs) == 1 + len(calls)
    for ours, theirs in pairs:
        assert np.array_equal(ours.answer, theirs.answer) or ours.answer == theirs.answer
        assert ours.attributes.keys() == theirs.attributes.keys()
        assert ours.changed == theirs.changed == {}


KEEPER = """
    class Affine:
        def __init__(self, W, b):
            self.W, self.b = W, b
        def forward(self, x):
            return float(self.W.sum()), x is self.W
        def backward(self, dout):
            self.W *= 10
            return self.W
"""


def test_an_array_keeps_its_identity(forked):
    """In place here is in place there; what the student changed stays until that array is handed over again."""
    W, b = np.ones(2), np.zeros(2)

    def told(call):
        return call.answer.summary

    with opened(forked, file(KEEPER, "affine.py"), "affine") as worker:
        number, _ = worker.construct([W, b])
        first = worker.call(number, "forward", [b])
        W -= 0.5
        followed = worker.call(number, "forward", [b])
        changing = worker.call(number, "backward", [b])
        kept = worker.call(number, "forward", [b])
        restored = worker.call(number, "forward", [W])

    assert [told(call) for call in (first, followed, kept, restored)] == [
        "(2.0, False)",
        "(1.0, False)",
        "(10.0, False)",
        "(1.0, True)",
    ]
    assert {name: array.tolist() for name, array in changing.changed.items()} == {"W": [5.0, 5.0]}
    assert [call.changed for call in (first, followed, kept, restored)] == [{}] * 4


def test_an_array_of_another_check_is_forgotten(forked):
    """Numbers start again, and so do layers."""
    with opened(forked, method("return x")) as worker:
        forward(worker)
        worker.start_check("relu/second")
        call = forward(worker)

    assert (0, "relu/second", X.tolist()) == (call.layer, call.check, call.answer.tolist())


@pytest.mark.parametrize(
    "damage", ["x.shape = (6,)", "x.flags.writeable = False", "x.resize((1,), refcheck=False)", "x.dtype = 'i8'"]
)
def test_whatever_is_done_to_an_array_it_comes_back_whole(forked, damage):
    """The next call gets what the judge has."""
    with opened(forked, method(f"out = x.copy()\n{damage}\nreturn out")) as worker:
        number, _ = worker.construct([])
        answers = [worker.call(number, "forward", [X]).answer for _ in range(3)]

    assert [X.tolist()] * 3 == [answer.tolist() for answer in answers]


def test_numbers_arrive_as_numbers(forked):
    """What the judge hands over as an array of rank 0 is a Python number there."""
    with opened(forked, method("return type(x).__name__")) as worker:
        number, _ = worker.construct([])
        answers = [worker.call(number, "forward", [np.array(value)]).answer.summary for value in (1, 1.5, True)]

    assert answers == ["'int'", "'float'", "'bool'"]


def test_random_numbers_and_sets_are_the_same_in_every_worker(shop):
    """A report can be repeated, for a submission that draws without a seed."""
    source = "import random, numpy as np\n" + method("return str((random.random(), np.random.rand(), set('abcdef')))")
    answers = []
    for _ in range(2):
        with opened(shop, source) as worker:
            answers.append(forward(worker).answer)

    assert answers[0] == answers[1]


@pytest.mark.parametrize("descriptor", [1, 2])
def test_prints_in_any_encoding_are_captured(shop, descriptor):
    """Bytes that are no text, lone surrogates and escapes are shown, not obeyed; `input` ends at once."""
    body = f"import os, sys\nprint('\\ud800 한글', file=sys.{['stdout', 'stderr'][descriptor - 1]})\nos.write({descriptor}, b'\\xff\\x1b[31m\\n')\ntry:\n    input()\nexcept EOFError:\n    print('end')"
    with opened(shop, method(body)) as worker:
        number, _ = worker.construct([])
        worker.call(number, "forward", [X])
        worker.call(number, "backward", [X])
        output = worker.output

    # With a thread for each direction, what was printed may arrive a moment after the answer.
    assert output == "\\ud800 한글\n\ufffd\ufffd[31m\nend\n" or not shop._room.polling


def test_output_is_capped(forked):
    """The beginning is kept."""
    with opened(forked, method("print('x' * 50_000)\nreturn x")) as worker:
        forward(worker)

        assert worker.output == "x" * 1000


# --- exceptions

RAISING = {
    "ValueError": "raise ValueError('한글 \\x1b[31m')",
    "SystemExit": "raise SystemExit(3)",
    "KeyboardInterrupt": "raise KeyboardInterrupt",
    "GeneratorExit": "raise GeneratorExit",
    "RecursionError": "return self.forward(x)",
    "MemoryError": "raise MemoryError",
    "StopIteration": "next(iter(()))",
    "Mine": "class Mine(BaseException): pass\nraise Mine",
    "Quiet": "class Quiet(Exception):\n    def __str__(self): raise Quiet\nraise Quiet",
    "ExceptionGroup": "raise ExceptionGroup('two', [ValueError(), ValueError()])",
}


@pytest.mark.parametrize("kind", RAISING)
def test_whatever_is_raised_is_an_answer(forked, kind):
    """The worker goes on after any exception, and says where it came from."""
    with opened(forked, method(RAISING[kind])) as worker:
        number, _ = worker.construct([])
        answer = worker.call(number, "forward", [X]).answer
        after = worker.call(number, "backward", [X]).answer

    assert isinstance(answer, Raised)
    assert (kind, "relu.py", "forward") == (answer.type_name, answer.file, answer.function)
    assert answer.place == f"relu.py:{answer.line}"
    assert method(RAISING[kind]).splitlines()[answer.line - 1].strip() == answer.source
    assert answer.message.isprintable()
    assert (X * 2).tolist() == after.tolist()


@pytest.mark.parametrize(
    ("source", "kind", "name", "line"),
    [
        (method("return self.mask"), "AttributeError", "mask", 3),
        (method("return np.exp(x)"), "NameError", "np", 3),
        (method("import torch\nreturn x"), "ModuleNotFoundError", "torch", 3),
        ("class Relu:\n    def forward(x):\n        return x\n", "TypeError", "", None),
        ("class Relu:\n    def forwrad(self, x):\n        return x\n", "AttributeError", "forward", None),
        (method("import numpy\nreturn numpy.linalg.inv(x)"), "LinAlgError", "", 4),
    ],
)
def test_an_exception_tells_the_missing_name_and_the_students_line(forked, source, kind, name, line):
    """No line where none of theirs took part."""
    with opened(forked, source) as worker:
        answer = forward(worker).answer

    assert (kind, name, line) == (answer.type_name, answer.name, answer.line)
    assert bool(line) == bool(answer.place) == bool(answer.source)


def test_a_constructor_that_raises_is_answered(forked):
    """There is no layer then."""
    with opened(forked, "class Relu:\n    def __init__(self):\n        1 / 0\n") as worker:
        number, call = worker.construct([])

        assert (call.answer.type_name, call.answer.place) == ("ZeroDivisionError", "relu.py:3")
        with pytest.raises(ValueError, match="never made"):
            worker.call(number, "forward", [X])


def test_reading_an_attribute_may_raise(forked):
    """A property is code as well."""
    source = "class Affine:\n    def __init__(self, W, b): pass\n    @property\n    def dW(self):\n        return 1 / 0\n    @property\n    def db(self): return self\n"
    with opened(forked, file(source, "affine.py"), "affine") as worker:
        _, call = worker.construct([X, X])

    assert ("ZeroDivisionError", "relu.py:5".replace("relu", "affine")) == (
        call.attributes["dW"].type_name,
        call.attributes["dW"].place,
    )
    assert call.attributes["db"].type_name == "Affine"


# --- endings

ENDING = {
    "a loop": ("while True:\n    pass", "time"),
    "a loop in C": ("sum(range(10 ** 12))", "time"),
    "a power": ("y = 10 ** 10 ** 8", "time"),
    "a pattern": ("import re\nre.match('(a+)+$', 'a' * 64 + 'b')", "time"),
    "swallowing": ("while True:\n    try:\n        while True: pass\n    except BaseException: pass", "time"),
    "slow recursion": ("import time\ntime.sleep(0.001)\nreturn self.forward(x)", "time"),
    "sleep": ("import time\ntime.sleep(1000)", "time"),
    "a message without end": ("class E(Exception):\n    def __str__(self):\n        while True: pass\nraise E", "time"),
    "a repr without end": ("class E:\n    def __repr__(self):\n        while True: pass\nreturn E()", "time"),
    "ignoring signals": ("import signal\nfor n in range(1, 32):\n    try: signal.signal(n, signal.SIG_IGN)\n    except Exception: pass\nwhile True: pass", "time"),
    "exit": ("import os\nos._exit(0)", "died"),
    "exit 7": ("import os\nos._exit(7)", "died"),
    "abort": ("import os\nos.abort()", "died"),
    "a segfault": ("import ctypes\nctypes.string_at(8)", "died"),
    "deep recursion": ("import sys\nsys.setrecursionlimit(10 ** 8)\na, b = [], []\nfor _ in range(100_000): a, b = [a], [b]\na == b", "died"),
    "a closed wire": ("import os\nfor n in range(3, 20):\n    try: os.close(n)\n    except OSError: pass", "died"),
    "a flood": ("while True:\n    print('x' * 1000)", "flood"),
    "a flood of bytes": ("import os\nwhile True: os.write(1, bytes(1000))", "flood"),
    "rubbish on the wire": ("import os\nfor n in range(3, 10):\n    try: os.write(n, b'\\xff' * 100)\n    except OSError: pass\nreturn x", "garbled"),
}  # fmt: skip


@pytest.mark.parametrize("how", ENDING)
def test_a_call_that_never_comes_back_costs_only_itself(forked, how):
    """The next check gets a new worker with the same files."""
    body, reason = ENDING[how]
    with opened(forked, method(body)) as worker:
        number, _ = worker.construct([])
        stopped = worker.call(number, "forward", [X]).answer
        same = worker.call(number, "backward", [X]).answer
        worker.start_check("relu/second")
        number, _ = worker.construct([])
        after = worker.call(number, "backward", [X]).answer

    assert isinstance(stopped, Stopped)
    assert reason == stopped.reason
    assert stopped == same
    assert (X * 2).tolist() == after.tolist()


@pytest.mark.parametrize("polling", [True, False])
def test_a_plain_subprocess_ends_the_same_way(polling):
    """Where nothing can be forked, or polled: raised, hung and crashed in one worker after the other."""
    source = method("""
        import os
        if x[0, 0] == 0: raise SystemExit
        if x[0, 0] == 1: os.write(1, bytes(10 ** 6))
        if x[0, 0] == 2: os.abort()
        while True: pass
    """)
    with Workshop(LIMITS, forking=False, polling=polling) as shop, opened(shop, source) as worker:
        answers = []
        for number in range(4):
            worker.start_check(f"relu/{number}")
            answers.append(forward(worker, np.full((1, 1), number)).answer)
        output = worker.output

    assert [getattr(answer, "reason", None) or answer.type_name for answer in answers] == [
        "SystemExit",
        "flood",
        "died",
        "time",
    ]
    assert [answer.place for answer in answers] == ["relu.py:4", "relu.py:5", "relu.py:6", "relu.py:7"]
    # Inside the sandbox abort() may not signal itself, and crashes instead.
    assert answers[2].detail in {"SIGABRT", "SIGSEGV"}
    assert len(output) == 1000


def test_the_line_of_a_flood_is_known(forked):
    """Of a loop that prints in several places, it is where the loop begins."""
    body = "n = 0\nwhile True:\n    n += 1\n    print('x' * 50)\n    n -= 1\n    print('y' * 5000)"
    with opened(forked, method(body)) as worker:
        stopped = forward(worker).answer

    assert (stopped.reason, stopped.place, stopped.source) == ("flood", "relu.py:4", "while True:")


@pytest.mark.parametrize(
    ("how", "line"),
    [("a loop", 3), ("a loop in C", 3), ("a power", 3), ("a pattern", 4), ("sleep", 4), ("slow recursion", 5)],
)
def test_the_line_of_a_time_out_is_known(forked, how, line):
    """In Python and in C."""
    body, _ = ENDING[how]
    with opened(forked, method(body)) as worker:
        stopped = forward(worker).answer
    source = method(body).splitlines()[stopped.line - 1].strip()

    assert stopped.line == line  # `while True:`, never its `pass`
    assert (f"relu.py:{stopped.line}", source) == (stopped.place, stopped.source)
    assert stopped.seconds == LIMITS.call_seconds


def test_of_loops_in_loops_the_inner_one_is_told(forked):
    """Whichever of its lines ran when time was up."""
    body = "for row in x:\n    y = row\n    while True:\n        y = y + 1\n        y = y - 1\n    return y\nreturn x"
    with opened(forked, method(body)) as worker:
        assert forward(worker).answer.place == "relu.py:5"


def test_a_crash_tells_its_signal_and_line(forked):
    """As far as the dying process could say."""
    with opened(forked, method(ENDING["a segfault"][0])) as worker:
        stopped = forward(worker).answer

    assert (stopped.reason, stopped.detail, stopped.place) == ("died", "SIGSEGV", "relu.py:4")


def test_an_exit_tells_its_code(forked):
    """`os._exit(7)`."""
    with opened(forked, method(ENDING["exit 7"][0])) as worker:
        assert forward(worker).answer.detail == "exit code 7"


def test_a_method_that_hung_is_not_tried_again(forked):
    """Twenty checks do not take twenty time-outs; the other method is still asked."""
    with opened(forked, method("while True: pass")) as worker:
        first = forward(worker)
        later = []
        for number in range(20):
            worker.start_check(f"relu/{number}")
            later.append(forward(worker))
        number, _ = worker.construct([])
        other = worker.call(number, "backward", [X])

    assert {"time"} == {call.answer.reason for call in later}
    assert sum(call.seconds for call in later) < first.seconds
    assert (X * 2).tolist() == other.answer.tolist()


def test_the_time_of_an_exercise_is_limited():
    """A submission that is slow everywhere ends as `spent`, not after hours."""
    limits = Limits(call_seconds=0.3, exercise_seconds=0.6)
    source = "import time\nclass Relu:\n    def __getattr__(self, name):\n        return lambda x: time.sleep(0.2)\n"
    with Workshop(limits, forking=True) as shop, opened(shop, source) as worker:
        number, _ = worker.construct([])
        reasons = [
            getattr(worker.call(number, f"method_{index}", [X]).answer, "reason", "answered") for index in range(8)
        ]

    assert reasons[0] == "answered"
    assert reasons[-4:] == ["spent"] * 4


def test_an_answer_beyond_the_limit_is_described(forked):
    """It is not sent."""
    with opened(forked, method("import numpy\nreturn numpy.ones(1_000_000)")) as worker:
        assert forward(worker).answer.summary == "float64 (1000000,)"


def test_a_forged_answer_is_an_answer_and_nothing_more(forked):
    """Whoever writes to the wire chooses their own numbers, which returning them does as well."""
    forged = method("""
        import os, json, numpy
        def send(number):
            head = json.dumps({"value": 0, "attributes": {}, "changed": {}, "number": number, "refused": ["\\x1b[31m"],
                               "arrays": [["<f8", [1]]]}).encode()
            os.write(3, len(head).to_bytes(4, "big") + head + numpy.ones(1).tobytes())
        send(NUMBER)
        return x
    """)
    with opened(forked, forged.replace("NUMBER", "2")) as worker:
        number, _ = worker.construct([])
        right = worker.call(number, "forward", [X]).answer
        late = worker.call(number, "backward", [X]).answer
    with opened(forked, forged.replace("NUMBER", "3")) as worker:
        wrong = forward(worker).answer

    assert (right.tolist(), late.reason, wrong.reason) == ([1.0], "garbled", "garbled")
    assert worker.refused == []


HEADS = [
    {}, {"value": 0}, {"value": 9, "attributes": {}, "changed": {}}, {"value": True, "attributes": {}, "changed": {}},
    {"value": None, "attributes": {}, "changed": {}}, {"value": {}, "attributes": {}, "changed": {}},
    {"value": {"raised": []}, "attributes": {}, "changed": {}}, {"value": 0, "attributes": [], "changed": {}},
    {"value": 0, "attributes": {}, "changed": {"0": 5}}, {"value": -1, "attributes": {}, "changed": {}},
    {"value": 0, "attributes": {}, "changed": []}, {"value": "0", "attributes": {}, "changed": {}},
]  # fmt: skip


@pytest.mark.parametrize("head", HEADS, ids=str)
def test_a_message_that_is_no_answer_ends_the_worker(forked, head):
    """Every part is looked at before it is used."""
    body = f"import os, json\nhead = json.dumps(dict({head!r}, number=2, arrays=[['<f8', [1]]])).encode()\nos.write(3, len(head).to_bytes(4, 'big') + head + bytes(8))\nreturn x"
    with opened(forked, method(body)) as worker:
        assert forward(worker).answer.reason == "garbled"


def test_strange_parts_of_a_message_are_cleaned_or_dropped(forked):
    """Escapes in names, numbers that are no lines, arguments that do not exist."""
    head = {
        "value": {"raised": {"type_name": "\x1b[31m", "line": 10**12, "file": 3, "message": "x" * 9999}},
        "attributes": {"extra": 0}, "changed": {"99": 0, "²": 0, "-1": 0}, "refused": [1, "a\nb"] * 50, "number": 2,
        "arrays": [["<f8", [1]]],
    }  # fmt: skip
    body = f"import os, json\nhead = json.dumps({head!r}).encode()\nos.write(3, len(head).to_bytes(4, 'big') + head + bytes(8))\nreturn x"
    with opened(forked, method(body)) as worker:
        call = forward(worker)

        assert (call.changed, call.attributes, worker.refused) == ({}, {}, ["a b"])
        assert call.answer.type_name == "\ufffd[31m"
        assert (call.answer.line, call.answer.file, call.answer.place, len(call.answer.message)) == (None, "", "", 500)


@pytest.mark.parametrize("value", [0, "missing", {"described": {"type_name": "NoneType"}}])
def test_a_constructor_cannot_return_anything(forked, value):
    """In Python it cannot; an array in that place was the grader's own failure once it looked for what is wrong."""
    source = f"""import os, json
class Relu:
    def __init__(self):
        head = {{"value": {value!r}, "attributes": {{}}, "changed": {{}}, "number": 1, "arrays": [["<f8", [1]]]}}
        head = json.dumps(head).encode()
        os.write(3, len(head).to_bytes(4, "big") + head + bytes(8))
"""
    with opened(forked, source) as worker:
        assert worker.construct([])[1].answer.reason == "garbled"


def test_a_forged_remark_is_no_longer_than_an_honest_one(forked):
    """A message of 60 KB that names thousands of lines in a file with a long name is not ten megabytes of report."""
    head = {"ready": True, "raised": None, "refused": [], "arrays": []}
    source = f"""import os, json
class Relu:
    head = {head!r} | {{"notes": [["several_definitions", {{"name": "x", "lines": [1] * 31000}}]]}}
    head = json.dumps(head, separators=(",", ":")).encode()
    os.write(3, len(head).to_bytes(4, "big") + head)
"""
    with opened(forked, SourceFile(name="d" * 290 + "/relu.py", data=source.encode())) as worker:
        [(key, fields)] = worker.loaded.notes

    assert (key, fields["name"]) == ("source.several_definitions", "x")
    assert len(str(fields)) < 10_000


# --- loading


@pytest.mark.parametrize(
    ("source", "status", "reason"),
    [
        ("class Relu: pass", "ready", ""),
        ("class Rleu: pass", "missing", ""),
        ("x = 1", "missing", ""),
        ("class Relu:\n    def f(self):\n        (self.y = self.t)\n", "unreadable", "syntax"),
        ("", "unreadable", "empty"),
        (b"x = '\0'", "unreadable", "null_bytes"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9, "unreadable", "document"),
        (b"x = 1\n" * 8_000_000, "unreadable", "too_large"),
        ("x = " + "(" * 90 + ")" * 90 + "\n" + "-" * 100_000 + "1", "unreadable", "too_deep"),
        ("class Relu:\n    raise ValueError", "unloadable", ""),
        ("class Relu(Base): pass", "unloadable", ""),
        ("def Relu(): pass", "unloadable", ""),
        ("import os\nclass Relu:\n    os._exit(0)", "stopped", ""),
        ("class Relu:\n    while True: pass", "stopped", ""),
        ("class Relu: pass\nwhile True: pass\nraise SystemExit", "ready", ""),
    ],
)
def test_every_file_gets_a_status(forked, source, status, reason):
    """Whatever it holds, the worker's end is clean and the facts have their shape."""
    with forked.open(EXERCISES["relu"], [file(source)]) as worker:
        loaded = worker.loaded

    assert (status, reason, "relu.py") == (loaded.status, loaded.reason, loaded.file)
    assert {"methods", "suspicious", "near", "syntax"} <= loaded.facts.keys()
    assert (status == "stopped") == (loaded.stopped is not None)


def test_what_the_class_statement_raised_is_told(forked):
    """With its place."""
    with forked.open(EXERCISES["relu"], [file("import math\nclass Relu:\n    x = math.nope\n")]) as worker:
        raised = worker.loaded.raised

    assert (
        raised.type_name, raised.name, raised.place, raised.source,
    ) == ("AttributeError", "nope", "relu.py:3", "x = math.nope")  # fmt: skip


def test_a_load_that_hangs_tells_its_line(forked):
    """As a call does."""
    with forked.open(EXERCISES["relu"], [file("class Relu:\n    while True:\n        x = 1\n")]) as worker:
        assert worker.loaded.stopped.place == "relu.py:2"


def test_a_load_that_hangs_the_second_time_is_not_tried_again():
    """The whole exercise is lost then, in one time-out."""
    source = "import os, time\nclass Relu:\n    if time.time() > START + 0.2:\n        while True: pass\n    def forward(self, x):\n        time.sleep(0.3)\n        os._exit(1)\n"
    with Workshop(LIMITS, forking=True) as shop:
        shop.open(EXERCISES["relu"], [file("x = 1")]).close()
        with opened(shop, source.replace("START", str(time.time()))) as worker:
            forward(worker)
            for number in range(5):
                worker.start_check(f"relu/{number}")
                answer = worker.construct([])[1].answer

        assert (worker.loaded.status, answer.reason) == ("stopped", "time")


def test_lines_of_a_notebook_are_told_by_cell(forked):
    """In errors, in time-outs and in facts."""
    cells = ["import numpy as np", "%time 1", method("if x.sum() > 99:\n    while True: pass\nreturn x.nope")]
    data = json.dumps({"nbformat": 4, "cells": [{"cell_type": "code", "source": cell} for cell in cells]}).encode()
    with opened(forked, file(data, "과제 5.ipynb")) as worker:
        raised = forward(worker).answer
        stopped = worker.call(0, "forward", [X * 100]).answer
        where = worker.loaded.place(worker.loaded.facts["class"]["line"])

    assert raised.place == "과제 5.ipynb, cell 3, line 5"
    assert stopped.place == "과제 5.ipynb, cell 3, line 4"
    assert where == "과제 5.ipynb, cell 3, line 1"
    assert (raised.source, stopped.source) == ("return x.nope", "while True: pass")


def test_missing_packages_cost_only_their_import(shop):
    """The rest of the file runs; the student is told."""
    source = (
        "import torch, numpy as np\nfrom google.colab import drive\nfrom common.layers import Relu, softmax\n"
        + method("return softmax(x) + np.exp(0)")
    )
    with opened(shop, source) as worker:
        notes = [(key, fields["module"], fields["place"]) for key, fields in worker.loaded.notes]

        assert isinstance(forward(worker).answer, np.ndarray)
    assert notes == [
        ("source.import_missing", "torch", "relu.py:1"),
        ("source.import_missing", "google.colab", "relu.py:2"),
    ]


def test_a_star_import_does_not_replace_the_students_class(forked):
    """Wherever it stands."""
    sibling = file("class Relu:\n    def forward(self, x): return 0\ndef helper(x): return x + 1\n", "common/layers.py")
    with opened(forked, method("return helper(x)", "from common.layers import *"), "relu", sibling) as worker:
        assert (X + 1).tolist() == forward(worker).answer.tolist()


def test_files_of_a_submission_can_import_each_other(forked):
    """By name, by folder, and instead of the book's stand-ins."""
    more = [
        file("from constants import ONE\ndef softmax(x): return x + ONE\nprint('demo')\n", "common/functions.py"),
        file("ONE = 1\n", "constants.py"),
    ]
    with opened(
        forked, "from common.functions import softmax\n" + method("return softmax(x)"), "relu", *more
    ) as worker:
        assert (X + 1).tolist() == forward(worker).answer.tolist()
        assert worker.output == ""


def test_demo_code_is_not_run(forked):
    """It would cost its time, and raise."""
    source = method("return x", "relu = Relu()\nprint(relu.forward(3))\nraise SystemExit\nwhile True: pass\n")
    with opened(forked, source) as worker:
        assert (X.tolist(), "") == (forward(worker).answer.tolist(), worker.output)


CURIOUS = [
    "from __future__ import annotations\nfrom dataclasses import dataclass\n@dataclass\nclass Relu:\n    mask: np.ndarray = None\n    def forward(self, x): return x\n",
    "from abc import ABC, abstractmethod\nclass Layer(ABC):\n    @abstractmethod\n    def forward(self, x): ...\nclass Relu(Layer):\n    def forward(self, x): return x\n",
    "from typing import Protocol, Optional\nclass Layer(Protocol):\n    def forward(self, x): ...\nclass Relu(Layer):\n    def forward(self, x: Tuple(int, ...) = None): return x\n".replace("Tuple(int, ...)", "'Tuple'"),
    "class Relu:\n    def forward(self, x): return x\n    def __del__(self): raise SystemExit\n",
    "class Meta(type):\n    def __call__(cls, *args): return type.__call__(cls)\nclass Relu(metaclass=Meta):\n    def forward(self, x): return x\n",
    "class Relu:\n    __slots__ = ()\n    def forward(self, x): return x\n",
    "def forward(self, x): return x\nRelu = type('Relu', (), {'forward': forward})\n",
    "class Relu:\n    forward = lambda self, x: x\n",
    "class Relu:\n    class_level = [0]\n    @classmethod\n    def forward(cls, x): return x\n",
    "class Relu:\r\n\tdef forward(self, x):\r\n\t\treturn x\r\n",
    "import sys; sys.stdout = None; sys.stderr = None\n" + method("print(1)\nimport sys\nsys.stdout = sys.stderr = 3\nreturn x"),
]  # fmt: skip


@pytest.mark.parametrize("source", CURIOUS, ids=range(len(CURIOUS)))
def test_unusual_but_right_code_works(forked, source):
    """Dataclasses, abstract bases, protocols, slots, tabs, a lost stdout."""
    with opened(forked, source.encode()) if isinstance(source, bytes) else opened(forked, source) as worker:
        assert X.tolist() == forward(worker).answer.tolist()


# --- the workshop itself


def test_workers_live_side_by_side(shop):
    """One that hangs does not hold up another."""
    with opened(shop, method("while True: pass")) as hanging, opened(shop, method("return x + 1")) as other:
        stopped = forward(hanging).answer
        answer = forward(other).answer

    assert ("time", (X + 1).tolist()) == (stopped.reason, answer.tolist())


def test_a_worker_ends_with_its_context(forked):
    """No process is left, not even as a zombie."""
    with opened(forked, method("return x")) as worker:
        number = children(forked)
    assert len(number) == 1
    assert children(forked) == []
    worker.close()


def children(shop):
    """The processes that a zygote has."""
    zygote = shop._launcher._process.pid
    return Path(f"/proc/{zygote}/task/{zygote}/children").read_text().split()


@pytest.mark.parametrize("forking", [True, False], ids=["forked", "subprocess"])
def test_what_a_worker_without_a_sandbox_started_ends_with_it(tmp_path, forking):
    """A pipe that only it holds open tells when it has gone."""
    os.mkfifo(tmp_path / "alive")
    reading = os.open(tmp_path / "alive", os.O_RDONLY | os.O_NONBLOCK)
    body = f"""
        import os, time
        if not os.fork():
            os.write(os.open({str(tmp_path / "alive")!r}, os.O_WRONLY), b"x")
            time.sleep(60)
            os._exit(0)
        os.read(os.open({str(tmp_path / "alive")!r}, os.O_RDONLY), 0)
        return x"""
    ready = select.poll()
    ready.register(reading, select.POLLIN)
    with Workshop(LIMITS, forking=forking, sandbox={"without": ["all"]}) as shop:
        with opened(shop, method(textwrap.dedent(body))) as worker:
            assert forward(worker).answer.tolist() == X.tolist()
            assert ready.poll(10_000)
            assert os.read(reading, 9) == b"x"
        assert ready.poll(10_000) == [(reading, select.POLLHUP)]
    os.close(reading)


def test_a_lost_zygote_is_our_fault_and_is_replaced():
    """Its workers go with it; the student is not charged, and the next worker gets a new one."""
    with Workshop(LIMITS, forking=True) as shop:
        worker = opened(shop, method("return x"))
        shop._launcher._process.kill()
        shop._launcher._process.wait()
        with pytest.raises(WorkshopError):
            forward(worker)
        worker.start_check("relu/second")
        again = forward(worker).answer
        worker.close()

    assert X.tolist() == again.tolist()


JUDGE = """
import os, sys
from grader import catalogue
from grader.model import Limits, SourceFile
from grader.workshop import Workshop
shop = Workshop(Limits(), forking=sys.argv[1] == "forked")
source = b"class Relu:\\n    def forward(self, x):\\n        while True: pass\\n"
worker = shop.open(catalogue.exercises()["relu"], [SourceFile(name="relu.py", data=source)])
zygote = getattr(shop._launcher, "_process", None)
print(zygote.pid if zygote else 0, flush=True)
worker.start_check("c")
number, _ = worker.construct([])
import numpy
print("calling", flush=True)
worker.call(number, "forward", [numpy.ones(2)])
"""


@pytest.mark.parametrize("kind", ["forked", "subprocess"])
def test_nothing_outlives_a_judge_that_is_killed(kind):
    """The zygote sees its socket close; the kernel kills the workers with whoever started them."""
    with subprocess.Popen([sys.executable, "-c", JUDGE, kind], stdout=subprocess.PIPE, text=True) as judge:
        zygote = int(judge.stdout.readline())
        assert judge.stdout.readline() == "calling\n"
        parent = zygote or judge.pid
        [worker] = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        judge.kill()
    for process in (zygote, int(worker)):
        if process:
            wait_for_end(process)


def test_a_judge_that_goes_without_reading_its_answer_is_nothing_to_speak_of(capfd):
    """The socket then tells of a reset instead of an end; a trace of that would stand among the instructor's lines."""
    with Workshop(LIMITS, forking=True) as shop:
        opened(shop, method("return x")).close()
        zygote, control = shop._launcher._process, shop._launcher._control
        control.send(b"s" + bytes(8))
        ready = select.poll()
        ready.register(control, select.POLLIN)
        assert ready.poll(10_000)
        control.close()

        assert zygote.wait(10) == 0
        assert capfd.readouterr().err == ""


def wait_for_end(process):
    """Return when a process that is not ours has ended."""
    try:
        descriptor = os.pidfd_open(process)
    except ProcessLookupError:
        return
    ended = select.poll()
    ended.register(descriptor, select.POLLIN)
    assert ended.poll(10_000)
    os.close(descriptor)


def test_a_judge_that_was_forked_starts_its_own_zygote(forked):
    """A pool's processes inherit a warm judge; they do not speak on its socket."""
    opened(forked, method("return x")).close()
    zygote = forked._launcher._process.pid
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            with opened(forked, method("return x + 1")) as worker:
                right = forward(worker).answer.tolist() == (X + 1).tolist()
            own = forked._launcher._process.pid != zygote
            forked.close()
            status = 0 if right and own else 2
        finally:
            os._exit(status)
    os.close(reading)
    os.close(writing)

    assert os.waitpid(child, 0)[1] == 0
    with opened(forked, method("return x")) as worker:
        assert X.tolist() == forward(worker).answer.tolist()
    assert zygote == forked._launcher._process.pid


def test_a_worker_holds_nothing_but_its_own_descriptors(forked):
    """The wire, the output, and nothing to read from."""
    body = "import os\nreturn sorted(os.readlink(f'/proc/self/fd/{n}').split(':')[0] for n in range(99) if os.path.lexists(f'/proc/self/fd/{n}'))"
    with Workshop(LIMITS, forking=True, sandbox={"without": ["all"]}) as shop:
        other = opened(shop, method("return x"))
        with opened(shop, method(body)) as worker:
            listed = forward(worker).answer.summary
        other.close()

    assert listed == "['/dev/null', 'pipe', 'pipe', 'socket']"
