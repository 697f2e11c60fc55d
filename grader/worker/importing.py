"""Imports as a worker has them: what is not there under the name that a student expects, by the name that it has.

Called by `loading` with one import at a time; makes the submission's other files importable, runs none of them itself.
"""

from __future__ import annotations

import ast
import importlib.machinery
import re
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

from . import offering
from .finding import Found
from .plaintext import clean
from .source import Source

Import = ast.Import | ast.ImportFrom


def single(statement: ast.stmt) -> list[ast.stmt]:
    """An import of several names as several imports, so that one that is missing costs only itself."""
    if not isinstance(statement, (ast.Import, ast.ImportFrom)) or len(statement.names) == 1:
        return [statement]
    if isinstance(statement, ast.Import):
        parts: list[ast.stmt] = [ast.Import(names=[alias]) for alias in statement.names]
    else:
        parts = [
            ast.ImportFrom(module=statement.module, names=[alias], level=statement.level) for alias in statement.names
        ]
    return [ast.copy_location(part, statement) for part in parts]


def is_star(statement: Import) -> bool:
    """Say whether an import takes all that a module offers."""
    return statement.names[0].name == "*"


def from_nearer(statement: Import) -> Import | None:
    """`from .affine import Affine` or `from ch05.layers import *` with the module that is there in its place.

    That is another file of the submission, what an exercise is provided with, or one of the book's modules.
    """
    alias = statement.names[0]
    nearer: Import
    module = statement.module or "" if isinstance(statement, ast.ImportFrom) else alias.name
    if isinstance(statement, ast.ImportFrom) and not module:
        # `from . import affine`
        there = _there(alias.name)
        nearer = ast.Import(names=[ast.alias(name=there, asname=alias.asname or alias.name)])
    elif isinstance(statement, ast.ImportFrom):
        there = _there(module)
        nearer = ast.ImportFrom(module=there, names=statement.names, level=0)
    else:
        # `import a.b` binds a, in which there would be no b.
        there = _there(module) if alias.asname or "." not in module else ""
        nearer = ast.Import(names=[ast.alias(name=there, asname=alias.asname or module)])
    if not there or (there == module and not getattr(statement, "level", None)):
        return None
    return ast.fix_missing_locations(ast.copy_location(nearer, statement))


def _there(module: str) -> str:
    """The name by which a module can be imported that the student expects elsewhere; empty where there is none."""
    name = module.rsplit(".", 1)[-1]
    if name in _Siblings.sources or name in offering.installed:
        return name
    return f"common.{name}" if f"common.{name}" in sys.modules else ""


def imported(statement: Import) -> str:
    """The module that an import names."""
    if isinstance(statement, ast.Import):
        return clean(statement.names[0].name, 80)
    return clean("." * statement.level + (statement.module or ""), 80)


def install_siblings(found: Found, run: Callable[[Source, ModuleType], None]) -> None:
    """Make the submission's other files importable by name, before the book's stand-ins; `run` fills a module."""
    for name, source in found.siblings.items():
        path = re.sub(r"\.(py|ipynb)$", "", name, flags=re.IGNORECASE).split("/")
        if not all(part.isidentifier() for part in path):
            continue
        for start in range(len(path)):
            _Siblings.sources[".".join(path[start:])] = source
    if _Siblings.sources:
        for name in [name for name in sys.modules if name == "common" or name.startswith("common.")]:
            if any(known == name or known.startswith(name + ".") for known in _Siblings.sources) and name != "common":
                del sys.modules[name]
        sys.meta_path.append(_Siblings(run))


class _Siblings:
    """Finds the submission's other files when one of them is imported."""

    sources: dict[str, Source] = {}  # noqa: RUF012 - one worker, one submission

    def __init__(self, run: Callable[[Source, ModuleType], None]) -> None:
        self._run = run

    def find_spec(self, name: str, path: object = None, target: object = None) -> Any:  # noqa: ARG002 - importlib's
        """Say that a file of the submission is that module."""
        package = any(known.startswith(name + ".") for known in self.sources)
        if name in self.sources or package:
            return importlib.machinery.ModuleSpec(name, self, is_package=package)  # type: ignore[arg-type]
        return None

    def create_module(self, spec: Any) -> None:
        """Take Python's default module."""

    def exec_module(self, module: ModuleType) -> None:
        """Run what the file's definitions need, by the same rule as the main file."""
        source = self.sources.get(module.__name__)
        if source is not None:
            self._run(source, module)
