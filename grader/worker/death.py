"""A worker does not outlive whoever started it."""

from __future__ import annotations

import os
import signal
import sys

from . import kernel


def follow(parent: int) -> None:
    """Be killed by the kernel when `parent`, which started this process, ends.

    Changing user takes this back, so it comes after that. The zygote has one thread, so that its end is the process's.
    """
    if sys.platform != "linux":
        return
    kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it ended in between
        os._exit(1)
