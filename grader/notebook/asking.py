"""What `check(...)` was asked for: which exercises, and the objects that were meant.

Looks at objects and names of the student's session only; where their source is, others find out.
"""

from __future__ import annotations

import difflib
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

from grader.catalogue import Exercise, exercises
from grader.texts import text


class Refusal(Exception):  # noqa: N818 - it says what was seen and what to do, and is shown instead of a report
    """There is nothing to grade."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One exercise, and the object that the student has made for it."""

    id: str
    name: str
    """What the exercise calls it."""
    value: Any

    @property
    def names(self) -> tuple[str, ...]:
        """What its definition may be called: its own name first."""
        return tuple(dict.fromkeys((str(getattr(self.value, "__name__", self.name)), self.name)))

    @property
    def is_of_session(self) -> bool:
        """Whether it was made in the session itself, and not imported."""
        return getattr(self.value, "__module__", None) == "__main__"

    def file(self) -> Path | None:
        """The file that it was made from; None where there is none."""
        names = [function.__code__.co_filename for function in functions_of(self.value)]
        if not self.is_of_session:
            names.append(getattr(sys.modules.get(self.value.__module__), "__file__", None) or "")
        return next((Path(name) for name in names if name and Path(name).is_file()), None)


def functions_of(value: Any) -> list[FunctionType]:
    """Functions whose code stands where the object was defined: itself, or the methods of its own."""
    if isinstance(value, FunctionType):
        return [value]
    members = [getattr(member, "__func__", member) for member in vars(value).values()]
    # What was put on the class afterwards stands in another cell.
    return [
        member
        for member in members
        if isinstance(member, FunctionType) and member.__qualname__.startswith(f"{value.__qualname__}.")
    ]


def asked_for(wanted: Sequence[object], names: Mapping[str, Any], language: str) -> list[Asked]:
    """The exercises that are meant; without words, all that are defined.

    Raises:
        Refusal: something is none of the exercises, or nothing is defined yet.
    """
    if wanted:
        return list({one.id: one for one in (_meant(each, names, language) for each in wanted)}.values())
    found = [one for one in (_defined(exercise, names) for exercise in exercises().values()) if one is not None]
    own = [one for one in found if one.is_of_session or not _is_borrowed(one.value)]
    if not own:
        raise Refusal(
            text("notebook.nothing_defined.message", language, known=_known()),
            text("notebook.nothing_defined.hint", language),
        )
    return own


def _meant(value: object, names: Mapping[str, Any], language: str) -> Asked:
    if isinstance(value, str):
        exercise = exercises().get(value) or _by_name(value)
        found = _defined(exercise, names) if exercise is not None else None
        if found is not None:
            return found
        if exercise is not None:
            raise Refusal(
                text("notebook.not_defined.message", language, name=exercise.class_name),
                text("notebook.nothing_defined.hint", language),
            )
    elif isinstance(value, ModuleType):
        pass
    elif not isinstance(value, (type, FunctionType)):
        value = type(value)  # check(Relu()) means its class
    own_name = value if isinstance(value, str) else str(getattr(value, "__name__", value))
    # `Relu = MyRelu` makes it the student's Relu, whatever it calls itself.
    aliases = [name for name, bound in names.items() if bound is value]
    for name in (*aliases, own_name):
        exercise = _by_name(name)
        if exercise is not None and not isinstance(value, str):
            return Asked(id=exercise.id, name=exercise.class_name, value=value)
    raise _unknown(own_name, language)


def _unknown(name: str, language: str) -> Refusal:
    close = difflib.get_close_matches(name.lower(), [known.lower() for known in _names()], n=1)
    hint = "near" if close else "else"
    meant = next((known for known in _names() if [known.lower()] == close), "")
    return Refusal(
        text("notebook.unknown.message", language, name=name, known=_known()),
        text(f"notebook.unknown.{hint}", language, meant=meant),
    )


def _defined(exercise: Exercise, names: Mapping[str, Any]) -> Asked | None:
    """What the session holds under the name of an exercise, the exact name first."""
    wanted = exercise.class_name
    kinds = FunctionType if exercise.is_function else type
    alike = [name for name in names if name.lower() == wanted.lower() and isinstance(names[name], kinds)]
    if not alike:
        return None
    name = wanted if wanted in alike else alike[-1]
    return Asked(id=exercise.id, name=wanted, value=names[name])


def _is_borrowed(value: Any) -> bool:
    """Whether it comes from the book's helper modules, as what a star import brings does."""
    return str(getattr(value, "__module__", "")).split(".")[0] == "common"


def _by_name(name: str) -> Exercise | None:
    found = [each for each in exercises().values() if each.class_name.lower() == name.lower()]
    return found[0] if found else None


def _names() -> list[str]:
    return [exercise.class_name for exercise in exercises().values()]


def _known() -> str:
    return ", ".join(f"`{name}`" for name in _names())
