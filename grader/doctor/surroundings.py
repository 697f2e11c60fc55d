"""Ways to break a piece of Python by what stands around it: other names, arrays that others hold, state kept elsewhere.

Used by `mutations` beside the ways that need to see one node only. A list of statements takes the place of a statement.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

Replacement = ast.AST | list[ast.stmt]
Replaced = tuple[ast.AST, Replacement]


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """Where a node stands."""

    statement: ast.stmt
    """The statement that it belongs to."""
    arguments: tuple[str, ...]
    """The arguments of the function around it, `self` left out."""
    attributes: tuple[str, ...]
    """What the class stores on `self`."""
    constructor: bool
    """Whether this is `__init__`, which runs once."""


def names(node: ast.AST, around: Surroundings) -> Iterator[Replaced]:
    """Another argument, or another attribute of `self`."""
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in around.arguments:
        for other in around.arguments:
            if other != node.id:
                yield node, ast.Name(id=other, ctx=ast.Load())
    attribute = _own_name(node)
    if attribute in around.attributes and isinstance(getattr(node, "ctx", None), ast.Load):
        for other in around.attributes:
            if other != attribute:
                yield node, _own(other)
        for other in around.arguments:
            yield node, ast.Name(id=other, ctx=ast.Load())


def in_place(node: ast.AST, around: Surroundings) -> Iterator[Replaced]:
    """The same numbers, written into an array that belongs to somebody else."""
    if not isinstance(around.statement, (ast.Assign, ast.Return, ast.Expr)):
        return
    if isinstance(node, ast.BinOp) and not isinstance(node.op, ast.MatMult) and _is_place(node.left):
        yield from _before(
            node, around, ast.AugAssign(target=_stored(node.left), op=node.op, value=node.right), node.left
        )
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or not is_numpy(node.func.value):
        return
    if node.func.attr == "where":
        chosen, kept, other = node.args
        if _is_place(kept):
            elsewhere = ast.Subscript(value=kept, slice=ast.UnaryOp(op=ast.Invert(), operand=chosen), ctx=ast.Store())
            yield from _before(node, around, ast.Assign(targets=[elsewhere], value=other), kept)
    if isinstance(getattr(np, node.func.attr, None), np.ufunc):
        for target in {
            name.id: name for name in ast.walk(node) if _is_place(name) and isinstance(name, ast.Name)
        }.values():
            if target.id in around.arguments:
                into = [*node.keywords, ast.keyword(arg="out", value=target)]
                yield node, ast.Call(func=node.func, args=node.args, keywords=into)


def keeping(node: ast.AST, around: Surroundings) -> Iterator[Replaced]:
    """What is kept on `self` is kept on the class, only once, as a sum of all so far, in a local name, or as a copy."""
    if not isinstance(node, ast.Assign) or len(node.targets) != 1:
        return
    name = _own_name(node.targets[0])
    if not name:
        return
    shared = ast.Attribute(value=ast.parse("type(self)", mode="eval").body, attr=name, ctx=ast.Store())
    yield node, [ast.Assign(targets=[shared], value=node.value)]
    if not around.constructor:
        first = ast.parse(f"not hasattr(self, {name!r})", mode="eval").body
        yield node, [ast.If(test=first, body=[node], orelse=[])]
    so_far = ast.parse(f"getattr(self, {name!r}, 0)", mode="eval").body
    sum_of_both = ast.BinOp(left=so_far, op=ast.Add(), right=node.value)
    yield node, [ast.Assign(targets=node.targets, value=sum_of_both)]
    yield node, [ast.Assign(targets=[ast.Name(id=name, ctx=ast.Store())], value=node.value)]
    if _is_place(node.value):
        copied = ast.Call(func=ast.Attribute(value=node.value, attr="copy", ctx=ast.Load()), args=[], keywords=[])
        yield node, [ast.Assign(targets=node.targets, value=copied)]


WIDER: tuple[Callable[[ast.AST, Surroundings], Iterator[Replaced]], ...] = (names, in_place, keeping)
"""What depends on the class, the function or the statement around a node; tells which node is replaced."""


def _before(node: ast.expr, around: Surroundings, first: ast.stmt, then: ast.expr) -> Iterator[Replaced]:
    """The statement around a node with another one before it, and the node replaced by what that one changed."""
    memo: dict[int, ast.AST] = {}
    statement = copy.deepcopy(around.statement, memo)
    replaced: Any = Replacing(memo[id(node)], then).visit(statement)
    yield around.statement, [first, replaced]


class Replacing(ast.NodeTransformer):
    """Puts something else in the place of one node of a tree."""

    def __init__(self, node: ast.AST, replacement: Replacement) -> None:
        self._node = node
        self._replacement = replacement

    def visit(self, node: ast.AST) -> Replacement:
        """The replacement for the node in question; any other node with its children visited."""
        if node is self._node:
            return self._replacement
        visited: Replacement = self.generic_visit(node)
        return visited


def is_numpy(node: ast.AST) -> bool:
    """Say whether a node is the name under which NumPy is imported."""
    return isinstance(node, ast.Name) and node.id in {"np", "numpy"}


def _own_name(node: ast.AST) -> str:
    """The name of an attribute of `self`; empty for any other node."""
    own = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self"
    return node.attr if own else ""  # type: ignore[attr-defined]


def _own(name: str) -> ast.Attribute:
    return ast.Attribute(value=ast.Name(id="self", ctx=ast.Load()), attr=name, ctx=ast.Load())


def _is_place(node: ast.AST) -> bool:
    """Say whether a node names an array that outlives the expression."""
    return (isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and not is_numpy(node)) or bool(
        _own_name(node)
    )


def _stored(node: ast.expr) -> Any:
    target: Any = copy.copy(node)
    target.ctx = ast.Store()
    return target
