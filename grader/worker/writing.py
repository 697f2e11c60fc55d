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

Write = dict[str, Any]


class Writes:
    """The methods of one class, read in order: what one keeps in `self`, another may write into."""

    def __init__(self) -> None:
        self._kept: dict[str, str] = {}

    def of(self, function: Function, nodes: Sequence[ast.AST]) -> Iterator[Write]:
        """The lines on which a method writes into what it was given; `nodes` are those of its body."""
        yield from _Method(function, self._kept).writes(nodes)


class _Method:
    """Follows one method from top to bottom, as if every line of it were run once."""

    def __init__(self, function: Function, kept: dict[str, str]) -> None:
        given = parameters(function)
        self._name = function.name
        self._self = given[0] if given else ""
        self._top = {id(statement) for statement in function.body}
        self._known = {name: name for name in given[1:]}
        """Which name stands for which argument."""
        self._kept = kept
        """The same for `self.name`."""

    def writes(self, nodes: Sequence[ast.AST]) -> Iterator[Write]:
        for node in nodes:
            if isinstance(node, ast.Assign):
                yield from self._assigned(node)
            elif isinstance(node, ast.AugAssign):
                target = node.target.value if isinstance(node.target, ast.Subscript) else node.target
                yield from self._write(target, "augmented", node.lineno)
            elif isinstance(node, ast.Call):
                yield from self._called(node)

    def _assigned(self, node: ast.Assign) -> Iterator[Write]:
        for target in node.targets:
            for part in target.elts if isinstance(target, (ast.Tuple, ast.List)) else (target,):
                # `x[...] = 0`, and `x.shape = ...`
                through_attribute = isinstance(part, ast.Attribute) and self._owner(part.value) in self._known
                if isinstance(part, ast.Subscript) or (isinstance(part, ast.Attribute) and through_attribute):
                    yield from self._write(part.value, "item", node.lineno)
            if isinstance(target, (ast.Name, ast.Attribute)):
                self._learn(target, node.value, surely=id(node) in self._top)

    def _called(self, node: ast.Call) -> Iterator[Write]:
        for keyword in node.keywords:
            if keyword.arg == "out":
                yield from self._write(keyword.value, "out", node.lineno)
        if isinstance(node.func, ast.Attribute):
            if node.func.attr in _CHANGING_METHODS:
                yield from self._write(node.func.value, "method", node.lineno)
            if node.func.attr in _CHANGING_FUNCTIONS and node.args:
                yield from self._write(node.args[0], "method", node.lineno)

    def _write(self, node: ast.AST, how: str, line: int) -> Iterator[Write]:
        name = self._argument(node)
        if name:
            direct = self._owner(node) == name
            yield {"method": self._name, "argument": name, "line": line, "how": how if direct else "alias"}

    def _learn(self, target: ast.expr, value: ast.AST, *, surely: bool) -> None:
        """Note which argument a name stands for from here on; a name that is bound anew stands for none."""
        name, shared = self._owner(target), self._argument(value)
        table = self._kept if name.startswith("self.") else self._known
        if name and shared:
            table[name] = shared
        elif surely:
            table.pop(name, None)

    def _argument(self, node: ast.AST) -> str:
        name = self._owner(node)
        return self._known.get(name) or self._kept.get(name) or ""

    def _owner(self, node: ast.AST) -> str:
        """The name that an expression is another view of: `x`, `self.x`, or nothing."""
        while True:
            if isinstance(node, ast.Name):
                return node.id
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == self._self:
                return f"self.{node.attr}"
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _VIEWING:
                # `x.reshape(2)` or `np.reshape(x, 2)`
                on_array = self._owner(node.func.value) in {*self._known, *self._kept}
                node = node.func.value if on_array or not node.args else node.args[0]
            elif (isinstance(node, ast.Attribute) and node.attr in _VIEWING) or (
                isinstance(node, ast.Subscript) and _is_plain_slice(node.slice)
            ):
                node = node.value
            else:
                return ""


def _is_plain_slice(index: ast.AST) -> bool:
    """Say whether `x[index]` is a view: slices, `...` and new axes; masks and lists make copies."""
    parts = index.elts if isinstance(index, ast.Tuple) else [index]
    return all(
        isinstance(part, ast.Slice) or (isinstance(part, ast.Constant) and part.value in (..., None)) for part in parts
    )
