"""Names what the kind of an answer says: None, another type, another shape, an argument that was changed.

One function a symptom, named like its slug; each gets one deviation and returns a finding or None. `STRONG` ones come
before wrong layers are tried, `WEAK` ones after.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np

from grader.calls import Answer, NotAnArray
from grader.diagnosis.comparison import Comparison
from grader.diagnosis.evidence import Case, Deviation, Finding, spelled
from grader.diagnosis.naming import kept_nowhere, misspelt_pair, none_is_stored

Symptom = Callable[[Case, Deviation], Finding | None]


def missing_return(case: Case, deviation: Deviation) -> Finding | None:
    """A method answers None."""
    answer = deviation.answer
    if deviation.group[1] != "answer" or not isinstance(answer, NotAnArray) or answer.type_name != "NoneType":
        return None
    name = deviation.call.method
    method = case.method(name) or {}
    returns = method.get("returns") or []
    unreachable = [entry["line"] for entry in case.told("unreachable") if entry["method"] == name]
    fields = {"method": name, "shape": shape_of(deviation.wanted)}
    line, variant = method.get("line"), ""
    if method.get("stub"):
        return Finding(slug="not-implemented", line=line, place=case.place(line), fields=fields)
    if not any(entry["value"] for entry in returns):
        if returns:
            line, variant = returns[-1]["line"], "empty"
        elif method.get("prints"):
            line, variant = method["prints"][-1], "print"
        else:
            line = method.get("end_line")
    elif method.get("falls_through"):
        line, variant = next(entry["line"] for entry in returns if entry["value"]), "branch"
    elif unreachable:
        line, variant = unreachable[0], "unreachable"
    else:
        line, variant = next(entry["line"] for entry in returns if entry["value"]), "value"
    return Finding(
        slug="missing-return",
        variant=variant,
        fields=fields,
        line=line,
        place=case.place(line),
        source=case.text_of(line),
    )


def not_stored(case: Case, deviation: Deviation) -> Finding | None:
    """A gradient that the contract names is not in its attribute."""
    attribute, stored = deviation.group[1], deviation.answer
    if attribute not in case.exercise.attributes or not isinstance(stored, NotAnArray):
        return None
    if stored.type_name not in {"missing", "NoneType"}:
        return None
    method = deviation.call.method
    if attribute.startswith("["):
        line = (case.method(method) or {}).get("line")
        fields = {"item": attribute, "method": method}
        return Finding(
            slug="missing-item",
            variant="none" if stored.type_name == "NoneType" else "",
            fields=fields,
            line=line,
            place=case.place(line),
            source=case.text_of(line),
        )
    written = _written_instead(case, method)
    close = case.near(attribute, written) or _other_name(attribute, set(written))
    local = next((name for name in (attribute, attribute.lower()) if case.line_that_assigns(name, method)), "")
    # Where the gradient is in a variable, another attribute holds it only if it gets that variable.
    if local and close and not re.search(rf"=.*\b{local}\b", case.text_of(written[close])):
        close = ""
    fields = {"name": attribute, "method": method, "written": close or local}
    if close:
        line, variant = written[close], "renamed"
    elif local:
        line, variant = case.line_that_assigns(local, method), "gradient-local"
    else:
        line, variant = (case.method(method) or {}).get("line"), "gradient"
    return Finding(
        slug="not-stored", variant=variant, fields=fields, line=line, place=case.place(line), source=case.text_of(line)
    )


def _written_instead(case: Case, method: str) -> dict[str, int]:
    """Attributes that may hold a gradient, each with its last line: the method or a helper stores it, no parameter."""
    parameters = {
        entry["name"]
        for entry in case.told("sets")
        if entry["method"] == "__init__" and not none_is_stored(case, entry) and case.reads(entry["name"])
    }
    return {
        entry["name"]: entry["line"]
        for entry in case.told("sets")
        if (entry["method"] == method or not case.own(entry["method"]))
        and entry["name"] not in {*case.exercise.attributes, *parameters}
        and not none_is_stored(case, entry)
    }


def _other_name(attribute: str, written: set[str]) -> str:
    """`grad_W`, `W_grad`, `dweight`, `gradients` ...: what a gradient is called elsewhere."""
    letter = attribute[-1].lower()
    long = {"w": ("weight", "dweight"), "b": ("bias", "dbias")}.get(letter, ())
    for name in sorted(written):
        plain = name.lower().replace("_", "")
        if plain in {
            f"grad{letter}",
            f"{letter}grad",
            f"delta{letter}",
            f"d{letter}s",
            *long,
            *(f"grad{word}" for word in long),
        }:
            return name
    return ""


def attribute_typo(case: Case, deviation: Deviation) -> Finding | None:
    """Wrong numbers from a method that reads an attribute which is stored under a near name."""
    return None if deviation.group[1] == "changed" else misspelt_pair(case, deviation)


def none_read(case: Case, deviation: Deviation) -> Finding | None:
    """Wrong numbers from a method that reads an attribute which is still None."""
    method = deviation.call.method
    if deviation.group[1] == "changed":
        return None  # writing into an argument is a mistake by itself, whatever is written
    names = [
        entry
        for entry in case.told("reads")
        if entry["method"] == method
        and not case.sets(entry["name"], outside_constructor=True)
        and any(none_is_stored(case, other) for other in case.sets(entry["name"]))
    ]
    if not names:
        return None
    return kept_nowhere(case, deviation, [names[0]["name"]], names[0]["line"])


# How a worker describes an array of real numbers, which it holds back for its size alone: `float64 (4000, 4000)`.
_OF_NUMBERS = re.compile(r"(?:bool|u?int\d+|float\d+) \(")


def wrong_type(case: Case, deviation: Deviation) -> Finding | None:
    """An answer that is no array: a tuple, a list, a text."""
    answer = deviation.answer
    if not isinstance(answer, NotAnArray):
        return None
    variant = {"tuple": "tuple", "list": "list", "str": "text", "ndarray": "elements"}.get(answer.type_name, "")
    if answer.type_name == "NoneType":
        return None
    if variant == "elements" and _OF_NUMBERS.match(answer.summary):
        variant = "large"
    line = _returning_line(case, deviation)
    fields = {
        "what": _what(deviation),
        "type": answer.type_name,
        "summary": answer.summary,
        "items": ", ".join(answer.items),
        "shape": shape_of(deviation.wanted),
    }
    return Finding(
        slug="wrong-type", variant=variant, fields=fields, line=line, place=case.place(line), source=case.text_of(line)
    )


def _returning_line(case: Case, deviation: Deviation) -> int | None:
    """The last line of a method that returns something, where it is about what the method returned."""
    method = case.method(deviation.call.method) or {}
    returns = [entry["line"] for entry in method.get("returns") or [] if entry["value"]]
    return returns[-1] if returns and deviation.group[1] == "answer" else None


def wrong_shape(case: Case, deviation: Deviation) -> Finding | None:
    """An array of another shape."""
    got, wanted = deviation.answer, deviation.wanted
    if not isinstance(got, np.ndarray) or not isinstance(wanted, np.ndarray) or got.shape == wanted.shape:
        return None
    fields = {"what": _what(deviation), "got": got.shape, "shape": wanted.shape}
    variant = ""
    if got.shape == wanted.shape[::-1]:
        variant = "transposed"
    elif wanted.shape == ():
        variant = "scalar"
    elif got.ndim > wanted.ndim and [n for n in got.shape if n > 1] == [n for n in wanted.shape if n > 1]:
        variant = "axis"
    elif got.size == wanted.size:
        variant = "flat"
    elif got.shape == ():
        variant = "number"
    stored = case.sets(deviation.group[1], outside_constructor=True)
    line = stored[-1]["line"] if stored else _returning_line(case, deviation)
    return Finding(
        slug="wrong-shape", variant=variant, fields=fields, line=line, place=case.place(line), source=case.text_of(line)
    )


def mutates(case: Case, deviation: Deviation) -> Finding | None:
    """A call left one of the arrays that it got changed."""
    if deviation.group[1] != "changed" or not deviation.answer:
        return None
    argument = next(iter(deviation.answer))
    method = deviation.call.method
    parameter = argument in case.exercise.parameters
    line = _writing_line(case, method, argument)
    fields: dict[str, object] = {"method": method, "argument": argument}
    return Finding(
        slug="mutates-parameters" if parameter else f"mutates-{argument}",
        fields=fields,
        line=line,
        place=case.place(line),
        source=case.text_of(line),
    )


def _writing_line(case: Case, method: str, argument: str) -> int | None:
    """The line that writes into an argument, whatever the student calls it."""
    written = [entry for entry in case.told("argument_writes") if entry["method"] == method]
    names = (case.method(method) or {}).get("arguments") or []
    asked = case.exercise.methods.get(method, ())
    theirs = (
        names[asked.index(argument) + 1] if argument in asked and len(names) > asked.index(argument) + 1 else argument
    )
    for entry in written:
        if entry["argument"] == theirs:
            return int(entry["line"])
    in_place = [entry for entry in case.sets(argument) if entry["method"] == method and entry.get("augmented")]
    if in_place:
        return int(in_place[0]["line"])
    if len(written) == 1 and argument not in asked:
        return int(written[0]["line"])
    return _writing_line_of_a_helper(case, method) if not written else None


def _writing_line_of_a_helper(case: Case, method: str) -> int | None:
    """The only line that writes into an argument of a function at the left edge which the method mentions."""
    mentioned, given, written = case.words_of(method), set[str](), []
    for number, line in enumerate(case.lines, 1):
        heading = re.match(r"def\s+(\w+)\s*\(([^()]*)\)", line)
        if heading:
            given = set(re.findall(r"\w+", heading[2])) if heading[1] in mentioned else set()
        elif re.match(r"\S", line):
            given = set()
        assigned = re.match(r"\s+(\w+)\s*(\[.*?\])?\s*([-+*/@%]|//|\*\*)?=(?!=)", line)
        if assigned and assigned[1] in given:
            if assigned[2] or assigned[3]:
                written.append(number)
            else:
                given.discard(assigned[1])  # a new array from here on
    return written[0] if len(written) == 1 else None


def reassigned_parameter(case: Case, comparison: Comparison, left: list[Deviation]) -> Finding | None:
    """A first method that is wrong only after the last one, which gives an attribute for a parameter another value."""
    first, last = case.exercise.ends
    own = [one for one in left if one.group == (first, "answer")]
    written = [one for name in case.exercise.parameters for one in case.sets(name) if one["method"] == last]
    if not own or not written or len(own) < len(comparison.deviations[first, "answer"]):
        return None
    follow = [
        one
        for one in left
        for before in [comparison.calls[one.check][: one.position]]
        if any(call.layer == one.call.layer and call.method == last for call in before)
    ]
    if not set(own) <= set(follow):
        return None
    line = int(written[0]["line"])
    fields = {"method": last, "name": written[0]["name"], "first": first}
    return Finding(
        slug="mutates-parameters", variant="reassigned", fields=fields, line=line, place=case.place(line),
        source=case.text_of(line), deviations=tuple(follow),
    )  # fmt: skip


def shared_attributes(case: Case) -> list[Finding]:
    """What a layer stores is another layer's too; only the check that reads it later has seen that."""
    found: dict[str, Finding] = {}
    for check, failure in case.lost.items():
        if failure is None or failure.kind != "shared_attribute":
            continue
        name = str(failure.fields["attribute"])
        assigned = re.compile(rf"\s*[\w.]+\.{re.escape(name)}\b[^=]*[^=!<>]?=(?!=)")
        lines = [number for number, line in enumerate(case.lines, 1) if assigned.match(line)]
        line = lines[-1] if lines else None
        found[name] = Finding(
            slug="shared-state", variant="attribute", fields={"name": name}, checks=(check,), line=line,
            place=case.place(line), source=case.text_of(line),
        )  # fmt: skip
    return list(found.values())[:1]


def shape_of(answer: Answer) -> str:
    """A shape as students read it; of a dictionary, its brackets."""
    if isinstance(answer, np.ndarray):
        return str(answer.shape)
    return "{}" if isinstance(answer, NotAnArray) and answer.type_name == "dict" else "()"


def _what(deviation: Deviation) -> str:
    """What has the wrong type or shape, as code: the answer of a method or an attribute."""
    method, observable = deviation.group
    return f"{method}(...)" if observable == "answer" else spelled(method, observable)


STRONG: tuple[Symptom, ...] = (missing_return, attribute_typo, none_read)
WEAK: tuple[Symptom, ...] = (mutates, not_stored, wrong_type, wrong_shape)
