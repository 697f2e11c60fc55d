"""Names what a call that raised or never came back says about the source.

One function a symptom, named like its slug: it gets one deviation and the answer to it, and returns a finding or None.
`STRONG` symptoms state a cause that nothing else could explain better; `WEAK` ones are for what no wrong layer of the
catalogue accounts for.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np

from grader.calls import Raised, Stopped
from grader.diagnosis.evidence import Case, Deviation, Finding
from grader.diagnosis.naming import (
    NONE_AT_WORK,
    attribute_typo,
    found_by,
    missing_import,
    missing_name,
    name_error,
    not_stored,
)

Symptom = Callable[[Case, Deviation, Raised], Finding | None]


_SIZE_WANTED = re.compile(r"integer scalar array|as an integer|must be integers?\b|only length-1|0-dimensional")
_UNCALLED = re.compile(r"(?:'|of type )(?:builtin_function_or_method|method|function)\b")


def not_implemented(case: Case, deviation: Deviation, raised: Raised) -> Finding | None:
    """A method still raises NotImplementedError."""
    if raised.type_name != "NotImplementedError":
        return None
    return found_by("not-implemented", raised, fields={"method": deviation.call.method})


def method_typo(case: Case, deviation: Deviation, raised: Raised) -> Finding | None:
    """A method of the contract is not there, though perhaps under another name, or twice under one."""
    method = deviation.call.method
    if raised.place or raised.type_name != "AttributeError" or missing_name(raised) != method:
        return None
    written = [entry["name"] for entry in case.told("methods")]
    close = case.near(method, {name for name in written if not case.own(name)})
    if close:
        found = case.method(close) or {}
        return _at(case, "method-typo", found.get("line"), fields={"method": method, "written": close})
    line = (case.facts.get("class") or {}).get("line")
    elsewhere, variant = _defined_elsewhere(case, method)
    fields = {"method": method, "class_name": case.exercise.class_name}
    return _at(case, "method-missing", elsewhere or line, fields=fields, variant=variant)


def _defined_elsewhere(case: Case, method: str) -> tuple[int | None, str]:
    """Where a method stands that does not belong to the class: inside another method of it, or at the left edge."""
    found = case.facts.get("class") or {}
    heading = re.compile(rf"(\s*)def\s+{re.escape(method)}\s*\(\s*self\b")
    lines = case.lines
    places = [(number, match) for number, line in enumerate(lines, 1) if (match := heading.match(line))]
    inside = [number for number, match in places if found.get("line", 0) < number <= found.get("end_line", 0)]
    outside = [number for number, match in places if not match[1]]
    if len(inside) == 1:
        return inside[0], "nested"
    return (outside[0], "outside") if len(outside) == 1 else (None, "")


def constructor_typo(case: Case, deviation: Deviation, raised: Raised) -> Finding | None:
    """`__int__`, `__init` or `_init_` stands where `__init__` was meant."""
    written = next((entry for entry in case.told("methods") if misspelt_constructor(entry["name"])), None)
    if written is None or case.method("__init__"):
        return None
    at_construction = deviation.call.method == "__init__" and not raised.place
    lost_attribute = raised.type_name == "AttributeError" and any(
        entry["method"] == written["name"] for entry in case.sets(missing_name(raised))
    )
    if not (at_construction or lost_attribute):
        return None
    return _at(case, "constructor-typo", written["line"], fields={"written": written["name"]})


def misspelt_constructor(name: str) -> bool:
    """Say whether a method's name was meant to be `__init__`."""
    return name != "__init__" and name.strip("_").lower() in {"init", "int", "inti", "intit", "iniit", "initt"}


