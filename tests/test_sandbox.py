"""The sandbox: what works inside, which level is reached when pieces are missing, and that it asks for nothing more."""

# ruff: noqa: E501, SIM117 - submissions are written on one line, and a worker lives inside its workshop

import ctypes
import functools
import itertools
import json
import os
import re
import struct
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest
from rich.cells import cell_len

from grader import catalogue, texts
from grader.calls import Raised, Stopped
from grader.cli.paragraphs import paragraph
from grader.cli.speech import speaker
from grader.model import Limits, SourceFile
from grader.worker import sandbox, syscalls
from grader.workshop import SandboxMissing, Workshop
from grader.workshop.probing import TRIALS, probe

RELU = catalogue.exercises()["relu"]
LIMITS = Limits(call_seconds=5.0)
# Enough for NumPy and a little more, so that filling it takes no time.
SMALL = Limits(call_seconds=5.0, memory_bytes=300 << 20)
PROJECT = Path(__file__).parent.parent

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the sandbox is Linux's")


@pytest.fixture(scope="module", params=["forked", "subprocess"])
def shop(request):
    """A workshop with the sandbox, of either kind."""
    with Workshop(LIMITS, forking=request.param == "forked") as workshop:
        yield workshop


@pytest.fixture(scope="module")
def small():
    """A workshop whose workers have little memory."""
    with Workshop(SMALL, forking=True) as workshop:
        yield workshop


@pytest.fixture(scope="module", params=[False, True], ids=["asked for", "required"])
def lacking(request):
    """A workshop for any lack, and the list of what it leaves out; its processes start once."""
    without = []
    with Workshop(LIMITS, sandbox_required=request.param, sandbox={"without": without}) as workshop:
        yield workshop, without, request.param


def answer(shop, body, x=None):
    """What a forward with this body answers, inside."""
    source = "class Relu:\n    def forward(self, x):\n" + textwrap.indent(textwrap.dedent(body).strip("\n"), " " * 8)
    with shop.open(RELU, [SourceFile(name="relu.py", data=source.encode())]) as worker:
        assert worker.sandbox == "full", worker.reasons
        worker.start_check("c")
        number, _ = worker.construct([])
        return worker.call(number, "forward", [np.arange(9.0).reshape(3, 3) if x is None else x]).answer


WORKING = {
    "linear algebra": "import numpy as np\na = x + 5 * np.eye(3)\nu, s, v = np.linalg.svd(a)\nassert np.allclose(u * s @ v, a)\nassert np.allclose(np.linalg.solve(a, x), np.linalg.inv(a) @ x)\nnp.linalg.qr(a), np.linalg.eig(a), np.linalg.cholesky(a @ a.T), np.linalg.lstsq(a, x, rcond=None), np.linalg.det(a)",
    "a large product": "import numpy as np\na = np.ones((600, 600))\nassert (a @ a == 600).all()",
    "einsum and convolution": "import numpy as np\nnp.einsum('ij,kj->ik', x, x), np.pad(x, 1), np.convolve(x[0], x[1]), np.lib.stride_tricks.sliding_window_view(x, (2, 2))",
    "transforms": "import numpy as np\nassert np.allclose(np.fft.ifft2(np.fft.fft2(x)).real, x)",
    "random numbers": "import numpy as np, random, secrets, os\nnp.random.seed(1), np.random.randn(3), np.random.default_rng().choice(5), random.shuffle([1, 2]), secrets.token_hex(2), os.urandom(2)",
    "numpy.testing": "import numpy as np\nnp.testing.assert_allclose(x, x)\ntry:\n    np.testing.assert_allclose(x, x + 1)\nexcept AssertionError as problem:\n    assert 'Mismatched' in str(problem)",
    "star imports": "names = {}\nexec('from numpy import *\\nfrom math import *', names)\nassert 'einsum' in names and 'linalg' in names",
    "tracebacks": "import traceback\ntry:\n    1 / 0\nexcept ZeroDivisionError:\n    assert 'relu.py' in traceback.format_exc() and '1 / 0' in traceback.format_exc()",
    "warnings": "import warnings, numpy as np\nwith warnings.catch_warnings(record=True) as seen:\n    warnings.simplefilter('always')\n    np.exp(x * 1000)\nassert seen",
    "logging and printing": "import logging, pprint, sys\nlogging.warning('x')\npprint.pprint({1: [2]})\nsys.stdout.flush()",
    "dates and clocks": "import datetime, time\ndatetime.datetime.now(), datetime.datetime.strptime('2026', '%Y'), time.perf_counter(), time.sleep(0.001), time.strftime('%Y')",
    "classes of all kinds": "import dataclasses, abc, enum, typing, collections, functools\n@dataclasses.dataclass(frozen=True)\nclass A:\n    x: int = 1\ncollections.namedtuple('B', 'x')\nenum.Enum('C', 'a b')\nfunctools.lru_cache(int)",
    "copies and pickles": "import copy, pickle, json\ncopy.deepcopy(x), pickle.loads(pickle.dumps(x)), json.dumps([1])",
    "streams in memory": "import io, csv\ncsv.writer(io.StringIO()).writerow([1]), io.BytesIO(b'x').read()",
    "numbers": "import decimal, fractions, statistics, math, cmath\ndecimal.Decimal(1) / 3, fractions.Fraction(1, 3), statistics.mean([1, 2])",
    "inspection": "import inspect, types\ninspect.signature(self.forward), inspect.getsource(type(self))",
    "Korean text": "print('한글', '\\ud55c'.encode('cp949'))",
    "much memory": "import numpy as np\na = np.ones((5000, 5000))\nassert a.sum() == 25e6",
    "masked and structured arrays": "import numpy as np\nnp.ma.masked_array(x, x > 1).mean(), np.zeros(2, [('a', 'f4')]), np.polynomial.Polynomial([1, 2])(3), np.char.upper(np.array(['a']))",
    "garbage": "import gc\ngc.collect()\nx = [[] for _ in range(100_000)]",
}


