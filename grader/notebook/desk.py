"""The judge beside a notebook: a process of its own, started at the first check and kept warm.

In the notebook's own process NumPy may be patched, warnings may be errors, and folders may hold a `random.py`: the
judge must not notice. One line of JSON asks for a report, one answers.
"""

from __future__ import annotations

import atexit
import base64
import json
import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from grader.model import Limits, Report, Settings, SourceFile, Submission

# -P: the notebook's folder is not looked into for modules.
_SERVE = f"import {__name__} as desk; desk.serve()"


class DeskError(Exception):
    """The judge's process ended, or broke: the grader's fault."""


class _Desk:
    """The process, as long as it lives."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def ask(self, order: dict[str, Any]) -> dict[str, Any]:
        """Send an order and wait for its answer; an interrupt ends the process with the wait."""
        try:
            process = self._ready()
        except OSError as problem:  # Python in a browser, for one, starts no processes
            raise DeskError(str(problem)) from problem
        assert process.stdin
        assert process.stdout
        try:
            process.stdin.write(json.dumps(order).encode() + b"\n")
            process.stdin.flush()
            answer = process.stdout.readline()
        except BrokenPipeError:
            answer = b""
        except BaseException:
            self.close()
            raise
        if not answer:
            self.close()
            msg = f"exit code {process.returncode}"
            raise DeskError(msg)
        told: dict[str, Any] = json.loads(answer)
        return told

    def close(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()

    def _ready(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self.close()
            # The notebook may have found the kit by a path of its own; the judge looks there last.
            kit = os.fspath(Path(__file__).parents[2])
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter, our own words
                [sys.executable, "-P", "-c", _SERVE],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=os.environ | {"PYTHONPATH": kit},
                # Jupyter interrupts a whole group of processes; the judge is not what is to be interrupted.
                start_new_session=True,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
            atexit.register(self.close)
        return self._process


_desk = _Desk()


def grade(submission: Submission, settings: Settings) -> Report:
    """The report of a submission, by the judge beside this process.

    Raises:
        DeskError: there is none.
    """
    files = [(file.name, base64.b64encode(file.data).decode()) for file in submission.files]
    told = _desk.ask(
        {
            "name": submission.name,
            "files": files,
            "notes": submission.notes,
            "settings": asdict(settings),
        }
    )
    if "fault" in told:
        raise DeskError(told["fault"])
    return Report.from_json(told["report"])


def serve() -> None:
    """Answer orders until there are no more."""
    from grader.cli import leave_strangers_out  # noqa: PLC0415 - before anything heavier

    leave_strangers_out()
    from grader.grading import grade as graded  # noqa: PLC0415 - the notebook's own process does without it

    orders = sys.stdin.buffer
    with os.fdopen(os.dup(1), "wb", buffering=0) as answers:
        # Whatever else is printed in here is no answer.
        os.dup2(2, 1)
        for line in orders:
            try:
                answer: dict[str, Any] = {"report": graded(*_read(json.loads(line))).to_json()}
            except Exception as fault:  # noqa: BLE001 - ours, whatever it is: the notebook says so
                answer = {"fault": f"{type(fault).__name__}: {fault}"}
            answers.write(json.dumps(answer).encode() + b"\n")


def _read(order: dict[str, Any]) -> tuple[Submission, Settings]:
    files = tuple(SourceFile(name=name, data=base64.b64decode(data)) for name, data in order["files"])
    submission = Submission(name=order["name"], files=files, notes=tuple(order["notes"]))
    told = order["settings"]
    lists = {name: tuple(told[name]) for name in ("exercises", "held_out", "folders")}
    points = tuple((id, number) for id, number in told["points"])
    return submission, Settings(**told | lists | {"points": points, "limits": Limits(**told["limits"])})


if __name__ == "__main__":
    serve()
