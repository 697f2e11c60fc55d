"""Layers for networks to be built of: what an exercise that `needs` them finds under their names.

Not the solutions: as plain as a network needs them, for matrices alone, and put to work only where none of them is the
thing that is asked for (see docs/design.md). Their source travels to the worker, so nothing of ours is imported here.
"""

import numpy as np


class Layer:
    """What all have in common: there is nothing to go back through before a forward."""

    _kept = None

    def _latest(self):
        if self._kept is None:
            message = f"{type(self).__name__}.backward was called before its forward"
            raise RuntimeError(message)
        return self._kept

    def _demand(self, method, given, wanted):
        """Say in plain words what NumPy would say of the sum below: nobody but us has written that."""
        if np.shape(given) != wanted:
            name = "dout" if method == "backward" else "x"
            message = f"{type(self).__name__}.{method} takes {name} of shape {wanted}, not {np.shape(given)}"
            raise ValueError(message)


class Affine(Layer):
    """x @ W + b for a matrix x."""

    def __init__(self, W, b):
        self.W, self.b = W, b
        self.dW = self.db = None

    def forward(self, x):
        """Each row times W, plus b."""
        self._demand("forward", x, (*np.shape(x)[:1], len(self.W)))
        self._kept = np.array(x, dtype=float)
        return np.einsum("nd,dc->nc", self._kept, self.W) + self.b

    def backward(self, dout):
        """The gradient for x; those for W and b are kept."""
        self._demand("backward", dout, (len(self._latest()), len(self.b)))
        self.dW = np.einsum("nd,nc->dc", self._latest(), dout)
        self.db = np.einsum("nc->c", dout)
        return np.einsum("nc,dc->nd", dout, self.W)


class Relu(Layer):
    """Nothing below zero."""

    def forward(self, x):
        """Each number times its slope."""
        self._kept = np.heaviside(x, 0.0)
        return x * self._kept

    def backward(self, dout):
        """The same slope again."""
        self._demand("backward", dout, np.shape(self._latest()))
        return dout * self._latest()


class Sigmoid(Layer):
    """Between 0 and 1."""

    def forward(self, x):
        """By way of the hyperbolic tangent, which does not overflow."""
        self._kept = np.tanh(np.divide(x, 2))
        return (1 + self._kept) / 2

    def backward(self, dout):
        """The slope of the tangent."""
        return dout * (1 - self._latest() ** 2) / 4


class SoftmaxWithLoss(Layer):
    """The mean cross-entropy of softmax(x)."""

    def forward(self, x, t):
        """By way of the logarithm of the sum; t one-hot or labels."""
        wanted = np.eye(x.shape[1])[t] if np.ndim(t) == 1 else np.asarray(t)
        shifted = x - x.max(axis=1, keepdims=True)
        logarithms = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        self._kept = (np.exp(logarithms) - wanted) / len(x)
        return -np.einsum("nc,nc->", wanted, logarithms) / len(x)

    def backward(self, dout=1):
        """The gradient for x."""
        return dout * self._latest()
