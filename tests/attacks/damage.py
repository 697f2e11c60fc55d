"""Submissions that leave something behind. Tags as in reading.py; everything happens in FOLDER, which the test makes."""

import ctypes
import os
import sys

LIBC = ctypes.CDLL(None, use_errno=True)


def syscall(number, *arguments):
    """A system call by its number on x86-64."""
    arguments = [ctypes.c_long(one) if isinstance(one, int) else one for one in (number, *arguments)]
    result = LIBC.syscall(*arguments)
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


class Attack:
    def __init__(self):
        # Where modules that were not loaded beforehand would come from.
        sys.path[:] = ["LIBRARY", "LIBRARY/lib-dynload"]
        for name, module in list(sys.modules.items()):
            if hasattr(module, "__path__"):
                module.__path__ = [os.path.join("LIBRARY", *name.split("."))]

    def write_a_file(self):
        """A report of its own making."""
        return open("FOLDER/report.json", "w").write("{}")

    def append_to_a_file(self):
        """One more line in the grades."""
        return open("FOLDER/victim", "a").write("100")

    def empty_a_file(self):
        """truncate."""
        return os.truncate("FOLDER/victim", 0) or 1.0

    def remove_a_file(self):
        """unlink."""
        return os.remove("FOLDER/victim") or 1.0

    def rename_a_file(self):
        """One's own over another's."""
        return os.rename("FOLDER/victim", "FOLDER/moved") or 1.0

    def make_a_folder(self):
        """mkdir."""
        return os.mkdir("FOLDER/made") or 1.0

    def remove_a_folder(self):
        """rmtree hides nothing, but tries."""
        import shutil

        return shutil.rmtree("FOLDER/doomed") or 1.0

    def make_a_link(self):
        """To be followed by whoever comes next."""
        return os.symlink("/etc/passwd", "FOLDER/relu.py") or 1.0

    def make_a_hard_link(self):
        """A second name."""
        return os.link("FOLDER/victim", "FOLDER/second") or 1.0

    def change_a_mode(self):
        """chmod."""
        return os.chmod("FOLDER/victim", 0o777) or 1.0

    def change_a_time(self):
        """utime: who was first?"""
        return os.utime("FOLDER/victim", (0, 0)) or 1.0

    def set_an_attribute(self):
        """Hidden beside the content. [harmful: not every file system has them]"""
        return os.setxattr("FOLDER/victim", "user.x", b"1") or 1.0

    def make_a_pipe_file(self):
        """mkfifo: a reader that hangs."""
        return os.mkfifo("FOLDER/fifo") or 1.0

    def make_a_temporary_file(self):
        """tempfile looks for a place that can be written."""
        import tempfile

        return tempfile.NamedTemporaryFile(dir="FOLDER").write(b"x")

    def save_with_numpy(self):
        """C code that writes."""
        import numpy as np

        np.ones(3).tofile("FOLDER/array")
        return 1.0

    def map_with_numpy(self):
        """A file as memory."""
        import numpy as np

        return np.memmap("FOLDER/map", mode="w+", shape=(8,)).size

    def log_to_a_file(self):
        """Through a library."""
        import logging

        logging.FileHandler("FOLDER/log").close()
        return 1.0

    def leave_shared_memory(self):
        """/dev/shm outlives processes."""
        import _posixshmem

        _posixshmem.shm_open("/escape", os.O_CREAT | os.O_RDWR, mode=0o600)
        _posixshmem.shm_unlink("/escape")
        return 1.0

    def leave_old_shared_memory(self):
        """System V's has no file."""
        number = syscall(29, 0, 8, 0o1600)
        syscall(31, number, 0, None)
        return 1.0

    def leave_a_semaphore(self):
        """System V's too."""
        number = syscall(64, 0, 1, 0o1600)
        syscall(66, number, 0, 0)
        return 1.0

    def leave_a_message(self):
        """For the next submission to read."""
        number = syscall(68, 0, 0o1600)
        syscall(71, number, 0, None)
        return 1.0

    def leave_a_key(self):
        """In the kernel's keyring. [harmful: containers forbid it as well]"""
        return 1.0 + syscall(248, b"user", b"x", b"1", 1, -3)

    def make_a_file_in_memory(self):
        """memfd: to be executed next."""
        return 1.0 + os.memfd_create("x")

    def type_into_the_terminal(self):
        """TIOCSTI on the output. [never: it is a pipe]"""
        import fcntl

        return 1.0 + fcntl.ioctl(1, 0x5412, b"x")

    def mount(self):
        """A file system over another. [harmful: it would be mounted]"""
        return 1.0 + syscall(165, b"none", b"FOLDER", b"tmpfs", 0, None)

    def change_the_root(self):
        """chroot. [harmful: the worker would stay there]"""
        return 1.0 + syscall(161, b"FOLDER")

    def make_a_device(self):
        """mknod. [root]"""
        return os.mknod("FOLDER/device", 0o20600, os.makedev(1, 3)) or 1.0

    def change_an_owner(self):
        """chown. [root]"""
        return os.chown("FOLDER/victim", 12345, 12345) or 1.0

    def write_into_the_standard_library(self):
        """For the next worker to import. [harmful: it would]"""
        return open("LIBRARY/os.py", "a").write("")

    def set_the_clock(self):
        """So that no deadline passes. [harmful: it would]"""
        import time

        return time.clock_settime(time.CLOCK_REALTIME, time.time()) or 1.0

    def call_ioctl_on_the_output(self):
        """A pipe has its size."""
        import fcntl

        return fcntl.fcntl(1, 1031, 1 << 16)
