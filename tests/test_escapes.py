"""Attacks: everything that a submission was seen to try, shown to work outside the sandbox and held inside it.

Submissions are in tests/attacks/; they run as whoever runs the tests and, where that is root, as an ordinary user too.
"""

# ruff: noqa: E501, RUF001 - submissions are written on one line, some in another script

import ast
import contextlib
import difflib
import functools
import json
import os
import random
import re
import resource
import shutil
import socket
import string
import subprocess
import sys
import tempfile
import textwrap
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from grader import catalogue
from grader.calls import Raised, Stopped
from grader.catalogue import Exercise
from grader.grading import grade
from grader.model import Limits, Settings, SourceFile, Submission
from grader.workshop import Workshop

PROJECT = Path(__file__).parent.parent
ATTACKS = PROJECT / "tests" / "attacks"
LIMITS = Limits(call_seconds=5.0, exercise_seconds=100.0)
NOBODY = 65534
linux = pytest.mark.skipif(sys.platform != "linux", reason="the sandbox is Linux's")


def attempts(name):
    """The attacks of a file: method -> tag."""
    tree = ast.parse((ATTACKS / f"{name}.py").read_text())
    [attack] = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    methods = [node for node in attack.body if isinstance(node, ast.FunctionDef) and node.name != "__init__"]
    return {node.name: re.search(r"\[(.*)\]$|$", ast.get_docstring(node))[1] or "" for node in methods}


FILES = ("reading", "network", "damage", "processes")
TRIED = [(file, name, tag) for file in FILES for name, tag in attempts(file).items()]


def prepared(folder):
    """A folder as every attack finds it."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "doomed").mkdir(parents=True)
    (folder / "secret.txt").write_text("FOUND-THE-SECRET")
    (folder / "neighbour.py").write_text("TEXT = 'FOUND-THE-SECRET'\n")
    (folder / "victim").write_text("0")


def seen(folder):
    """What is in a folder, to be compared."""
    listed = {}
    for path in [folder, *sorted(folder.rglob("*"))]:
        status = path.lstat()
        text = path.read_bytes() if path.is_file() else b""
        listed[path.name] = (status.st_mode, status.st_size, status.st_uid, status.st_nlink, text, path.is_symlink())
    return listed


def attack_exercise():
    """The attacks' class, as the workshop is asked for it."""
    methods = {name: () for file in FILES for name in attempts(file)}
    nowhere = Path("/nowhere")
    return Exercise(
        id="attack", class_name="Attack", section="", parameters=(), methods=methods, attributes=(), bonus=False,
        stub=nowhere, solution=nowhere, suite=nowhere, pitfalls=nowhere,
    )  # fmt: skip


def attempt_all(*, inside):
    """Try every attack; `file/name` -> whether it worked, and what came back."""
    exercise, outcomes = attack_exercise(), {}
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "class"
        server = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        threading.Thread(target=hang_up_on_callers, args=(server,), daemon=True).start()
        shop = stack.enter_context(Workshop(LIMITS, forking=True, sandbox=None if inside else {"without": ["all"]}))
        relu = catalogue.exercises()["relu"]
        shop.open(relu, [SourceFile(name="relu.py", data=b"# NEIGHBOUR-SOURCE\nclass Relu: pass\n")]).close()
        for file in FILES:
            source = (ATTACKS / f"{file}.py").read_text()
            words = {
                "SECRET": folder / "secret.txt", "FOLDER": folder, "PROJECT": PROJECT, "JUDGE": os.getpid(),
                "PORT": server.getsockname()[1], "LIBRARY": Path(os.__file__).parent,
            }  # fmt: skip
            source = re.sub(
                r'(?<=")(SECRET|FOLDER|PROJECT|JUDGE|PORT|LIBRARY)|(?<=/proc/)JUDGE|(?<=:)PORT',
                lambda word, words=words: str(words[word[0]]),
                source,
            )
            worker = stack.enter_context(shop.open(exercise, [SourceFile(name="attack.py", data=source.encode())]))
            assert worker.loaded.status == "ready", worker.loaded
            assert worker.sandbox == ("full" if inside else "none"), worker.reasons
            for name, tag in attempts(file).items():
                if "harmful" in tag and not inside:
                    continue
                prepared(folder)
                before = seen(folder)
                worker.start_check(name)
                number, _ = worker.construct([])
                answer = worker.call(number, name, []).answer
                worked = not isinstance(answer, (Raised, Stopped))
                said = f"{answer.type_name}: {answer.message}" if isinstance(answer, Raised) else str(answer)[:200]
                outcomes[f"{file}/{name}"] = {"worked": worked, "said": said, "unchanged": seen(folder) == before}
        server.shutdown(socket.SHUT_RDWR)
    return outcomes


