"""Attacks: everything that a submission was seen to try, shown to work outside the sandbox and held inside it.

Submissions are in tests/attacks/; they run as whoever runs the tests and, where that is root, as an ordinary user too.
"""

import ast
import contextlib
import functools
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

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
                "PORT": server.getsockname()[1],
            }  # fmt: skip
            source = re.sub(
                r'(?<=")(SECRET|FOLDER|PROJECT|JUDGE|PORT)|(?<=/proc/)JUDGE|(?<=:)PORT',
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

# What many course staffs write: import, call, compare, exit code. With NumPy's assertion, or by hand.
SCRIPTED = """
import numpy as np, sys
sys.path.insert(0, sys.argv[1])
import relu

def check(layer, x):
    case = {"inputs": [x], "expected": np.where(x > 0, x, 0.0)}
    expected = case["expected"]
    got = layer.forward(x)
    COMPARE
    case = {"inputs": [x * 3], "expected": np.where(x > 0, x * 3, 0.0)}
    expected = case["expected"]
    got = layer.backward(x * 3)
    COMPARE

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


@pytest.mark.parametrize(("what", "source"), forgeries())
def test_a_grade_is_not_forged(what, source, tmp_path):
    """What fools a scripted grader gets no points here, and changes nothing for the next submission."""
    before = neighbours_report()
    if "[never" not in what:
        (tmp_path / "relu.py").write_text(source)
        graders = [SCRIPTED.replace("COMPARE", comparison) for comparison in COMPARISONS]
        runs = [
            subprocess.run([sys.executable, "-c", one, tmp_path], check=False, capture_output=True) for one in graders
        ]
        assert 0 in [run.returncode for run in runs], runs

    report = graded(source)

    assert report.score == 0
    assert {"failed", "blocked"} >= {check.status for check in report.exercises[0].checks}
    assert decided(graded(catalogue.exercises()["relu"].solution.read_bytes(), "neighbour")) == before
    assert before["score"] == 20


if __name__ == "__main__":
    print(json.dumps(attempt_all(inside=sys.argv[1] == "inside")))  # noqa: T201
