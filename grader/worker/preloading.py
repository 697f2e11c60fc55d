"""Loads everything that a submission may import, while there still is a file system, and forgets where it came from.

Called once per zygote (or subprocess), before any submission is seen. Inside the sandbox nothing can be opened, so
what is not in this list gives a plain ModuleNotFoundError there.
"""

from __future__ import annotations

import _imp
import contextlib
import gc
import importlib
import logging
import os
import random
import sys
import warnings
from types import CodeType, FunctionType, ModuleType

import numpy as np

_NUMPY = """
    numpy.char numpy.fft numpy.lib.scimath numpy.lib.stride_tricks numpy.linalg numpy.ma numpy.matlib numpy.polynomial
    numpy.random numpy.rec numpy.strings numpy.testing numpy.typing
""".split()  # noqa: SIM905 - a list of names reads best as names

# What courses use, what their readers' files were seen to import, and what these need when they are called. Each
# costs every fork: asyncio (2.7 MB, and through it unittest.mock) is left out, since no layer awaits anything.
_STANDARD = """
    __future__ _strptime abc argparse array ast base64 bisect builtins calendar cmath codecs collections
    collections.abc colorsys contextlib copy copyreg csv ctypes dataclasses datetime decimal difflib dis enum errno
    fractions functools gc getpass glob gzip hashlib heapq html importlib importlib.machinery importlib.util inspect io
    itertools json keyword linecache locale logging math multiprocessing numbers operator os os.path pathlib pickle
    platform pprint queue random re reprlib sched secrets shutil signal socket statistics string struct subprocess sys
    symtable tempfile textwrap threading time timeit token tokenize traceback tracemalloc types typing unicodedata
    unittest urllib.parse urllib.request uuid warnings weakref xml.etree.ElementTree zipfile zlib zoneinfo
""".split()  # noqa: SIM905

_OLD_NAMES = {
    "Inf": np.inf, "NaN": np.nan, "alltrue": np.all, "bool": bool, "complex": complex, "cumproduct": np.cumprod,
    "float": float, "float_": np.float64, "infty": np.inf, "int": int, "mat": np.asmatrix, "object": object,
    "product": np.prod, "round_": np.round, "row_stack": np.vstack, "sometrue": np.any, "str": str,
}  # fmt: skip

# Codecs are modules too: what source files are written in, and what NumPy and tracebacks ask for.
_CODECS = """
    ascii cp1252 cp437 cp932 cp949 euc_jp euc_kr gb18030 gbk big5 idna iso2022_kr iso8859_1 iso8859_15 johab latin_1
    mbcs punycode raw_unicode_escape shift_jis unicode_escape utf_16 utf_16_be utf_16_le utf_32 utf_32_be utf_32_le
    utf_7 utf_8 utf_8_sig
""".split()  # noqa: SIM905