def missing_self(case: Case, deviation: Deviation, raised: Raised) -> Finding | None:
    """`self` is not among the arguments of a method, or not in front of an attribute."""
    if raised.type_name == "TypeError" and not raised.place:
        method = case.method(deviation.call.method)
        if method and (method["arguments"][:1] or ["-"])[0] not in {"self", "cls"} and not method.get("static"):
            wanted = len(contract(case, deviation.call.method))
            if len(method["arguments"]) <= wanted:
                return _at(case, "missing-self", method["line"], fields={"method": method["name"]})
    helper = _helper_without_self(case, raised)
    if helper:
        return _at(case, "missing-self", helper["line"], fields={"method": helper["name"]})
    if raised.type_name != "NameError":
        return None
    name = missing_name(raised)
    if name == "self":
        method = case.method(raised.function or deviation.call.method) or {}
        first = (method.get("arguments") or [""])[0]
        fields = {"method": method.get("name", deviation.call.method), "first": first}
        return _at(case, "missing-self", method.get("line"), variant="misspelt" if first else "", fields=fields)
    kept = {entry["name"] for entry in case.told("sets")} | {entry["name"] for entry in case.told("methods")}
    if name not in kept:
        return None
    return found_by("missing-self", raised, variant="attribute", fields={"name": name})


def _helper_without_self(case: Case, raised: Raised) -> dict[str, Any] | None:
    """The method of the student's own that was called through `self`, and has no room for it."""
    counted = re.search(r"\.(\w+)\(\) takes \d+ positional arguments? but (\d+) were given", raised.message)
    if raised.type_name != "TypeError" or counted is None or f"self.{counted[1]}" not in raised.source:
        return None
    method = case.method(counted[1])
    if method is None or method.get("static") or method["arguments"][:1] in (["self"], ["cls"]):
        return None
    return method if len(method["arguments"]) == int(counted[2]) - 1 else None


def wrong_arity(case: Case, deviation: Deviation, raised: Raised) -> Finding | None:
    """A method takes other arguments than the contract says."""
    method = case.method(deviation.call.method)
    counted = re.search(r"positional argument|takes no arguments|required keyword", raised.message)
    if raised.type_name != "TypeError" or raised.place or not counted:
        return None
    wanted = contract(case, deviation.call.method)
    fields = {
        "method": deviation.call.method,
        "wanted": ", ".join((*case.exercise.receiver, *wanted)),
        "got": ", ".join(method["arguments"]) if method else "self",
        "left_out": wanted[-1] if wanted else "",
    }
    if method and method.get("static") and not case.exercise.is_function:
        return _at(case, "wrong-arity", method["line"], fields=fields, variant="static")
    written = len(method["arguments"]) - len(case.exercise.receiver) if method else 0
    line = method["line"] if method else None
    if written == len(wanted) and len(deviation.call.arguments) < len(wanted):
        return _at(case, f"{wanted[-1]}-required", line, fields=fields)
    return _at(case, "wrong-arity", line, fields=fields, variant="function" if case.exercise.is_function else "")


def contract(case: Case, method: str) -> tuple[str, ...]:
    """The arguments that a method is called with, without `self`."""
    return case.exercise.parameters if method == "__init__" else case.exercise.methods.get(method, ())


def missing_parentheses(case: Case, deviation: Deviation, raised: Raised) -> Finding | None:
    """A method such as `x.copy` is named but not called, or brackets were meant and parentheses typed."""
    if "not callable" in raised.message and re.match(r"'(?:tuple|numpy\.ndarray|list)'", raised.message):
        product = re.search(r"\w\(\s*[\d.]+\s*[-+]", raised.source)  # `y(1 - y)`, as on paper
        return found_by("missing-parentheses", raised, variant="times" if product else "brackets")
    if raised.type_name in {"TypeError", "AttributeError"} and _UNCALLED.search(raised.message):
        if "not callable" in raised.message:
            return None
        line = _named_without_call(case, raised)
        return _at(case, "missing-parentheses", line) if line else found_by("missing-parentheses", raised)
    return None


def _named_without_call(case: Case, raised: Raised) -> int | None:
    """The line before that stores a method of an array instead of what it gives, when there is one."""
    method = case.method(raised.function) or {}
    for line in range(raised.line or 0, method.get("line", raised.line or 0), -1):
        named = re.search(r"=\s*[\w.]+\.(\w+)\s*(?:#.*)?$", case.text_of(line))
        if named and callable(getattr(np.ndarray, named[1], None)):
            return line
    return None


def recursion(case: Case, deviation: Deviation, raised: Raised) -> Finding | None:
    """A method calls itself without end."""
    if raised.type_name != "RecursionError":
        return None
    return found_by("recursion", raised, fields={"method": raised.function or deviation.call.method})


