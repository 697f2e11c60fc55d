"""What the judge provides for one exercise alone: modules to import, functions to hand over, a place for a function.

`serving` calls it with what came over the wire, the judge's own `LocalWorker` with the same: both treat a function that
is asked for as the only method of a layer. What an exercise asks for is withheld from what it may import.
"""

from __future__ import annotations

import ast
import copy
import sys
from collections.abc import Callable, Mapping, Sequence
from types import ModuleType
from typing import Any

from . import standins

# What an exercise's own file brings along, beside the class.
_GIVEN = {"softmax_with_loss": ("softmax", "cross_entropy_error")}
FUNCTION_ARGUMENT = "f"
"""An argument of this name is a function: its number arrives, and the function is handed on."""


installed: set[str] = set()
"""The names of provided modules, by which they can be imported."""


def install(modules: Mapping[str, str]) -> None:
    """Put provided modules, given as source by name, where an import statement finds them."""
    for name, text in modules.items():
        sys.modules[name] = module_of(name, text)
        installed.add(name)
        if name in _GIVEN:
            vars(sys.modules[name]).update({given: getattr(standins, given) for given in _GIVEN[name]})
    classes = {
        name: value
        for module in modules
        for name, value in vars(sys.modules[module]).items()
        if isinstance(value, type)
    }
    if classes and "common.layers" in sys.modules:
        vars(sys.modules["common.layers"]).update(classes)


def module_of(name: str, text: str) -> ModuleType:
    """A module that holds what its source defines, and nothing that tells where that came from."""
    module = ModuleType(name)
    exec(compile(text, f"<{name}>", "exec", dont_inherit=True), vars(module))  # noqa: S102 - ours
    return module


def withhold(name: str) -> None:
    """Take what is asked for out of the stand-ins: nobody imports an answer."""
    for module in [module for key, module in sys.modules.items() if key.split(".")[0] == "common"]:
        vars(module).pop(name, None)
    standins.withhold(name)


def as_layer(function: Callable[..., object], arguments: Sequence[str], functions: Sequence[Any]) -> type:
    """A class whose only method, named like the function that is asked for, calls it."""
    places = [place for place, name in enumerate(arguments) if name == FUNCTION_ARGUMENT]

    def call(_: object, *given: Any) -> object:
        handed = [functions[int(one)] if place in places else one for place, one in enumerate(given)]
        return function(*handed)

    return type("Holder", (), {"__getattr__": lambda self, _: call.__get__(self)})


def as_definition(statements: Sequence[ast.stmt], name: str) -> ast.ClassDef | None:
    """A function of the file as a class with one static method: in this form facts are told."""
    found = [statement for statement in statements if isinstance(statement, ast.FunctionDef) and statement.name == name]
    if not found:
        return None
    method = copy.copy(found[-1])
    method.decorator_list = [*method.decorator_list, ast.Name(id="staticmethod", ctx=ast.Load())]
    definition = ast.ClassDef(name=name, bases=[], keywords=[], body=[method], decorator_list=[])
    return ast.copy_location(definition, method)
