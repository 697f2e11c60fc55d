"""What the source says about the class, as plain data, before any of it runs; the diagnosis reasons from it.

Also sends the text itself, from which the judge shows lines: after the student's code has run, nothing that the worker
says about its own source is believed.
"""

from __future__ import annotations

import ast
import builtins
import json
import re
import sys
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from . import flow, offering
from .defining import definition_behind, methods_of
from .finding import Found
from .oddities import oddities
from .plaintext import clean
from .scopes import Function, bound, free, global_names, parameters
from .source import Source
from .walking import all_nodes, own_nodes, statements_in
from .wire import Array
from .writing import Writes

# More entries of one kind than this come from a program, not from a student.
_ENTRIES = 500
_CELLS = 2000


def told(found: Found, class_name: str, *, is_function: bool = False) -> tuple[dict[str, Any], list[Array]]:
    """The message that follows reading: status, facts, and the text that lines are shown from."""
    source = found.source
    try:
        facts = collect(found, class_name, is_function=is_function)
    except (RecursionError, MemoryError):
        # Such a file would break the compiler next.
        found.status, found.reason = "unreadable", "too_deep"
        facts = {}
    layout = source.layout if source else None
    head = {
        "status": found.status,
        "reason": found.reason,
        "file": found.file,
        "notes": found.notes,
        "marks": layout.marks[:_CELLS] if layout else [],
    }
    text = layout.text if layout else ""
    return head, [_as_array(json.dumps(facts).encode()), _as_array(text.encode())]


def _as_array(data: bytes) -> Array:
    return np.frombuffer(data, np.uint8)


def collect(found: Found, class_name: str, *, is_function: bool = False) -> dict[str, Any]:
    """Everything that is known without running it."""
    source = found.source
    statements = source.statements if source else []
    name = found.name or class_name
    definition = offering.as_definition(statements, name) if is_function else definition_behind(statements, name)
    methods = methods_of(statements, definition) if definition else []
    names = _module_names(found, source) if source else set()
    facts: dict[str, Any] = {
        "file": found.file,
        "encoding": source.encoding if source else "",
        "syntax": _syntax(found),
        "classes": list(_classes(found)),
        "class": None if definition is None else _spot(definition) | {"end_line": definition.end_lineno},
        "near": found.near,
        "methods": [],
        "reads": [],
        "sets": [],
        "module_names": sorted(names),
        "unbound": [],
        "argument_writes": [],
        "unreachable": [],
        "loops": list(_loops(statements)),
        "suspicious": oddities(
            [node for each in ([source] if source else []) + list(found.siblings.values()) for node in _looked_at(each)]
        ),
    }
    writes = Writes()
    for function, owner in methods:
        nodes = own_nodes(function)
        facts["methods"].append(_method(function, owner, nodes))
        _attributes(function, facts["reads"], facts["sets"])
        facts["unbound"] += _unbound(function, names)
        facts["argument_writes"] += writes.of(function, nodes)
        facts["unreachable"] += [{"method": function.name, "line": line} for line in flow.unreachable(function, nodes)]
    return {key: value[:_ENTRIES] if isinstance(value, list) else value for key, value in facts.items()}


def _loops(statements: Sequence[ast.stmt]) -> Iterator[dict[str, Any]]:
    """Where each loop begins and ends, in the order of the source."""
    for statement in statements_in(statements, nested=True):
        if isinstance(statement, (ast.For, ast.AsyncFor, ast.While)):
            yield {"line": statement.lineno, "end_line": statement.body[-1].end_lineno}


def _looked_at(source: Source) -> list[ast.stmt]:
    """What could do harm: a bare call in a notebook is never run, and `os._exit(0)` is how people restart Colab."""
    if not source.layout.marks:
        return source.statements
    return [statement for statement in source.statements if not isinstance(statement, ast.Expr)]


def _spot(definition: ast.ClassDef) -> dict[str, Any]:
    return {"name": clean(definition.name, 80), "line": definition.lineno}


def _classes(found: Found) -> Iterator[dict[str, Any]]:
    for source in ([found.source] if found.source else []) + list(found.siblings.values()):
        for statement in statements_in(source.statements, nested=False):
            if isinstance(statement, ast.ClassDef):
                yield _spot(statement) | {"file": source.name}


def _syntax(found: Found) -> dict[str, Any] | None:
    broken = found.broken
    if broken is None or found.source is None:
        return None
    return {
        "kind": broken.kind,
        "line": broken.line,
        "column": broken.column,
        "end_column": broken.end_column,
        "message": clean(broken.message, 200),
        "source": clean(found.source.line(broken.line).rstrip(), 300),
    }


def _method(function: Function, owner: str, nodes: Sequence[ast.AST]) -> dict[str, Any]:
    decorators = {node.id for node in function.decorator_list if isinstance(node, ast.Name)}
    given = parameters(function)
    return {
        "name": clean(function.name, 80),
        "class": clean(owner, 80),
        "line": function.lineno,
        "end_line": function.end_lineno,
        "arguments": [clean(name, 80) for name in given[:50]],
        "static": "staticmethod" in decorators,
        "stub": flow.is_stub(function),
        "raises_not_implemented": any(flow.raises_not_implemented(node) for node in nodes),
        "returns": flow.returns(nodes)[:_ENTRIES],
        "falls_through": flow.falls_through(function.body),
        "prints": [
            node.lineno
            for node in nodes
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
        ][:_ENTRIES],
    }


def _attributes(function: Function, reads: list[dict[str, Any]], sets: list[dict[str, Any]]) -> None:
    """Where the method reads and sets attributes of its own object, whatever it calls that."""
    own = parameters(function)[:1]
    nodes = all_nodes(function)
    augmented = {id(node.target) for node in nodes if isinstance(node, ast.AugAssign)}
    for node in nodes:
        if not (isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and [node.value.id] == own):
            continue
        spot = {"method": function.name, "name": clean(node.attr, 80), "line": node.lineno}
        if isinstance(node.ctx, ast.Load) or id(node) in augmented:
            reads.append(spot)
        if isinstance(node.ctx, ast.Store):
            sets.append(spot | {"augmented": id(node) in augmented})


def _unbound(function: Function, names: set[str]) -> Iterator[dict[str, Any]]:
    for name in free(function):
        dunder = name.id.startswith("__") and name.id.endswith("__")
        if name.id not in names and not hasattr(builtins, name.id) and not dunder:
            yield {"method": function.name, "name": clean(name.id, 80), "line": name.lineno}


def _module_names(found: Found, source: Source) -> set[str]:
    """Every name that the module may have, on whatever path, in parts that do not parse as well."""
    names = bound(source.statements)
    for statement in source.statements:
        names |= global_names(statement)
        if isinstance(statement, ast.ImportFrom) and statement.names[0].name == "*":
            names |= _starred(found, statement.module or "")
    for broken in source.broken:
        names.update(re.findall(r"^(?:class\s+|def\s+)?(\w+)\s*(?:=|\(|:)", broken.piece.text, re.MULTILINE))
    return names - {"*"}


def _starred(found: Found, module: str) -> set[str]:
    """What a star import brings, from modules that are there."""
    known = sys.modules.get(module)
    if known is not None:
        return set(getattr(known, "__all__", [name for name in vars(known) if not name.startswith("_")]))
    siblings = [source for name, source in found.siblings.items() if name.rsplit(".", 1)[0].endswith(module)]
    return {name for source in siblings for name in bound(source.statements)}