def test_computing_works_inside(shop):
    """Everything that an exercise may need."""
    methods = [
        f"    def method_{index}(self, x):\n{textwrap.indent(body, ' ' * 8)}\n        return 1.0\n"
        for index, body in enumerate(WORKING.values())
    ]
    source = "class Relu:\n    def forward(self, x):\n        return x\n" + "".join(methods)
    with shop.open(RELU, [SourceFile(name="relu.py", data=source.encode())]) as worker:
        assert worker.sandbox == "full", worker.reasons
        worker.start_check("c")
        number, _ = worker.construct([])
        x = np.arange(9.0).reshape(3, 3)
        said = {what: worker.call(number, f"method_{index}", [x]).answer for index, what in enumerate(WORKING)}

    assert dict.fromkeys(WORKING, 1.0) == {
        what: getattr(one, "tolist", lambda one=one: one)() for what, one in said.items()
    }


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("return bytearray(2 ** 31)", "MemoryError"),
        ("import numpy as np\nreturn np.ones(2 ** 28)", "MemoryError"),
        ("l = []\nwhile True: l.append(bytearray(2 ** 20))", "MemoryError"),
        ("d = {}\nfor n in range(10 ** 9): d[n] = str(n) * 1000", "MemoryError"),
        ("return 'x' * 2 ** 40", "MemoryError"),
        ("import torch", "ModuleNotFoundError"),
        ("import matplotlib.pyplot", "ModuleNotFoundError"),
        ("import numpy.f2py", "ModuleNotFoundError"),
        ("import asyncio", "ModuleNotFoundError"),
        ("import grader", "ModuleNotFoundError"),
        ("open('data.csv')", "PermissionError"),
    ],
)  # fmt: skip
def test_what_is_refused_is_an_ordinary_exception(small, body, kind):
    """Memory, packages and files: the student reads what Python says."""
    said = answer(small, body)

    assert isinstance(said, Raised), said
    assert kind == said.type_name
    assert said.place == f"relu.py:{said.line}"


