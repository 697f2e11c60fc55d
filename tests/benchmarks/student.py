"""How long a student waits: a save that is watched, and the reading of a notebook. Nothing else should be running.

    python tests/benchmarks/student.py

A save counts from the moment it is on the disk to the last line of the report; the looking itself is in it.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from grader.catalogue import exercises
from grader.worker import finding

IDS = ("relu", "sigmoid", "affine", "softmax_with_loss")
SAVES = 30
RIGHT, WRONG = "np.where(self.positive, dout, 0)", "np.where(self.positive, dout, 1)"
PICTURES = 3_000_000
"""Bytes: a dozen plots of a training run."""


def main() -> None:
    """Print two Markdown tables."""
    print("| a save of | median | slowest tenth from |")
    print("| --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder:
        room = Path(folder)
        for name, sources, wanted in (
            ("`relu.py`, `-e relu`", {"relu.py": _source("relu")}, ("-e", "relu")),
            ("`relu.py` beside three others", {f"{id}.py": _source(id) for id in IDS}, ()),
            ("a notebook with four layers", {"work.ipynb": notebook()}, ()),
        ):
            place = room / str(len(name))
            place.mkdir()
            for file, source in sources.items():
                (place / file).write_text(source, encoding="utf-8")
            waited = list(_saves(place, next(iter(sources)), wanted))
            slow = statistics.quantiles(waited, n=10)[-1]
            print(f"| {name} | {_milliseconds(statistics.median(waited))} | {_milliseconds(slow)} |", flush=True)
    print("\n| reading and choosing in | median |")
    print("| --- | --- |")
    for name, text in (
        ("a notebook with four layers", notebook()),
        ("the same with 3 MB of pictures", notebook(PICTURES)),
    ):
        print(f"| {name} | {_milliseconds(statistics.median(_readings(text.encode())))} |")


def notebook(pictures: int = 0) -> str:
    """A notebook with the four layers, each in a cell of its own, and a cell with pictures in its output."""
    picture = base64.b64encode(bytes(pictures * 3 // 4)).decode()
    outputs = [{"output_type": "display_data", "metadata": {}, "data": {"image/png": picture}}] if pictures else []
    cells = [
        {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": _source(id)}
        for id in IDS
    ]
    cells[-1]["outputs"] = outputs
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def _source(id: str) -> str:
    return exercises()[id].solution.read_text(encoding="utf-8")


def _saves(place: Path, name: str, wanted: tuple[str, ...]) -> Iterator[float]:
    """Seconds from each save to its report; every other save makes relu wrong, so that a diagnosis is part of it."""
    file = place / name
    right = file.read_text(encoding="utf-8")
    assert RIGHT in right
    with _watching(place, wanted) as lines:
        _report(lines)
        for number in range(SAVES + 2):
            time.sleep(0.5 + 0.037 * (number % 7))  # a save does not know when it is looked for
            new = place / "new"
            source = right if number % 2 else right.replace(RIGHT, WRONG)
            # Never the same twice: that would be known already.
            new.write_text(source.replace("class Relu:", f"class Relu:  # {number}"), encoding="utf-8")
            saved = time.perf_counter()
            new.replace(file)
            _report(lines)
            if number > 1:  # the first diagnosis fills the tables of known mistakes
                yield time.perf_counter() - saved


@contextlib.contextmanager
def _watching(place: Path, wanted: tuple[str, ...]) -> Iterator[Iterator[bytes]]:
    command = [sys.executable, "-m", "grader", "check", "--watch", "--lang", "en", *wanted, str(place)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env={**os.environ, "PYTHONUNBUFFERED": "1"}
    ) as process:
        assert process.stdout
        yield iter(process.stdout.readline, b"")
        process.terminate()


def _report(lines: Iterator[bytes]) -> None:
    """Read to the line that says that it waits for the next save."""
    for line in lines:
        if b"Ctrl-C" in line:
            return
    sys.exit("watching has ended")


def _readings(data: bytes) -> list[float]:
    waited = []
    for _ in range(SAVES):
        started = time.perf_counter()
        found = finding.find([("work.ipynb", data)], "Affine")
        waited.append(time.perf_counter() - started)
        assert found.status == "ready"
    return waited


def _milliseconds(seconds: float) -> str:
    return f"{1000 * seconds:.1f} ms" if seconds < 0.01 else f"{1000 * seconds:.0f} ms"


if __name__ == "__main__":
    main()