def process_exit(case: Case, deviation: Deviation, raised: Raised) -> Finding | None:
    """The code asks Python to end."""
    if raised.type_name not in {"SystemExit", "KeyboardInterrupt"}:
        return None
    return found_by("process-exit", raised, variant="asked", fields={"method": deviation.call.method})


# What tensors of PyTorch can do and arrays cannot.
_OF_TENSORS = (
    "abs|backward|bmm|clamp|cpu|cuda|detach|double|eq|exp|expand|float|grad|gt|half|int|log|long|matmul|mm|norm|permute|"
    "pow|relu|requires_grad|scatter_|sigmoid|softmax|sqrt|sub|t|tanh|to|unsqueeze|zero_"
)

# Exceptions that come of one misunderstanding: its name, the message and the line that show it.
_RAISES = (
    ("truth", r"truth value of an array", ""),
    ("boolean", r"numpy boolean (?:negative|subtract)", ""),
    ("power", r"bitwise_xor|for \^: ", ""),
    ("keyword", r"unexpected keyword argument '(?:dim|keepdim)'", ""),
    ("tensor", rf"'numpy\.ndarray' object has no attribute '(?:{_OF_TENSORS})'", ""),
    ("maximum", r"integer scalar arrays|must be integer|cannot be interpreted as an integer", r"\bnp\.a?(?:max|min)\("),
)


def raises(case: Case, deviation: Deviation, raised: Raised) -> Finding:
    """Any other exception."""
    said = f": {raised.message}" if raised.message else ""
    fields = {"method": deviation.call.method, "type": raised.type_name, "said": said}
    kinds = {"MemoryError": "memory", "AxisError": "axis", "ZeroDivisionError": "division"}
    variant = kinds.get(raised.type_name, "none" if NONE_AT_WORK.search(raised.message) else "")
    if raised.type_name == "ValueError" and re.search(r"not aligned|mismatch in its core|broadcast", raised.message):
        variant = "shapes"
    for name, message, source in _RAISES:
        if re.search(message, raised.message) and re.search(source, raised.source):
            variant = name
    if deviation.call.method == "__init__" and case.exercise.parameters and _SIZE_WANTED.search(raised.message):
        variant, fields["parameters"] = "sizes", ", ".join(f"`{name}`" for name in case.exercise.parameters)
    attribute = re.match(r"'numpy\.ndarray' object has no attribute '(\w+)'", raised.message)
    close = case.near(attribute[1], set(dir(np.ndarray))) if attribute else ""
    if close and variant != "tensor":
        return found_by("raises", raised, variant="near", fields=fields | {"near": close})
    return found_by("raises", raised, variant=variant, fields=fields)


def stopped(case: Case, deviation: Deviation, answer: Stopped) -> Finding:
    """A call that never came back: too slow, the process gone, or drowned in output."""
    line, place, source = answer.line, answer.place, answer.source
    shapes = [str(argument.shape) for argument in deviation.call.arguments if getattr(argument, "shape", ())]
    if not place and answer.detail.startswith("exit code") and (ending := case.line_of_exit()):
        line, place, source = ending, case.place(ending), case.text_of(ending)
    slug, variant = {
        "time": ("too-slow", "_".join(filter(None, ("at" if place else "", "" if shapes else "alone")))),
        "spent": ("too-slow", "spent"),
        "flood": ("prints-too-much", ""),
        "garbled": ("process-exit", "garbled"),
    }.get(answer.reason, ("process-exit", ""))
    fields = {
        "method": deviation.call.method,
        "seconds": f"{answer.seconds:g}",
        "detail": f" ({answer.detail})" if answer.detail else "",
        "shapes": ", ".join(shapes),
    }
    return Finding(slug=slug, variant=variant, fields=fields, line=line, place=place, source=source)


def _at(case: Case, slug: str, line: int | None, **more: Any) -> Finding:
    return Finding(slug=slug, line=line, place=case.place(line), source=case.text_of(line), **more)


STRONG: tuple[Symptom, ...] = (
    not_implemented,
    method_typo,
    constructor_typo,
    missing_self,
    wrong_arity,
    missing_import,
    name_error,
    attribute_typo,
    not_stored,
    missing_parentheses,
    recursion,
    process_exit,
)
WEAK: tuple[Symptom, ...] = (raises,)
