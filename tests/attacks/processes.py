"""Submissions that reach for processes, threads, privileges and the kernel. Tags as in reading.py."""

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


def ended(process):
    """Wait for a child of ours."""
    os.waitpid(process, 0)
    return 1.0


class Attack:
    def __init__(self):
        # Where modules that were not loaded beforehand would come from.
        sys.path[:] = ["LIBRARY", "LIBRARY/lib-dynload"]
        for name, module in list(sys.modules.items()):
            if hasattr(module, "__path__"):
                module.__path__ = [os.path.join("LIBRARY", *name.split("."))]

    def fork(self):
        """A second process that nobody counts."""
        process = os.fork()
        if not process:
            os._exit(0)
        return ended(process)

    def fork_by_number(self):
        """The old call itself."""
        process = syscall(57)
        if not process:
            os._exit(0)
        return ended(process)

    def spawn(self):
        """posix_spawn."""
        return ended(os.posix_spawn("/bin/true", ["true"], {}))

    def run_a_command(self):
        """system gives a number, not an exception."""
        if os.system("true"):
            raise OSError
        return 1.0

    def run_a_program(self):
        """subprocess."""
        import subprocess

        return 1.0 + subprocess.run(["/bin/true"]).returncode

    def read_from_a_program(self):
        """popen."""
        return len(os.popen("echo x").read())

    def execute(self):
        """Become another program. [harmful: the worker would be gone]"""
        os.execv("/bin/true", ["true"])

    def execute_by_number(self):
        """execveat, of a descriptor. [harmful: the worker would be gone]"""
        return 1.0 + syscall(322, 3, b"", None, None, 0x1000)

    def open_a_terminal(self):
        """A process with a terminal of its own."""
        process, _ = os.forkpty()
        if not process:
            os._exit(0)
        return ended(process)

    def start_a_thread(self):
        """That goes on after the answer."""
        import threading

        thread = threading.Thread(target=int)
        thread.start()
        thread.join()
        return 1.0

    def start_a_bare_thread(self):
        """Without the module on top."""
        import _thread

        return 1.0 + bool(_thread.start_new_thread(int, ()))

    def start_a_pool(self):
        """Of threads."""
        from multiprocessing.pool import ThreadPool

        return len(ThreadPool(2).map(abs, [1]))

    def start_a_process(self):
        """multiprocessing."""
        import multiprocessing

        process = multiprocessing.get_context("fork").Process(target=int)
        process.start()
        process.join()
        return 1.0

    def clone(self):
        """clone3, which glibc tries first."""
        arguments = (ctypes.c_uint64 * 8)()
        arguments[4] = 17
        process = syscall(435, arguments, 64)
        if not process:
            os._exit(0)
        return ended(process)

    def signal_the_judge(self):
        """Signal 0 does nothing; 9 would."""
        return os.kill(int("JUDGE"), 0) or 1.0

    def signal_its_parent(self):
        """The zygote."""
        return os.kill(os.getppid(), 0) or 1.0

    def signal_everybody(self):
        """kill(-1)."""
        return os.kill(-1, 0) or 1.0

    def signal_a_group(self):
        """Its own, with everything in it."""
        return os.killpg(0, 0) or 1.0

    def signal_itself(self):
        """To die by a signal of its choice."""
        return os.kill(os.getpid(), 0) or 1.0

    def signal_through_a_descriptor(self):
        """pidfd."""
        return 1.0 + os.pidfd_open(os.getppid())

    def ask_for_its_parent(self):
        """Whom to attack."""
        if os.getppid() <= 0:
            raise OSError
        return 1.0

    def be_traced(self):
        """ptrace."""
        return 1.0 + syscall(101, 0, 0, 0, 0)

    def slow_others_down(self):
        """nice the other way. [root]"""
        return os.nice(-1) + 21.0

    def raise_its_limits(self):
        """setrlimit."""
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, resource.getrlimit(resource.RLIMIT_CPU))
        return 1.0

    def raise_its_limits_by_number(self):
        """prlimit64."""
        return 1.0 + syscall(302, 0, 0, None, (ctypes.c_uint64 * 2)())

    def choose_its_processor(self):
        """So that a neighbour waits."""
        return 1.0 + len(os.sched_getaffinity(0))

    def become_root(self):
        """setuid. [harmful: it would change user]"""
        os.setuid(0)
        if os.getuid():
            raise PermissionError
        return 1.0

    def leave_its_namespace(self):
        """unshare: root over there. [harmful: it would move]"""
        return 1.0 + syscall(272, 0x10000000)

    def become_readable(self):
        """prctl: dumpable again."""
        return 1.0 + syscall(157, 4, 1, 0, 0, 0)

    def outlive_its_parent(self):
        """prctl: no signal at the parent's death."""
        return 1.0 + syscall(157, 1, 0, 0, 0, 0)

    def load_another_filter(self):
        """seccomp: more is less, but not theirs to say."""
        return 1.0 + syscall(317, 2, 0, (ctypes.c_uint * 1)(0x7FFF0000))

    def load_a_kernel_program(self):
        """bpf. [root]"""
        return 1.0 + syscall(321, 0, (ctypes.c_uint32 * 32)(2, 4, 4, 1), 72)

    def handle_page_faults(self):
        """userfaultfd. [root]"""
        return 1.0 + syscall(323, 0)

    def count_events(self):
        """perf_event_open. [harmful: not every kernel lets it]"""
        return 1.0 + syscall(298, ctypes.create_string_buffer(128), 0, -1, -1, 0)

    def change_its_personality(self):
        """Addresses that do not move, memory that can be run."""
        return 1.0 + syscall(135, 0xFFFFFFFF)

    def make_memory_that_runs(self):
        """mmap with PROT_EXEC."""
        import mmap

        return len(mmap.mmap(-1, 4096, prot=7))

    def make_memory_run(self):
        """mprotect with PROT_EXEC."""
        import mmap

        memory = mmap.mmap(-1, 4096)
        address = ctypes.addressof(ctypes.c_char.from_buffer(memory))
        return 1.0 + syscall(10, ctypes.c_void_p(address & -4096), 4096, 7)

    def set_an_alarm(self):
        """A signal in the middle of ours."""
        import signal

        signal.setitimer(signal.ITIMER_REAL, 1000)
        return signal.setitimer(signal.ITIMER_REAL, 0)[0]

    def set_a_timer(self):
        """timer_create."""
        return 1.0 + syscall(222, 1, None, ctypes.byref(ctypes.c_int()))

    def make_a_pipe(self):
        """Descriptors are for the wire."""
        return len(os.pipe())

    def make_an_event(self):
        """eventfd."""
        return 1.0 + syscall(290, 0, 0)

    def make_a_poll(self):
        """epoll."""
        import select

        return 1.0 + select.epoll().fileno()

    def copy_a_descriptor(self):
        """dup."""
        return 1.0 + os.dup(1)

    def use_32_bit_numbers(self):
        """The x32 convention: the same calls by other numbers. [never: most kernels are built without]"""
        return 1.0 + syscall(0x40000000 + 39)

    def use_a_number_from_the_future(self):
        """What no filter knows. [never: nor does this kernel]"""
        return 1.0 + syscall(4000)