def hang_up_on_callers(server):
    """Accept and close, until the server is closed."""
    with contextlib.suppress(OSError):
        while True:
            server.accept()[0].close()


def ordinary_python():
    """An interpreter that an ordinary user may run, and whose NumPy is ours; None where there is none."""
    for python in (sys.executable, shutil.which("python3", path="/usr/bin:/usr/local/bin")):
        if python and os.geteuid() == 0:
            asked = subprocess.run(
                [python, "-c", "import sys, grader.workshop; print(sys.version_info[:2])"],
                env=ordinary_environment(), user=NOBODY, group=NOBODY, extra_groups=[], cwd="/", capture_output=True,
                text=True, check=False,
            ) if python_can_be_run(python) else None  # fmt: skip
            if asked and asked.stdout.strip() == str(sys.version_info[:2]):
                return python
    return None


def python_can_be_run(python):
    """Say whether every folder on the way to an interpreter is open to everybody."""
    path = Path(python).resolve()
    return all(part.stat().st_mode & 0o1 for part in [path, *path.parents])


def ordinary_environment():
    """Where an interpreter that is not ours finds our modules."""
    return {
        "PYTHONPATH": os.pathsep.join(path for path in [str(PROJECT), *sys.path] if path),
        "PYTHONDONTWRITEBYTECODE": "1",
    }


