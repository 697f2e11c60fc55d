"""Batches: killed and gone on with, equal sources, judges that die, regrades, parts of a class."""

import multiprocessing
import os
import random
import resource
import select
import signal
import subprocess
import sys
import time
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import suppress
from pathlib import Path

import pytest

from grader import batch
from grader.cli import FULL_MARKS, WRONG_USAGE
from grader.model import Settings, SourceFile, Standing, Submission
from grader.store import Store, StoreError
from grader.submissions import Entry, Student
from grader.workshop import SandboxMissing

ROOT = Path(__file__).parent.parent
RELU = (ROOT / "solutions" / "relu.py").read_text(encoding="utf-8")
LEAKY = (ROOT / "grader" / "pitfalls" / "relu" / "leaky.py").read_text(encoding="utf-8")
ONLY_RELU = Settings(exercises=("relu",))


def entry(name, source=RELU, *, login=""):
    """A submission of one file."""
    return Entry(
        submission=Submission(name=name, files=(SourceFile(name="relu.py", data=source.encode()),)),
        students=(Student(login=login),) if login else (),
    )


def write_class(folder, count):
    """A cheap class: one file each, a third of them leaky; beyond 100, copies of earlier ones."""
    for number in range(count):
        source = RELU if number % 100 % 3 else LEAKY
        target = folder / f"student-{number:03}"
        target.mkdir(parents=True)
        (target / "relu.py").write_text(f"{source}\n# {number % 100}\n", encoding="utf-8")
    return folder


def command(*words):
    """A `grade` command, as a list."""
    return [sys.executable, "-m", "grader", *map(str, words), "--lang", "en"]


def grade(folder, *words, **options):
    """Run a `grade` command in a folder."""
    return subprocess.run(
        command(*words),
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        encoding="utf-8",
        check=False,
        **options,
    )


class Inline(Executor):
    """Grades at once in this process; whoever is called a killer takes the executor with them."""

    def __init__(self, killers=()):
        self.killers = killers
        self.broken = False
        self.given = []

    def submit(self, function, *arguments):
        """Grade, or break."""
        if self.broken:
            raise BrokenExecutor
        self.given.append(arguments[0].name)
        future = Future()
        if arguments[0].name in self.killers:
            self.broken = True
            future.set_exception(BrokenExecutor())
        else:
            try:
                future.set_result(function(*arguments))
            except Exception as problem:  # noqa: BLE001 - as every executor does
                future.set_exception(problem)
        return future


@pytest.fixture
def store(tmp_path):
    """An empty store."""
    with Store(tmp_path / "store.sqlite") as opened:
        yield opened


def crew(executor):
    """One judge."""
    return batch.Crew(new_executor=lambda: executor, size=lambda: 1)


def graded(entries, store, executor=None, settings=ONLY_RELU, **options):
    """Run a batch and return which submissions were graded."""
    progress = list(batch.run(entries, store, settings, crew(executor or Inline()), **options))
    return [one.submission for one in progress if one.graded]


def test_equal_sources_are_graded_once(store):
    """Copies get the report of the first, made out to their own names."""
    entries = [entry("a"), entry("b"), entry("c", LEAKY), entry("d")]

    assert graded(entries, store) == ["a", "c"]
    assert [report.submission for report in store.reports()] == ["a", "b", "c", "d"]
    assert [report.score for report in store.reports()] == [20.0, 20.0, store.report("c").score, 20.0]


def test_a_second_run_grades_what_changed(store):
    """What was decided under the same key stands, whoever left is gone, and `again` grades all."""
    graded([entry("a"), entry("b", LEAKY), entry("c", RELU + "#")], store)

    assert graded([entry("a"), entry("b", RELU + "# better")], store) == ["b"]
    assert store.names() == ["a", "b"]
    assert store.absent() == ["c"]
    assert graded([entry("a"), entry("b", RELU + "# better")], store, again=True) == ["a", "b"]


