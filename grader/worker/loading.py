"""Finds the class of an exercise among submitted files, and runs what it needs of its file.

Two steps: `find` reads and parses and runs nothing of the student's; `run` executes the selected statements one by
one, so that one that raises costs only itself. Called by `serving`; says everything in plain data.
"""

from __future__ import annotations
import __future__

import ast
import builtins
import difflib
import linecache
import re
import sys
import warnings
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from .plaintext import clean
from .raising import describe
from .scopes import bound
from .selecting import select
from .source import Broken, Source, Unreadable, read

# Names this alike are the same name, misspelt: Rleu, SoftMaxWithLos, AffineLayer.
_NEAR = 0.6
# More notes than this do not help anybody.
_NOTES = 20
MODULE_NAME = "submission"

Note = tuple[str, dict[str, Any]]


@dataclass(slots=True, kw_only=True)
class Found:
    """Where the class is, or why it is nowhere."""

    status: str
    """`ready` (so far), `missing` or `unreadable`."""
    reason: str = ""
    """Why it is unreadable."""
    file: str = ""
    source: Source | None = None
    broken: Broken | None = None
    name: str = ""
    """The name that the file gives the class."""
    near: list[dict[str, Any]] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    siblings: dict[str, Source] = field(default_factory=dict)


def find(files: Sequence[tuple[str, bytes]], class_name: str, too_large: Collection[str] = ()) -> Found:
    """Look for the class in the files, the likeliest first; exact names first, then those that differ in case.

    Of files that are too large the judge sends the names only.
    """
    sources: list[Source] = []
    problems: list[tuple[str, Unreadable]] = []
    for name, data in files:
        try:
            if name in too_large:
                raise Unreadable("too_large")
            sources.append(read(name, data))
        except Unreadable as problem:
            problems.append((name, problem))
        except (RecursionError, MemoryError):
            problems.append((name, Unreadable("too_deep")))
    found = _defined(sources, class_name) or _unreadable(sources, problems, files, class_name)
    if found is None:
        found = Found(status="missing", source=sources[0] if sources else None, near=_near(sources, class_name))
    found.file = found.file or (found.source.name if found.source else files[0][0])
    found.siblings = {source.name: source for source in sources if source is not found.source}
    if found.source is not None:
        found.notes = [*_reading_notes(found.source, found), *found.notes]
    return found


def _defined(sources: list[Source], class_name: str) -> Found | None:
    for same in (str.__eq__, lambda one, other: one.lower() == other.lower()):
        for source in sources:
            # The last of several spellings, as Python would have it.
            names = [name for name in _module_names(source.statements) if same(name, class_name)]
            if not names:
                continue
            found = Found(status="ready", source=source, name=names[-1])
            definitions = definitions_of(source.statements, names[-1])
            if names[-1] != class_name:
                place = definitions[-1].lineno if definitions else None
                found.notes.append(("name_differs", {"wanted": class_name, "found": names[-1], "line": place}))
            if len(definitions) > 1 and len({ast.dump(definition) for definition in definitions}) > 1:
                lines = [definition.lineno for definition in definitions]
                found.notes.append(("several_definitions", {"name": names[-1], "lines": lines}))
            return found
    return None


def _module_names(statements: Sequence[ast.stmt]) -> Iterator[str]:
    """What a file defines and could be a class: classes, and names that are assigned something."""
    for statement in statements:
        if isinstance(statement, (ast.ClassDef, ast.FunctionDef)):
            yield statement.name
        elif isinstance(statement, ast.Assign) and isinstance(statement.value, (ast.Name, ast.Attribute, ast.Call)):
            # `relu = Relu()` in demo code makes a layer, not another spelling of the class.
            if isinstance(statement.value, ast.Call) and not _makes_a_class(statement.value):
                continue
            yield from bound(statement.targets)
        elif isinstance(statement, (ast.If, ast.Try)):
            yield from _module_names(list(_blocks(statement)))


def _makes_a_class(call: ast.Call) -> bool:
    """Say whether it is `type(name, bases, members)`, or a decorator applied by hand to a class."""
    return isinstance(call.func, ast.Name) and call.func.id in {"type", "dataclass"}


