"""What an instructor would script: the hidden suites on the files of a student, whose code runs in the same process.

As a pytest plugin it serves a fresh `python -m pytest`; as a program, `python plain.py SUBMISSION...`, it calls
`pytest.main` once a submission in one process and prints the core seconds of each, the first one left out.
"""

from __future__ import annotations

import contextlib
import importlib.util
import io
import os
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from grader.catalogue import exercises
from grader.checks import Draw, LocalWorker, NewLayer

# The plugins that the report needs and no others: what else is installed here would be loaded into every run.
ARGUMENTS = ("-q", "--tb=short", "-p", "pytest_metadata.plugin", "-p", "pytest_jsonreport.plugin", "--json-report")
IDS = ("relu", "sigmoid", "affine", "softmax_with_loss")


class Plain:
    """The fixtures that the suites ask for, over a submission's files."""

    def __init__(self, submission: Path) -> None:
        self._submission = submission
        self._workers: dict[str, LocalWorker] = {}

    def _worker(self, id: str) -> LocalWorker:
        if id not in self._workers:
            spec = importlib.util.spec_from_file_location(id, self._submission / f"{id}.py")
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
            exercise = exercises()[id]
            self._workers[id] = LocalWorker(getattr(module, exercise.class_name), exercise)
        return self._workers[id]

    @pytest.fixture
    def new_layer(self, request: Any) -> NewLayer:
        """Build layers of the student's class in this process."""
        check = request.function.check
        return NewLayer(self._worker(check.id.split("/")[0]), check)

    @pytest.fixture
    def draw(self, request: Any) -> Draw:
        """Draw the check's inputs."""
        return Draw(0, request.function.check.id)


def suites() -> list[str]:
    """The hidden suites of the book's exercises."""
    return [str(exercises()[id].suite) for id in IDS]


def pytest_configure(config: pytest.Config) -> None:
    """As a plugin: take the submission that the environment names."""
    config.pluginmanager.register(Plain(Path(os.environ["BENCHMARK_SUBMISSION"])))


def main(submissions: list[str]) -> None:
    """Run pytest on one submission after the other, and print what each run cost."""
    for number, submission in enumerate(submissions):
        started = time.process_time()
        report = Path(submission).parent.parent / "report.json"
        arguments = [*ARGUMENTS, f"--json-report-file={report}", "--rootdir", submission, "-c", os.devnull, *suites()]
        with contextlib.redirect_stdout(io.StringIO()):
            pytest.main(arguments, plugins=[Plain(Path(submission))])
        if number:
            print(time.process_time() - started)


if __name__ == "__main__":
    main(sys.argv[1:])
