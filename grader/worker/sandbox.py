"""Closes the room: after `enter`, a worker can compute and talk on its wire, and nothing else.

In layers, each reported when it is missing: an ordinary user, limits, no way to new privileges, Landlock, and last the
system call filter, which is what decides the level. Linux only, without any library; needs no privileges.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import platform
import re
import struct
import sys
from collections.abc import Callable
from typing import Any

from . import death, kernel
from .plaintext import steady
from .syscalls import MACHINES, program

if sys.platform != "win32":
    import resource

# `nobody` on every Linux; what a root judge's workers run as.
_NOBODY = 65534
# A worker's wall clock is the judge's business; this ends one whose judge forgot it.
_SPARE_SECONDS = 10
# More than this many attempts are one attempt.
_ATTEMPTS = 20

_SET_MODE_FILTER, _EVERY_THREAD = 1, 1
_CREATE_RULESET, _RESTRICT_SELF = 444, 446
_ASK_VERSION = 1
# Rights over files by Landlock's version; an unknown bit is refused, so a kernel is asked for what it knows.
_FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
_NETWORK_SINCE, _SCOPE_SINCE = 4, 6
_NETWORK_RIGHTS = 0b11  # bind and connect TCP
_SCOPES = 0b11  # abstract sockets and signals

_MACHINE = MACHINES.get(platform.machine()) if sys.platform == "linux" else None


class _Filter(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("code", ctypes.c_char_p))


_CODE = program(_MACHINE) if _MACHINE else b""
_FILTER = _Filter(len(_CODE) // 8, _CODE)


def enter(order: dict[str, Any], descriptors: tuple[int, ...]) -> tuple[str, list[str]]:
    """Close the room as far as this system can.

    Args:
        order: limits, and under `without` the layers to leave out (tests, measurements, `--unsafe-no-sandbox`).
        descriptors: what stays open beside the output.

    Returns:
        The level (`full`, `partial` or `none`) and what is missing, as `layer: reason`.
    """
    if _MACHINE is None:
        with contextlib.suppress(OSError, ValueError):
            _limit(order)
        return "none", [f"system: {sys.platform} {platform.machine()}"]
    missing: list[str] = []
    parent = os.getppid()
    layers: dict[str, Callable[[], None]] = {
        "user": _become_nobody,
        "limits": lambda: _limit(order),
        "descriptors": lambda: _close_all_but(descriptors),
        "privileges": _give_up_privileges,
        "landlock": _forbid_files,
        "seccomp": _filter_calls,
    }
    for name, close in layers.items():
        try:
            (_leave_out if {name, "all"} & set(order["without"]) else close)()
        except (OSError, ValueError) as problem:
            missing.append(f"{name}: {problem.strerror if isinstance(problem, OSError) else problem}")
        if name == "user":
            # Changing user has taken this back; the filter would refuse it.
            death.follow(parent)
    return _level({reason.split(":")[0] for reason in missing}), missing


def _leave_out() -> None:
    raise OSError(0, "left out")


def _level(missing: set[str]) -> str:
    """`full` is the filter, with limits; Landlock and an ordinary user are second locks on the same door."""
    if not missing & {"seccomp", "limits", "descriptors", "privileges"}:
        return "full"
    return "none" if {"seccomp", "landlock"} <= missing else "partial"


def _become_nobody() -> None:
    if os.geteuid() == 0:
        os.setgroups([])
        os.setresgid(_NOBODY, _NOBODY, _NOBODY)
        os.setresuid(_NOBODY, _NOBODY, _NOBODY)


def _limit(order: dict[str, Any]) -> None:
    """Set limits that need no kernel feature; hard ones, so that they cannot be raised again."""
    if sys.platform == "win32":
        raise OSError(0, "not on this system")
    wanted = {
        # macOS does not keep this one.
        "RLIMIT_AS": order["memory_bytes"] if sys.platform == "linux" else None,
        "RLIMIT_CPU": int(order["cpu_seconds"]) + _SPARE_SECONDS,
        "RLIMIT_FSIZE": 0,
        "RLIMIT_CORE": 0,
        "RLIMIT_NPROC": 0,
        "RLIMIT_MEMLOCK": 0,
        "RLIMIT_MSGQUEUE": 0,
        # The wire is 3 (forked) or below 16 (a subprocess); nothing more is ever opened.
        "RLIMIT_NOFILE": 16,
    }
    for name, value in wanted.items():
        kind = getattr(resource, name, None)
        if kind is None or value is None:
            continue
        _, hard = resource.getrlimit(kind)
        limit = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (limit, limit))


def _close_all_but(descriptors: tuple[int, ...]) -> None:
    start = 0
    for descriptor in (*sorted({1, 2, *descriptors}), 4096):
        os.closerange(start, descriptor)
        start = descriptor + 1


def _give_up_privileges() -> None:
    kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
    # Others of the same user cannot look into it, and it leaves no core.
    kernel.prctl(kernel.PR_SET_DUMPABLE, 0)


def landlock_version() -> int:
    """The version of Landlock that the kernel has.

    Raises:
        OSError: none, or it is switched off, or another sandbox around us forbids asking.
    """
    if kernel.library is None:
        raise OSError(0, "not on this system")
    version = int(kernel.library.syscall(_CREATE_RULESET, None, 0, _ASK_VERSION))
    if version < 0:
        kernel.raise_last()
    return version


def _forbid_files() -> None:
    """Forbid all files, TCP and signals by a ruleset without rules."""
    version = landlock_version()
    assert kernel.library is not None
    rights = [(1 << _FILE_RIGHTS[min(version, max(_FILE_RIGHTS))]) - 1]
    if version >= _NETWORK_SINCE:
        rights.append(_NETWORK_RIGHTS)
    if version >= _SCOPE_SINCE:
        rights.append(_SCOPES)
    attributes = struct.pack(f"={len(rights)}Q", *rights)
    ruleset = kernel.library.syscall(_CREATE_RULESET, attributes, len(attributes), 0)
    if ruleset < 0:
        kernel.raise_last()
    failed = kernel.library.syscall(_RESTRICT_SELF, ruleset, 0)
    number = ctypes.get_errno()
    os.close(ruleset)
    if failed:
        raise OSError(number, os.strerror(number))


def _filter_calls() -> None:
    """Load the filter into every thread of this process, and see that it holds."""
    assert kernel.library is not None
    assert _MACHINE is not None
    # 0: done. Above 0: a thread that could not be put under the filter.
    if kernel.library.syscall(_MACHINE.seccomp, _SET_MODE_FILTER, _EVERY_THREAD, ctypes.byref(_FILTER)):
        kernel.raise_last()
    try:
        os.getcwd()  # noqa: PTH109 - any call that the filter refuses
    except PermissionError:
        return
    raise OSError(0, "the filter does not hold")


# What differs from run to run in a path: the process, and the names that `tempfile` makes up.
_RANDOM = re.compile(r"(?<=/proc/)\d+|(?<=/tmp)[a-z0-9_]{8}\b")


class Watch:
    """Notes what the student's code tries that a layer never needs: files, processes, sockets."""

    def __init__(self) -> None:
        self._seen: dict[str, None] = {}
        self._told = 0
        sys.addaudithook(self._notice)

    def _notice(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event in _HARMLESS or not (event in _NOTICED or event.startswith(_NOTICED_GROUPS)):
            return
        if len(self._seen) < _ATTEMPTS:
            # A name says what was wanted; a number (an address, a process, a descriptor) is another in each run.
            first = arguments[0] if arguments and isinstance(arguments[0], (str, bytes)) else ""
            self._seen[f"{event} {_RANDOM.sub('…', steady(str(first)))[:60]}".strip()] = None

    def news(self) -> list[str]:
        """What was noticed since the last time."""
        news = list(self._seen)[self._told :]
        self._told += len(news)
        return news


# `os.environ["KMP_DUPLICATE_LIB_OK"] = "TRUE"` is in every second notebook.
_HARMLESS = frozenset({"os.putenv", "os.unsetenv"})
_NOTICED = frozenset({"open", "ctypes.dlopen", "ctypes.string_at", "ctypes.call_function"})
_NOTICED_GROUPS = (
    "os.",
    "socket.",
    "subprocess.",
    "shutil.",
    "fcntl.",
    "pty.",
    "resource.",
    "signal.pthread_kill",
    "mmap.",
)
