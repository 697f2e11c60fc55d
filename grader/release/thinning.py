"""Takes the checks that a course holds out of suites and texts, so that nothing of them reaches a student.

Works on source alone. What a check that was taken out had to itself (an input, a function) goes with it; a check that
built on it builds on what it built on.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Collection, Iterator, Mapping


class LeakError(Exception):
    """Something that is to be packed still names a check that is held out."""

    def __init__(self, check: str, file: str) -> None:
        super().__init__(f"{file}: {check}")
        self.check = check
        self.file = file


def suite(source: str, names: Collection[str]) -> str:
    """A suite without the checks of these names."""
    tree = ast.parse(source)
    tests = {f"test_{name}" for name in names}
    out = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name in tests]
    if not out:
        return source
    builds_on = {node.name: base.id for node in out for base in _bases(node)}
    lines = source.encode().splitlines(keepends=True)  # columns of a tree count bytes
    kept = [node for node in tree.body if node not in out]
    for node in kept:
        for base in _bases(node):
            if base.id in tests:
                name: str | None = base.id
                while name in tests:
                    name = builds_on.get(name or "")
                line = lines[base.lineno - 1]
                lines[base.lineno - 1] = line[: base.col_offset] + str(name).encode() + line[base.end_col_offset :]
    for node in (*out, *_orphans(kept, out)):
        decorators = getattr(node, "decorator_list", [])
        first = min(part.lineno for part in (node, *decorators)) - 1
        while lines[first - 1].lstrip().startswith(b"#"):
            first -= 1
        for number in range(first, node.end_lineno or node.lineno):
            lines[number] = b""
    text = b"".join(lines).decode()
    # Where something was taken out, twice as many lines are blank.
    return re.sub(r"\n{4,}", "\n\n\n", text).rstrip("\n") + "\n"


def texts(source: str, ids: Collection[str]) -> str:
    """A file of texts without the titles of these checks; an entry is a line.

    Raises:
        tomllib.TOMLDecodeError: one of them was more than a line.
    """
    for id in ids:
        source = re.sub(rf"^[\"']{re.escape(id)}[\"'] *=.*\n", "", source, flags=re.MULTILINE)
    tomllib.loads(source)
    return source


def demand_silence(files: Mapping[str, bytes], ids: Collection[str]) -> None:
    """Go through what is to be packed once more.

    Raises:
        LeakError: a check of these is still named.
    """
    for name, data in files.items():
        for id in ids:
            if re.search(rf"{re.escape(id)}(?!\w)".encode(), data):  # and not a longer name
                raise LeakError(id, name)


def _bases(node: ast.stmt) -> Iterator[ast.Name]:
    """The name that a check gives as `after`."""
    for decorator in getattr(node, "decorator_list", []):
        if isinstance(decorator, ast.Call):
            for keyword in decorator.keywords:
                if keyword.arg == "after" and isinstance(keyword.value, ast.Name):
                    yield keyword.value


def _orphans(kept: list[ast.stmt], out: list[ast.FunctionDef]) -> list[ast.stmt]:
    """The definitions that only what was taken out made use of, and what only those made use of in turn."""
    gone: list[ast.stmt] = list(out)
    found: list[ast.stmt] = []
    while True:
        used_by_gone = {name for node in gone for name in _uses(node)}
        used = {name for node in kept if node not in found for name in _uses(node)}
        new = [
            node
            for node in kept
            if node not in found and (names := _defines(node)) and not used & names and names & used_by_gone
        ]
        if not new:
            return found
        found += new
        gone += new


def _uses(node: ast.stmt) -> Iterator[str]:
    for part in ast.walk(node):
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load):
            yield part.id


def _defines(node: ast.stmt) -> set[str]:
    if isinstance(node, ast.FunctionDef) and not node.name.startswith("test_"):
        return {node.name}
    if isinstance(node, ast.Assign):
        return {part.id for target in node.targets for part in ast.walk(target) if isinstance(part, ast.Name)}
    return set()
