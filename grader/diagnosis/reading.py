"""Names what kept a class from being called at all: a file that does not parse, a class that is not there or not ready.

Called first, and alone where there is no transcript. One function a symptom, named like its slug; each reads facts and
the exception of the class statement, and returns a finding or None.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from grader.calls import Raised
from grader.diagnosis.evidence import Case, Detail, Finding
from grader.diagnosis.naming import IMPORTS, imported_in_vain, missing_name
from grader.worker.plaintext import clean

# What Python says, and which of our sentences fits; the first that is found counts.
_SYNTAX = (
    (r"expected ':'", "colon"),
    (r"never closed|unmatched|does not match opening", "bracket"),
    (r"unterminated .*string|EOL while scanning|EOF while scanning", "quote"),
    (r"invalid character|non-printable", "character"),
    (r"Maybe you meant '=='|cannot assign to", "assignment"),
    (r"Missing parentheses in call to 'print'", "print"),
)
# y and t by any names that have these letters, whole or a part of them.
_Y, _T = (rf"(?:self\s*\.\s*)?\w*{letter}\w*(?:\.copy\(\)|\[[^\]]*\])?" for letter in "yt")
_DIFFERENCE = re.compile(
    rf"\(\s*{_Y}\s*:?=\s*{_T}\s*\)|\breturn\s+{_Y}\s*:?=\s*{_T}\s*(?:[/#]|$)", re.IGNORECASE | re.MULTILINE
)


# What the beginning of a line is about is seen in less.
_LINE_LENGTH = 72


def findings(case: Case) -> list[Finding]:
    """Why nothing could be called; empty where a layer can be made."""
    if case.evidence.loaded.status == "ready":
        return []
    found = next((finding for finding in (symptom(case) for symptom in SYMPTOMS) if finding), None)
    return [found] if found else []


def definitions(case: Case) -> list[Finding]:
    """What the definitions of the methods say by themselves, where a layer can be made but points were lost."""
    return [finding for finding in (symptom(case) for symptom in (defined_twice, arguments_swapped)) if finding]


def defined_twice(case: Case) -> Finding | None:
    """One method of the contract is there twice and another not at all: the second was meant to be that."""
    written = [entry["name"] for entry in case.told("methods")]
    absent = next((name for name in case.exercise.methods if name not in written), "")
    twice = next((name for name in case.exercise.methods if written.count(name) > 1), "")
    if not (absent and twice):
        return None
    line = (case.method(twice) or {}).get("line")
    fields = {"method": absent, "written": twice}
    return Finding(
        slug="method-typo", variant="twice", fields=fields, line=line, place=case.place(line),
        source=case.text_of(line), method=min(absent, twice, key=list(case.exercise.methods).index),
    )  # fmt: skip


def arguments_swapped(case: Case) -> Finding | None:
    """A method has the right arguments in another order."""
    for name in ("__init__", *case.exercise.methods):
        wanted = case.exercise.parameters if name == "__init__" else case.exercise.methods[name]
        method = case.method(name) or {}
        receiver = case.exercise.receiver
        given = tuple(method.get("arguments") or ())[len(receiver) :]
        if given != wanted and sorted(given) == sorted(wanted):
            line = method["line"]
            fields = {"method": name, "wanted": ", ".join((*receiver, *wanted)), "got": ", ".join((*receiver, *given))}
            return Finding(
                slug="wrong-arity", variant="order", fields=fields, line=line, place=case.place(line),
                source=case.text_of(line), method=name,
            )  # fmt: skip
    return None


def assign_instead_of_subtract(case: Case) -> Finding | None:
    """`(y = t)` or `return y = t`, where a difference was meant; Python itself suggests `==`, which would be wrong."""
    syntax = case.facts.get("syntax") or {}
    if case.exercise.id != "softmax_with_loss" or not _DIFFERENCE.search(syntax.get("source") or ""):
        return None
    return _unparsable(case, syntax, slug="assign-instead-of-subtract")


def indentation_error(case: Case) -> Finding | None:
    """The lines do not stand where Python expects them."""
    syntax = case.facts.get("syntax") or {}
    message = syntax.get("message") or ""
    kinds = (
        (r"tabs and spaces", "tabs"),
        (r"expected an indented block", "missing"),
        (r"unindent does not match", "between"),
        (r"unexpected indent|indent", ""),
    )
    variant = next((variant for pattern, variant in kinds if re.search(pattern, message)), None)
    if variant is None:
        return None
    found = _unparsable(case, syntax, slug="indentation-error", variant=variant)
    # Python marks the end of the line here; what is wrong is its beginning.
    return replace(found, details=_beginnings(case, syntax.get("line") or 0))


def _beginnings(case: Case, line: int) -> tuple[Detail, ...]:
    """The line below the one before it, their spaces and tabs made visible."""
    *before, here = case.evidence.loaded.lines[:line] or [""]
    above = next((text for text in reversed(before) if text.strip() and text.strip()[0] != "#"), "")
    if not above or not here.strip():
        return ()
    return ("gap.beginnings", {}), f"{_with_blanks(above)}\n{_with_blanks(here)}"


def _with_blanks(line: str) -> str:
    words = line.lstrip(" \t")
    blanks = line[: len(line) - len(words)].replace(" ", "\u00b7").replace("\t", "\u2192   ")
    return f"    {clean(blanks + words.rstrip(), _LINE_LENGTH)}"


def syntax_error(case: Case) -> Finding | None:
    """Python cannot read a line."""
    syntax = case.facts.get("syntax")
    if not syntax:
        return None
    source, message = (syntax.get("source") or "").strip(), syntax.get("message") or ""
    if source.startswith("def ") and re.match(r"def\s+[A-Z]\w*\s*:", source):
        return _unparsable(case, syntax, slug="syntax-error", variant="class")
    if source.startswith("//") or re.search(r"\s//\s+\D", source):
        return _unparsable(case, syntax, slug="syntax-error", variant="comment")
    if "**init**" in source:
        return _unparsable(case, syntax, slug="syntax-error", variant="stars")
    variant = next((variant for pattern, variant in _SYNTAX if re.search(pattern, message)), "")
    return _unparsable(case, syntax, slug="syntax-error", variant=variant)


def unreadable_file(case: Case) -> Finding | None:
    """There is no text that Python could read."""
    if case.evidence.loaded.status != "unreadable":
        return None
    reason = case.evidence.loaded.reason
    return Finding(slug="unreadable-file", variant=reason, place=case.file, fields={"file": case.file})


def class_missing(case: Case) -> Finding | None:
    """The class is not there under its name."""
    if case.evidence.loaded.status != "missing":
        return None
    names = case.told("near")
    wanted = {"wanted": case.exercise.class_name}
    if not names:
        there = ", ".join(f"`{entry['name']}`" for entry in case.told("classes")[:5])
        return Finding(slug="class-missing", variant="others" if there else "", fields=wanted | {"there": there})
    first = names[0]
    file = first.get("file") or case.file
    return Finding(
        slug="class-missing",
        variant="near",
        fields=wanted | {"found": first["name"]},
        line=first["line"],
        place=first.get("place") or case.place(first["line"], file),
        source=case.text_of(first["line"]) if file == case.file else "",
    )


def missing_import(case: Case) -> Finding | None:
    """The class statement needs a name that no import brings."""
    raised = case.evidence.loaded.raised
    if raised is None:
        return None
    name = missing_name(raised)
    if raised.type_name == "NameError" and name in IMPORTS:
        return _raised("missing-import", raised, fields={"name": name, "statement": IMPORTS[name]})
    if raised.type_name == "NameError" and (module := imported_in_vain(case, name)):
        fields = {"name": module, "message": f"No module named '{module}'"}
        return _raised("missing-import", raised, variant="unavailable", fields=fields)
    if raised.type_name in {"ModuleNotFoundError", "ImportError"}:
        fields = {"name": name, "message": raised.message}
        return _raised("missing-import", raised, variant="unavailable", fields=fields)
    return None


def name_error(case: Case) -> Finding | None:
    """The class statement uses a name that nothing defines."""
    raised = case.evidence.loaded.raised
    if raised is None or raised.type_name != "NameError":
        return None
    name = missing_name(raised)
    known = set(case.told("module_names")) | {entry["name"] for entry in case.told("methods")}
    close = case.near(name, known)
    return _raised("name-error", raised, variant="near" if close else "", fields={"name": name, "near": close})


def raises(case: Case) -> Finding | None:
    """The class statement raises something else."""
    raised = case.evidence.loaded.raised
    if raised is None:
        return None
    kinds = {"SystemExit": "process-exit", "RecursionError": "recursion"}
    slug = kinds.get(raised.type_name, "raises")
    said = f": {raised.message}" if raised.message else ""
    fields = {"type": raised.type_name, "said": said, "method": case.exercise.class_name}
    return _raised(slug, raised, variant="loading", fields=fields)


def stopped(case: Case) -> Finding | None:
    """Loading the file never came to an end, or ended the process."""
    stopped = case.evidence.loaded.stopped
    if stopped is None:
        return None
    slug = {"time": "too-slow", "spent": "too-slow", "flood": "prints-too-much"}.get(stopped.reason, "process-exit")
    fields = {"file": case.file, "seconds": f"{stopped.seconds:g}", "detail": stopped.detail}
    line = stopped.line or (case.line_of_exit() if stopped.detail.startswith("exit code") else None)
    place = stopped.place or case.place(line) or case.file
    source = stopped.source or case.text_of(line)
    return Finding(slug=slug, variant="loading", fields=fields, line=line, place=place, source=source)


def not_a_class(case: Case) -> Finding | None:
    """Something else has the name of the class."""
    if case.evidence.loaded.status != "unloadable":
        return None
    line = (case.facts.get("class") or {}).get("line")
    fields = {"wanted": case.exercise.class_name}
    return Finding(
        slug="class-missing",
        variant="other-kind",
        fields=fields,
        line=line,
        place=case.place(line),
        source=case.text_of(line),
    )


def _unparsable(case: Case, syntax: dict[str, Any], **more: Any) -> Finding:
    """A finding at the place where Python stopped reading, with line and column."""
    line, column = syntax.get("line"), syntax.get("column")
    place = syntax.get("place") or case.place(line)
    source = syntax.get("source") or ""
    details = [f"Python: {syntax['message']}"] if syntax.get("message") and more["slug"] == "syntax-error" else []
    if source.strip() and column:
        details.insert(0, marked(source, column, syntax.get("end_column")))
    return Finding(
        line=line, column=column, place=place, source=source, details=tuple(details),
        fields={"message": syntax.get("message") or ""}, **more,
    )  # fmt: skip


def marked(source: str, column: int, end_column: int | None) -> str:
    """The line with the spot that Python complains about marked below it."""
    indent = len(source) - len(source.lstrip())
    start = max(column - 1 - indent, 0)
    width = max((end_column or 0) - column, 1)
    shown = source.strip()
    return f"    {shown}\n    {' ' * min(start, len(shown))}{'^' * min(width, max(len(shown) - start, 1))}"


def _raised(slug: str, raised: Raised, **more: Any) -> Finding:
    return Finding(slug=slug, line=raised.line, place=raised.place, source=raised.source, **more)


SYMPTOMS: tuple[Callable[[Case], Finding | None], ...] = (
    assign_instead_of_subtract,
    indentation_error,
    syntax_error,
    stopped,
    unreadable_file,
    class_missing,
    missing_import,
    name_error,
    raises,
    not_a_class,
)