def test_another_seed_or_language_is_another_basis(store):
    """A report is only good for the settings that it was made under."""
    graded([entry("a")], store)

    assert graded([entry("a")], store, settings=Settings(exercises=("relu",), language="ko")) == ["a"]
    assert graded([entry("a")], store, settings=Settings(exercises=("relu",), seed=1)) == ["a"]
    assert [basis["seed"] for basis in store.bases()] == ["1"]


def test_who_handed_in_is_kept_with_the_report(store):
    """Also when it was the only thing that changed."""
    graded([entry("a", login="kim")], store)
    assert graded([entry("a", login="lee")], store) == []

    assert [(name, sender.students) for name, sender in store.senders()] == [("a", (Student(login="lee"),))]


def test_a_submission_that_kills_its_judge_twice_is_broken(store):
    """It is tried again alone, and the others in flight get their reports."""
    executors = []

    def new_executor():
        executors.append(Inline(killers={"poison"}))
        return executors[-1]

    entries = [entry("a"), entry("poison", LEAKY), entry("b", RELU + "#"), entry("c", RELU + "##")]
    deadly = batch.Crew(new_executor=new_executor, size=lambda: 1)
    list(batch.run(entries, store, ONLY_RELU, deadly))

    reports = {report.submission: report for report in store.reports()}
    assert [executor.given.count("poison") for executor in executors if executor.given.count("poison")] == [1, 1]
    assert reports["poison"].score is None
    assert reports["poison"].needs_review
    assert [exercise.status for exercise in reports["poison"].exercises] == [Standing.BROKEN]
    assert {name: report.score for name, report in reports.items() if name != "poison"} == dict.fromkeys("abc", 20.0)


def test_a_fault_of_the_grader_costs_one_report(store):
    """An exception on the way is nobody's zero, and the class goes on."""

    class Faulty(Inline):
        def submit(self, function, submission, settings):
            if submission.name != "a":
                return super().submit(function, submission, settings)
            future = Future()
            future.set_exception(RuntimeError("out of pencils"))
            return future

    graded([entry("a"), entry("b", LEAKY)], store, Faulty())

    assert store.report("a").score is None
    assert "out of pencils" in store.report("a").flags[0]
    assert store.report("b").score is not None


def test_a_missing_sandbox_ends_the_run(store):
    """It would be missing for the next submission, too."""

    class Unsafe(Inline):
        def submit(self, function, *arguments):
            future = Future()
            future.set_exception(SandboxMissing("none"))
            return future

    with pytest.raises(SandboxMissing):
        graded([entry("a")], store, Unsafe())


def test_a_killed_judge_costs_nobody_a_report(store):
    """The real pool: one of two judges is killed while ten submissions are on their way."""
    entries = [entry(f"s{number}", f"{RELU}# {number}\n") for number in range(10)]
    progress = batch.run(entries, store, ONLY_RELU, batch.local_crew(2))
    next(progress)
    multiprocessing.active_children()[0].kill()
    list(progress)

    assert [report.score for report in store.reports()] == [20.0] * 10


def test_judges_do_not_outlive_a_run_that_is_given_up(store):
    """Whoever stops early, by Ctrl-C for one, leaves no process behind."""
    entries = (entry(f"s{number}", f"{RELU}# {number}\n") for number in range(1000))
    progress = batch.run(entries, store, ONLY_RELU, batch.local_crew(2))
    next(progress)
    judges = [os.pidfd_open(process.pid) for process in multiprocessing.active_children()]
    progress.close()

    assert judges
    for judge in judges:
        ended = select.poll()
        ended.register(judge, select.POLLIN)
        assert ended.poll(10_000)
        os.close(judge)


@pytest.mark.skipif(sys.platform != "linux", reason="processes keep to processors on Linux only")
def test_a_judge_keeps_to_a_processor_where_each_has_one():
    """Woken up on another processor for every call, a worker and its judge cost a fifth more."""
    here = os.sched_getaffinity(0)

    def seat(jobs):
        with batch.local_crew(jobs).new_executor() as judges:
            return judges.submit(os.sched_getaffinity, 0).result()

    assert len(seat(len(here))) == 1
    assert len(here) == 1 or seat(len(here) - 1) == here


