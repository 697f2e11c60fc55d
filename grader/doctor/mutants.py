"""Mutants of a solution: the same source with one small thing broken, each under a key that survives editing.

The doctor lets the suites judge them: a mutant that passes is either right by the contract, for a reason that
`survivors.toml` states, or shows a hole in a suite. Knows source only, nothing of suites.
"""

from __future__ import annotations

import ast
import copy
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from grader.doctor.mutations import mutations
from grader.doctor.surroundings import Replacement, Replacing, Surroundings


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """A solution with one thing broken."""

    key: str
    """`Affine.forward: x @ W -> x * W`: where, what it was, what it is; no line numbers, so that it stays the same."""
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Site:
    """A node that can be broken, with the name of what it stands in."""

    scope: str
    node: ast.AST
    around: Surroundings


def mutants(source: str) -> list[Mutant]:
    """Every mutant of a source that differs from it and from the others."""
    tree = ast.parse(source)
    seen = {ast.unparse(tree)}
    keys: Counter[str] = Counter()
    made = []
    for site in _sites(tree):
        for node, replacement in mutations(site.node, site.around):
            text = ast.unparse(_broken(tree, node, replacement))
            if text in seen:
                continue
            seen.add(text)
            key = f"{site.scope}: {_shown(node)} -> {_shown(replacement)}"
            keys[key] += 1
            # The same change at another place of the same function gets a number.
            made.append(Mutant(key=key if keys[key] == 1 else f"{key} ({keys[key]})", source=text))
    return made


def _broken(tree: ast.Module, node: ast.AST, replacement: Replacement) -> ast.Module:
    """A copy of the tree with something else in the place of a node."""
    memo: dict[int, ast.AST] = {}
    other: ast.Module = copy.deepcopy(tree, memo)
    other = Replacing(memo[id(node)], copy.deepcopy(replacement)).visit(other)  # type: ignore[assignment]
    return ast.fix_missing_locations(other)


def _shown(part: Replacement) -> str:
    """A piece of source on one line."""
    nodes = part if isinstance(part, list) else [part]
    # A new statement has no line number yet, and `unparse` asks for one.
    whole = (ast.fix_missing_locations(copy.deepcopy(node)) for node in nodes)
    return "; ".join(" ".join(ast.unparse(node).split()) for node in whole)


def _sites(tree: ast.Module) -> Iterator[_Site]:
    """Every node inside a function, in the order of the source."""
    for item in tree.body:
        if isinstance(item, ast.FunctionDef):
            yield from _of_function(item, item.name, ())
        elif isinstance(item, ast.ClassDef):
            for method in item.body:
                if isinstance(method, ast.FunctionDef):
                    yield from _of_function(method, f"{item.name}.{method.name}", _stored(item))


def _stored(item: ast.ClassDef) -> tuple[str, ...]:
    """What a class stores on `self`."""
    attributes = [
        node for node in ast.walk(item) if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)
    ]
    own = [node.attr for node in attributes if isinstance(node.value, ast.Name) and node.value.id == "self"]
    return tuple(dict.fromkeys(own))


def _of_function(function: ast.FunctionDef, scope: str, attributes: tuple[str, ...]) -> Iterator[_Site]:
    given = tuple(argument.arg for argument in function.args.args if argument.arg != "self")

    def inside(node: ast.AST, statement: ast.stmt) -> Iterator[_Site]:
        statement = node if isinstance(node, ast.stmt) else statement
        around = Surroundings(
            statement=statement, arguments=given, attributes=attributes, constructor=function.name == "__init__"
        )
        yield _Site(scope=scope, node=node, around=around)
        for child in ast.iter_child_nodes(node):
            yield from inside(child, statement)

    for part in (function.args, *function.body):
        yield from inside(part, function)
