"""A real Dask scheduler with real nodes: killed, refused, killed by a submission."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import BrokenExecutor, Executor
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest

pytest.importorskip("distributed")
import psutil  # comes with it

from grader import batch, cluster
from grader.cli import FULL_MARKS, WRONG_USAGE
from grader.model import Settings, SourceFile, Standing, Submission
from grader.store import Store, StoreError
from grader.submissions import Entry

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

ROOT = Path(__file__).parent.parent
RELU = (ROOT / "solutions" / "relu.py").read_text(encoding="utf-8")
LEAKY = (ROOT / "grader" / "pitfalls" / "relu" / "leaky.py").read_text(encoding="utf-8")
ONLY_RELU = Settings(exercises=("relu",))


@contextmanager
def program(*words, code=ROOT):
    """A process of the cluster, with the grader found in `code`."""
    with subprocess.Popen(
        [sys.executable, "-m", *words],
        cwd=code,
        env={**os.environ, "PYTHONPATH": str(code)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            yield process
        finally:
            process.terminate()


@contextmanager
def scheduler():
    """A scheduler on a free port; its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    with program("distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", port, "--no-dashboard") as process:
        while process.poll() is None:  # on a busy machine it takes longer to start than the driver waits for it
            with suppress(OSError), socket.create_connection(("127.0.0.1", int(port))):
                break
            time.sleep(0.01)
        yield f"tcp://127.0.0.1:{port}"


def node(address, name, code=ROOT):
    """A node of one judge."""
    return program(
        "distributed.cli.dask_worker", address, "--name", name, "--nthreads", "1", "--no-dashboard", code=code
    )


def entries(count):
    """A cheap class."""
    for number in range(count):
        data = f"{RELU if number % 3 else LEAKY}\n# {number}\n".encode()
        files = (SourceFile(name="relu.py", data=data),)
        yield Entry(submission=Submission(name=f"student-{number:03}", files=files))


def scores(store):
    """Every score by name."""
    return {report.submission: report.score for report in store.reports()}


def test_a_killed_node_costs_nobody_a_report(tmp_path):
    """One of two nodes is killed while it grades: the same scores as on this machine alone."""
    with Store(tmp_path / "here.sqlite") as store:
        list(batch.run(entries(24), store, ONLY_RELU, batch.local_crew(1)))
        here = scores(store)

    with (
        scheduler() as address,
        node(address, "first"),
        node(address, "second"),
        Store(tmp_path / "there.sqlite") as store,
        cluster.Cluster(address, ONLY_RELU, lambda *_: None) as connected,
    ):
        progress = batch.run(entries(24), store, ONLY_RELU, connected.crew)
        next(progress)
        judges = connected.crew.new_executor().submit(os.getpid)
        os.kill(judges.result(), signal.SIGKILL)
        list(progress)
        there = scores(store)

    assert there == here


def test_a_node_with_another_grader_is_refused_by_name(tmp_path):
    """It gets nothing to grade; the others do."""
    shutil.copytree(ROOT / "grader", tmp_path / "old" / "grader", ignore=shutil.ignore_patterns("__pycache__"))
    for folder in ("exercises", "solutions"):
        shutil.copytree(ROOT / folder, tmp_path / "old" / folder)
    suite = tmp_path / "old" / "grader" / "suites" / "test_relu.py"
    suite.write_text(suite.read_text(encoding="utf-8") + "\n# another one\n", encoding="utf-8")
    refused = {}

    with (
        scheduler() as address,
        node(address, "up-to-date"),
        node(address, "old", code=tmp_path / "old"),
        cluster.Cluster(address, ONLY_RELU, refused.__setitem__) as connected,
        Store(tmp_path / "store.sqlite") as store,
    ):
        while not refused:  # it may start after the other one
            time.sleep(0.05)
        list(batch.run(entries(8), store, ONLY_RELU, connected.crew))
        decided_by = store.bases()

    ((name, reason),) = refused.items()
    assert name.startswith("old (tcp://")
    assert reason.startswith("suite_digest ")
    assert len(decided_by) == 1


class Poisoned(Executor):
    """Hands everything on to the cluster, but for one submission, with which the node's process ends."""

    def __init__(self, executor):
        self.executor = executor
        self.deaths = 0

    def submit(self, function, submission, settings):
        """Grade, or die."""
        if submission.name == "student-003":
            self.deaths += 1
            return self.executor.submit(os._exit, 1)
        return self.executor.submit(function, submission, settings)

    def shutdown(self, **options):
        """Hand on."""
        self.executor.shutdown(**options)


def test_a_submission_that_kills_its_node_twice_is_broken(tmp_path):
    """It is not tried for ever, and whoever was on the node with it gets a report."""
    with ExitStack() as stack:
        address = stack.enter_context(scheduler())
        stack.enter_context(node(address, "first"))
        stack.enter_context(node(address, "second"))
        connected = stack.enter_context(cluster.Cluster(address, ONLY_RELU, lambda *_: None))
        store = stack.enter_context(Store(tmp_path / "store.sqlite"))
        poisoned = Poisoned(connected.crew.new_executor())
        crew = batch.Crew(new_executor=lambda: poisoned, size=connected.crew.size)
        list(batch.run(entries(12), store, ONLY_RELU, crew))
        reports = {report.submission: report for report in store.reports()}

    assert poisoned.deaths == 2
    broken = reports.pop("student-003")
    assert [exercise.status for exercise in broken.exercises] == [Standing.BROKEN]
    assert None not in {report.score for report in reports.values()}
    assert len(reports) == 11


def write_class(folder, count):
    """The class as an instructor has it."""
    for entry in entries(count):
        target = folder / "class" / entry.submission.name
        target.mkdir(parents=True)
        (target / "relu.py").write_bytes(entry.submission.files[0].data)