@functools.cache
def outcomes_of(user, where):
    """What came of all attacks, run once."""
    if user == "as found":
        return attempt_all(inside=where == "inside")
    python = ordinary_python()
    if python is None:
        pytest.skip("not root, or no Python that an ordinary user may run")
    done = subprocess.run(
        [python, __file__, where], env=ordinary_environment(), user=NOBODY, group=NOBODY, extra_groups=[], cwd="/",
        capture_output=True, text=True, check=False, timeout=100,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@linux
@pytest.mark.parametrize(("file", "name", "tag"), TRIED, ids=[f"{file}/{name}" for file, name, _ in TRIED])
@pytest.mark.parametrize("user", ["as found", "nobody"])
def test_an_attack_is_held(user, file, name, tag):
    """Inside it fails and changes nothing; outside it works, or says why it cannot be shown."""
    inside = outcomes_of(user, "inside")[f"{file}/{name}"]
    assert (inside["worked"], inside["unchanged"]) == (False, True), inside
    if "harmful" in tag or "never" in tag or (tag == "root" and (user == "nobody" or os.geteuid())):
        return
    outside = outcomes_of(user, "outside")[f"{file}/{name}"]
    assert outside["worked"], outside


# --- forging

# What many course staffs write: import, call, compare, exit code. With NumPy's assertion, or by hand. Each pair of a
# submission and a comparison gets a process of its own, forked from one that has loaded NumPy and nothing else.
SCRIPTED = """
import numpy as np, os, sys

folders, comparisons = sys.argv[1].split(), sys.argv[2:]
for folder, comparison in [(folder, one) for folder in folders for one in comparisons]:
    process = os.fork()
    if not process:
        break
    print(folder, os.waitpid(process, 0)[1], flush=True)
else:
    os._exit(0)

sys.stdout = sys.stderr
sys.path.insert(0, folder)
import relu

def check(layer, x):
    case = {"inputs": [x], "expected": np.where(x > 0, x, 0.0)}
    expected = case["expected"]
    got = layer.forward(x)
    exec(comparison)
    case = {"inputs": [x * 3], "expected": np.where(x > 0, x * 3, 0.0)}
    expected = case["expected"]
    got = layer.backward(x * 3)
    exec(comparison)

check(relu.Relu(), np.array([[1.0, -0.5, 2.0], [-2.0, 3.0, -1.0]]))
"""
COMPARISONS = ("np.testing.assert_allclose(got, expected)", "assert not (abs(got - expected) > 1e-6).any()")


def forgeries():
    """The sections of the file: name, what it does, source."""
    parts = re.split(r"^# --- (\w+): (.*)\n", (ATTACKS / "forging.py").read_text(), flags=re.MULTILINE)[1:]
    return [pytest.param(what, source, id=name) for name, what, source in zip(*[iter(parts)] * 3, strict=True)]


def graded(source, name="attack"):
    """The report of a submission that is one relu.py."""
    data = source if isinstance(source, bytes) else source.encode()
    submission = Submission(name=name, files=(SourceFile(name="relu.py", data=data),))
    return grade(submission, Settings(exercises=("relu",), limits=Limits(call_seconds=2.0, exercise_seconds=20.0)))


def decided(report):
    """What a report says apart from how long it took."""
    told = report.to_json()
    for exercise in told["exercises"]:
        for check in exercise["checks"]:
            del check["seconds"]
    return told


@functools.cache
def neighbours_report():
    """The report of an honest neighbour, before any attack."""
    return decided(graded(catalogue.exercises()["relu"].solution.read_bytes(), "neighbour"))


@pytest.fixture(scope="module")
def fooled(tmp_path_factory):
    """The sources that fool a scripted grader, whichever way it compares."""
    folders = {}
    for parameters in forgeries():
        what, source = parameters.values
        if "[never" not in what:
            folder = tmp_path_factory.mktemp("forgery")
            (folder / "relu.py").write_text(source)
            folders[str(folder)] = source
    run = subprocess.run(
        [sys.executable, "-c", SCRIPTED, " ".join(folders), *COMPARISONS],
        check=False, capture_output=True, text=True, timeout=100,
    )  # fmt: skip
    ended = [line.split() for line in run.stdout.splitlines()]
    assert len(ended) == len(folders) * len(COMPARISONS), run
    return {folders[folder] for folder, status in ended if status == "0"}


@pytest.mark.parametrize(("what", "source"), forgeries())
def test_a_grade_is_not_forged(what, source, fooled):
    """What fools a scripted grader gets no points here, and changes nothing for the next submission."""
    before = neighbours_report()
    assert source in fooled or "[never" in what

    report = graded(source)

    assert report.score == 0
    assert {"failed", "blocked"} >= {check.status for check in report.exercises[0].checks}
    assert decided(graded(catalogue.exercises()["relu"].solution.read_bytes(), "neighbour")) == before
    assert before["score"] == 20


# --- exhaustion

TIGHT = Limits(
    call_seconds=0.6, exercise_seconds=10.0, memory_bytes=300 << 20, flood_bytes=200_000, answer_bytes=1 << 20,
)  # fmt: skip
# What may come of it: an exception of the student's own, a stop with its reason, or an answer like any other.
EXHAUSTING = {
    "loops in Python": ("while True: pass", "time"),
    "loops in C": ("sum(iter(int, 1))", "time"),
    "loops in NumPy": ("import numpy as np\nwhile True: np.linalg.svd(np.ones((200, 200)))", "time"),
    "sleeps": ("import time\ntime.sleep(10 ** 6)", "time"),
    "waits for a lock": ("import threading\nlock = threading.Lock()\nlock.acquire()\nlock.acquire()", "time"),
    "waits for the judge": ("import os\nos.read(3, 1)", "time"),
    "swallows everything": ("while True:\n    try:\n        raise KeyboardInterrupt\n    except BaseException: pass", "time"),
    "ignores signals": ("import signal\nfor n in range(1, 65):\n    try: signal.signal(n, signal.SIG_IGN)\n    except (OSError, ValueError): pass\nwhile True: pass", "time"),
    "blocks signals": ("import signal\nsignal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))\nwhile True: pass", "time"),
    "answers the signal itself": ("import signal\nsignal.signal(signal.SIGUSR1, lambda *a: print('File \"relu.py\", line 1 in f'))\nwhile True: pass", "time"),
    "lies about its line": ("import os\nos.write(3, b'\\0\\0')\nwhile True: pass", "time"),
    "a pattern that backtracks": ("import re\nre.match('(.*)*x', 'a' * 99)", "time"),
    "a number that is too long": ("return len(str(7 ** 10 ** 7 % 10 ** (10 ** 7)))", "time ValueError"),
    "a hash that collides": ("class K:\n    def __hash__(self): return 1\n    def __eq__(self, o): return False\nreturn {K(): 1 for _ in range(10 ** 5)}", "time"),
    "drips": ("import os, time\nwhile True:\n    os.write(3, b'\\0')\n    time.sleep(0.01)", "garbled time"),
    "drips a message": ("import os, time\nos.write(3, b'\\0\\0\\xff\\xff')\nwhile True:\n    os.write(3, b' ')\n    time.sleep(0.01)", "time"),
    "floods the wire": ("import os\nwhile True: os.write(3, b'\\0\\0\\xff\\xff' + b' ' * 65535)", "garbled"),
    "announces four gigabytes": ("import os\nos.write(3, b'\\xff' * 4)\nwhile True: pass", "garbled"),
    "announces a huge array": ("import os, json\nh = json.dumps({'number': 2, 'arrays': [['<f8', [10 ** 9]]]}).encode()\nos.write(3, len(h).to_bytes(4, 'big') + h)\nwhile True: pass", "garbled"),
    "announces many arrays": ("import os, json\nh = json.dumps({'number': 2, 'arrays': [['<f8', [10]]] * 3000}).encode()\nos.write(3, len(h).to_bytes(4, 'big') + h)\nwhile True: pass", "garbled"),
    "nests its answer": ("import os\nh = b'{\"a\":' + b'[' * 60000\nos.write(3, len(h).to_bytes(4, 'big') + h)\nwhile True: pass", "garbled"),
    "prints without end": ("while True: print('x' * 99)", "flood"),
    "prints one line without end": ("import sys\nwhile True: sys.stdout.write('x' * 99)", "flood"),
    "prints to the error output": ("import sys\nwhile True: print('x' * 99, file=sys.stderr)", "flood"),
    "prints a gigabyte at once": ("print('x' * 2 ** 30)", "flood MemoryError"),
    "prints rubbish": ("import os\nwhile True: os.write(2, bytes(range(256)))", "flood"),
    "warns without end": ("import warnings\nn = 0\nwhile True:\n    n += 1\n    warnings.warn(str(n), stacklevel=1)", "flood time"),
    "fills memory with bytes": ("l = []\nwhile True: l.append(bytearray(2 ** 22))", "MemoryError time"),
    "fills memory with objects": ("l = []\nwhile True: l.append([])", "MemoryError time died"),
    "fills memory with an array": ("import numpy as np\nreturn np.ones(10 ** 9)", "MemoryError"),
    "fills memory with itself": ("self.a = [self.__dict__.copy() for _ in range(10 ** 9)]", "MemoryError time died"),
    "fills memory in an exception": ("raise ValueError('x' * 10 ** 8)", "ValueError time"),
    "keeps memory in an exception": ("l = bytearray(10 ** 8)\nraise ValueError", "ValueError"),
    "answers with a huge array": ("import numpy as np\nreturn np.zeros(10 ** 7)", "ndarray"),
    "answers with an endless view": ("import numpy as np\nreturn np.broadcast_to(1.0, (10 ** 9, 10 ** 6))", "ndarray"),
    "answers with a deep list": ("l = []\nfor _ in range(10 ** 5): l = [l]\nreturn l", "list"),
    "answers with an endless list": ("l = []\nl.append(l)\nreturn l", "list"),
    "answers with a long list": ("return [1] * 10 ** 6", "list time"),
    "answers with a long name": ("return type('x' * 10 ** 6, (), {})()", "x"),
    "answers with a name of escapes": ("return type('\\x1b]0;owned\\x07\\u202e', (), {})()", "\ufffd]0;owned"),
    "answers with a class without a name": ("class M(type):\n    __name__ = property(lambda c: 1 / 0)\nclass A(metaclass=M): pass\nreturn A()", "A time Raised ZeroDivisionError"),
    "answers with a repr that never ends": ("class A:\n    def __repr__(self):\n        while True: pass\nreturn A()", "time"),
    "answers with a repr of a gigabyte": ("class A:\n    def __repr__(self): return 'x' * 10 ** 9\nreturn A()", "A"),
    "answers with a shape that lies": ("import numpy as np\nclass A(np.ndarray):\n    shape = property(lambda s: (10 ** 9,) * 40)\n    nbytes = 0\nreturn np.ones(3).view(A)", "answer"),
    "recurses": ("return self.forward(x)", "RecursionError"),
    "recurses without a limit": ("import sys\nsys.setrecursionlimit(10 ** 9)\nreturn self.forward(x)", "MemoryError died time RecursionError"),
    "recurses in C": ("import sys\nsys.setrecursionlimit(10 ** 9)\na, b = [], []\nfor _ in range(10 ** 5): a, b = [a], [b]\nreturn a == b", "died"),
    "sets the limit to nothing": ("import sys\ntry: sys.setrecursionlimit(20)\nexcept RecursionError: pass\nreturn x", "answer died RecursionError garbled"),
    "raises in a chain": ("e = None\nfor _ in range(10 ** 5):\n    n = ValueError()\n    n.__cause__ = n.__context__ = e\n    e = n\nraise e", "ValueError died"),
    "raises a message without end": ("class E(Exception):\n    def __str__(self):\n        while True: pass\nraise E", "time"),
    "raises a message of escapes": ("raise ValueError('\\x1b[2J\\x1b]8;;http://x\\x07\\u2066')", "ValueError"),
    "raises a message that is no text": ("class E(Exception):\n    def __str__(self): return 3\nraise E", "E"),
    "raises from its own class of types": ("class M(type):\n    def __instancecheck__(c, i): 1 / 0\nclass E(BaseException, metaclass=M): pass\nraise E", "E"),
    "raises in an attribute": ("raise type('E', (Exception,), {'name': property(lambda s: 1 / 0)})", "E"),
    "crashes": ("import ctypes\nctypes.string_at(1)", "died"),
    "crashes in NumPy": ("import numpy as np\nreturn np.lib.stride_tricks.as_strided(x, (10 ** 6,), (10 ** 6,)).sum()", "died"),
    "aborts": ("import os\nos.abort()", "died"),
    "exits with success": ("import os\nos._exit(0)", "died"),
    "exits in a finaliser": ("class A:\n    def __del__(self):\n        import os\n        os._exit(0)\nA()", "died"),
    "closes the wire": ("import os\nos.close(3)", "died garbled"),
    "closes everything": ("import os\nos.closerange(0, 100)\nreturn x", "died"),
    "makes processes": ("import os\nn = 0\nfor _ in range(1000):\n    try: os.fork()\n    except OSError: n += 1\nreturn n", "answer"),
    "makes threads": ("import threading\nn = 0\nfor _ in range(1000):\n    try: threading.Thread(target=print).start()\n    except RuntimeError: n += 1\nreturn n", "answer"),
    "makes descriptors": ("import os\nn = 0\nfor _ in range(1000):\n    try: os.dup(1)\n    except OSError: n += 1\nreturn n", "answer"),
    "turns the collector against us": ("import gc\ngc.set_threshold(1)\ngc.set_debug(gc.DEBUG_STATS)\nreturn x", "answer flood"),
    "traces everything": ("import sys\nsys.settrace(lambda *a: 1 / 0)\nreturn x", "answer ZeroDivisionError died"),
    "audits everything": ("import sys\nsys.addaudithook(lambda *a: 1 / 0)\nreturn x", "answer ZeroDivisionError died"),
    "replaces its output": ("import sys\nsys.stdout = sys.stderr = None\nreturn x", "answer"),
    "closes its output": ("import sys, os\nos.close(1), os.close(2)\nreturn x", "answer"),
    "deletes the modules": ("import sys\nsys.modules.clear()\nreturn x", "answer died ImportError"),
    "deletes the builtins": ("import builtins\nfor n in dir(builtins):\n    try: delattr(builtins, n)\n    except Exception: pass\nreturn x", "answer died NameError time garbled"),
    "makes its own arrays strange": ("x.shape = (0, 10 ** 15)\nreturn x", "ValueError"),
    "answers in more dimensions than there are": ("import numpy as np\nreturn np.ones((1,) * 40)", "ndarray"),
    "answers nothing in a huge shape": ("import numpy as np\nreturn np.zeros((0, 10 ** 15))", "ndarray"),
    "changes its argument into a huge one": ("import numpy as np\nx.resize((10 ** 6,), refcheck=False)\nreturn 1", "garbled answer"),
    "asks for input": ("return input()", "EOFError"),
}  # fmt: skip


# What hangs without a doubt is waited for no longer than a loaded machine needs to start it.
HASTY = replace(TIGHT, call_seconds=0.3)


@pytest.fixture(scope="module")
def hasty():
    """A workshop with little time."""
    with Workshop(HASTY) as workshop:
        yield workshop


@pytest.fixture(scope="module")
def tight():
    """A workshop with little of everything."""
    with Workshop(TIGHT) as workshop:
        yield workshop


@linux
@pytest.mark.parametrize("how", EXHAUSTING)
def test_exhaustion_costs_only_the_call(tight, hasty, how):
    """Each ends within its limits, says how, and the next check and the neighbour get their answers."""
    body, expected = EXHAUSTING[how]
    source = (
        "class Relu:\n    def forward(self, x):\n"
        + textwrap.indent(body, " " * 8)
        + "\n    def backward(self, dout): return dout\n"
    )
    relu = catalogue.exercises()["relu"]
    x = np.arange(6.0).reshape(2, 3)
    with (
        (hasty if expected == "time" else tight).open(
            relu, [SourceFile(name="relu.py", data=source.encode())]
        ) as worker,
        tight.open(relu, [SourceFile(name="relu.py", data=relu.solution.read_bytes())]) as neighbour,
    ):
        worker.start_check("first")
        number, _ = worker.construct([])
        call = worker.call(number, "forward", [x])
        worker.start_check("second")
        number, _ = worker.construct([])
        after = worker.call(number, "backward", [x]).answer
        neighbour.start_check("first")
        number, _ = neighbour.construct([])
        theirs = neighbour.call(number, "forward", [x]).answer
        output = worker.output

    came = getattr(call.answer, "reason", None) or getattr(call.answer, "type_name", "answer")
    assert any(came.startswith(one) for one in expected.split()), call.answer
    assert call.seconds < TIGHT.call_seconds + 2
    assert len(output) <= TIGHT.output_bytes
    shown = str(call.answer) + output
    assert all(letter.isprintable() or letter in "\n\t" for letter in shown)
    # Whatever it did to its own process, the check after it has a working one, unless it lives on as it was left.
    assert isinstance(after, (np.ndarray, Raised, Stopped))
    assert x.tolist() == theirs.tolist()


@linux
def test_the_judge_needs_no_memory_for_what_a_worker_sends():
    """Floods, announcements and huge answers do not pile up here."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with Workshop(Limits(call_seconds=2.0, flood_bytes=50 << 20, answer_bytes=64 << 20)) as workshop:
        for how in ("prints without end", "floods the wire", "announces a huge array", "answers with a huge array"):
            source = "class Relu:\n    def forward(self, x):\n" + textwrap.indent(
                EXHAUSTING[how][0].replace("10 ** 7", "10 ** 8"), " " * 8
            )
            with workshop.open(
                catalogue.exercises()["relu"], [SourceFile(name="relu.py", data=source.encode())]
            ) as worker:
                worker.start_check("c")
                number, _ = worker.construct([])
                worker.call(number, "forward", [np.ones(2)])
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    assert after - before < 20 << 10  # in KiB


def test_large_answers_do_not_add_up():
    """Each call answers as much as one may; the judge keeps what all may take together, and still hears small ones."""
    source = (
        b"import numpy as np\nclass Relu:\n    def forward(self, x): return np.zeros(10 ** 6) if x.size > 1 else x\n"
    )
    relu = catalogue.exercises()["relu"]
    with (
        Workshop(Limits(answer_bytes=8 << 20)) as workshop,
        workshop.open(relu, [SourceFile(name="relu.py", data=source)]) as worker,
    ):
        for check in range(5):
            worker.start_check(str(check))
            number, _ = worker.construct([])
            answers = [worker.call(number, "forward", [np.ones(2)]).answer for _ in range(5)]
            assert worker.call(number, "forward", [np.ones(1)]).answer.shape == (1,)
        kept = [call.answer.nbytes for call in worker.transcript if isinstance(call.answer, np.ndarray)]

    assert max(kept) == 8 * 10**6
    assert sum(kept) <= 8 << 20
    assert {answer.summary for answer in answers} == {"float64 (1000000,)"}


def test_names_that_are_all_alike_do_not_keep_the_judge(monkeypatch):
    """A misspelt attribute is looked for among the stored ones: 200 by 200 of the same letters took two seconds."""
    compared = []
    first_look = difflib.SequenceMatcher.real_quick_ratio
    monkeypatch.setattr(
        difflib.SequenceMatcher, "real_quick_ratio", lambda pair: compared.append(pair) or first_look(pair)
    )
    shuffled = random.Random(1)  # noqa: S311 - no secret
    names = ["".join(shuffled.sample(string.ascii_lowercase, 24)) for _ in range(400)]
    source = (
        f"class Relu:\n    def forward(self, x):\n        return x * 3\n        {'; '.join(f'self.{n}' for n in names[::2])}\n"
        f"    def backward(self, dout):\n        return dout * 3\n        {'; '.join(f'self.{n} = 1' for n in names[1::2])}\n"
    )

    report = graded(source)

    assert report.score == 0
    assert not any("fail" in flag for flag in report.flags), report.flags
    assert 0 < len(compared) <= 10_000


LONG = {
    "a line of colons": (
        f"class Relu:\n    def forward(self, x):\n        if 0:\n            out, '{':' * 100_000}'\n"
        "        out = x * (x > 0)\n        return out\n\n    def backward(self, dout):\n        return dout * out\n"
    ),
    "much behind many returns": (
        "class Relu:\n    def forward(self, x):\n        return x * 3\n"
        + "        self.out = 1\n        return x\n        pass\n" * 6_000
        + "    def backward(self, dout):\n        return dout * self.out\n"
    ),
}


@pytest.mark.timeout(30)
@pytest.mark.parametrize("source", LONG.values(), ids=LONG)
def test_what_is_long_does_not_keep_the_judge(source):
    """What is looked for in a line or a block takes no square of its length: the first one took minutes."""
    report = graded(source)

    assert not any("fail" in flag for flag in report.flags), report.flags
    assert report.exercises[0].diagnoses


def test_a_million_lines_do_not_keep_the_judge(monkeypatch):
    """The import that should have brought a name is looked for in each line, for each call that lacks it: 14 seconds."""
    looked = []
    match = re.match
    monkeypatch.setattr(re, "match", lambda *words: looked.append(None) or match(*words))

    report = graded("class Relu:\n    def forward(self, x):\n        return qq * 3\n" + "\n" * 1_000_000)

    assert [one.pitfall for one in report.exercises[0].diagnoses] == ["relu/name-error"]
    assert len(looked) < 1_000_000


# --- source

SOURCES = {
    "null bytes": b"class Relu:\n    x = '\0'\n",
    "a lone surrogate": b"# -*- coding: utf-7 -*-\n# +2AA-\nclass Relu: pass\n",
    "no text at all": bytes(range(256)) * 40,
    "an image": b"\x89PNG\r\n\x1a\n" + bytes(1000),
    "nothing": b"",
    "only a mark": b"\xef\xbb\xbf",
    "half a character": "클래스".encode()[:-1],
    "an unknown encoding": b"# coding: nope\nclass Relu: pass\n",
    "an encoding that unpacks": b"# coding: zlib\nclass Relu: pass\n",
    "deep brackets": b"class Relu:\n    x = " + b"(" * 10_000,
    "deep lists": b"class Relu:\n    x = " + b"[" * 100_000 + b"]" * 100_000,
    "deep blocks": b"".join(b" " * depth + b"if x:\n" for depth in range(2000)),
    "a deep sum": b"class Relu:\n    x = " + b"+".join([b"1"] * 200_000),
    "a deep attribute": b"class Relu:\n    x = a" + b".a" * 200_000,
    "a deep lambda": b"class Relu:\n    x = " + b"lambda: " * 5_000 + b"1",
    "a deep f-string": b"class Relu:\n    x = " + b"f'{" * 200 + b"1" + b"}'" * 200,
    "a deep decorator": b"@a\n" * 100_000 + b"class Relu: pass\n",
    "deep classes": b"".join(b" " * depth + b"class Relu:\n" for depth in range(95)) + b" " * 95 + b"pass",
    "many classes": b"class Relu: pass\n" * 50_000,
    "many names": b"".join(b"a%d = a%d\n" % (n, n + 1) for n in range(20_000)) + b"class Relu:\n    x = a0\n",
    "a long line": b"class Relu:\n    x = '" + b"x" * 1_000_000 + b"'\n",
    "many lines": b"\n" * 1_000_000 + b"class Relu: pass\n",
    "many broken lines": b"class Relu: pass\n" + b"x = = 1\n" * 20_000,
    "many magic lines": b"%time x\n" * 20_000 + b"class Relu: pass\n",
    "fifty megabytes": b"x = 1\n" * 8_000_000,
    "a constant that never ends": b"class Relu:\n    x = 9 ** 9 ** 9\n",
    "a constant that fills memory": b"class Relu:\n    x = 'x' * 10 ** 10\n",
    "a constant outside": b"X = 9 ** 9 ** 9\nclass Relu:\n    x = X\n",
    "an import that never ends": b"class Relu:\n    while True: pass\n",
    "a metaclass that exits": b"class M(type):\n    def __new__(*a): raise SystemExit\nclass Relu(metaclass=M): pass\n",
    "a class that inherits from itself": b"class Relu(Relu): pass\n",
    "classes that inherit from each other": b"class A(Relu): pass\nclass Relu(A): pass\n",
    "an alias of itself": b"Relu = Relu\n",
    "an alias in a circle": b"Relu = A\nA = B\nB = Relu\n",
    "a name that is an escape": "class Relu\u202e: pass\n".encode(),
    "a name in another script": "class Rеlu: pass\n".encode(),
    "a notebook that is deep": b'{"cells": ' + b"[" * 100_000,
    "a notebook of null bytes": b'{"nbformat": 4, "cells": [{"cell_type": "code", "source": "\\u0000"}]}',
    "a notebook of a surrogate": b'{"nbformat": 4, "cells": [{"cell_type": "code", "source": "class Relu: pass # \\ud800"}]}',
    "a notebook of many cells": b'{"nbformat": 4, "cells": ['
    + b",".join([b'{"cell_type": "code", "source": "x"}'] * 20_000)
    + b"]}",
    "a notebook of numbers": b'{"nbformat": 4, "cells": [1e999, -1, null, {"cell_type": "code", "source": 1e999}]}',
    "a huge number in a notebook": b'{"nbformat": 4, "cells": [' + b"9" * 1_000_000 + b"]}",
}


@linux
@pytest.mark.parametrize("what", SOURCES)
def test_source_that_bites_is_read_in_the_worker(tight, what):
    """A status, a shape that the diagnosis can rely on, and a judge that has parsed nothing."""
    with tight.open(catalogue.exercises()["relu"], [SourceFile(name="relu.py", data=SOURCES[what])]) as worker:
        loaded = worker.loaded
        worker.start_check("c")
        if loaded.status == "ready":
            worker.construct([])

    assert loaded.status in {"ready", "missing", "unreadable", "unloadable", "stopped"}
    assert {"methods", "suspicious", "near", "syntax", "class"} <= loaded.facts.keys()
    assert all(isinstance(fields, dict) for _, fields in loaded.notes)
    assert json.dumps(loaded.facts).isprintable()


if __name__ == "__main__":
    print(json.dumps(attempt_all(inside=sys.argv[1] == "inside")))  # noqa: T201
