"""Which statements of a submitted file are run: what its class needs, and nothing that only shows it off.

Imports, classes, functions and plain constants are run; assignments, loops and calls where they bind or change a name
that the class needs; demo code, training loops and prints never. The same rule holds for modules and notebooks. Works
on parsed source only.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterable, Iterator, Sequence

from .scopes import bound, free, global_names
from .walking import all_nodes, children, statements_in

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_IMPORTS = (ast.Import, ast.ImportFrom)
_ASSIGNMENTS = (ast.Assign, ast.AnnAssign, ast.AugAssign)
_BLOCKS = (ast.If, ast.Try, ast.With)
_LOOPS = (ast.For, ast.While, ast.Match)
_CONSTANT_PARTS = (
    ast.Constant, ast.Tuple, ast.List, ast.Dict, ast.Set, ast.UnaryOp, ast.BinOp,
)  # fmt: skip
# `10 ** 10 ** 10` is a constant that never ends, `[0] * 10 ** 9` one that fills the memory.
_EXPLODING = (ast.Pow, ast.Mult, ast.LShift)


def select(statements: Sequence[ast.stmt], roots: Iterable[str]) -> tuple[list[ast.stmt], set[str]]:
    """The statements to run, in order, and the names that the roots need, themselves included."""
    return Selection(statements).of(roots)


def provided(statement: ast.stmt) -> set[str]:
    """The names that a statement binds, or whose value it changes: `Relu.forward = f` belongs to `Relu`."""
    names = bound([statement])
    for part in statements_in([statement], nested=False):
        names.update(_root(target) for target in _targets(part))
        names.add(extended(part))
    return names - {""}


def _targets(statement: ast.stmt) -> list[ast.expr]:
    """What is assigned to or deleted, where it is more than a name."""
    if isinstance(statement, (ast.Assign, ast.Delete)):
        pending = list(statement.targets)
    elif isinstance(statement, (ast.AnnAssign, ast.AugAssign, ast.For)):
        pending = [statement.target]
    else:
        return []
    found = []
    for target in pending:  # grows while it is read
        if isinstance(target, (ast.Tuple, ast.List)):
            pending += target.elts
        elif not isinstance(target, ast.Name):
            found.append(target)
    return found


def _root(node: ast.AST) -> str:
    """The name that `a.b[0].c` begins with; empty where it begins with something else."""
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


class Selection:
    """A file's statements, and what of them is run for the sake of some names."""

    def __init__(self, statements: Sequence[ast.stmt]) -> None:
        level = list(statements_in(statements, nested=False))
        taken = {name for part in level if isinstance(part, (*_DEFINITIONS, *_IMPORTS)) for name in bound([part])}
        # `TABLE.append(0)` changes a value of the file's own; `plt.show()` and `Relu.test()` only use what is there.
        self._values = bound(part for part in level if not isinstance(part, (*_DEFINITIONS, *_IMPORTS))) - taken
        self._setters = {part.name: global_names(part) for part in level if isinstance(part, ast.FunctionDef)}
        self._statements = statements
        self._candidates = list(self._candidates_in(statements))
        self._asked = self._asked_by_blocks(statements)
        self._needed: set[str] = set()

    def of(self, roots: Iterable[str]) -> tuple[list[ast.stmt], set[str]]:
        """The statements to run for these names, in order, and all names that they need."""
        self._needed = self._closure({*roots, *self._asked})
        return self._kept_of(self._statements), self._needed

    @staticmethod
    def _asked_by_blocks(statements: Sequence[ast.stmt]) -> set[str]:
        """What decides which of several definitions is taken."""
        blocks = [
            block
            for statement in statements
            if isinstance(statement, ast.If) and _holds_definitions(statement)
            for block in all_nodes(statement)
        ]
        return {name.id for block in blocks if isinstance(block, ast.If) for name in free(block.test)}

    def _closure(self, needed: set[str]) -> set[str]:
        """Follow names from what binds them to what that reads, until nothing new turns up."""
        growing = True
        while growing:
            growing = False
            for provided, read in self._candidates:
                if provided & needed and not read <= needed:
                    needed |= read
                    growing = True
        return needed

    def _candidates_in(self, statements: Sequence[ast.stmt]) -> Iterator[tuple[set[str], set[str]]]:
        """What each statement provides and what it reads; of a block only its head, then what is in it."""
        for statement in statements:
            if not isinstance(statement, _BLOCKS):
                yield self._provides(statement), {name.id for name in free(statement)}
            elif not _asks_for_main(statement):
                bodies = [getattr(statement, name, []) for name in ("body", "orelse", "finalbody")]
                bodies += [handler.body for handler in getattr(statement, "handlers", [])]
                inside = {id(part) for body in bodies for part in body}
                head = [part for part in children(statement) if id(part) not in inside]
                head = [
                    part.type if isinstance(part, ast.ExceptHandler) and part.type else part
                    for part in head
                    if not isinstance(part, ast.ExceptHandler) or part.type
                ]
                yield self._provides(statement), {name.id for part in head for name in free(part)}
                for body in bodies:
                    yield from self._candidates_in(body)

    def _provides(self, statement: ast.stmt) -> set[str]:
        """What the statement binds or changes, or what the functions and methods may change that it calls bare."""
        names = provided(statement)
        for part in statements_in([statement], nested=False):
            call = part.value if isinstance(part, ast.Expr) else None
            if not isinstance(call, ast.Call):
                continue
            if isinstance(call.func, ast.Name):
                names |= self._setters.get(call.func.id, set())
            elif _root(call.func) in self._values:
                names.add(_root(call.func))
        return names

    def _kept_of(self, statements: Sequence[ast.stmt]) -> list[ast.stmt]:
        """The statements that are to be run, with what is not taken out of them."""
        found = [self._kept(statement) for statement in statements]
        return [statement for statement in found if statement is not None]

    def _kept(self, statement: ast.stmt) -> ast.stmt | None:
        if isinstance(statement, (*_DEFINITIONS, *_IMPORTS)):
            return statement
        wanted = bool(self._provides(statement) & self._needed)
        if isinstance(statement, _ASSIGNMENTS):
            return statement if wanted or _is_plain_constant(statement) else None
        if isinstance(statement, _BLOCKS):
            wanted = (wanted or _holds_definitions(statement)) and not _asks_for_main(statement)
            return self._thinned(statement) if wanted else None
        if isinstance(statement, ast.Delete):
            # What the class needs is not taken away, only something out of it.
            return statement if wanted and not any(isinstance(one, ast.Name) for one in statement.targets) else None
        if isinstance(statement, (*_LOOPS, ast.Expr)):
            # As a whole: a loop without some of its statements may never end.
            return statement if wanted else None
        # A `type` statement (3.12) is a definition; this Python may not know its class.
        return statement if type(statement).__name__ == "TypeAlias" else None

    def _thinned(self, block: ast.If | ast.Try | ast.With) -> ast.stmt:
        """A copy of a block without the statements that are not to be run."""
        thin = copy.copy(block)

        def body(statements: list[ast.stmt], *, required: bool) -> list[ast.stmt]:
            kept = self._kept_of(statements)
            if not kept and required:
                return [ast.copy_location(ast.Pass(), block)]
            return kept

        thin.body = body(block.body, required=True)
        if not isinstance(thin, ast.With) and not isinstance(block, ast.With):
            thin.orelse = body(block.orelse, required=False)
        if isinstance(thin, ast.Try) and isinstance(block, ast.Try):
            thin.handlers = [copy.copy(handler) for handler in block.handlers]
            for handler in thin.handlers:
                handler.body = body(handler.body, required=True)
            thin.finalbody = body(block.finalbody, required=not block.handlers)
        return thin


def extended(statement: ast.stmt) -> str:
    """The class that `setattr(Relu, "forward", forward)` gives a method; empty for every other statement."""
    call = statement.value if isinstance(statement, ast.Expr) else None
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name) or call.func.id != "setattr":
        return ""
    owner = call.args[0] if call.args else None
    return owner.id if isinstance(owner, ast.Name) else ""


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
