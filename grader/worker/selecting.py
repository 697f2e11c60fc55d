"""Which statements of a submitted file are run: what its class needs, and nothing that only shows it off.

Imports, classes, functions and plain constants are run; assignments where the class needs them; demo code, training
loops and prints never. The same rule holds for modules and notebooks. Works on parsed source only.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterable, Sequence

from .scopes import bound, free
from .walking import all_nodes, children

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_IMPORTS = (ast.Import, ast.ImportFrom)
_ASSIGNMENTS = (ast.Assign, ast.AnnAssign, ast.AugAssign)
_BLOCKS = (ast.If, ast.Try)
_CONSTANT_PARTS = (
    ast.Constant, ast.Tuple, ast.List, ast.Dict, ast.Set, ast.UnaryOp, ast.BinOp,
)  # fmt: skip
# `10 ** 10 ** 10` is a constant that never ends, `[0] * 10 ** 9` one that fills the memory.
_EXPLODING = (ast.Pow, ast.Mult, ast.LShift)


def select(statements: Sequence[ast.stmt], roots: Iterable[str]) -> tuple[list[ast.stmt], set[str]]:
    """The statements to run, in order, and the names that the roots need, themselves included."""
    needed = _closure(statements, set(roots))
    kept = [_kept(statement, needed) for statement in statements]
    return [statement for statement in kept if statement is not None], needed


def _closure(statements: Sequence[ast.stmt], needed: set[str]) -> set[str]:
    """Follow names from what binds them to what that reads, until nothing new turns up."""
    candidates = [(_provides(statement), {name.id for name in free(statement)}) for statement in statements]
    for statement in statements:
        for block in all_nodes(statement) if isinstance(statement, ast.If) and _holds_definitions(statement) else ():
            if isinstance(block, ast.If):
                needed |= {name.id for name in free(block.test)}
    growing = True
    while growing:
        growing = False
        for provided, read in candidates:
            if provided & needed and not read <= needed:
                needed |= read
                growing = True
    return needed


def _provides(statement: ast.stmt) -> set[str]:
    """The names that a statement binds, or changes: `Relu.forward = f` belongs to `Relu`."""
    names = bound([statement])
    if extended(statement):
        names.add(extended(statement))
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    for target in targets:
        owner = target
        while isinstance(owner, (ast.Attribute, ast.Subscript)):
            owner = owner.value
        if isinstance(owner, ast.Name):
            names.add(owner.id)
    return names


def _kept(statement: ast.stmt, needed: set[str]) -> ast.stmt | None:
    """The statement, with what is not to be run taken out of it; None where nothing is left."""
    if isinstance(statement, (*_DEFINITIONS, *_IMPORTS)):
        return statement
    if isinstance(statement, _ASSIGNMENTS):
        return statement if _is_plain_constant(statement) or _provides(statement) & needed else None
    if extended(statement):
        return statement if _provides(statement) & needed else None
    if isinstance(statement, _BLOCKS) and not _asks_for_main(statement):
        wanted = _holds_definitions(statement) or bool(_provides(statement) & needed)
        return _thinned(statement, needed) if wanted else None
    # A `type` statement (3.12) is a definition; this Python may not know its class.
    return statement if type(statement).__name__ == "TypeAlias" else None


def extended(statement: ast.stmt) -> str:
    """The class that `setattr(Relu, "forward", forward)` gives a method; empty for every other statement."""
    call = statement.value if isinstance(statement, ast.Expr) else None
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name) or call.func.id != "setattr":
        return ""
    owner = call.args[0] if call.args else None
    return owner.id if isinstance(owner, ast.Name) else ""


def _thinned(block: ast.If | ast.Try, needed: set[str]) -> ast.stmt:
    """A copy of a block without the statements that are not to be run."""
    thin = copy.copy(block)

    def body(statements: list[ast.stmt], *, required: bool) -> list[ast.stmt]:
        kept = [part for part in (_kept(statement, needed) for statement in statements) if part is not None]
        if not kept and required:
            return [ast.copy_location(ast.Pass(), block)]
        return kept

    thin.body = body(block.body, required=True)
    thin.orelse = body(block.orelse, required=False)
    if isinstance(thin, ast.Try) and isinstance(block, ast.Try):
        thin.handlers = [copy.copy(handler) for handler in block.handlers]
        for handler in thin.handlers:
            handler.body = body(handler.body, required=True)
        thin.finalbody = body(block.finalbody, required=not block.handlers)
    return thin


def _is_plain_constant(statement: ast.stmt) -> bool:
    """Say whether a statement gives names a value that is written out."""
    if isinstance(statement, ast.AugAssign) or not isinstance(statement, (ast.Assign, ast.AnnAssign)):
        return False
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    names = [part for target in targets for part in (target.elts if isinstance(target, ast.Tuple) else [target])]
    if statement.value is None or not all(isinstance(name, ast.Name) for name in names):
        return False
    parts = all_nodes(statement.value)
    return all(
        isinstance(part, _CONSTANT_PARTS) and not (isinstance(part, ast.BinOp) and isinstance(part.op, _EXPLODING))
        for part in parts
    )


def _holds_definitions(block: ast.stmt) -> bool:
    """Say whether a block has an import or a definition at its own level or in a block inside."""
    pending: list[ast.AST] = [block]
    while pending:
        node = pending.pop()
        if isinstance(node, (*_DEFINITIONS, *_IMPORTS)):
            return True
        if isinstance(node, (*_BLOCKS, ast.ExceptHandler)):
            pending += children(node)
    return False


def _asks_for_main(block: ast.stmt) -> bool:
    """Say whether it is `if __name__ == "__main__"`, however it is written."""
    return isinstance(block, ast.If) and any(name.id == "__name__" for name in free(block.test))
