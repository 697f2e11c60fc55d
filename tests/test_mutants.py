"""Mutants: one small thing broken at a time, under keys that survive editing."""

import ast

from grader import catalogue
from grader.doctor.mutants import mutants

LAYER = '''
import numpy as np


class Layer:
    """A layer."""

    def __init__(self, W):
        self.W = W

    def forward(self, x):
        """Return something."""
        self.positive = x > 0
        return np.where(self.positive, x, 0) @ self.W.T

    def backward(self, dout=1):
        self.db = np.sum(dout, axis=0, keepdims=True)
        return dout - self.W
'''


def keys(source=LAYER):
    """The keys of a source's mutants."""
    return {mutant.key for mutant in mutants(source)}


def test_every_kind_of_change_is_made():
    """Operators, comparisons, numbers, axes, keywords, transposes, statements, returns, names, side effects, state."""
    assert keys() >= {
        "Layer.forward: x > 0 -> x >= 0",
        "Layer.forward: 0 -> 1",
        "Layer.forward: self.W.T -> self.W",
        "Layer.forward: np.where(self.positive, x, 0) @ self.W.T -> self.W.T @ np.where(self.positive, x, 0)",
        "Layer.forward: np.where(self.positive, x, 0) -> np.where(self.positive, 0, x)",
        "Layer.forward: self.positive -> self.db",
        "Layer.forward: self.positive = x > 0 -> pass",
        "Layer.forward: self.positive = x > 0 -> type(self).positive = x > 0",
        "Layer.forward: self.positive = x > 0 -> positive = x > 0",
        "Layer.forward: self.positive = x > 0 -> if not hasattr(self, 'positive'): self.positive = x > 0",
        "Layer.forward: return np.where(self.positive, x, 0) @ self.W.T -> pass",
        "Layer.forward: return np.where(self.positive, x, 0) @ self.W.T -> x[~self.positive] = 0; return x @ self.W.T",
        "Layer.backward: dout - self.W -> dout + self.W",
        "Layer.backward: dout - self.W -> self.W - dout",
        "Layer.backward: dout - self.W -> dout",
        "Layer.backward: return dout - self.W -> dout -= self.W; return dout",
        "Layer.backward: return dout - self.W -> return None",
        "Layer.backward: return dout - self.W -> return -(dout - self.W)",
        "Layer.backward: np.sum(dout, axis=0, keepdims=True) -> np.sum(dout, keepdims=True)",
        "Layer.backward: np.sum(dout, axis=0, keepdims=True) -> np.sum(dout, axis=0)",
        "Layer.backward: np.sum(dout, axis=0, keepdims=True) -> np.mean(dout, axis=0, keepdims=True)",
        "Layer.backward: True -> False",
        "Layer.backward: self, dout=1 -> self, dout",
        "Layer.__init__: self.W = W -> self.W = W.copy()",
    }


def test_each_mutant_differs_from_the_source_and_from_the_others():
    """No mutant is the source itself, none is there twice, and each key is used once."""
    made = mutants(LAYER)

    assert len({mutant.source for mutant in made} | {ast.unparse(ast.parse(LAYER))}) == len(made) + 1
    assert len({mutant.key for mutant in made}) == len(made)


def test_every_mutant_can_be_compiled():
    """A change never leaves something that Python cannot read."""
    for exercise in catalogue.exercises().values():
        for mutant in mutants(exercise.solution.read_text(encoding="utf-8")):
            compile(mutant.source, mutant.key, "exec")


def test_keys_do_not_depend_on_lines():
    """A comment or a line that moves changes no key, so that the reasons of survivors stay with them."""
    moved = LAYER.replace("class Layer", "# a comment\n\n\nSIZE = 3\n\n\nclass Layer").replace(
        "@ self.W.T", "@ (self.W.T)"
    )

    assert keys(moved) == keys()


def test_the_same_change_at_another_place_is_numbered():
    """Two zeros in a row give two keys."""
    twice = {key for key in keys("def f(x):\n    return x[0] + x[0]\n") if key.startswith("f: 0 -> 1")}

    assert twice == {"f: 0 -> 1", "f: 0 -> 1 (2)"}


def test_docstrings_are_left_alone():
    """Texts are not code: no mutant changes one."""
    assert all('"""Return something."""' in mutant.source for mutant in mutants(LAYER))
