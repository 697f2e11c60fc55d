"""What the sandbox costs: the time of a batch with it and without it.

    python tests/benchmarks/sandbox.py [--submissions N] [--rounds N]

One judge in this process, warm; each submission is graded with and without, one right after the other, so that a busy
moment of the machine hits both. Without means: the same workers in the same processes, each layer of the sandbox left
out. The clock tells what a pair took; core time is that of the judge, of the zygote and of every worker, over all
pairs. Trust the ratios. The target is at most a tenth, of either.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from grader import catalogue, grading
from grader.model import Limits, Settings, SourceFile, Submission
from grader.workshop import Workshop

IDS = ("relu", "sigmoid", "affine", "softmax_with_loss")
TARGET = 0.10


def main() -> None:
    """Print the ratios as a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--submissions", type=int, default=12, help="submissions in a batch (default 12)")
    parser.add_argument("--rounds", type=int, default=7, help="pairs of each submission (default 7)")
    options = parser.parse_args()
    submissions = list(a_class(options.submissions))
    with Workshop(Limits(), sandbox_required=True) as closed, Workshop(Limits(), sandbox={"without": ["all"]}) as wide:
        for shop in (closed, wide):
            # Suites, and the tables of those mistakes that occur in the class.
            graded(submissions, shop)
        before = [core_seconds(shop) for shop in (closed, wide)]
        judging.update(dict.fromkeys(judging, 0.0))
        pairs = [
            (graded([one], closed), graded([one], wide))
            if number % 2
            else (graded([one], wide), graded([one], closed))[::-1]
            for number in range(options.rounds)
            for one in submissions
        ]
        cores = [
            core_seconds(shop) - earlier + judging[shop] for shop, earlier in zip((closed, wide), before, strict=True)
        ]
    ratios = sorted(inside / outside for inside, outside in pairs)
    inside, outside = (statistics.median(pair[place] for pair in pairs) for place in (0, 1))
    ratio, quarter = statistics.median(ratios), len(ratios) // 4
    print(f"Python {sys.version.split()[0]}, {os.cpu_count()} processors, {options.rounds} pairs of {len(submissions)}")
    print()
    core_inside, core_outside = (1000 * core / len(pairs) for core in cores)
    core_ratio = core_inside / core_outside
    print("| batch | ms a submission (median) | ratio (median, middle half) | core ms a submission (mean) | ratio |")
    print("| --- | --- | --- | --- | --- |")
    print(f"| without the sandbox | {1000 * outside:.1f} | 1.00 | {core_outside:.1f} | 1.00 |")
    middle = f"{ratios[quarter]:.3f} to {ratios[-quarter - 1]:.3f}"
    print(f"| with the sandbox | {1000 * inside:.1f} | {ratio:.3f} ({middle}) | {core_inside:.1f} | {core_ratio:.3f} |")
    print()
    print(f"at most {1 + TARGET:.2f}: {'kept' if max(ratio, core_ratio) <= 1 + TARGET else 'MISSED'}")


# What the judge itself worked for, by the workshop that it used.
judging: dict[Workshop, float] = {}


def core_seconds(shop: Workshop) -> float:
    """What a workshop's zygote and all workers that it has waited for have used so far."""
    stat = Path(f"/proc/{shop._launcher._process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    # User and system time, its own and that of its children; the state, after the name, is the third field.
    return sum(int(stat[field - 3]) for field in (14, 15, 16, 17)) / os.sysconf("SC_CLK_TCK")


def a_class(count: int) -> Iterator[Submission]:
    """Submissions, no two alike: a third right, the others with a mistake of the catalogue in each exercise in turn."""
    exercises = catalogue.exercises()
    wrong = {id: sorted(exercises[id].pitfalls.glob("*.py")) for id in IDS}
    for number in range(count):
        files = []
        for place, id in enumerate(IDS):
            spoilt = number % 3 and (number + place) % 3 == 0
            path = wrong[id][number % len(wrong[id])] if spoilt else exercises[id].solution
            data = path.read_bytes() + f"\n# student {number}\n".encode()
            files.append(SourceFile(name=f"{id}.py", data=data))
        yield Submission(name=f"student-{number}", files=tuple(files))


def graded(submissions: list[Submission], shop: Workshop) -> float:
    """Seconds for a class, with the workers of one workshop; its zygote is warm."""
    settings = Settings()
    # The only judge of this process; its suites and tables are the same for both.
    judge = grading._warm_judge(settings.limits, sandbox_required=False)
    judge._workshop = shop
    judge._decided.clear()  # equal files are decided once
    started, worked = time.perf_counter(), time.process_time()
    levels = {grading.grade(submission, settings).sandbox for submission in submissions}
    took = time.perf_counter() - started
    judging[shop] = judging.get(shop, 0.0) + time.process_time() - worked
    assert len(levels) == 1
    return took


if __name__ == "__main__":
    main()