def test_memory_given_back_can_be_used_again(small):
    """A MemoryError does not end the worker, nor keep what filled it."""
    source = "class Relu:\n    def forward(self, x):\n        l = []\n        while True: l.append(bytearray(2 ** 20))\n    def backward(self, dout):\n        return bytearray(2 ** 26) and dout\n"
    with small.open(RELU, [SourceFile(name="relu.py", data=source.encode())]) as worker:
        worker.start_check("c")
        number, _ = worker.construct([])
        answers = [worker.call(number, "forward", [np.ones(2)]).answer.type_name for _ in range(3)]
        after = worker.call(number, "backward", [np.ones(2)]).answer

    assert (answers, after.tolist()) == (["MemoryError"] * 3, [1.0, 1.0])


# --- levels


@pytest.mark.parametrize(
    ("without", "level"),
    [
        ([], "full"),
        (["landlock"], "full"),
        (["user"], "full"),
        (["seccomp"], "partial"),
        (["limits"], "partial"),
        (["descriptors"], "partial"),
        (["seccomp", "landlock"], "none"),
        (["all"], "none"),
    ],
)
def test_the_level_says_what_is_missing(lacking, without, level):
    """The filter with limits is full; Landlock alone is part of it; each missing layer is named.

    Where the full sandbox is required, less is refused before any of the student's bytes is sent.
    """
    workshop, left_out, required = lacking
    left_out[:] = without
    if required and level != "full":
        with pytest.raises(SandboxMissing, match="left out"):
            workshop.open(RELU, [SourceFile(name="relu.py", data=b"class Relu: pass")])
        return
    with workshop.open(RELU, [SourceFile(name="relu.py", data=b"class Relu: pass")]) as worker:
        reached, reasons = worker.sandbox, worker.reasons

    assert level == reached
    assert without == ["all"] or [f"{name}: left out" for name in without] == sorted(
        reasons, key=lambda one: one[0] != "s"
    )


def test_the_probe_tries_ten_things_and_all_are_held():
    """And without the sandbox they work, or the demonstration would show nothing."""
    inside, outside = probe(), probe(without=("all",))

    assert (inside.level, outside.level) == ("full", "none")
    assert list(TRIALS) == [trial.name for trial in inside.trials]
    assert [trial.held for trial in inside.trials] == [True] * 10
    assert [trial.held for trial in outside.trials] == [False] * 10


# --- kernels and containers that lack pieces, simulated with a filter of our own around the judge

AROUND = """
import ctypes, json, os, struct, sys
from grader.cli import app
from grader.worker import kernel, sandbox
from grader.workshop.probing import probe

for refused, words in json.loads(sys.argv[1]):
    # The kernel as it is needs no process of its own, and what it loads is there for the others.
    process = os.fork() if refused else None
    if process == 0:
        break
    code = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) if process else app.run(words)
    print(chr(12), code, sep="", end=chr(12), flush=True)
else:
    sys.exit()

code = [(0x20, 0, 0, 0)]
for number, error in refused.items():
    code += [(0x15, 0, 1, int(number)), (6, 0, 0, 0x50000 | error)]
code += [(6, 0, 0, 0x7FFF0000)]
code = b"".join(struct.pack("=HBBI", *one) for one in code)
kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
assert not kernel.library.syscall(sandbox._MACHINE.seccomp, 1, 0, ctypes.byref(sandbox._Filter(len(code) // 8, code)))
sys.exit(app.run(words))
"""
ENOSYS, EPERM, EOPNOTSUPP = 38, 1, 95
LANDLOCK = dict.fromkeys((444, 445, 446))
NUMBERS = {"x86_64": {"seccomp": 317, "setresuid": 117, "setgroups": 116, "prlimit64": 302, "prctl": 157},
           "aarch64": {"seccomp": 277, "setresuid": 147, "setgroups": 159, "prlimit64": 261, "prctl": 167}}  # fmt: skip


@functools.cache
def number(name):
    """The number of a system call on this machine."""
    return NUMBERS[os.uname().machine][name]


def around(jobs):
    """Command lines, each on a kernel that refuses some calls; a form feed before and after each exit code."""
    return subprocess.run(
        [sys.executable, "-c", AROUND, json.dumps(jobs)], capture_output=True, encoding="utf-8", check=False,
        cwd=PROJECT, timeout=100,
    )  # fmt: skip


def without_anything():
    """A kernel that has it all."""
    return {}


