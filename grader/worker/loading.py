"""Runs what the class of an exercise needs of its file, statement by statement: one that raises costs only itself.

Called by `serving` once `finding` has found the class; says everything in plain data.
"""

from __future__ import annotations
import __future__

import ast
import builtins
import importlib.machinery
import linecache
import re
import sys
import warnings
from dataclasses import dataclass
from types import FunctionType, ModuleType
from typing import Any

from .finding import Found, Note
from .plaintext import clean
from .raising import describe
from .scopes import bound
from .selecting import provided, select
from .source import Source
from .walking import statements_in

# More notes than this do not help anybody.
_NOTES = 20
MODULE_NAME = "submission"


@dataclass(slots=True, kw_only=True)
class Ran:
    """What came of running a file."""

    value: Any
    """The class, or the function where one is asked for; None where there is none."""
    raised: dict[str, Any] | None
    notes: list[Note]


def run(found: Found, class_name: str, *, is_function: bool = False) -> Ran:
    """Run what the class needs of its file, statement by statement."""
    assert found.source is not None
    _install_siblings(found)
    module = ModuleType(MODULE_NAME)
    module.__file__ = found.source.name  # `inspect` asks for it, and then the line cache
    sys.modules[MODULE_NAME] = module
    _speak_of_warnings(found.source)
    runner = _Runner(found.source, module, {*found.siblings, found.source.name})
    runner.run({found.name, class_name})
    value = vars(module).get(found.name)
    if isinstance(value, FunctionType if is_function else type):
        return Ran(value=value, raised=None, notes=runner.notes)
    raised = runner.raised_by.get(found.name)
    return Ran(value=None, raised=raised, notes=runner.notes)


def _speak_of_warnings(source: Source) -> None:
    """Let warnings name the place as the student knows it; one that every Sigmoid of the book causes costs nothing."""
    warnings.filterwarnings("ignore", "overflow encountered in exp", RuntimeWarning)

    def one_line(
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        line: str | None = None,  # noqa: ARG001 - its shape is Python's
    ) -> str:
        place = source.layout.place(lineno) if filename == source.name else f":{lineno}"
        return f"{filename}{place}: {category.__name__}: {message}\n"

    warnings.formatwarning = one_line


class _Runner:
    """Runs the selected statements of one file in one module."""

    def __init__(self, source: Source, module: ModuleType, files: set[str]) -> None:
        self._source = source
        self._module = module
        self._files = files
        level = statements_in(source.statements, nested=False)
        self._own_classes = {node.name for node in level if isinstance(node, ast.ClassDef)}
        self.notes: list[Note] = []
        self.raised_by: dict[str, dict[str, Any]] = {}

    def run(self, roots: set[str]) -> None:
        """Run what the roots need, and all imports and definitions."""
        text = self._source.layout.text
        linecache.cache[self._source.name] = (len(text), None, text.splitlines(keepends=True), self._source.name)
        statements, needed = select(self._source.statements, roots)
        for statement in statements:
            for part in _single(statement):
                self._run_one(part, needed)

    def _run_one(self, statement: ast.stmt, needed: set[str]) -> None:
        try:
            if isinstance(statement, ast.ImportFrom) and statement.names[0].name == "*":
                self._import_star(statement)
            elif not self._would_replace_a_class(statement):
                self._execute(statement, vars(self._module))
        except BaseException as problem:  # noqa: BLE001 - a statement that raises costs only itself
            names = provided(statement)
            raised = describe(problem, self._files)
            self.raised_by |= dict.fromkeys(names, raised)
            if isinstance(statement, (ast.Import, ast.ImportFrom)):
                if _imported(statement) == "grader":
                    return  # `check` is for the student's desk
                self._note("import_missing", statement, module=_imported(statement))
            elif names & needed:
                self._note("statement_raised", statement, type=raised["type_name"], message=raised["message"])

    def _execute(self, statement: ast.stmt, names: dict[str, Any]) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.Module(body=[statement], type_ignores=[])
            # Hints are never evaluated: many name types of packages that are not here, or are no types at all.
            flags = self._source.future | __future__.annotations.compiler_flag
            code = compile(tree, self._source.name, "exec", flags=flags, dont_inherit=True)
        names.setdefault("__builtins__", builtins)
        exec(code, names)  # noqa: S102 - this is what a worker is for

    def _import_star(self, statement: ast.ImportFrom) -> None:
        """Take what a star import brings, but for names of the student's own classes, wherever they stand."""
        brought: dict[str, Any] = {"__name__": MODULE_NAME}
        self._execute(statement, brought)
        taken = {
            name: value
            for name, value in brought.items()
            if name not in self._own_classes and not name.startswith("__")
        }
        vars(self._module).update(taken)

    def _would_replace_a_class(self, statement: ast.stmt) -> bool:
        """Say whether an import puts the book's class where the student's own stands."""
        return isinstance(statement, ast.ImportFrom) and any(name in self._own_classes for name in bound([statement]))

    def _note(self, key: str, statement: ast.stmt, **fields: Any) -> None:
        note = (key, {"file": self._source.name, "line": statement.lineno, **fields})
        if note not in self.notes and len(self.notes) < _NOTES:
            self.notes.append(note)


def _single(statement: ast.stmt) -> list[ast.stmt]:
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


def _imported(statement: ast.Import | ast.ImportFrom) -> str:
    if isinstance(statement, ast.Import):
        return clean(statement.names[0].name, 80)
    return clean("." * statement.level + (statement.module or ""), 80)


def _install_siblings(found: Found) -> None:
    """Make the submission's other files importable by name, before the book's stand-ins."""
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
        sys.meta_path.append(_Siblings())


class _Siblings:
    """Finds the submission's other files when one of them is imported."""

    sources: dict[str, Source] = {}  # noqa: RUF012 - one worker, one submission

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
            roots = bound(node for node in source.statements if isinstance(node, (ast.ClassDef, ast.FunctionDef)))
            _Runner(source, module, {source.name}).run(roots)
