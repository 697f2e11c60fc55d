"""The few calls into the C library for which Python has no word. Linux only; elsewhere `library` is None."""

from __future__ import annotations

import ctypes
import os
import sys

library = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_SET_NO_NEW_PRIVS = 38


def prctl(option: int, value: int = 0) -> None:
    """Change a property of this process.

    Raises:
        OSError: the kernel refuses.
    """
    if library is None:
        raise OSError(0, "no prctl on this system")
    arguments = [ctypes.c_ulong(number) for number in (value, 0, 0, 0)]
    if library.prctl(option, *arguments):
        raise_last()


def raise_last() -> None:
    """Raise what the last call failed with."""
    number = ctypes.get_errno()
    raise OSError(number, os.strerror(number))