KERNELS = {
    "all there": (without_anything, "full", set()),
    "no landlock": (lambda: dict.fromkeys(LANDLOCK, ENOSYS), "full", {"landlock"}),
    "landlock switched off": (lambda: dict.fromkeys(LANDLOCK, EOPNOTSUPP), "full", {"landlock"}),
    "landlock filtered": (lambda: dict.fromkeys(LANDLOCK, EPERM), "full", {"landlock"}),
    "landlock half there": (lambda: {446: EPERM}, "full", {"landlock"}),
    "no seccomp": (lambda: {number("seccomp"): ENOSYS}, "partial", {"seccomp"}),
    "seccomp filtered": (lambda: {number("seccomp"): EPERM}, "partial", {"seccomp"}),
    "neither": (
        lambda: {number("seccomp"): EPERM} | dict.fromkeys(LANDLOCK, ENOSYS), "none", {"seccomp", "landlock"},
    ),
    "no change of user": (lambda: {number("setresuid"): EPERM}, "full", {"user"} if os.geteuid() == 0 else set()),
    "no change of groups": (lambda: {number("setgroups"): EPERM}, "full", {"user"} if os.geteuid() == 0 else set()),
    "no limits": (lambda: {number("prlimit64"): EPERM}, "partial", {"limits"}),
}  # fmt: skip


@functools.cache
def shown():
    """What `grade sandbox` prints on each of these kernels, and its exit code; by kernel, languages in turn."""
    languages = dict(zip(KERNELS, itertools.cycle(texts.languages()), strict=False))
    jobs = [(refused(), ["sandbox", "--lang", languages[name]]) for name, (refused, _, _) in KERNELS.items()]
    run = around(jobs)
    assert (run.returncode, run.stderr) == (0, "")
    pages, codes = run.stdout.split("\f")[:-1:2], run.stdout.split("\f")[1::2]
    return {name: (languages[name], page, int(code)) for name, page, code in zip(KERNELS, pages, codes, strict=True)}


@pytest.mark.parametrize("kernel", KERNELS)
def test_a_kernel_without_a_piece_is_told_and_worked_with(kernel):
    """Old kernels, switched-off modules, containers that filter: a level, a reason, and no crash, in `grade sandbox`."""
    refused, level, missing = KERNELS[kernel]
    language, page, code = shown()[kernel]
    lines, say = page.splitlines(), speaker(language)
    named = {layer: line for line in lines for layer in layers() if line.startswith(f"  {layer}: ")}
    trials = {name: say(f"sandbox.trial.{name}") for name in TRIALS}
    marks = {name: next(line.split()[0] for line in lines if f"  {words}  " in line) for name, words in trials.items()}

    assert code == (0 if level == "full" else 1)
    assert page.startswith("\n".join(paragraph(say(f"cli.sandbox.{level}"))))
    assert named.keys() == missing
    assert {line.split(": ", 1)[1] for line in named.values()} <= {os.strerror(one) for one in refused().values()}
    assert all(cell_len(line) <= 80 for line in lines)
    if "seccomp" in missing:
        assert say("cli.sandbox.open") == marks["open_a_connection"] == marks["run_code_of_its_own"]
        assert say("cli.sandbox.nothing_held") in page
    else:
        assert marks == dict.fromkeys(TRIALS, say("cli.sandbox.held"))
    assert ("--unsafe-no-sandbox" in page) == (level != "full")


def test_check_goes_on_and_batch_refuses_without_the_sandbox(tmp_path):
    """One's own code is graded with a remark, and the report says how; a class is not, unless one insists."""
    (tmp_path / "class" / "somebody").mkdir(parents=True)
    (tmp_path / "class" / "somebody" / "relu.py").write_bytes(RELU.solution.read_bytes())
    mine, strangers = str(tmp_path / "class" / "somebody" / "relu.py"), str(tmp_path / "class")
    kernel = KERNELS["neither"][0]()
    commands = [
        ["check", mine, "-e", "relu", "--lang", "en"],
        ["check", mine, "-e", "relu", "--format", "json"],
        ["check", mine, "--require-sandbox", "--format", "gradescope", "--output", str(tmp_path / "results")],
        ["check", mine, "--require-sandbox", "--watch", "--lang", "en"],
        ["batch", strangers, "-o", str(tmp_path / "out"), "--jobs", "1", "--lang", "en"],
        ["batch", strangers, "-o", str(tmp_path / "out"), "--jobs", "1", "--lang", "en", "--unsafe-no-sandbox"],
    ]
    run = around([(kernel, words) for words in commands])
    pages, codes = run.stdout.split("\f")[:-1:2], run.stdout.split("\f")[1::2]

    assert codes == ["0", "0", "2", "2", "2", "0"], run
    assert run.stderr.count(texts.text("cli.check.sandbox", level="none")) == 2
    assert not (tmp_path / "results").exists()
    assert json.loads(pages[1])["sandbox"] == "none"
    assert "`--unsafe-no-sandbox`" in run.stderr
    assert "somebody,20," in (tmp_path / "out" / "grades.csv").read_text()


