"""What a diagnosis reasons from: the evidence that the judge hands over, and convenient views of it.

`Evidence` is filled by the judge; `Case` is the one object that the other modules of this package read. Facts about the
source come from the worker as plain data and may lack anything: whoever reads them here gets an empty answer then.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from grader.calls import Call, Worker
from grader.catalogue import Exercise
from grader.checks import Failure
from grader.model import Status
from grader.workshop import Loaded

Detail = str | tuple[str, Mapping[str, object]]
"""A line as it is shown, or the key of a text and its fields."""
Group = tuple[str, str]
"""What is compared as a whole: a method, and `answer`, `changed` or the name of an attribute."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Everything that is known about one exercise of one submission."""

    loaded: Loaded
    outcomes: tuple[tuple[str, Status, Failure | None], ...]
    """Id, status and failure of every check, in the order of the suite."""
    transcript: Sequence[Call]
    seed: int
    worker: Worker | None = None
    """Alive, for further calls; None or stopped where no question can be asked."""


# Functions that many write beside the class, and the mistakes that are made inside of them.
_HELPERS = {
    "sigmoid": {
        "sigmoid": frozenset({
            "exp-without-input", "misplaced-parentheses", "mixed-exponents", "operator-precedence", "sign",
            "softmax-for-sigmoid", "step-function", "stops-after-division", "tanh-for-sigmoid",
        }),
    },
    "softmax_with_loss": {
        "softmax": frozenset({
            "missing-exp", "missing-keepdims", "reversed-exponent", "shift-in-numerator-only", "sigmoid-for-softmax",
            "softmax-axis", "unstable",
        }),
        "cross_entropy_error": frozenset({
            "binary-cross-entropy", "epsilon-too-large", "log-of-zero", "loss-per-sample", "mean-over-entries",
            "missing-log", "missing-minus", "squared-error", "sum-instead-of-mean", "wrong-log-base",
        }),
    },
}  # fmt: skip


# Mistakes in a comparison, whichever method makes it.
_COMPARED = frozenset({"boundary-at-zero"})
_COMPARISON = re.compile(r"<|(?<!-)>")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Deviation:
    """One thing in a lost check that is not as the reference layer has it; there is one object for each."""

    check: str
    position: int
    """The n-th call of that check."""
    call: Call
    expected: Call
    group: Group

    @property
    def answer(self) -> Any:
        """What the submission answered, stored or left behind."""
        return observed(self.call, self.group[1])

    @property
    def wanted(self) -> Any:
        """The same of the reference layer."""
        return observed(self.expected, self.group[1])


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One mistake, before it is put into words."""

    slug: str
    deviations: tuple[Deviation, ...] = ()
    """What it accounts for."""
    checks: tuple[str, ...] = ()
    """Lost checks that it accounts for without a deviation."""
    variant: str = ""
    """Which wording of the symptom fits best."""
    fields: Mapping[str, object] = field(default_factory=dict)
    line: int | None = None
    column: int | None = None
    place: str = ""
    source: str = ""
    details: tuple[Detail, ...] = ()
    certain: bool = True
    entry: str = ""
    """Name of the catalogue's layer whose numbers agree; empty for a plain symptom."""
    method: str = ""
    """The method from which on it accounts for everything; empty where it accounts for its deviations alone."""


def spelled(method: str, observable: str) -> str:
    """An attribute as code: `self.dW`, or `gradient(...)["W1"]` for an item of what a method returned."""
    return f"{method}(...){observable}" if observable.startswith("[") else f"self.{observable}"


def observed(call: Call, observable: str) -> Any:
    """One observable of a call."""
    if observable == "answer":
        return call.answer
    if observable == "changed":
        return call.changed
    return call.attributes.get(observable)


