"""Names what goes wrong with names: never imported, misspelt, stored under one name and read under another.

The part of the symptoms for exceptions (`calling`) and for wrong numbers (`answering`) that asks the facts about the
source which names there are.
"""

from __future__ import annotations

import builtins
import difflib
import re
from typing import Any

import numpy as np

from grader import pitfalls
from grader.calls import Raised
from grader.diagnosis.evidence import Case, Deviation, Finding, one_letter_apart

IMPORTS = {
    "np": "import numpy as np",
    "numpy": "import numpy",
    "copy": "import copy",
    "deepcopy": "from copy import deepcopy",
    "math": "import math",
    "random": "import random",
    "OrderedDict": "from collections import OrderedDict",
}
# Code that never runs is forgotten there, not written: nobody leaves more of it.
_LONGEST_BLOCK = 1_000
NONE_AT_WORK = re.compile(r"NoneType|Input operand \d does not have enough dimensions \(has 0|0-dimensional")


def found_by(name: str, raised: Raised, **more: Any) -> Finding:
    """A finding at the line that raised."""
    return Finding(slug=name, line=raised.line, place=raised.place, source=raised.source, **more)


def missing_name(raised: Raised) -> str:
    """The name that an exception is about."""
    quoted = re.search(r"'(\w+)'(?!.*'\w+')", raised.message)
    return raised.name or (quoted[1] if quoted else "")


def missing_import(case: Case, deviation: Deviation, raised: Raised) -> Finding | None:
    """A module is used that was never imported, or imported though it is not there."""
    if raised.type_name == "NameError" and missing_name(raised) in IMPORTS:
        name = missing_name(raised)
        return found_by("missing-import", raised, fields={"name": name, "statement": IMPORTS[name]})
    name = missing_name(raised)
    if raised.type_name == "NameError" and (module := imported_in_vain(case, name)):
        fields = {"name": module, "message": f"No module named '{module}'"}
        return found_by("missing-import", raised, variant="unavailable", fields=fields)
    if raised.type_name in {"ModuleNotFoundError", "ImportError"}:
        fields = {"name": missing_name(raised), "message": raised.message}
        return found_by("missing-import", raised, variant="unavailable", fields=fields)
    return None


def imported_in_vain(case: Case, name: str) -> str:
    """The module that an import statement of the file was to bring the name from."""
    for line in case.lines:
        found = re.match(r"\s*(?:from\s+(?P<source>[\w.]+)\s+)?import\s+(?P<names>.+)", line.split("#", 1)[0])
        for part in found["names"].split(",") if found else ():
            own, _, alias = part.strip().partition(" as ")
            if found and name in {alias.strip() or own.strip(), own.strip().split(".")[0]}:
                return str(found["source"] or own.strip())
    return ""


def name_error(case: Case, deviation: Deviation, raised: Raised) -> Finding | None:
    """A name is used that nothing defines."""
    name = missing_name(raised)
    if raised.type_name == "UnboundLocalError":
        return found_by("name-error", raised, variant="later", fields={"name": name})
    if raised.type_name == "NameError":
        method = raised.function or deviation.call.method
        home = _left_behind(case, method, name)
        if home:
            return found_by(
                "name-error", raised, variant="local", fields={"name": name, "home": home, "method": method}
            )
        known = case.words_of(method) | set(case.told("module_names")) | set(dir(builtins)) | set(IMPORTS)
        unbound = {entry["name"] for entry in case.told("unbound")}
        close = case.near(name, {other for other in known if other not in unbound})
        if close:
            return found_by("name-error", raised, variant="near", fields={"name": name, "near": close})
        variant = "given" if name in case.given() else ""
        return found_by("name-error", raised, variant=variant, fields={"name": name})
    module = re.match(r"module '(?:numpy|math)(?:\.\w+)*' has no attribute '(\w+)'", raised.message)
    if raised.type_name == "AttributeError" and module:
        close = _nearly(case, module[1], set(dir(np)))
        fields = {"name": f"np.{module[1]}", "near": f"np.{close}"}
        return found_by("name-error", raised, variant="near" if close else "numpy", fields=fields)
    return None


def _left_behind(case: Case, method: str, name: str) -> str:
    """The method before this one that has a variable or an argument of that name, which is gone when it returns."""
    order = ["__init__", *case.exercise.methods]
    for other in order[: order.index(method)] if method in order else []:
        if name in (case.method(other) or {}).get("arguments", ()) or case.line_that_assigns(name, other):
            return other
    return ""