def test_the_page_about_the_sandbox_names_tests_that_exist():
    """And every promise of it names at least one."""
    page = (PROJECT / "docs" / "sandbox.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(test_\w+\.py)::(test_\w+)`", page))
    promises = re.findall(r"^\| (?:A|It|The|Source|Archives|Its|What|Attempts)\b.*", page, re.MULTILINE)

    missing = [
        pair for pair in named if f"\ndef {pair[1]}(" not in (PROJECT / "tests" / pair[0]).read_text(encoding="utf-8")
    ]
    assert missing == []
    assert len(promises) > 9
    assert [promise for promise in promises if "::test_" not in promise] == []


def layers():
    """Every layer has a text that says what it is for."""
    return [key.removeprefix("sandbox.layer.") for key in texts._catalogue("en") if key.startswith("sandbox.layer.")]


# What a worker would inherit if one of those who start it left something open.
INHERITING = """
import os
from grader.worker import sandbox

def is_open(number):
    try:
        os.close(number)  # to ask for its state is refused
    except OSError:
        return False
    return True

stray = [os.open("/", os.O_RDONLY) for _ in range(8)] + list(os.pipe())
wire, _ = os.pipe()
level, missing = sandbox.enter({"without": [], "memory_bytes": 1 << 30, "cpu_seconds": 5}, (wire,))
print(level, [number for number in range(64) if number != 1 and is_open(number)] == [2, wire], len(stray))
"""


def test_what_somebody_left_open_is_closed():
    """A folder that is open is a way around every path that is forbidden."""
    run = subprocess.run([sys.executable, "-c", INHERITING], cwd=PROJECT, capture_output=True, text=True, check=False)

    assert run.stdout == "full True 10\n", run.stderr


def test_a_worker_of_root_is_nobody():
    """It owns no file and can signal no process but its own."""
    if os.geteuid():
        pytest.skip("not root")
    body = "import os\nreturn [os.getuid(), os.geteuid(), os.getgid(), os.getgroups()]"
    with Workshop(LIMITS, sandbox={"without": ["seccomp", "landlock"]}) as workshop:
        with workshop.open(
            RELU,
            [
                SourceFile(
                    name="relu.py",
                    data=f"class Relu:\n    def forward(self, x):\n        {body.replace(chr(10), chr(10) + ' ' * 8)}\n".encode(),
                )
            ],
        ) as worker:
            worker.start_check("c")
            number, _ = worker.construct([])
            said = worker.call(number, "forward", [np.ones(1)]).answer.summary

    assert said == "[65534, 65534, 65534, []]"


# --- the tables

HEADERS = {
    "x86_64": "/usr/include/x86_64-linux-gnu/asm/unistd_64.h",
    "aarch64": "/usr/include/asm-generic/unistd.h",
}


@pytest.mark.parametrize("machine", HEADERS)
def test_numbers_are_the_kernels(machine):
    """As its own header files say; on aarch64 they were never run on hardware."""
    header = Path(HEADERS[machine])
    if not header.exists():
        pytest.skip("the kernel's headers are not installed")
    lines = re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)", header.read_text())
    kernels = {name: int(value) for name, value in lines}
    column = list(HEADERS).index(machine)
    ours = {**syscalls._NUMBERS, **syscalls._MEMORY, **syscalls._UNKNOWN}

    assert {name: kernels[name] for name in ours} == {name: pair[column] for name, pair in ours.items()}
    assert kernels["seccomp"] == syscalls.MACHINES[machine].seccomp
    assert (kernels["landlock_create_ruleset"], kernels["landlock_restrict_self"]) == (444, 446)


