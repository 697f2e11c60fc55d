"""Runs what the class of an exercise needs of its file, statement by statement: one that raises costs only itself.

Called by `serving` once `finding` has found the class; says everything in plain data.
"""

from __future__ import annotations
import __future__

import ast
import builtins
import copy
import linecache
import sys
import warnings
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from .finding import Found, Note
from .importing import from_nearer, imported, install_siblings, is_star, single
from .plaintext import clean
from .raising import describe
from .scopes import bound
from .selecting import provided, select
from .source import Source
from .walking import all_nodes, statements_in

# More notes than this do not help anybody.
_NOTES = 20
MODULE_NAME = "submission"
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


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
    install_siblings(found, _run_sibling)
    module = ModuleType(MODULE_NAME)
    module.__file__ = found.source.name  # `inspect` asks for it, and then the line cache
    sys.modules[MODULE_NAME] = module
    _speak_of_warnings(found.source)
    runner = _Runner(found.source, module, {*found.siblings, found.source.name})
    runner.run({found.name, class_name})
    value = vars(module).get(found.name)
    # Of functions, whatever can be called: a lambda, a partial, what a decorator made, an object with `__call__`.
    if isinstance(value, type) is not is_function and callable(value):
        return Ran(value=value, raised=None, notes=runner.notes)
    raised = runner.raised_by.get(found.name)
    return Ran(value=None, raised=raised, notes=runner.notes)


def _run_sibling(source: Source, module: ModuleType) -> None:
    """Run what the definitions of another file need, by the same rule as the main file."""
    roots = bound(node for node in source.statements if isinstance(node, (ast.ClassDef, ast.FunctionDef)))
    _Runner(source, module, {source.name}).run(roots)


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
        self._absent: set[str] = set()

    def run(self, roots: set[str]) -> None:
        """Run what the roots need, and all imports and definitions."""
        text = self._source.layout.text
        linecache.cache[self._source.name] = (len(text), None, text.splitlines(keepends=True), self._source.name)
        statements, needed = select(self._source.statements, roots)
        for statement in statements:
            for part in single(statement):
                self._run_one(part, needed)

    def _run_one(self, statement: ast.stmt, needed: set[str]) -> None:
        try:
            if isinstance(statement, (ast.Import, ast.ImportFrom)):
                self._import(statement)
            else:
                self._execute(self._without_absent(statement), vars(self._module))
        except BaseException as problem:  # noqa: BLE001 - a statement that raises costs only itself
            names = provided(statement)
            raised = describe(problem, self._files)
            self.raised_by |= dict.fromkeys(names, raised)
            if isinstance(statement, (ast.Import, ast.ImportFrom)):
                if imported(statement) == "grader":
                    return  # `check` is for the student's desk
                self._absent |= names
                module = imported(statement)
                if isinstance(statement, ast.ImportFrom) and module in sys.stdlib_module_names:
                    module = clean(f"{module}.{statement.names[0].name}", 80)  # Python's own; this one has no such name
                self._note("import_missing", statement, module=module)
            elif names & needed:
                self._note("statement_raised", statement, type=raised["type_name"], message=raised["message"])

    def _without_absent(self, statement: ast.stmt) -> ast.stmt:
        """A definition without the decorators and bases that a left-out import was to bring: leave those out too.

        `@override`, `@njit` and `@beartype` change nothing that is computed, and what only works inside of
        `nn.Module` says so when it is called.
        """
        absent = self._absent - vars(self._module).keys()
        if not absent or not any(_from(absent, part) for node in all_nodes(statement) for part in _trimmings(node)):
            return statement
        trimmed = copy.deepcopy(statement)
        for node in all_nodes(trimmed):
            if isinstance(node, _DEFINITIONS):
                node.decorator_list = [part for part in node.decorator_list if not _from(absent, part)]
            if isinstance(node, ast.ClassDef):
                node.bases = [part for part in node.bases if not _from(absent, part)]
                node.keywords = [part for part in node.keywords if not _from(absent, part.value)]
        return trimmed

    def _execute(self, statement: ast.stmt, names: dict[str, Any]) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.Module(body=[statement], type_ignores=[])
            # Hints are never evaluated: many name types of packages that are not here, or are no types at all.
            flags = self._source.future | __future__.annotations.compiler_flag
            code = compile(tree, self._source.name, "exec", flags=flags, dont_inherit=True)
        names.setdefault("__builtins__", builtins)
        exec(code, names)  # noqa: S102 - this is what a worker is for

    def _import(self, statement: ast.Import | ast.ImportFrom) -> None:
        """Run an import; where its module is not there, the one of that name that is, whatever folder it lies in."""
        if self._would_replace_a_class(statement):
            return
        run = self._import_star if is_star(statement) else self._import_names
        try:
            run(statement)
        except ImportError:
            nearer = from_nearer(statement)
            if nearer is None:
                raise
            (self._import_star if is_star(nearer) else self._import_names)(nearer)

    def _import_names(self, statement: ast.stmt) -> None:
        self._execute(statement, vars(self._module))

    def _import_star(self, statement: ast.stmt) -> None:
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


def _trimmings(node: ast.AST) -> list[ast.expr]:
    """What is applied to a definition from outside: its decorators, and the bases and keywords of a class."""
    trimmings = list(node.decorator_list) if isinstance(node, _DEFINITIONS) else []
    if isinstance(node, ast.ClassDef):
        trimmings += [*node.bases, *(keyword.value for keyword in node.keywords)]
    return trimmings


def _from(names: set[str], node: ast.expr) -> bool:
    """Say whether an expression such as `nn.Module`, `jit(cache=True)` or `Base[int]` begins with one of the names."""
    while isinstance(node, (ast.Attribute, ast.Subscript, ast.Call)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return isinstance(node, ast.Name) and node.id in names
