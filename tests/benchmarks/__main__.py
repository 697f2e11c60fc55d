"""Compares the grader with what an instructor would script: a fresh `python -m pytest --json-report` per submission.

    python tests/benchmarks [--submissions N] [--jobs N]

All figures come from one run on one machine; trust the ratios. Core seconds are user + system time of the command and
of everything it started and waited for.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
IDS = ("relu", "sigmoid", "affine", "softmax_with_loss")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one command took."""

    core_seconds: float
    wall_seconds: float
    peak_bytes: int
    """The largest single process so far; the kernel keeps only the maximum."""


def main() -> None:
    """Print the comparison as a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--submissions", type=int, default=200, help="submissions in the batch (default 200)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="judge processes (default: one a core)")
    parser.add_argument("--rounds", type=int, default=5, help="fresh pytest runs and cold checks (default 5)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        room = Path(folder)
        submissions = write_class(room / "class", options.submissions)
        rounds = [submissions[n * len(submissions) // options.rounds] for n in range(options.rounds)]
        # In turn, so that a busy minute of the machine hits both.
        pairs = [(fresh_pytest(submission), cold_check(submission)) for submission in rounds]
        batch = grade("batch", str(room / "class"), "-o", str(room / "out"), "--jobs", str(options.jobs))
    fresh = statistics.median(pair[0].core_seconds for pair in pairs)
    cold = statistics.median(pair[1].core_seconds for pair in pairs)
    cold_wall = statistics.median(check.wall_seconds / plain.wall_seconds for plain, check in pairs)
    each = batch.core_seconds / options.submissions
    print(f"Class of {options.submissions}, {options.jobs} judges, Python {sys.version.split()[0]}")
    print()
    print("| command | core seconds a submission | ratio to fresh pytest |")
    print("| --- | --- | --- |")
    print(f"| fresh `python -m pytest --json-report` | {fresh:.3f} | 1.00 |")
    print(f"| cold `grade check` | {cold:.3f} | {cold / fresh:.2f} (wall clock {cold_wall:.2f}) |")
    print(f"| `grade batch`, start-up included | {each:.4f} | {each / fresh:.3f}: {fresh / each:.1f} times as many |")
    print()
    print(f"batch: {batch.wall_seconds:.1f} s wall clock, largest process {batch.peak_bytes / 2**20:.0f} MiB")


def write_class(folder: Path, count: int) -> list[Path]:
    """Write submissions, no two alike: a third right, the others with one or two of the catalogue's mistakes."""
    wrong = {id: sorted((ROOT / "grader" / "pitfalls" / id).glob("*.py")) for id in IDS}
    folders = []
    for number in range(count):
        target = folder / f"student-{number:05}"
        target.mkdir(parents=True)
        for place, id in enumerate(IDS):
            spoilt = number % 3 and (number + place) % 3 == 0 and wrong[id]
            source = wrong[id][number % len(wrong[id])] if spoilt else ROOT / "solutions" / f"{id}.py"
            (target / f"{id}.py").write_bytes(source.read_bytes() + f"\n# student {number}\n".encode())
        folders.append(target)
    return folders


def fresh_pytest(submission: Path) -> Cost:
    """Run the hidden suites on a submission the plain way."""
    suites = [str(ROOT / "grader" / "suites" / f"test_{id}.py") for id in IDS]
    report = submission.parent.parent / "report.json"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "plain_suite"]
    command += ["--json-report", f"--json-report-file={report}"]
    environment = os.environ | {
        "BENCHMARK_SUBMISSION": str(submission),
        "PYTHONPATH": str(Path(__file__).parent),
        "OPENBLAS_NUM_THREADS": "1",
    }
    return cost([*command, "--rootdir", str(submission), "-c", os.devnull, *suites], environment, expected=(0, 1))


def cold_check(submission: Path) -> Cost:
    """Run `grade check` on a submission from cold."""
    return grade("check", str(submission), expected=(0, 1))


def grade(*arguments: str, expected: tuple[int, ...] = (0,)) -> Cost:
    """Run one `grade` command."""
    program = shutil.which("grade", path=str(Path(sys.executable).parent))
    command = [program] if program else [sys.executable, "-m", "grader"]
    return cost([*command, *arguments], dict(os.environ), expected=expected)


def cost(command: list[str], environment: dict[str, str], expected: tuple[int, ...]) -> Cost:
    """Run a command and measure it with everything it started."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    done = subprocess.run(command, env=environment, capture_output=True, check=False)
    wall = time.perf_counter() - started
    if done.returncode not in expected:
        sys.exit(f"{' '.join(command)} exited with {done.returncode}\n{done.stdout.decode()}{done.stderr.decode()}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(core_seconds=spent, wall_seconds=wall, peak_bytes=after.ru_maxrss * 1024)


if __name__ == "__main__":
    main()