def run_filter(code, number, architecture, argument=0):
    """What the kernel would do with a call, by a small interpreter of its filter programs."""
    data = struct.pack("=iIQ6Q", number, architecture, 0, 0, 0, argument, 0, 0, 0)
    place, accumulator = 0, 0
    while True:
        what, if_true, if_false, constant = struct.unpack_from("=HBBI", code, place * 8)
        place += 1
        if what == 0x20:
            [accumulator] = struct.unpack_from("=I", data, constant)
        elif what == 0x15:
            place += if_true if accumulator == constant else if_false
        elif what == 0x45:
            place += if_true if accumulator & constant else if_false
        else:
            assert what == 0x06
            return constant


@pytest.mark.parametrize("machine", syscalls.MACHINES)
def test_the_filter_lets_through_what_is_listed_and_nothing_else(machine):
    """Every number up to 600, both conventions, memory with and without the right to run."""
    table = syscalls.MACHINES[machine]
    code = syscalls.program(table)
    allow, error, unknown, kill = 0x7FFF0000, 0x50001, 0x50026, 0x80000000

    for number in [*range(600), 0x40000000, 0x40000001, 0xFFFFFFFF - (1 << 32)]:
        wanted = allow if number in {*table.allowed, *table.memory} else unknown if number in table.unknown else error
        assert wanted == run_filter(code, number, table.audit), number
    for number in table.memory:
        assert [allow, error, error] == [run_filter(code, number, table.audit, rights) for rights in (3, 4, 7)]
    assert kill == run_filter(code, table.allowed[0], 0x40000003)


def test_no_listed_call_names_a_file_a_process_or_a_socket():
    """Whoever adds one has to change this test too."""
    assert set(syscalls._NUMBERS) == {
        "read", "readv", "write", "close", "fstat", "munmap", "mremap", "brk", "madvise", "futex", "getrandom",
        "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sigaltstack", "exit", "exit_group", "clock_gettime",
        "clock_nanosleep", "getpid", "gettid", "sched_yield", "restart_syscall",
    }  # fmt: skip


def test_the_ruleset_fits_every_version_of_landlock(monkeypatch):
    """Size and rights grow with the version; what an older kernel does not know is not asked for."""
    asked = {}

    class Library:
        def syscall(self, call, first, second, flags=0):
            if flags == 1:
                return self.version
            if call == 444:
                asked[self.version] = struct.unpack(f"={second // 8}Q", first)
                return -1
            return 0

    library = Library()
    monkeypatch.setattr(sandbox.kernel, "library", library)
    ctypes.set_errno(22)
    for library.version in range(1, 9):
        with pytest.raises(OSError, match="Invalid argument"):
            sandbox._forbid_files()

    files = {version: rights[0].bit_length() for version, rights in asked.items()}
    assert files == {1: 13, 2: 14, 3: 15, 4: 15, 5: 16, 6: 16, 7: 16, 8: 16}
    assert [len(rights) for rights in asked.values()] == [1, 1, 1, 2, 2, 3, 3, 3]


def test_what_was_tried_is_told_once():
    """Each kind of attempt, cleaned and capped, for the instructor's eyes."""
    body = "import os, socket\nfor _ in range(50):\n    for attempt in (lambda: open('/etc/\\x1b[31mpasswd'), lambda: socket.socket(), os.fork):\n        try: attempt()\n        except OSError: pass\nos.environ['X'] = '1'\nreturn x"
    source = "class Relu:\n    def forward(self, x):\n" + textwrap.indent(body, " " * 8)
    with (
        Workshop(LIMITS) as workshop,
        workshop.open(RELU, [SourceFile(name="relu.py", data=source.encode())]) as worker,
    ):
        worker.start_check("c")
        for _ in range(2):
            number, _ = worker.construct([])
            said = worker.call(number, "forward", [np.ones(2)]).answer
        refused = worker.refused

    assert not isinstance(said, (Raised, Stopped))
    assert refused == ["open /etc/\ufffd[31mpasswd", "socket.__new__", "os.fork"]