def preload() -> None:
    """Import the permitted modules, and use once what NumPy sets up at its first use."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # The Fortran compiler's driver, 14 MB, which `from numpy import *` would load with the rest.
        np.__all__ = [name for name in np.__all__ if name != "f2py"]
        for name in (*_NUMPY, *_STANDARD, *(f"encodings.{codec}" for codec in _CODECS)):
            # Another Python, another NumPy or another system may lack one of them.
            with contextlib.suppress(ImportError):
                importlib.import_module(name)
        _restore_names()
        _warm_up()


def _restore_names() -> None:
    """Bring back names that NumPy had when the book was written: code that uses them is right where it was written."""
    for name, meant in _OLD_NAMES.items():
        if not hasattr(np, name):
            setattr(np, name, meant)


def seed() -> None:
    """Give the same submission the same random numbers in every worker, so that its report can be repeated.

    In the worker itself: Python seeds `random` anew after a fork. NumPy's generator stays as `preload` left it.
    """
    random.seed(0)


def _warm_up() -> None:
    """Go through what imports or allocates late: each worker would do it again."""
    square = np.arange(9.0).reshape(3, 3) + np.eye(3)
    np.linalg.svd(square)
    np.linalg.inv(square)
    np.einsum("ij,jk->ik", square, square)
    np.fft.fft2(square)
    np.pad(square, 1)
    repr(square @ square)
    with contextlib.suppress(AssertionError):
        np.testing.assert_allclose(square, square + 1)
    np.random.default_rng(0).normal(size=2)
    np.random.seed(0)  # noqa: NPY002 - the generator that students use


def forget_paths() -> None:
    """Leave nothing that says where things lie on this machine, nor a place to import from."""
    sys.path[:] = []
    sys.path_importer_cache.clear()
    sys.argv[:] = [""]
    sys.orig_argv[:] = []
    for name in ("executable", "_base_executable", "prefix", "base_prefix", "exec_prefix", "base_exec_prefix"):
        setattr(sys, name, "")
    os.environ.clear()
    # NumPy's and the standard library's modules tell where Python is; ours would tell where the grader is.
    ours = __name__.split(".")[0]
    folder = os.path.dirname(__file__)  # noqa: PTH120 - a plain prefix
    shorter = _Shorter(folder)
    for name, module in list(sys.modules.items()):
        if name.split(".")[0] == ours:
            for attribute in ("__file__", "__cached__", "__spec__", "__loader__", "__path__"):
                with contextlib.suppress(AttributeError):
                    delattr(module, attribute)
        else:
            _move(module, shorter)
    for function in [one for one in gc.get_objects() if isinstance(one, FunctionType)]:
        known = function.__code__.co_filename
        if known != shorter.of(known):
            _rename(function, shorter.of(known))
    # By this it knows its own frames, so that a record names the student's line.
    logging._srcfile = os.path.normcase(logging.addLevelName.__code__.co_filename)  # noqa: SLF001
    # The build's own list of paths; what needed it has it.
    for name in [name for name in sys.modules if name.lstrip("_").startswith("sysconfig")]:
        del sys.modules[name]
    for name in ("_stdlib_dir", "_framework", "_home"):
        if hasattr(sys, name):
            setattr(sys, name, "")


class _Shorter:
    """Paths as they are known everywhere: `numpy/linalg/_linalg.py`, `python3.11/random.py`.

    The standard library keeps its folder's name: students call files `random.py`, and a frame belongs to whom its
    file belongs.
    """

    def __init__(self, ours: str) -> None:
        around = [os.path.dirname(os.path.dirname(path)) for path in (np.__file__, os.__file__)]  # noqa: PTH120
        self._prefixes = (ours, *(f"{path}{os.sep}" for path in around))
        self._known: dict[str, str] = {}

    def of(self, path: str) -> str:
        """The short form of a path; of one that is nowhere known, its last part."""
        if path not in self._known:
            self._known[path] = self._shortened(path) if os.path.isabs(path) else path  # noqa: PTH117
        return self._known[path]

    def _shortened(self, path: str) -> str:
        prefix = next((prefix for prefix in self._prefixes if path.startswith(prefix)), None)
        return os.path.basename(path) if prefix is None else path.removeprefix(prefix).replace(os.sep, "/")  # noqa: PTH119


def _move(module: ModuleType, shorter: _Shorter) -> None:
    """Let a module tell no more of its place than tracebacks and messages need, and look for no files there."""
    spec, loader = getattr(module, "__spec__", None), getattr(module, "__loader__", None)
    for owner, attribute in (
        (module, "__file__"), (module, "__cached__"), (spec, "origin"), (spec, "cached"), (loader, "path"),
    ):  # fmt: skip
        path = getattr(owner, attribute, None)
        if isinstance(path, str):
            with contextlib.suppress(AttributeError):
                setattr(owner, attribute, shorter.of(path))
    for owner, attribute in ((module, "__path__"), (spec, "submodule_search_locations")):
        if getattr(owner, attribute, None):
            setattr(owner, attribute, [])
    if hasattr(loader, "path"):
        # A traceback would ask it for the source, and that attempt would look like the student's.
        module.__loader__ = None
        if spec is not None:
            spec.loader = None


def _rename(function: FunctionType, path: str) -> None:
    """Let a function, and what is defined inside it, come from this path."""
    rename = getattr(_imp, "_fix_co_filename", None)
    if rename is not None:
        # What `importlib` does to compiled files that were moved: in place, so that no page is written twice.
        rename(function.__code__, path)
    else:
        function.__code__ = _renamed(function.__code__, path)


def _renamed(code: CodeType, path: str) -> CodeType:
    inner = tuple(_renamed(one, path) if isinstance(one, CodeType) else one for one in code.co_consts)
    return code.replace(co_filename=path, co_consts=inner)
