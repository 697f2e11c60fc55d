"""Source that looks like tampering, for an instructor's eyes; never for a score."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from .walking import all_nodes

# Answers that are compared by their own rules, or on ours.
_DEFINED = frozenset(
    {"__array_function__", "__array_ufunc__", "__array_wrap__", "__array_finalize__", "__array_interface__",
     "__array_struct__", "__eq__", "__ne__", "__instancecheck__", "__class_getitem__", "__getattribute__"}
)  # fmt: skip
# Ways out of one's own frame, process or module.
_ATTRIBUTES = frozenset(
    {"__subclasses__", "__globals__", "__builtins__", "__closure__", "__code__", "__mro__", "_exit", "_getframe",
     "_current_frames", "currentframe", "f_back", "f_globals", "f_locals", "tb_frame", "gi_frame", "get_objects",
     "get_referrers", "get_referents", "settrace", "setprofile", "addaudithook", "system", "popen", "fork", "forkpty",
     "execv", "execve", "execvp", "posix_spawn", "killpg", "fdopen", "kill", "CDLL", "memmove", "string_at",
     "set_ufunc", "meta_path", "path_hooks"}
)  # fmt: skip
_NAMES = frozenset({"exec", "eval", "__import__", "__builtins__"})
# Not those that notebooks are full of (gc, importlib, threading, requests): what they can do shows in the attributes.
_MODULES = frozenset(
    {"ctypes", "socket", "subprocess", "multiprocessing", "signal", "atexit", "faulthandler", "mmap", "fcntl", "pty",
     "resource", "_posixsubprocess", "_ctypes", "builtins", "pytest", "_pytest", "grader", "grading_worker", "_thread"}
)  # fmt: skip
# Belonging to others: assigning to an attribute of one of these changes it for everybody.
_PATCHED = frozenset({"np", "numpy", "sys", "builtins", "os", "json", "math", "time"})
_MOST = 50
_LOOKED_AT = frozenset(
    {ast.FunctionDef, ast.AsyncFunctionDef, ast.Attribute, ast.Name, ast.Import, ast.ImportFrom, ast.Constant}
)


def oddities(statements: list[ast.stmt]) -> list[dict[str, Any]]:
    """What was found, with lines, each thing once a line."""
    found: dict[tuple[str, int], None] = {}
    for statement in statements:
        for node in all_nodes(statement):
            if node.__class__ in _LOOKED_AT:
                for what in _oddities_of(node):
                    found.setdefault((what, getattr(node, "lineno", 0)))
    return [{"what": what, "line": line} for what, line in sorted(found, key=lambda pair: pair[1])][:_MOST]


def _oddities_of(node: ast.AST) -> Iterator[str]:
    if _is_ours(node):
        return
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name in _DEFINED:
        yield node.name
    elif isinstance(node, ast.Attribute):
        if node.attr in _ATTRIBUTES or (node.attr in _DEFINED and not isinstance(node.ctx, ast.Load)):
            yield node.attr
        if not isinstance(node.ctx, ast.Load) and _root(node.value) in _PATCHED:
            yield f"{ast.unparse(node)[:80]} ="
    elif isinstance(node, ast.Name) and node.id in _NAMES:
        yield node.id
    elif isinstance(node, (ast.Import, ast.ImportFrom)):
        yield from _imported(node)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str) and "/proc/" in node.value:
        yield "/proc"


def _imported(node: ast.Import | ast.ImportFrom) -> Iterator[str]:
    from_where = [node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
    yield from (f"import {module[:80]}" for module in from_where if module.split(".")[0] in _MODULES)
    if isinstance(node, ast.ImportFrom):
        yield from (alias.name for alias in node.names if alias.name in _ATTRIBUTES)


def _is_ours(node: ast.AST) -> bool:
    """Say whether it is `from grader import check`, or what Jupyter makes of `!pip install` in an exported notebook."""
    match node:
        case ast.ImportFrom(module="grader", names=[ast.alias(name="check")]):
            return True
        case ast.Attribute(value=ast.Call(func=ast.Name(id="get_ipython"))):
            return True
    return False


def _root(node: ast.AST) -> str:
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""