def _nearly(case: Case, name: str, known: set[str]) -> str:
    """The name of NumPy's that was meant. It has so many that only a slip counts: `relu` is not a misspelt `real`."""
    close = case.near(name, known)
    alike = difflib.SequenceMatcher(None, name, close).ratio() >= 0.8  # noqa: PLR2004 - `zeors` and `zeros`
    return close if alike or (len(close) == len(name) and one_letter_apart(name, close)) else ""


def attribute_typo(case: Case, deviation: Deviation, raised: Raised) -> Finding | None:
    """An attribute is read under one name and stored under another."""
    on_self = re.match(rf"'{re.escape(class_name(case))}' object has no attribute '(\w+)'", raised.message)
    if raised.type_name == "AttributeError" and on_self:
        name = on_self[1]
        methods = {entry["name"] for entry in case.told("methods")}
        close = case.near(name, {entry["name"] for entry in case.told("sets")} | methods)
        if not close or _is_another(case, name, close):
            return None
        written = (case.sets(close, outside_constructor=True) or case.sets(close) or [case.method(close) or {}])[0]
        where = {"place": raised.place, "source": raised.source, "variant": "raised"}
        return _typo(case, raised.line, name, close, written.get("line"), **where)
    return misspelt_pair(case, deviation) if NONE_AT_WORK.search(raised.message) else None


def _is_another(case: Case, name: str, close: str) -> bool:
    """Say whether the near name has a use of its own, while the missing one is a variable of the first method."""
    return bool(case.reads(close)) and _is_local(case, name)


def _is_local(case: Case, name: str) -> bool:
    """Say whether the first method has a variable or an argument of that name."""
    first = next(iter(case.exercise.methods))
    return name in (case.method(first) or {}).get("arguments", ()) or bool(case.line_that_assigns(name, first))


def misspelt_pair(case: Case, deviation: Deviation) -> Finding | None:
    """An attribute that this method reads and no method stores, beside one that is stored under a near name.

    No exception is needed: `out[None] = 0` raises nothing and sets everything to 0.
    """
    method = deviation.call.method
    if ("pair", method) not in case.known:
        case.known["pair", method] = _find_misspelt_pair(case, method)
    found: Finding | None = case.known["pair", method]
    return found


def _find_misspelt_pair(case: Case, method: str) -> Finding | None:
    for entry in case.told("reads"):
        name = entry["name"]
        if entry["method"] != method or case.sets(name, outside_constructor=True) or case.method(name):
            continue
        # What the contract names is stored for whoever reads it from outside: `dgamma` beside `gamma` is no typo.
        stored = {other["name"] for other in case.told("sets") if other["method"] != "__init__"}
        close = case.near(name, stored - set(case.exercise.attributes))
        # A constructor may give `self.eps` its value for good; one that stores None expects a method to follow.
        hollow = not case.sets(name) or any(none_is_stored(case, other) for other in case.sets(name))
        if close and (hollow or not case.reads(close)) and not _is_another(case, name, close):
            written = case.sets(close, outside_constructor=True)[0]
            return _typo(case, entry["line"], name, close, written["line"])
    return None


def none_is_stored(case: Case, entry: dict[str, Any]) -> bool:
    """Say whether an assignment to an attribute stores None, as far as its line is known."""
    if "none" in entry:
        return bool(entry["none"])
    return bool(re.search(rf"\b{re.escape(entry['name'])}\b[^#]*=\s*None\b", case.text_of(entry["line"])))


def _typo(case: Case, line: int | None, name: str, close: str, set_line: int | None, **where: str) -> Finding:
    fields = {"read": name, "stored": close, "stored_place": case.place(set_line)}
    where = where or {"place": case.place(line), "source": case.text_of(line)}
    return Finding(slug="attribute-typo", line=line, fields=fields, **where)  # type: ignore[arg-type]


