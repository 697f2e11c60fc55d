"""How a method ends: what it returns and where, whether it can run off its end, what is never reached."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from .scopes import Function
from .walking import own_nodes

_ENDING = (ast.Return, ast.Raise)
_BLOCKS = (
    ast.If, ast.For, ast.While, ast.With, ast.Try, ast.ExceptHandler, ast.AsyncFor, ast.AsyncWith, ast.match_case
)  # fmt: skip
_LEAVING = (*_ENDING, ast.Break, ast.Continue)


def returns(nodes: Sequence[ast.AST]) -> list[dict[str, Any]]:
    """Each `return` with its line, and whether it gives a value."""
    return [
        {"line": node.lineno, "value": node.value is not None and not _is_none(node.value)}
        for node in nodes
        if isinstance(node, ast.Return)
    ]


def _is_none(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def falls_through(body: Sequence[ast.stmt]) -> bool:
    """Say whether the end of these statements can be reached."""
    return not any(_ends(statement) for statement in body)


def _ends(statement: ast.stmt) -> bool:
    """Say whether nothing after this statement is ever run."""
    if isinstance(statement, _ENDING):
        return True
    if isinstance(statement, ast.If):
        return bool(statement.orelse) and not falls_through(statement.body) and not falls_through(statement.orelse)
    if isinstance(statement, (ast.With, ast.AsyncWith)):
        return not falls_through(statement.body)
    if isinstance(statement, ast.Try):
        if statement.finalbody and not falls_through(statement.finalbody):
            return True
        paths = [[*statement.body, *statement.orelse], *(handler.body for handler in statement.handlers)]
        return not any(falls_through(path) for path in paths)
    if isinstance(statement, ast.While):
        endless = isinstance(statement.test, ast.Constant) and bool(statement.test.value)
        return endless and not any(isinstance(node, ast.Break) for node in own_nodes(statement))
    if isinstance(statement, ast.Match):
        last = statement.cases[-1]
        catches_all = isinstance(last.pattern, ast.MatchAs) and last.pattern.pattern is None and last.guard is None
        return catches_all and not any(falls_through(case.body) for case in statement.cases)
    return False


def unreachable(function: Function, nodes: Sequence[ast.AST]) -> Iterator[int]:
    """The first line of whatever stands behind a `return` or `raise` in the same block."""
    for node in (function, *(node for node in nodes if isinstance(node, _BLOCKS))):
        for name in ("body", "orelse", "finalbody"):
            block = getattr(node, name, None)
            if not isinstance(block, list):
                continue
            for statement, following in pairwise(block):
                if isinstance(statement, _LEAVING):
                    yield following.lineno
                    break


def is_stub(function: Function) -> bool:
    """Say whether a body holds nothing but a docstring, `pass`, `...`, `return` or a NotImplementedError."""
    return all(
        isinstance(statement, ast.Pass)
        or (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant))
        or (isinstance(statement, ast.Return) and (statement.value is None or _is_none(statement.value)))
        or raises_not_implemented(statement)
        for statement in function.body
    )


def raises_not_implemented(node: ast.AST) -> bool:
    """Say whether a statement is `raise NotImplementedError`, with or without words."""
    if not isinstance(node, ast.Raise) or node.exc is None:
        return False
    raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
    return isinstance(raised, ast.Name) and raised.id in {"NotImplementedError", "NotImplemented"}
