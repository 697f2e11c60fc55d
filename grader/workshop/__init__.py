"""The judge's side of the worker: starts it, asks it, limits it, ends it, and believes nothing it says.

`Workshop` is opened once per judge process; `Workshop.open` gives a `Worker` for one exercise of one submission.
Nothing here knows checks or points.
"""

from __future__ import annotations

from grader.launching import WorkshopError
from grader.workshop.beginning import SandboxMissing
from grader.workshop.loaded import Loaded
from grader.workshop.worker import Worker
from grader.workshop.workshop import Workshop

__all__ = [
    "Loaded",
    "SandboxMissing",
    "Worker",
    "Workshop",
    "WorkshopError",
]