def not_stored(case: Case, deviation: Deviation, raised: Raised) -> Finding | None:
    """A method reads an attribute that no method before it stores."""
    on_self = re.match(rf"'{re.escape(class_name(case))}' object has no attribute '(\w+)'", raised.message)
    if raised.type_name == "AttributeError" and on_self:
        stored = case.sets(on_self[1], outside_constructor=True)
        if stored:
            fields = {"name": on_self[1], "method": deviation.call.method, "first": next(iter(case.exercise.methods))}
            if all(_is_behind_a_return(case, entry) for entry in stored):
                line = int(stored[0]["line"])
                fields["first"] = stored[0]["method"]
                return Finding(
                    slug="not-stored", variant="unreachable", fields=fields, line=line, place=case.place(line),
                    source=case.text_of(line),
                )  # fmt: skip
            return found_by("not-stored", raised, variant="path", fields=fields)
        if re.search(rf"\bself\.{re.escape(on_self[1])}\s*\(", raised.source):
            fields = {"name": on_self[1], "method": deviation.call.method}
            return found_by("not-stored", raised, variant="called", fields=fields)
        return kept_nowhere(case, deviation, [on_self[1]], raised.line, place=raised.place, source=raised.source)
    if not NONE_AT_WORK.search(raised.message):
        return None
    if re.match(r"\s*self\.\w+\s*-(?!=)", raised.source) and (entry := _entry(case, "minus-for-equals")):
        return found_by("minus-for-equals", raised, entry=entry)
    here = [entry for entry in case.told("reads") if entry["line"] == raised.line]
    if not here:
        # It was handed on to a function, which stumbled over it.
        here = [entry for entry in case.told("reads") if entry["method"] == deviation.call.method]
        here = [entry for entry in here if any(none_is_stored(case, other) for other in case.sets(entry["name"]))]
    names = [entry["name"] for entry in here]
    names = [
        name for name in names if not case.sets(name, outside_constructor=True) and name not in case.exercise.parameters
    ]
    return kept_nowhere(case, deviation, names, raised.line, place=raised.place, source=raised.source)


def _is_behind_a_return(case: Case, entry: dict[str, Any]) -> bool:
    """Say whether an assignment stands where its method has always returned already: in the block behind a `return`."""
    asked = "dead", entry["method"]
    if asked not in case.known:
        case.known[asked] = [
            (other["line"], _end_of_block(case, other["line"]))
            for other in case.told("unreachable")
            if other["method"] == entry["method"]
        ]
    return any(first <= entry["line"] <= last for first, last in case.known[asked])


def _end_of_block(case: Case, first: int) -> int:
    """The last line that is indented like this one, or deeper, as far as anybody leaves code behind a `return`."""
    block = case.lines[first - 1 : first - 1 + _LONGEST_BLOCK]
    depths = [(number, len(line) - len(line.lstrip())) for number, line in enumerate(block, first) if line.strip()]
    ends = (number - 1 for number, depth in depths if depth < depths[0][1])
    return next(ends, first - 1 + len(block))


def _entry(case: Case, slug: str) -> str:
    """The id of a mistake in the catalogue of this exercise; empty where it has none of that name."""
    id = f"{case.exercise.id}/{slug}"
    return id if id in pitfalls.entries(case.exercise.id) else ""


def kept_nowhere(
    case: Case, deviation: Deviation, names: list[str], line: int | None, *, place: str = "", source: str = ""
) -> Finding | None:
    """The finding for attributes that are read but that no method stores; None where there is no such name."""
    if not names:
        return None
    name = names[0]
    fields = {"name": name, "method": deviation.call.method, "first": next(iter(case.exercise.methods))}
    if name in case.exercise.parameters:
        variant = "parameter"
    else:
        variant = "local" if _is_local(case, name) and not case.sets(name, outside_constructor=True) else "kept"
    unread = _stored_in_vain(case, name)
    if variant != "local" and len(unread) == 1:
        variant = "other"
        fields |= {
            "stored": unread[0]["name"],
            "home": unread[0]["method"],
            "stored_place": case.place(unread[0]["line"]),
        }
    # The catalogue may know this very attribute: `mask-not-stored` is about a variable that leaves a None behind.
    own = f"{name}-not-stored"
    known = variant == "local" and not isinstance(deviation.answer, Raised) and _entry(case, own)
    return Finding(
        slug=own if known else "not-stored",
        variant=variant,
        fields=fields,
        line=line,
        place=place or case.place(line),
        source=source or case.text_of(line),
    )


def _stored_in_vain(case: Case, name: str) -> list[dict[str, Any]]:
    """Attributes that no other method reads: one may be the missing one; for a parameter, those that got it."""
    entries = [
        entry for entry in case.told("sets")
        if (entry["method"] == "__init__") == (name in case.exercise.parameters)
        and {other["method"] for other in case.reads(entry["name"])} <= {entry["method"]}
        and entry["name"] not in case.exercise.attributes and not none_is_stored(case, entry)
    ]  # fmt: skip
    if name in case.exercise.parameters:
        given = [word for word in (case.method("__init__") or {}).get("arguments") or [] if word != "self"]
        number = list(case.exercise.parameters).index(name)
        theirs = given[number] if number < len(given) else name
        bare = re.compile(rf"=[^=]*\b{re.escape(theirs)}\b")
        entries = [entry for entry in entries if bare.search(case.text_of(entry["line"]))]
    return list({entry["name"]: entry for entry in entries}.values())


def class_name(case: Case) -> str:
    """The name under which the student wrote the class."""
    return (case.facts.get("class") or {}).get("name") or case.exercise.class_name
