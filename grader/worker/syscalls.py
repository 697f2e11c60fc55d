"""The system calls that computing needs, their numbers, and the kernel's filter program made of them.

Compared by a test with the kernel's own header files. Whoever adds a call here opens the room by that much.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

# What NumPy, tracebacks, prints and the wire were seen to use once everything is loaded, and nothing that names a file,
# a process, a socket or another thread.
# Each with its number on x86-64 and on aarch64.
_NUMBERS = {
    "read": (0, 63),
    "readv": (19, 65),
    "write": (1, 64),
    "close": (3, 57),
    "fstat": (5, 80),
    "munmap": (11, 215),
    "mremap": (25, 216),
    "brk": (12, 214),
    "madvise": (28, 233),
    "futex": (202, 98),
    "getrandom": (318, 278),
    "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139),
    "sigaltstack": (131, 132),
    "exit": (60, 93),
    "exit_group": (231, 94),
    "clock_gettime": (228, 113),
    "clock_nanosleep": (230, 115),
    "getpid": (39, 172),
    "gettid": (186, 178),
    "sched_yield": (24, 124),
    "restart_syscall": (219, 128),
}
# Memory, but none that can be run: allowed without PROT_EXEC only.
_MEMORY = {"mmap": (9, 222), "mprotect": (10, 226)}
# The C library tries clone3 first and falls back to clone (refused) only if the kernel does not know it.
_UNKNOWN = {"clone3": (435, 435)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """What differs between processors."""

    audit: int
    """AUDIT_ARCH_*: how the kernel says by which convention a call was made."""
    seccomp: int
    """The number of seccomp(2) itself."""
    allowed: tuple[int, ...]
    memory: tuple[int, ...]
    unknown: tuple[int, ...]


def _machine(column: int, audit: int, seccomp: int) -> Machine:
    return Machine(
        audit=audit,
        seccomp=seccomp,
        allowed=tuple(numbers[column] for numbers in _NUMBERS.values()),
        memory=tuple(numbers[column] for numbers in _MEMORY.values()),
        unknown=tuple(numbers[column] for numbers in _UNKNOWN.values()),
    )


MACHINES = {
    "x86_64": _machine(0, 0xC000003E, 317),
    "aarch64": _machine(1, 0xC00000B7, 277),
}

# One instruction of the classic packet filter: code, jump if true, jump if false, constant.
_INSTRUCTION = struct.Struct("=HBBI")
_LOAD, _JUMP_EQUAL, _JUMP_SET, _RETURN = 0x20, 0x15, 0x45, 0x06
# Offsets into struct seccomp_data; the third argument's lower half, where flags of memory are (little-endian).
_CALL, _ARCHITECTURE, _THIRD_ARGUMENT = 0, 4, 32
_ALLOW, _KILL, _ERROR = 0x7FFF0000, 0x80000000, 0x00050000
_EPERM, _ENOSYS = 1, 38
_PROT_EXEC = 4


def program(machine: Machine) -> bytes:
    """The filter: what is listed may pass, everything else fails with EPERM.

    A call by another convention (32-bit code in a 64-bit process) has other numbers: it is killed. Numbers of the x32
    convention are larger than any listed one.
    """
    code: list[tuple[int, int, int, int]] = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_JUMP_EQUAL, 1, 0, machine.audit),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _CALL),
    ]
    for number in machine.allowed:
        code += [(_JUMP_EQUAL, 0, 1, number), (_RETURN, 0, 0, _ALLOW)]
    for number in machine.unknown:
        code += [(_JUMP_EQUAL, 0, 1, number), (_RETURN, 0, 0, _ERROR | _ENOSYS)]
    for number in machine.memory:
        code += [
            (_JUMP_EQUAL, 0, 4, number),
            (_LOAD, 0, 0, _THIRD_ARGUMENT),
            (_JUMP_SET, 0, 1, _PROT_EXEC),
            (_RETURN, 0, 0, _ERROR | _EPERM),
            (_RETURN, 0, 0, _ALLOW),
        ]
    code.append((_RETURN, 0, 0, _ERROR | _EPERM))
    return b"".join(_INSTRUCTION.pack(*instruction) for instruction in code)
