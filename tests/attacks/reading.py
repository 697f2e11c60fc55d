"""Submissions that read what is not theirs. Each method returns when it worked and raises when it did not.

A tag ends a docstring where the attack cannot be shown outside the sandbox: [never: why], [harmful: why], [root].
The words in capitals are put in by the test: a secret file beside the submissions, its folder, the project, the judge.
"""

import ctypes
import os
import sys

LIBC = ctypes.CDLL(None, use_errno=True)


def syscall(number, *arguments):
    """A system call by its number on x86-64, past all of Python's own doors."""
    arguments = [ctypes.c_long(one) if isinstance(one, int) else one for one in (number, *arguments)]
    result = LIBC.syscall(*arguments)
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


def secret(text):
    """The text, if the secret is in it."""
    text = text if isinstance(text, str) else bytes(text).decode("latin-1")
    if "FOUND-THE-SECRET" not in text:
        raise ValueError("no secret")
    return 1.0


class Attack:
    def __init__(self):
        # Where modules that were not loaded beforehand would come from.
        sys.path[:] = ["LIBRARY", "LIBRARY/lib-dynload"]
        for name, module in list(sys.modules.items()):
            if hasattr(module, "__path__"):
                module.__path__ = [os.path.join("LIBRARY", *name.split("."))]

    def open_a_neighbours_file(self):
        """The plain way."""
        return secret(open("SECRET").read())

    def open_a_suite(self):
        """The checks that decide."""
        return len(open("PROJECT/grader/suites/test_relu.py").read())

    def open_a_solution(self):
        """The answer itself."""
        return len(open("PROJECT/solutions/relu.py").read())

    def open_a_relative_path(self):
        """Without knowing where."""
        return len(os.listdir("."))

    def open_with_os(self):
        """Below the io module."""
        return secret(os.read(os.open("SECRET", os.O_RDONLY), 99))

    def open_beside_a_folder(self):
        """Relative to a descriptor."""
        return secret(os.read(os.open("secret.txt", os.O_RDONLY, dir_fd=os.open("FOLDER", os.O_RDONLY)), 99))

    def open_with_pathlib(self):
        """The modern way."""
        import pathlib

        return secret(pathlib.Path("SECRET").read_text())

    def open_with_codecs(self):
        """The old way."""
        import codecs

        return secret(codecs.open("SECRET", encoding="utf-8").read())

    def open_with_tokenize(self):
        """A door one forgets."""
        import tokenize

        return secret(tokenize.open("SECRET").read())

    def open_with_linecache(self):
        """It reads files for tracebacks."""
        import linecache

        return secret(linecache.getline("SECRET", 1))

    def read_with_numpy_fromfile(self):
        """C code that opens files."""
        import numpy as np

        return secret(np.fromfile("SECRET", dtype="u1"))

    def read_with_numpy_loadtxt(self):
        """Text by way of numbers."""
        import numpy as np

        return secret(str(np.genfromtxt("SECRET", dtype=str, delimiter="\n")))

    def map_with_numpy_memmap(self):
        """Memory instead of reading."""
        import numpy as np

        return secret(bytes(np.memmap("SECRET", dtype="u1", mode="r")))

    def open_with_the_c_library(self):
        """Past the audit hooks."""
        descriptor = LIBC.open(b"SECRET", os.O_RDONLY)
        if descriptor < 0:
            raise OSError
        return secret(os.read(descriptor, 99))

    def open_by_number(self):
        """openat."""
        return secret(os.read(syscall(257, -100, b"SECRET", 0), 99))

    def open_by_a_newer_number(self):
        """openat2, which older filters do not know."""
        how = (ctypes.c_uint64 * 3)(0, 0, 0)
        return secret(os.read(syscall(437, -100, b"SECRET", how, ctypes.sizeof(how)), 99))

    def open_by_the_oldest_number(self):
        """open, which new programs do not use."""
        return secret(os.read(syscall(2, b"SECRET", 0, 0), 99))

    def import_a_file(self):
        """A path put back."""
        sys.path.insert(0, "FOLDER")
        import neighbour

        return secret(neighbour.TEXT)

    def import_the_grader(self):
        """And with it suites, solutions, pitfalls."""
        sys.path.insert(0, "PROJECT")
        import grader

        return len(grader.__file__)

    def run_a_file(self):
        """runpy reads and compiles."""
        import importlib.machinery

        return secret(importlib.machinery.SourceFileLoader("neighbour", "FOLDER/neighbour.py").load_module().TEXT)

    def load_a_library(self):
        """The dynamic loader opens files too."""
        return len(repr(ctypes.CDLL("libutil.so.1")._handle))

    def list_a_folder(self):
        """Names of other submissions."""
        return len([name for name in os.listdir("FOLDER") if name])

    def scan_a_folder(self):
        """With sizes."""
        return len([entry.stat().st_size for entry in os.scandir("FOLDER")])

    def walk_the_disk(self):
        """os.walk hides its errors."""
        return next(os.walk("FOLDER"))[0] and 1.0

    def glob_a_folder(self):
        """glob hides its errors too."""
        import glob

        return [1.0 for name in glob.glob("FOLDER/*")][0]

    def measure_a_file(self):
        """The size of a hidden test says something."""
        return os.stat("SECRET").st_size

    def measure_by_number(self):
        """statx."""
        return 1.0 + syscall(332, -100, b"SECRET", 0, 0x7FF, ctypes.create_string_buffer(256))

    def ask_whether_a_file_exists(self):
        """One bit at a time."""
        if not os.path.exists("SECRET"):
            raise FileNotFoundError
        return 1.0

    def ask_for_access(self):
        """access."""
        if not os.access("SECRET", os.R_OK):
            raise PermissionError
        return 1.0

    def go_to_a_folder(self):
        """chdir."""
        os.chdir("/")
        return 1.0

    def ask_where_it_is(self):
        """getcwd."""
        return len(os.getcwd())

    def read_a_link(self):
        """Where Python is."""
        return len(os.readlink("/proc/self/exe"))

    def read_the_judges_environment(self):
        """Tokens of a CI run."""
        return len(open("/proc/JUDGE/environ", "rb").read())

    def read_the_judges_command_line(self):
        """Paths."""
        return len(open("/proc/JUDGE/cmdline", "rb").read())

    def read_the_judges_memory(self):
        """Expected values."""
        return len(open("/proc/JUDGE/mem", "rb").__repr__())

    def read_another_process(self):
        """process_vm_readv on whoever forked it."""
        number, room = os.getppid(), ctypes.create_string_buffer(8)
        local = (ctypes.c_void_p * 2)(ctypes.addressof(room), 8)
        remote = (ctypes.c_void_p * 2)(id(None), 8)
        return 1.0 + syscall(310, number, local, 1, remote, 1, 0)

    def read_its_own_memory_file(self):
        """Writing past protections begins with this."""
        return len(repr(open("/proc/self/mem", "rb+")))

    def read_its_own_maps(self):
        """Addresses and paths."""
        return len(open("/proc/self/maps").read())

    def read_the_list_of_users(self):
        """As every first attack does."""
        return len(open("/etc/passwd").read())

    def read_a_home_folder(self):
        """Keys."""
        return len(os.listdir("/home")) + 1.0

    def read_the_repository(self):
        """History has the old suites too."""
        return len(os.listdir("PROJECT/.git"))

    def read_kernel_messages(self):
        """A device. [root]"""
        return len(repr(open("/dev/kmsg")))

    def watch_a_folder(self):
        """inotify: when others are graded."""
        return 1.0 + syscall(294, 0)

    def open_a_file_by_handle(self):
        """Without a path at the end. [root]"""
        handle = ctypes.create_string_buffer(8 + 128)
        ctypes.memmove(handle, ctypes.byref(ctypes.c_uint(128)), 4)
        number = ctypes.c_int()
        syscall(303, -100, b"SECRET", handle, ctypes.byref(number), 0)
        mount = os.open("FOLDER", os.O_RDONLY)
        return secret(os.read(syscall(304, mount, handle, 0), 99))

    def find_its_environment(self):
        """What the judge was started with. [never: it is started with an empty one]"""
        ours = {"OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"}
        return [1.0 for name in os.environ if name not in ours | {"PYTHONHASHSEED", "PYTHONUTF8", "LC_ALL"}][0]

    def find_a_path_of_the_grader(self):
        """In modules, frames, code, whatever the collector knows. [never: everything forgets where it is from]"""
        import gc
        import types

        marker = "/".join(["PROJECT", "grader", "worker"])
        texts = [*sys.argv, *sys.orig_argv, *sys.path, *os.environ.values()]
        frame = sys._getframe().f_back
        while frame:
            texts += [repr(value)[:9999] for value in [*frame.f_locals.values(), *frame.f_globals.values()]]
            frame = frame.f_back
        for one in gc.get_objects():
            if isinstance(one, types.FunctionType):
                codes = [one.__code__]
                for code in codes:
                    texts.append(code.co_filename)
                    codes += [inner for inner in code.co_consts if isinstance(inner, types.CodeType)]
            elif type(one) is dict:
                texts += [value for value in list(one.values()) if type(value) is str]
            elif type(one) in (list, tuple) and one is not texts:
                texts += [value for value in one if type(value) is str]
        return [1.0 for text in texts if marker in text][0]

    def find_the_neighbour_in_memory(self):
        """Objects that a collector knows. [never: the process it is forked from has seen no submission]"""
        import gc
        import linecache

        marker = "-".join(["NEIGHBOUR", "SOURCE"])
        places = [sys.modules, linecache.cache, *gc.get_objects()]
        for place in places:
            values = list(place.values()) if type(place) is dict else list(place) if type(place) in (list, tuple) else []
            if any(marker in value for value in values if type(value) in (str, bytes) and type(value) is str):
                return 1.0
        raise LookupError

    def find_a_suite_in_memory(self):
        """Functions that are called test_. [never: no suite is loaded in the process it is forked from]"""
        import gc
        import types

        functions = [one for one in gc.get_objects() if isinstance(one, types.FunctionType)]
        return [1.0 for one in functions if one.__name__.startswith("test_") and "suites" in one.__code__.co_filename][0]

    def find_another_descriptor(self):
        """Something left open. [never: two for output, one for the wire]"""
        found = []
        for number in range(4, 3000):
            try:
                os.close(number)  # which is allowed; to ask for its state is not
                found.append(1.0)
            except OSError:
                pass
        return found[0]
