"""What some exercises are given to work with, and how our own files that import it are run in the judge.

A network `needs` layers, a gradient needs functions to be taken of. Students import layers from their own files (`from
affine import Affine`); the worker puts right ones in their place, and so does `load` for solutions and pitfalls.
"""

from __future__ import annotations

import ast
import builtins
import functools
import importlib
from collections.abc import Mapping
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from grader.catalogue import Exercise, exercises, follow, has_solutions
from grader.worker import offering

_FOLDER = Path(__file__).parent
# The exercises whose layers can be provided, with the names that the book gives the classes.
_LAYERS = {"relu": "Relu", "sigmoid": "Sigmoid", "affine": "Affine", "softmax_with_loss": "SoftmaxWithLoss"}


@functools.cache
def _source(name: str) -> str:
    return (_FOLDER / f"{name}.py").read_text(encoding="utf-8")


def modules(exercise: Exercise) -> dict[str, str]:
    """The source of every module that an exercise is provided with, by the name it is imported by.

    Raises:
        KeyError: it needs a layer that is not among those.
    """
    return dict(_modules(exercise.needs))


@functools.cache
def _modules(needs: tuple[str, ...]) -> Mapping[str, str]:
    provided = {}
    for id in needs:
        wanted = _LAYERS[id]
        tree = ast.parse(_source("layers"))
        # Each layer by itself: a file named `affine` holds no Relu.
        names = {wanted, "Layer", None}
        tree.body = [node for node in tree.body if getattr(node, "name", None) in names]
        provided[id] = ast.unparse(tree)
    return provided


def functions(exercise: Exercise) -> str:
    """The source of the functions that can be arguments; empty where an exercise takes none."""
    takes = any(offering.FUNCTION_ARGUMENT in arguments for arguments in exercise.methods.values())
    return _source("functions") if exercise.is_function and takes else ""


@functools.cache
def function_table() -> tuple[Any, ...]:
    """The functions that can be arguments, in the order of their numbers."""
    return tuple(vars(offering.module_of("functions", _source("functions")))["FUNCTIONS"])


def load(path: Path, exercise_id: str, name: str) -> Any:
    """Run a file of ours and return what it defines under a name; new each time, so that state starts afresh."""
    exercise = exercises().get(exercise_id)
    known = _modules_of(exercise_id) if exercise is not None and exercise.needs else {}

    def bring(wanted: str, *context: Any, **more: Any) -> Any:
        return known[wanted] if wanted in known else builtins.__import__(wanted, *context, **more)

    namespace = {"__name__": f"{__name__}.{exercise_id}.{path.stem}", "__file__": str(path)}
    # An import function of its own, and not sys.modules: the judge's imports stay what they are.
    namespace["__builtins__"] = {**vars(builtins), "__import__": bring} if known else builtins  # type: ignore[assignment]
    exec(_code(path), namespace)  # noqa: S102 - our own files, compiled once
    return namespace[name]


def reference(exercise: Exercise) -> Any:
    """The right layer of an exercise, or None: the solution, and in a kit for students what stands in `references`.

    None is left for an instructor's own exercise there: nobody but its solution knows the right answers.
    """
    if has_solutions():
        return load(exercise.solution, exercise.id, exercise.class_name)
    # The same class each time: nothing in it outlives a call of one layer.
    known = importlib.import_module(f"{__name__}.references") if exercise.suite.is_relative_to(_FOLDER.parent) else None
    return getattr(known, exercise.class_name, None)


@follow
@functools.cache
def _modules_of(exercise_id: str) -> Mapping[str, ModuleType]:
    return {name: offering.module_of(name, text) for name, text in modules(exercises()[exercise_id]).items()}


@functools.cache
def _code(path: Path) -> CodeType:
    """A file of ours, compiled; where Python may keep what it compiles, it does."""
    code = SourceFileLoader(path.stem, str(path)).get_code(path.stem)
    assert code is not None
    return code
