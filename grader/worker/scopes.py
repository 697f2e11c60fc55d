"""Which names a piece of source binds, and which it needs from outside, by Python's scoping rules.

`selecting` follows a class to what it needs with this, `facts` finds names that are bound nowhere.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from .walking import all_nodes, children

Function = ast.FunctionDef | ast.AsyncFunctionDef
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_SCOPES = (*_FUNCTIONS, *_COMPREHENSIONS, ast.ClassDef)


def bound(nodes: Iterable[ast.AST]) -> set[str]:
    """The names that these statements bind in their own scope, whatever the path through them."""
    names: set[str] = set()
    elsewhere: set[str] = set()
    pending = list(nodes)
    while pending:
        node = pending.pop()
        names.update(_bound_by(node))
        if isinstance(node, (ast.Global, ast.Nonlocal)):
            elsewhere.update(node.names)
        if not isinstance(node, _SCOPES):
            pending += children(node)
        elif isinstance(node, _COMPREHENSIONS):
            # `:=` in a comprehension binds in the scope around it.
            names.update(_name(inner.target) for inner in all_nodes(node) if isinstance(inner, ast.NamedExpr))
    return names - elsewhere


def _bound_by(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
        yield node.id
    elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield node.name
    elif isinstance(node, (ast.Import, ast.ImportFrom)):
        for alias in node.names:
            yield alias.asname or alias.name.split(".")[0]
    elif isinstance(node, (ast.ExceptHandler, ast.MatchAs, ast.MatchStar)) and node.name:
        yield node.name
    elif isinstance(node, ast.MatchMapping) and node.rest:
        yield node.rest


def _name(node: ast.AST) -> str:
    return node.id if isinstance(node, ast.Name) else ""


def parameters(function: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> list[str]:
    """The names of a function's parameters, in order."""
    given = function.args
    named = [*given.posonlyargs, *given.args, *([given.vararg] if given.vararg else []), *given.kwonlyargs]
    return [argument.arg for argument in [*named, *([given.kwarg] if given.kwarg else [])]]


def global_names(node: ast.AST) -> set[str]:
    """What is declared `global` anywhere in it."""
    return {name for inner in all_nodes(node) if isinstance(inner, ast.Global) for name in inner.names}


def free(node: ast.AST) -> Iterator[ast.Name]:
    """The names that a statement at the left edge reads from the module (or from the builtins)."""
    return _Around((), None).free(node)


@dataclass(frozen=True, slots=True)
class _Around:
    """What is bound around a place in the source."""

    functions: tuple[frozenset[str], ...]
    """By the functions and comprehensions around it."""
    own_class: frozenset[str] | None
    """By the class body that it is directly in."""

    def free(self, node: ast.AST) -> Iterator[ast.Name]:
        if isinstance(node, ast.Name):
            known = any(node.id in names for names in self.functions) or node.id in (self.own_class or ())
            if isinstance(node.ctx, ast.Load) and not known:
                yield node
            return
        if isinstance(node, _FUNCTIONS):
            outside, inside, around = self._function(node)
        elif isinstance(node, _COMPREHENSIONS):
            targets = frozenset(bound(generator.target for generator in node.generators))
            outside, inside, around = [], children(node), _Around((*self.functions, targets), self.own_class)
        elif isinstance(node, ast.ClassDef):
            outside = [*node.decorator_list, *node.bases, *(keyword.value for keyword in node.keywords)]
            inside, around = node.body, _Around(self.functions, frozenset(bound(node.body)))
        else:
            outside, inside, around = _without_annotation(node), [], self
        for child in outside:
            yield from self.free(child)
        for child in inside:
            yield from around.free(child)

    def _function(
        self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    ) -> tuple[list[ast.AST], Sequence[ast.AST], _Around]:
        """What of a function is read around it, what inside, and what is bound there.

        Annotations are left out: a type that was never imported is a checker's business, and under
        `from __future__ import annotations` it is never evaluated.
        """
        outside: list[ast.AST] = [*node.args.defaults, *(value for value in node.args.kw_defaults if value)]
        if not isinstance(node, ast.Lambda):
            outside += node.decorator_list
        body: Sequence[ast.AST] = [node.body] if isinstance(node, ast.Lambda) else node.body
        return outside, body, _Around((*self.functions, frozenset(bound(body) | set(parameters(node)))), None)


def _without_annotation(node: ast.AST) -> list[ast.AST]:
    return [child for child in children(node) if child is not getattr(node, "annotation", None)]
