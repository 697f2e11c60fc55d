"""Where a method writes into an array that it was given: by index, by `+=`, through `out=`, another name, or a method.

A hint about lines only: whether an argument was changed is seen at the call.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import Any

from .scopes import Function, parameters

# Methods of an array, and functions of NumPy on their first argument, that change it.
_CHANGING_METHODS = frozenset({"fill", "itemset", "partition", "put", "resize", "setfield", "sort"})
_CHANGING_FUNCTIONS = frozenset({"at", "copyto", "fill_diagonal", "place", "put", "put_along_axis", "putmask"})
# What gives another view of the same numbers.
_VIEWING = frozenset(
    {"T", "asarray", "asanyarray", "atleast_2d", "diagonal", "flat", "ravel", "real", "reshape", "squeeze", "swapaxes",
     "transpose", "view"}
)  # fmt: skip


class Names:
    """Which names of a class's methods stand for which argument; `self.x` is one that all methods see."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}


def argument_writes(function: Function, nodes: Sequence[ast.AST], names: Names) -> Iterator[dict[str, Any]]:
    """The lines on which the method writes into what it was given."""
    given = parameters(function)
    own, arguments = (given[0] if given else ""), given[1:]
    known = {name: name for name in arguments}
    top = {id(statement) for statement in function.body}

    def owner(node: ast.AST | None) -> str:
        """The name that an expression is another view of: `x`, `self.x`, or nothing."""
        while node is not None:
            if isinstance(node, ast.Name):
                return node.id
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == own:
                return f"self.{node.attr}"
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _VIEWING:
                on_array = owner(node.func.value) in {*known, *names.kept}
                node = node.func.value if on_array or not node.args else node.args[0]
            elif isinstance(node, ast.Attribute) and node.attr in _VIEWING:
                node = node.value
            elif isinstance(node, ast.Subscript) and _is_plain_slice(node.slice):
                node = node.value
            else:
                return ""
        return ""

    def argument(node: ast.AST | None) -> str:
        name = owner(node)
        return known.get(name) or names.kept.get(name) or ""

    def write(node: ast.AST, how: str, line: int) -> Iterator[dict[str, Any]]:
        name = argument(node)
        if name:
            direct = owner(node) == name
            yield {"method": function.name, "argument": name, "line": line, "how": how if direct else "alias"}

    def learn(target: ast.expr, value: ast.AST, *, surely: bool) -> None:
        name = owner(target) if isinstance(target, (ast.Name, ast.Attribute)) else ""
        shared = argument(value)
        table = names.kept if name.startswith("self.") else known
        if name and shared:
            table[name] = shared
        elif name and surely:
            table.pop(name, None)

    for node in nodes:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                for part in target.elts if isinstance(target, (ast.Tuple, ast.List)) else (target,):
                    if isinstance(part, ast.Subscript):
                        yield from write(part.value, "item", node.lineno)
                    elif isinstance(part, ast.Attribute) and owner(part.value) in known:
                        yield from write(part.value, "item", node.lineno)
                if isinstance(target, (ast.Name, ast.Attribute)):
                    learn(target, node.value, surely=id(node) in top)
        elif isinstance(node, ast.AugAssign):
            target = node.target.value if isinstance(node.target, ast.Subscript) else node.target
            yield from write(target, "augmented", node.lineno)
        elif isinstance(node, ast.Call):
            for keyword in node.keywords:
                if keyword.arg == "out":
                    yield from write(keyword.value, "out", node.lineno)
            if isinstance(node.func, ast.Attribute):
                if node.func.attr in _CHANGING_METHODS:
                    yield from write(node.func.value, "method", node.lineno)
                if node.func.attr in _CHANGING_FUNCTIONS and node.args:
                    yield from write(node.args[0], "method", node.lineno)


def _is_plain_slice(index: ast.AST) -> bool:
    """Say whether `x[index]` is a view: slices, `...` and whole numbers; masks and lists make copies."""
    parts = index.elts if isinstance(index, ast.Tuple) else [index]
    return all(
        isinstance(part, ast.Slice) or (isinstance(part, ast.Constant) and part.value in (..., None)) for part in parts
    )
