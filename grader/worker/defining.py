"""What a file defines, by name, and the methods of its classes; reads source only.

`finding` chooses a file by it, `facts` tells of what is found here.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Sequence

from . import flow, offering
from .scopes import Function, bound
from .walking import statements_in

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_MAKERS = (ast.Call, ast.Lambda)


def names_in(statements: Sequence[ast.stmt], made: str = "") -> Iterator[str]:
    """What a file defines and could be a class: classes, and names that are assigned something.

    What a call makes could be anything, and a lambda is a function: they count under the name `made` alone.
    """
    for statement in statements_in(statements, nested=False):
        if isinstance(statement, (ast.ClassDef, ast.FunctionDef)):
            yield statement.name
        elif isinstance(statement, ast.Assign) and isinstance(statement.value, (ast.Name, ast.Attribute, *_MAKERS)):
            # `relu = Relu()` in demo code makes a layer, not another spelling of the class.
            if not isinstance(statement.value, _MAKERS) or _makes_a_class(statement.value):
                yield from bound(statement.targets)
            elif made in bound(statement.targets):
                yield made


def _makes_a_class(value: ast.expr) -> bool:
    """Say whether it is `type(name, bases, members)`, or a decorator applied by hand to a class."""
    return isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id in {"type", "dataclass"}


def definitions_of(statements: Sequence[ast.stmt], name: str) -> list[ast.ClassDef]:
    """The class statements of that name, in order, in whatever blocks they stand."""
    return [
        statement
        for statement in statements_in(statements, nested=False)
        if isinstance(statement, ast.ClassDef) and statement.name == name
    ]


def is_untouched(statements: Sequence[ast.stmt], name: str, methods: Collection[str], *, is_function: bool) -> bool:
    """Say whether a class or function is there as it was handed out: nothing that is asked for has been written."""
    definition = (offering.as_definition if is_function else definition_behind)(statements, name)
    if definition is None:
        return False
    asked_for = [function for function, _ in methods_of(statements, definition) if function.name in methods]
    if asked_for:
        return all(flow.is_stub(function) for function in asked_for)
    # Not even a method: `class Relu: pass`.
    empty = all(
        isinstance(part, ast.Pass) or (isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant))
        for part in definition.body
    )
    return empty and not definition.bases and not definition.decorator_list


def definition_behind(statements: Sequence[ast.stmt], name: str) -> ast.ClassDef | None:
    """The class statement behind a name; an alias is followed."""
    for _ in range(5):
        definitions = definitions_of(statements, name)
        if definitions:
            return definitions[-1]
        aliased = [
            statement.value.id
            for statement in statements
            if isinstance(statement, ast.Assign)
            and isinstance(statement.value, ast.Name)
            and name in bound(statement.targets)
        ]
        if not aliased:
            return None
        name = aliased[-1]
    return None


def methods_of(statements: Sequence[ast.stmt], definition: ast.ClassDef) -> list[tuple[Function, str]]:
    """The methods of a class with the class that has each: its own, patched ones, then inherited ones."""
    found: list[tuple[Function, str]] = [
        (statement, definition.name) for statement in definition.body if isinstance(statement, _FUNCTIONS)
    ]
    functions: dict[str, Function] = {}
    for statement in statements:
        if isinstance(statement, _FUNCTIONS):
            functions[statement.name] = statement  # in a notebook, each class may have had its own `forward`
        # `Relu.forward = forward`
        match statement:
            case ast.Assign(targets=[ast.Attribute(value=ast.Name(id=owner))], value=ast.Name(id=name)):
                if owner == definition.name and name in functions:
                    found.append((functions[name], owner))
    bases = [base.id for base in definition.bases if isinstance(base, ast.Name) and base.id != definition.name]
    for base in (definition_behind(statements, name) for name in bases):
        if base is not None and base is not definition:
            own = {function.name for function, _ in found}
            found += [pair for pair in methods_of(_before(statements, definition), base) if pair[0].name not in own]
    return found


def _before(statements: Sequence[ast.stmt], definition: ast.ClassDef) -> list[ast.stmt]:
    """The file without a class, so that classes that inherit from each other do not go round for ever."""
    return [statement for statement in statements if statement is not definition]