def test_parts_of_a_class_share_it_out():
    """Every name is in exactly one part, the same one each time."""
    names = [f"학생-{number}" for number in range(300)]
    parts = [{name for name in names if batch.shard_of(name, 3) == part} for part in (1, 2, 3)]

    assert sorted(name for part in parts for name in part) == sorted(names)
    assert min(map(len, parts)) > 60  # a third is 100; fewer than 60 would be five standard deviations off


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_batch_killed_at_random_moments_ends_like_an_undisturbed_one(tmp_path):
    """SIGKILL five times, the last one when reports are being written: the table is the same, byte for byte."""
    write_class(tmp_path / "class", 300)
    words = ("batch", "class", "--unsafe-no-sandbox", "-o")
    undisturbed = grade(tmp_path, *words, "undisturbed")
    assert undisturbed.returncode == FULL_MARKS

    moments = [*sorted(random.Random(5).sample(range(300), 4)), 300]  # noqa: S311 - no secret
    for moment in moments:
        with subprocess.Popen(
            command(*words, "killed"),
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stderr=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        ) as running:
            while stored(tmp_path / "killed") < moment and running.poll() is None:
                time.sleep(0.002)  # the moment is the store's, not the clock's
            running.send_signal(signal.SIGKILL)
    finished = grade(tmp_path, *words, "killed")

    assert finished.returncode == FULL_MARKS
    assert (tmp_path / "killed" / "grades.csv").read_bytes() == (tmp_path / "undisturbed" / "grades.csv").read_bytes()
    assert len(list((tmp_path / "killed" / "reports").glob("*.json"))) == 300


def test_a_part_that_was_killed_goes_on_and_is_not_merged_before(tmp_path):
    """It is known whose part it is and that it is cut off, whoever asks; the same command ends it."""
    write_class(tmp_path / "class", 40)
    parts = [
        ("batch", "class", "--unsafe-no-sandbox", "--shard", f"{number}/2", "-o", f"part-{number}") for number in (1, 2)
    ]
    for number, words in enumerate(parts, 1):
        with subprocess.Popen(
            command(*words),
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stderr=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        ) as running:
            while stored(tmp_path / f"part-{number}") < 3 and running.poll() is None:
                time.sleep(0.002)
            running.send_signal(signal.SIGKILL)

    cut_off = grade(tmp_path, "merge", "merged", "part-1", "part-2")
    exported = grade(tmp_path, "export", "part-1", "--to", "csv")
    taken = grade(tmp_path, "batch", "class", "--unsafe-no-sandbox", "--shard", "2/2", "-o", "part-1")
    ended = [grade(tmp_path, *words).returncode for words in parts]
    merged = grade(tmp_path, "merge", "merged", "part-1", "part-2")

    assert cut_off.returncode == WRONG_USAGE
    assert "the latest run over `part-1` has not come to its end" in cut_off.stderr
    assert exported.returncode == FULL_MARKS
    assert exported.stderr.startswith("the latest run over `part-1` has not come to its end: ")
    assert "`part-1` holds another part of a class: 1/2; asked for: 2/2" in taken.stderr
    assert [*ended, merged.returncode] == [FULL_MARKS] * 3
    assert stored(tmp_path / "merged") == 40
    assert grade(tmp_path, "export", "part-1", "--to", "csv").stderr == ""


def stored(output):
    """How many reports a store holds, whoever is writing to it."""
    try:
        with Store(output / "store.sqlite", writing=False) as store:
            return len(store.names())
    except StoreError:
        return 0


def test_ctrl_c_says_how_to_go_on(tmp_path):
    """No traceback of the judges, and what was graded is kept."""
    write_class(tmp_path / "class", 60)
    with subprocess.Popen(
        command("batch", "class", "--unsafe-no-sandbox", "-o", "out"),
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
    ) as running:
        while stored(tmp_path / "out") < 5 and running.poll() is None:
            time.sleep(0.002)
        os.killpg(running.pid, signal.SIGINT)
        output, said = running.communicate()

    assert running.returncode == 130
    assert output == ""
    assert "the same command goes on from here" in said
    assert "Traceback" not in said
    assert stored(tmp_path / "out") >= 5


