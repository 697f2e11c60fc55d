"""How fast the grader is, next to what an instructor would script. Linux only; nothing else should be running.

    python tests/benchmarks            a few minutes: the comparison with pytest, and where the time goes
    python tests/benchmarks --scale 100 1000 10000      time, memory and disk as classes grow

All figures of a table come from one run on one machine, taken in turn so that a busy minute hits everybody; trust the
ratios. Core seconds are user and system time of a command and of all that it has started.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))  # the interpreter does it only when given this folder itself

import shares
from classes import write_class
from costs import Cost, adopt_orphans, cost
from plain import ARGUMENTS, suites

HERE = Path(__file__).parent
MEBIBYTE = 1 << 20
# Two classes, so that the cost of one more submission can be told from that of starting up.
SMALL, LARGE = 40, 120
# In-process runs are short; a handful a round makes them last about as long as the others.
BARE = 8


def main() -> None:
    """Print what was asked for as Markdown tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5, help="how often everything is measured (default 5)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="judges (default: one a processor)")
    parser.add_argument("--scale", type=int, nargs="+", metavar="N", help="sizes of classes to be graded whole")
    options = parser.parse_args()
    adopt_orphans()
    print(f"{dt.datetime.now(tz=dt.UTC):%Y-%m-%d}, {machine()}\n")
    with tempfile.TemporaryDirectory() as folder:
        if options.scale:
            scale(Path(folder), options.scale, options.jobs)
        else:
            compare(Path(folder), options.rounds, options.jobs)
            shares.show()


def machine() -> str:
    """What this was measured on."""
    cpu = next(
        (line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line),
        platform.machine(),
    )
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    return f"{cpu}, {os.cpu_count()} processors, load {load}, Python {platform.python_version()}"


def compare(room: Path, rounds: int, jobs: int) -> None:
    """The grader and pytest on the same submissions and suites."""
    small = write_class(room / "small", SMALL)
    write_class(room / "large", LARGE)
    grade("sample-class", str(room / "sample"), "--students", str(LARGE), "--seed", "1")
    seen: dict[str, list[float]] = {}
    walls: list[float] = []
    for number in range(rounds):
        submission = small[number * len(small) // rounds]
        fresh = fresh_pytest(submission)
        check = grade("check", str(submission), expected=(0, 1))
        again = fresh_pytest(submission)
        plain = (fresh.core_seconds + again.core_seconds) / 2
        batches = [grade_class(room, name, jobs).core_seconds for name in ("small", "large", "sample")]
        each = {
            "fresh `python -m pytest --json-report`": plain,
            "`pytest.main` again and again in one process": bare_pytest(small[: BARE + 1]),
            "`grade check` from cold": check.core_seconds,
            f"`grade batch`, {SMALL} submissions, start-up included": batches[0] / SMALL,
            f"`grade batch`, {LARGE} submissions, start-up included": batches[1] / LARGE,
            "`grade batch`, each further submission": (batches[1] - batches[0]) / (LARGE - SMALL),
            f"`grade batch`, {LARGE} of `grade sample-class`, start-up included": batches[2] / LARGE,
        }
        walls.append(check.wall_seconds / ((fresh.wall_seconds + again.wall_seconds) / 2))
        for name, value in each.items():
            seen.setdefault(name, []).append(value)
            seen.setdefault(f"ratio {name}", []).append(value / plain)
    print("| command | core ms a submission (median) | next to fresh pytest | as many a core second |")
    print("| --- | --- | --- | --- |")
    for name in each:
        ratio = statistics.median(seen[f"ratio {name}"])
        print(f"| {name} | {1000 * statistics.median(seen[name]):.0f} | {ratio:.3f} | {1 / ratio:.1f} |")
    print(f"\n`grade check` by the clock: {statistics.median(walls):.2f} of fresh pytest\n")


def scale(room: Path, sizes: Sequence[int], jobs: int) -> None:
    """Whole classes: nothing may grow but the disk."""
    roles = ("driver", "judge", "zygote", "worker")
    print("| submissions | by the clock | ms a submission | core ms a submission | OUT |", *(f"{r} |" for r in roles))
    print("| --- | --- | --- | --- | --- |", *("--- |" for _ in roles))
    for size in sizes:
        write_class(room / str(size), size)
        spent = grade_class(room, str(size), jobs)
        stored = sum(file.stat().st_size for file in (room / f"{size}.out").rglob("*") if file.is_file())
        cells = [
            f"{size}",
            f"{spent.wall_seconds:.0f} s",
            f"{1000 * spent.wall_seconds / size:.0f}",
            f"{1000 * spent.core_seconds / size:.0f}",
            f"{stored / MEBIBYTE:.1f} MiB",
            *(f"{spent.peaks.get(role, 0) / MEBIBYTE:.0f} MiB" for role in roles),
        ]
        print(f"| {' | '.join(cells)} |", flush=True)
        shutil.rmtree(room / str(size))
        shutil.rmtree(room / f"{size}.out")
    print("\nThe last four columns: the largest process of each kind.")


def fresh_pytest(submission: Path) -> Cost:
    """Run the hidden suites on a submission the plain way."""
    report = submission.parent.parent / "report.json"
    command = [sys.executable, "-m", "pytest", *ARGUMENTS, f"--json-report-file={report}", "-p", "plain"]
    environment = os.environ | {
        "BENCHMARK_SUBMISSION": str(submission),
        "OPENBLAS_NUM_THREADS": "1",
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTHONPATH": os.pathsep.join([str(HERE), *filter(None, [os.environ.get("PYTHONPATH")])]),
    }
    return cost([*command, "--rootdir", str(submission), "-c", os.devnull, *suites()], environment, expected=(0, 1))


def bare_pytest(submissions: Sequence[Path]) -> float:
    """The same in one process; core seconds a submission, without the first one."""
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    command = [sys.executable, str(HERE / "plain.py"), *map(str, submissions)]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True, encoding="utf-8")
    return statistics.median(map(float, done.stdout.split()))


def grade_class(room: Path, name: str, jobs: int) -> Cost:
    """Grade a class from nothing."""
    shutil.rmtree(room / f"{name}.out", ignore_errors=True)
    return grade("batch", str(room / name), "-o", str(room / f"{name}.out"), "--jobs", str(jobs))


def grade(*arguments: str, expected: tuple[int, ...] = (0,)) -> Cost:
    """Run one `grade` command."""
    return cost([sys.executable, "-m", "grader", *arguments], dict(os.environ), expected=expected)


if __name__ == "__main__":
    main()
