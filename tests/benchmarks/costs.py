"""What a command costs: core seconds of it and of everything it started, and the peak memory of each of its processes.

Linux only. The benchmark adopts what a command leaves behind, so that the time of a judge's workers is counted too.
"""

from __future__ import annotations

import ctypes
import os
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

_PR_SET_CHILD_SUBREAPER = 36
# Often enough to meet every judge and every zygote, which live as long as the run; workers live for 20 ms.
_LOOK_SECONDS = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one command took."""

    core_seconds: float
    wall_seconds: float
    peaks: Mapping[str, int] = field(default_factory=dict)
    """The largest resident size of a process in bytes, by its role."""


def adopt_orphans() -> None:
    """Let what outlives its parent become a child of this process."""
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def cost(command: Sequence[str], environment: Mapping[str, str], *, expected: tuple[int, ...] = (0,)) -> Cost:
    """Run a command to its end, and wait for all that it has started."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    peaks: dict[str, int] = {}
    ended = threading.Event()
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        watcher = threading.Thread(target=_watch, args=(process.pid, peaks, ended))
        watcher.start()
        output, _ = process.communicate()
        wall = time.perf_counter() - started
        ended.set()
        watcher.join()
    if process.returncode not in expected:
        sys.exit(f"{' '.join(command)} exited with {process.returncode}\n{output.decode(errors='replace')}")
    for _ in _orphans():
        pass
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(core_seconds=spent, wall_seconds=wall, peaks=peaks)


def _orphans() -> Iterator[int]:
    """Wait for every process that was adopted."""
    while True:
        try:
            yield os.wait()[0]
        except ChildProcessError:
            return


def _watch(root: int, peaks: dict[str, int], ended: threading.Event) -> None:
    while not ended.wait(_LOOK_SECONDS):
        parents, commands = {}, {}
        for folder in Path("/proc").iterdir():
            if not folder.name.isdecimal():
                continue
            try:
                stat = (folder / "stat").read_text().rsplit(")", 1)[1].split()
                commands[int(folder.name)] = (folder / "cmdline").read_bytes()
                parents[int(folder.name)] = int(stat[1])
                status = (folder / "status").read_text()
            except OSError:
                continue
            role = _role(int(folder.name), root, parents, commands)
            peak = next((line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")), "0")
            if role:
                peaks[role] = max(peaks.get(role, 0), int(peak) * 1024)


def _role(process: int, root: int, parents: Mapping[int, int], commands: Mapping[int, bytes]) -> str:
    """Driver, judge, zygote or worker; nothing for what is not the command's."""
    if process == root:
        return "driver"
    zygote = b"-P\0-s\0-S" in commands[process]
    parent = parents[process]
    if parent == root:
        return "zygote" if zygote else "judge"
    if parents.get(parent) == root:
        return "zygote" if zygote else ""
    return "worker" if zygote and parents.get(parents.get(parent, 0)) == root else ""