class Case:
    """One exercise of one submission under diagnosis."""

    def __init__(self, exercise: Exercise, evidence: Evidence) -> None:
        self.exercise = exercise
        self.evidence = evidence
        self.lines = evidence.loaded.lines[:_LINES]
        """The source, as far as somebody may have written it."""
        self._comparisons = _COMPARISONS
        self._near: dict[tuple[str, frozenset[str]], str] = {}
        self.known: dict[tuple[str, str], Any] = {}
        """What symptoms have found out about a method and need not find out again."""
        self.facts: dict[str, Any] = evidence.loaded.facts or {}
        self.file: str = self.facts.get("file") or evidence.loaded.file or ""
        self.lost: dict[str, Failure | None] = {
            id: failure for id, status, failure in evidence.outcomes if status in {Status.FAILED, Status.BLOCKED}
        }

    def near(self, name: str, known: Collection[str]) -> str:
        """The known name that `name` was probably meant to be, or an empty string.

        Names are the submission's to choose, and the judge has no other limit of time: who has too many gets no answer.
        """
        asked = name, frozenset(known)
        if asked not in self._near:
            others = sorted(other for other in asked[1] if other != name and len(other) <= LONGEST)
            others = others[: self._comparisons] if len(name) <= LONGEST else []
            self._comparisons -= len(others)
            self._near[asked] = _near(name, others)
        return self._near[asked]

    def told(self, kind: str) -> list[Any]:
        """The entries of one kind of fact; empty where there is none."""
        return self.facts.get(kind) or []

    def method(self, name: str) -> dict[str, Any] | None:
        """The definition of a method that counts: the last one of that name."""
        return next((method for method in reversed(self.told("methods")) if method["name"] == name), None)

    def own(self, name: str) -> bool:
        """Say whether a method belongs to the contract (or is the constructor)."""
        return name == "__init__" or name in self.exercise.methods

    def sets(self, name: str, *, outside_constructor: bool = False) -> list[dict[str, Any]]:
        """Where the class assigns `self.<name>`."""
        return [
            entry
            for entry in self.told("sets")
            if entry["name"] == name and not (outside_constructor and entry["method"] == "__init__")
        ]

    def reads(self, name: str) -> list[dict[str, Any]]:
        """Where the class reads `self.<name>`."""
        return [entry for entry in self.told("reads") if entry["name"] == name]

    def given(self) -> set[str]:
        """Functions that the exercise's own file brings along."""
        return set(re.findall(r"^def (\w+)", self.exercise.stub.read_text(encoding="utf-8"), re.MULTILINE))

    def line_that_assigns(self, name: str, method: str) -> int | None:
        """The last line of a method that assigns a variable; comments, docstrings and keyword arguments do not."""
        asked = f"assigns {name}", method
        if asked not in self.known:
            self.known[asked] = self._find_line_that_assigns(name, method)
        line: int | None = self.known[asked]
        return line

    def _find_line_that_assigns(self, name: str, method: str) -> int | None:
        found = self.method(method) or {}
        before = r"(?:[\w.]+\s*[,=]\s*)*"
        assigned = re.compile(rf"(?:^|[;:])\s*\(?{before}{re.escape(name)}\s*(?:,[\w\s,.]*)?\)?\s*(?::[^=]*)?=(?!=)")
        lines, quoted = [], False
        last = min(found.get("end_line", 0), len(self.lines))
        for line in range(found.get("line", 0), last + 1) if found.get("line") else ():
            code = self.text_of(line).split("#", 1)[0]
            quotes = len(re.findall(r"\"{3}|'{3}", code))
            if not quoted and not quotes and len(code) <= LONGEST_LINE and assigned.search(code):
                lines.append(line)
            quoted ^= quotes % 2 == 1
        return lines[-1] if lines else None

    def line_of(self, group: Group) -> int | None:
        """Where an attribute is stored, or where the method begins."""
        method, observable = group
        stored = [entry for entry in self.sets(observable) if entry["method"] == method]
        line = stored[-1]["line"] if stored else (self.method(method) or {}).get("line")
        return None if line is None else int(line)

    def line_of_mask(self, slug: str, method: str) -> int | None:
        """Where an attribute is made by a comparison that the last method only reads, if the mistake is in that one."""
        first, last = self.exercise.ends
        found = self.method(last) or {}
        own = range(found.get("line", 0), found.get("end_line", -1) + 1)
        if slug not in _COMPARED or method != last or any(_COMPARISON.search(self.text_of(line)) for line in own):
            return None
        read = {entry["name"] for entry in self.told("reads") if entry["line"] in own}
        made = [entry["line"] for name in read for entry in self.sets(name) if entry["method"] == first]
        lines = [int(line) for line in made if _COMPARISON.search(self.text_of(line))]
        return lines[0] if len(lines) == 1 else None

    def line_in_helper(self, slug: str, method: str) -> int | None:
        """Where a function of the student's own begins that a method calls, if it is where such a mistake is made."""
        found = self.method(method) or {}
        body = "\n".join(self.lines[max(found.get("line", 1) - 1, 0) : found.get("end_line", 0)])
        for name, slugs in _HELPERS.get(self.exercise.id, {}).items():
            if slug in slugs and re.search(rf"(?<![\w.]){name}\s*\(", body):
                line, code = _function(self.lines, name)
                given = self.exercise.stub.read_text(encoding="utf-8").splitlines()
                if code and code != _function(given, name)[1]:  # as it was handed out it is right
                    return line
        return None

    def line_of_exit(self) -> int | None:
        """Where the one `os._exit` of the file stands: whoever calls it cannot be asked any more where the code was."""
        lines = {entry["line"] for entry in self.told("suspicious") if entry["what"] == "_exit"}
        return int(lines.pop()) if len(lines) == 1 else None

    def text_of(self, line: int | None) -> str:
        """The student's own line, where it is known."""
        return self.evidence.loaded.source(line)

    def place(self, line: int | None, file: str = "") -> str:
        """A line in the student's words; nothing without a line."""
        return self.evidence.loaded.place(line, file) if line else ""

    def words_of(self, method: str) -> set[str]:
        """The names that stand by themselves in the text of a method; attributes are not among them."""
        found = self.method(method)
        if found is None:
            return set()
        body = "\n".join(self.lines[found["line"] - 1 : found.get("end_line", found["line"])])
        return set(re.findall(r"(?<![\w.])[^\W\d]\w*", body)) | set(found.get("arguments", ()))