def start(folder, *words):
    """The command, running."""
    return subprocess.Popen(
        [sys.executable, "-m", "grader", *words, "--lang", "en"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        encoding="utf-8",
    )


def end(process):
    """Wait for it; its exit code and what it said."""
    with process:
        said = process.stderr.read()
    return process.returncode, said


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "nonsense"])
def test_a_scheduler_that_is_not_there_is_one_clear_error(tmp_path, address):
    """The address is named, and what it takes; nothing of Dask's own is left on the screen."""
    write_class(tmp_path, 1)

    code, said = end(start(tmp_path, "batch", "class", "-o", "out", "--cluster", address))

    assert code == WRONG_USAGE
    assert said.startswith(f"error: nobody grades at `{address}`")
    assert (
        f"hint: one machine runs `dask scheduler`, every node has this very grader and runs `dask worker {address}"
        in said
    )
    assert "Traceback" not in said


def test_where_every_node_has_another_grader_nothing_is_waited_for(tmp_path):
    """What differs is told in words, with as much of a digest as can be compared by eye."""
    write_class(tmp_path, 1)
    shutil.copytree(ROOT / "grader", tmp_path / "old" / "grader", ignore=shutil.ignore_patterns("__pycache__"))
    for folder in ("exercises", "solutions"):
        shutil.copytree(ROOT / folder, tmp_path / "old" / folder)
    suite = tmp_path / "old" / "grader" / "suites" / "test_relu.py"
    suite.write_text(suite.read_text(encoding="utf-8") + "\n# another one\n", encoding="utf-8")

    with scheduler() as address, node(address, "old", code=tmp_path / "old"):
        code, said = end(start(tmp_path, "batch", "class", "-o", "out", "--cluster", address, "--unsafe-no-sandbox"))

    assert code == WRONG_USAGE
    assert re.search(
        r"\nnode old \(tcp://.*\) is left out: suites or points \w{12} ≠ \w{12}; files of the grader ", f"\n{said}"
    )
    assert f"error: nobody grades at `{address}`: no node may grade; what was graded is kept\n" in said


def test_a_node_that_is_late_is_waited_for_and_that_is_said(tmp_path):
    """Nobody wonders why nothing happens."""
    write_class(tmp_path, 2)
    with scheduler() as address:
        process = start(tmp_path, "batch", "class", "-o", "out", "--cluster", address, "--unsafe-no-sandbox")
        first = process.stderr.readline()
        with node(address, "late"):
            code, said = end(process)

    assert first.startswith(f"no node has joined {address} yet; waiting for one")
    assert (code, said if code else "") == (FULL_MARKS, "")


def test_a_scheduler_that_stops_ends_the_run_and_the_same_command_goes_on(tmp_path):
    """One clear error instead of waiting for ever, nobody is `broken` for it, and what was graded is kept."""
    write_class(tmp_path, 60)
    with ExitStack() as running:
        address = running.enter_context(scheduler())
        running.enter_context(node(address, "only"))
        process = start(tmp_path, "batch", "class", "-o", "out", "--cluster", address, "--unsafe-no-sandbox")
        while stored(tmp_path / "out") < 5 and process.poll() is None:
            time.sleep(0.01)
    code, said = end(process)
    kept = stored(tmp_path / "out")
    with Store(tmp_path / "out" / "store.sqlite", writing=False) as store:
        decided = set(scores(store).values())

    assert code == WRONG_USAGE
    assert f"nobody grades at `{address}`: the scheduler is gone; what was graded is kept" in said
    assert "Traceback" not in said
    assert 5 <= kept < 60
    assert None not in decided


def test_a_class_through_a_killed_node_and_through_parts_is_the_same(tmp_path):
    """`--cluster` with one node killed on the way, and three `--shard`s merged: the same grades.csv, byte for byte."""
    write_class(tmp_path, 24)

    def finish(process):
        code, said = end(process)
        assert (code, said if code else "") == (FULL_MARKS, "")

    with scheduler() as address, node(address, "first") as first, node(address, "second"):
        running = start(tmp_path, "batch", "class", "-o", "cluster", "--cluster", address, "--unsafe-no-sandbox")
        while stored(tmp_path / "cluster") < 5 and running.poll() is None:
            time.sleep(0.01)
        for child in psutil.Process(first.pid).children():
            child.kill()
        finish(running)
    parts = [f"part-{number}" for number in (1, 2, 3)]
    for number, part in enumerate(parts, 1):
        shard = f"{number}/3"
        finish(start(tmp_path, "batch", "class", "-o", part, "--shard", shard, "--unsafe-no-sandbox"))
    finish(start(tmp_path, "merge", "merged", *parts))
    finish(start(tmp_path, "batch", "class", "-o", "alone", "--unsafe-no-sandbox"))

    tables = {(tmp_path / out / "grades.csv").read_bytes() for out in ("cluster", "merged", "alone")}
    assert len(tables) == 1


def stored(output):
    """How many reports a store holds, whoever is writing to it."""
    try:
        with Store(output / "store.sqlite", writing=False) as store:
            return len(store.names())
    except StoreError:
        return 0


def test_a_node_that_dies_breaks_its_task_and_not_the_executor():
    """`BrokenExecutor` after the first death: the batch decides what to try again."""
    with (
        scheduler() as address,
        node(address, "only"),
        cluster.Cluster(address, ONLY_RELU, lambda *_: None) as connected,
    ):
        executor = connected.crew.new_executor()
        with pytest.raises(BrokenExecutor):
            executor.submit(os._exit, 1).result()

        assert executor.submit(len, "abc").result() == 3