def _blocks(statement: ast.If | ast.Try) -> Iterator[ast.stmt]:
    yield from statement.body
    for handler in statement.handlers if isinstance(statement, ast.Try) else ():
        yield from handler.body
    yield from statement.orelse
    if isinstance(statement, ast.Try):
        yield from statement.finalbody


def definitions_of(statements: Sequence[ast.stmt], name: str) -> list[ast.ClassDef]:
    """The class statements of that name, in order."""
    found = []
    for statement in statements:
        if isinstance(statement, ast.ClassDef) and statement.name == name:
            found.append(statement)
        elif isinstance(statement, (ast.If, ast.Try)):
            found += definitions_of(list(_blocks(statement)), name)
    return found


def _unreadable(
    sources: list[Source], problems: list[tuple[str, Unreadable]], files: Sequence[tuple[str, bytes]], class_name: str
) -> Found | None:
    """The file that should hold the class and cannot be read."""
    heading = re.compile(rf"^\s*class\s+{re.escape(class_name)}\b", re.IGNORECASE | re.MULTILINE)
    for source in sources:
        for broken in source.broken:
            if heading.search(broken.piece.text):
                return Found(status="unreadable", reason=_reason(broken), source=source, broken=broken)
    for name, problem in problems:
        if name == files[0][0]:
            return Found(status="unreadable", reason=problem.reason, file=name)
    first = next((source for source in sources if source.name == files[0][0]), None)
    if first is not None and first.broken and not any(_module_names(first.statements)):
        return Found(status="unreadable", reason=_reason(first.broken[0]), source=first, broken=first.broken[0])
    return None


def _reason(broken: Broken) -> str:
    return "syntax" if broken.kind.endswith("Error") else broken.kind


def _near(sources: list[Source], class_name: str) -> list[dict[str, Any]]:
    """Classes whose names look like the one that is asked for."""
    near = []
    for source in sources:
        for statement in source.statements:
            if not isinstance(statement, ast.ClassDef):
                continue
            plain = statement.name.replace("_", "").lower()
            alike = difflib.SequenceMatcher(None, plain, class_name.lower()).ratio()
            if alike >= _NEAR or class_name.lower() in plain:
                near.append((alike, {"name": statement.name, "line": statement.lineno, "file": source.name}))
    return [entry for _, entry in sorted(near, key=lambda pair: -pair[0])]


def _reading_notes(source: Source, found: Found) -> Iterator[Note]:
    if source.encoding not in {"utf-8", "ascii", "utf-8-sig"}:
        yield "encoding", {"file": source.name, "encoding": source.encoding}
    if source.unknown_encoding:
        yield "unknown_encoding", {"file": source.name, "encoding": clean(source.unknown_encoding, 40)}
    if found.status == "ready":
        for broken in source.broken[:_NOTES]:
            yield "broken_elsewhere", {"file": source.name, "line": broken.line, "message": clean(broken.message, 200)}


@dataclass(slots=True, kw_only=True)
class Ran:
    """What came of running a file."""

    layer_class: type | None
    raised: dict[str, Any] | None
    notes: list[Note]


def run(found: Found, class_name: str) -> Ran:
    """Run what the class needs of its file, statement by statement."""
    assert found.source is not None
    _install_siblings(found)
    module = ModuleType(MODULE_NAME)
    sys.modules[MODULE_NAME] = module
    runner = _Runner(found.source, module, {*found.siblings, found.source.name})
    runner.run({found.name, class_name})
    value = vars(module).get(found.name)
    if isinstance(value, type):
        return Ran(layer_class=value, raised=None, notes=runner.notes)
    raised = runner.raised_by.get(found.name)
    return Ran(layer_class=None, raised=raised, notes=runner.notes)


class _Runner:
    """Runs the selected statements of one file in one module."""

    def __init__(self, source: Source, module: ModuleType, files: set[str]) -> None:
        self._source = source
        self._module = module
        self._files = files
        self._own_classes = {node.name for node in source.statements if isinstance(node, ast.ClassDef)}
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
            names = bound([statement])
            raised = describe(problem, self._files)
            self.raised_by |= dict.fromkeys(names, raised)
            if isinstance(statement, (ast.Import, ast.ImportFrom)):
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
        import importlib.machinery

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
