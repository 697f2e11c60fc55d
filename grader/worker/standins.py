"""What `from common.functions import *` gives inside a worker: the functions of the book's helper modules, no layers.

Submissions, notebooks above all, import softmax and its relatives from a folder that was not handed in. The layers of
`common.layers` are what is asked for, so they are not here.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

import numpy as np

Array = Any

# The book keeps the logarithm finite with this.
_DELTA = 1e-7


def identity_function(x: Array) -> Array:
    """The output of a regression network."""
    return x


def step_function(x: Array) -> Array:
    """1 above 0, else 0."""
    return (np.asarray(x) > 0).astype(int)


def sigmoid(x: Array) -> Array:
    """1 / (1 + exp(-x))."""
    return 1 / (1 + np.exp(-x))


def sigmoid_grad(x: Array) -> Array:
    """The derivative of sigmoid at x."""
    y = sigmoid(x)
    return y * (1 - y)


def relu(x: Array) -> Array:
    """Keep x above 0, else 0."""
    return np.where(np.asarray(x) > 0, x, 0)


def relu_grad(x: Array) -> Array:
    """1 where x is at least 0, as the book has it."""
    return np.where(np.asarray(x) >= 0, 1.0, 0.0)


def softmax(x: Array) -> Array:
    """Probabilities along the last axis."""
    exponentials = np.exp(x - np.max(x, axis=-1, keepdims=True))
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


def mean_squared_error(y: Array, t: Array) -> Array:
    """Half the sum of squares, the book's name notwithstanding."""
    return ((y - t) ** 2).sum() / 2


def sum_squared_error(y: Array, t: Array) -> Array:
    """What later printings call it."""
    return mean_squared_error(y, t)


def cross_entropy_error(y: Array, t: Array) -> Array:
    """The mean of -log(y) at the right class; t one-hot or labels."""
    rows = np.atleast_2d(y)
    labels = np.asarray(t)
    labels = labels.reshape(rows.shape).argmax(axis=1) if labels.size == rows.size else labels.reshape(-1)
    return -np.log(rows[np.arange(len(rows)), labels] + _DELTA).mean()


def softmax_loss(x: Array, t: Array) -> Array:
    """The cross-entropy of softmax(x)."""
    return cross_entropy_error(softmax(x), t)


def numerical_gradient(f: Any, x: Array) -> Array:
    """Central differences of f at x, element by element."""
    gradient = np.zeros_like(x)
    step = 1e-4
    for index in np.ndindex(*np.shape(x)):
        kept = x[index]
        x[index] = kept + step
        above = f(x)
        x[index] = kept - step
        gradient[index] = (above - f(x)) / (2 * step)
        x[index] = kept
    return gradient


_FUNCTIONS = {
    function.__name__: function
    for function in (
        identity_function, step_function, sigmoid, sigmoid_grad, relu, relu_grad, softmax, mean_squared_error,
        sum_squared_error, cross_entropy_error, softmax_loss,
    )
}  # fmt: skip
_CONTENTS: dict[str, dict[str, Any]] = {
    "common": {},
    "common.functions": {**_FUNCTIONS, "np": np},
    "common.layers": {**_FUNCTIONS, "np": np},
    "common.util": {"np": np},
    "common.gradient": {"numerical_gradient": numerical_gradient, "np": np},
    "common.np": {"np": np, "GPU": False},
    "common.config": {"GPU": False},
}


def withhold(name: str) -> None:
    """Forget a function of the book's that an exercise asks for."""
    globals().pop(name, None)
    for contents in (_FUNCTIONS, *_CONTENTS.values()):
        contents.pop(name, None)


def install() -> None:
    """Put the modules where an import statement finds them."""
    for name, contents in _CONTENTS.items():
        module = ModuleType(name)
        vars(module).update(contents)
        if name == "common":
            module.__path__ = []
        else:
            setattr(sys.modules["common"], name.split(".")[1], module)
        sys.modules[name] = module