def test_two_runs_at_a_time_are_one_too_many(tmp_path):
    """The second is refused and says why."""
    write_class(tmp_path / "class", 1)
    (tmp_path / "out").mkdir()
    with Store(tmp_path / "out" / "store.sqlite"):
        refused = grade(tmp_path, "batch", "class", "--unsafe-no-sandbox", "-o", "out")

    assert refused.returncode == WRONG_USAGE
    assert refused.stderr == "error: another run is writing to `out`; wait until it has ended\n"


def test_a_full_disk_is_one_clear_error(tmp_path):
    """And what was graded before is kept."""
    write_class(tmp_path / "class", 10)
    full = grade(tmp_path, "batch", "class", "--unsafe-no-sandbox", "-o", "out", preexec_fn=files_of_100_kb_at_most)

    assert full.returncode == WRONG_USAGE
    assert "\nerror: `out/store.sqlite` cannot be written: " in full.stderr
    assert "hint: what has been graded is kept: " in full.stderr
    assert "Traceback" not in full.stderr
    before = stored(tmp_path / "out")
    assert 0 < before < 10

    again = grade(tmp_path, "batch", "class", "--unsafe-no-sandbox", "-o", "out")
    assert again.returncode == FULL_MARKS
    assert stored(tmp_path / "out") == 10


def files_of_100_kb_at_most():
    """Let no file grow further: what a full disk is to a program."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))


def test_a_store_that_is_damaged_is_named_with_the_way_out(tmp_path):
    """For whoever writes and whoever reads."""
    write_class(tmp_path / "class", 1)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "store.sqlite").write_text("no database at all" * 100, encoding="utf-8")

    for words in (("batch", "class", "--unsafe-no-sandbox", "-o", "out"), ("export", "out", "--to", "csv")):
        refused = grade(tmp_path, *words)
        assert refused.returncode == WRONG_USAGE
        assert refused.stderr.startswith("error: `out/store.sqlite` cannot be used: file is not a database\n")
        assert "hint: move it away and run `grade batch` again" in refused.stderr


@pytest.mark.parametrize(("words", "judges"), [(("--jobs", "300"), 2), ((), 1)])
def test_no_more_judges_are_started_than_can_be_of_use(tmp_path, words, judges):
    """`--jobs 300` for two submissions starts two; without, there are as many as processors that may be used."""
    write_class(tmp_path / "class", 2)
    most = 0
    with subprocess.Popen(
        command("batch", "class", "--unsafe-no-sandbox", *words, "-o", "out"),
        cwd=tmp_path,
        preexec_fn=on_one_processor,  # noqa: PLW1509 - nothing here has threads
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    ) as running:
        children = Path(f"/proc/{running.pid}/task/{running.pid}/children")
        while running.poll() is None:
            with suppress(OSError):  # it may end just now
                most = max(most, len(children.read_text(encoding="ascii").split()))
            time.sleep(0.002)  # its only processor may be ours

    assert (running.returncode, most) == (FULL_MARKS, judges)


def on_one_processor():
    """What a batch system does that gives a job a part of a machine."""
    os.sched_setaffinity(0, list(os.sched_getaffinity(0))[:1])


INTERRUPTED = """
import os, signal, sys

class Finder:
    def find_spec(self, name, *_):
        if name == "grader.cli.app":
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Finder())
from grader.cli import main
main()
"""


def test_ctrl_c_at_the_very_start_is_no_traceback():
    """Before there is a command that could say something about it."""
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED, "batch"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )

    assert (done.returncode, done.stderr) == (130, "")


def test_a_folder_that_cannot_be_written_is_one_clear_error(tmp_path):
    """OUT below a file."""
    write_class(tmp_path / "class", 1)
    (tmp_path / "out").write_text("no folder", encoding="utf-8")
    refused = grade(tmp_path, "batch", "class", "--unsafe-no-sandbox", "-o", "out")

    assert refused.returncode == WRONG_USAGE
    assert refused.stderr.startswith("error: `out` cannot be written: ")