# A name of three letters with one wrong is still the same name; of two letters, it could be any.
SHORT = 3
# Nobody misspells a longer name; comparing takes the square of its length.
LONGEST = 40
# Comparisons for one exercise of one submission: an honest one takes 2,000 at most, and 10,000 take three seconds where
# all names are made of the same letters.
_COMPARISONS = 10_000
# A course in one notebook has 5,000. They are gone through for each deviation, and a megabyte holds a million.
_LINES = 20_000
# Nobody assigns a variable in a longer line; searching takes the square of its length.
LONGEST_LINE = 500


def _near(name: str, others: Sequence[str]) -> str:
    same = [other for other in others if other.lower() == name.lower()]
    if same:
        return same[0]
    # `maks` and `mask` are 0.75 alike. `ouy` and `out` are only 0.67, like many other pairs of three letters.
    close = difflib.get_close_matches(name, others, n=1, cutoff=0.7)
    if close:
        return close[0]
    short = (other for other in others if len(other) == len(name) == SHORT)
    return next((other for other in short if one_letter_apart(name, other)), "")


def one_letter_apart(one: str, other: str) -> bool:
    """Say whether two words of equal length differ in one letter."""
    return sum(a != b for a, b in zip(one, other, strict=True)) == 1


def _function(lines: Sequence[str], name: str) -> tuple[int, str]:
    """Where the last function of that name at module level begins, and its code; docstring and comments aside."""
    first, code = 0, ""
    inside = False
    for number, line in enumerate(lines, 1):
        if line and not line[0].isspace() and not line.startswith(("#", ")")):
            inside = re.match(rf"def\s+{name}\s*\(", line) is not None
            first, code = (number, "") if inside else (first, code)
        if inside:
            code += line.partition("#")[0].strip() + "\n"
    return first, re.sub(r'"""(?s:.*?)"""|\s', "", code)
