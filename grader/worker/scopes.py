"""Which names a piece of source binds, and which it needs from outside, by Python's scoping rules.

`selecting` follows a class to what it needs with this, `facts` finds names that are bound nowhere.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

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
    yield from _free(node, (), None)


def _free(node: ast.AST, functions: tuple[frozenset[str], ...], own_class: frozenset[str] | None) -> Iterator[ast.Name]:
    """`functions`: names bound by the functions around; `own_class`: by the class body that we are directly in."""
    if isinstance(node, ast.Name):
        known = any(node.id in names for names in functions) or (own_class is not None and node.id in own_class)
        if isinstance(node.ctx, ast.Load) and not known:
            yield node
    elif isinstance(node, _FUNCTIONS):
        outside: list[ast.AST] = [*node.args.defaults, *(value for value in node.args.kw_defaults if value)]
        if not isinstance(node, ast.Lambda):
            outside += node.decorator_list
            # Annotations are left out: a type that was never imported is the checker's business, and with
            # `from __future__ import annotations` it is never evaluated.
        for child in outside:
            yield from _free(child, functions, own_class)
        body: list[ast.AST] = [node.body] if isinstance(node, ast.Lambda) else list(node.body)
        names = frozenset(bound(body) | set(parameters(node)))
        for child in body:
            yield from _free(child, (*functions, names), None)
    elif isinstance(node, _COMPREHENSIONS):
        targets = frozenset(bound(generator.target for generator in node.generators))
        for child in children(node):
            yield from _free(child, (*functions, targets), own_class)
    elif isinstance(node, ast.ClassDef):
        for child in (*node.decorator_list, *node.bases, *(keyword.value for keyword in node.keywords)):
            yield from _free(child, functions, own_class)
        names = frozenset(bound(node.body))
        for child in node.body:
            yield from _free(child, functions, names)
    elif isinstance(node, (ast.AnnAssign, ast.arg)):
        for child in children(node):
            if child is not node.annotation:
                yield from _free(child, functions, own_class)
    else:
        for child in children(node):
            yield from _free(child, functions, own_class)
