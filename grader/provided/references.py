"""Right answers to compare with in a kit for students, which has no solutions: see `provided.reference`.

Layers are those that networks are provided with; where that is too little, answers come from closed forms, as the
suites have them, and not from code that could be handed in: no difference is taken here, and no layer called in turn.
"""

import numpy as np

from grader.provided import layers

Sigmoid = layers.Sigmoid


class Relu(layers.Relu):
    """Without a sign before its zeros: a report would show it."""

    def forward(self, x):
        """The provided layer's answer; -0.0 and 0.0 make 0.0."""
        return super().forward(x) + 0.0

    def backward(self, dout):
        """The same there."""
        return super().backward(dout) + 0.0


class Affine(layers.Affine):
    """For inputs of any shape."""

    def forward(self, x):
        """The provided layer's answer for one row an input."""
        self._shape = np.shape(x)
        return super().forward(np.reshape(x, (len(x), -1)))

    def backward(self, dout):
        """The provided layer's answer, in the shape of the inputs."""
        return super().backward(dout).reshape(self._shape)


class SoftmaxWithLoss(layers.SoftmaxWithLoss):
    """With the book's small constant in the logarithm: a report shows digits in which that can be seen."""

    def forward(self, x, t):
        """The provided layer's probabilities, and the book's loss of them."""
        super().forward(x, t)
        wanted = _one_hot(t, x)
        right = np.einsum("nc,nc->n", self._kept * len(x) + wanted, wanted)
        return -np.mean(np.log(right + 1e-7))


# The slope of every function in `functions.py`, by its name.
_SLOPES = {
    "sum_of_squares": lambda x: 2 * x,
    "square_of_sum": lambda x: np.full(x.shape, 2 * x.sum()),
    "waves": lambda x: 3 * np.cos(3 * x),
    "far_from_zero": lambda x: 2 * x,
    "weighted_squares": lambda x: (1 + 2 * np.arange(x.size) / x.size).reshape(x.shape) * x,
    "distance": np.sign,
    "row_products": lambda x: np.arange(1, len(x) + 1)[:, None] * _products_of_others(x),
    "steep": lambda x: np.full(x.shape, 1e6),
}


def _products_of_others(x):
    """For every number the product of all others in its row."""
    return np.stack([np.delete(x, column, axis=1).prod(axis=1) for column in range(x.shape[1])], axis=1)


def numerical_gradient(f, x):
    """The slopes by their formulas."""
    f(x)  # complains of a shape that it has no value for
    return _SLOPES[f.__name__](np.array(x, dtype=float))


class TwoLayerNet:
    """The network as one formula."""

    def __init__(self, W1, b1, W2, b2):
        self._given = W1, b1, W2, b2

    def _hidden(self, x):
        W1, b1, _, _ = self._given
        return np.einsum("nd,dh->nh", x, W1) + b1

    def predict(self, x):
        """The scores."""
        _, _, W2, b2 = self._given
        return np.einsum("nh,hc->nc", np.maximum(self._hidden(x), 0), W2) + b2

    def _logarithms(self, x):
        scores = self.predict(x)
        scores = scores - scores.max(axis=1, keepdims=True)
        return scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))

    def loss(self, x, t):
        """The mean cross-entropy."""
        return -np.einsum("nc,nc->", _one_hot(t, self.predict(x)), self._logarithms(x)) / len(x)

    def gradient(self, x, t):
        """The slopes of the loss."""
        before = self._hidden(x)
        at_scores = (np.exp(self._logarithms(x)) - _one_hot(t, self.predict(x))) / len(x)
        at_hidden = np.einsum("nc,hc->nh", at_scores, self._given[2]) * (before > 0)
        return {
            "W1": np.einsum("nd,nh->dh", x, at_hidden),
            "b1": np.einsum("nh->h", at_hidden),
            "W2": np.einsum("nh,nc->hc", np.maximum(before, 0), at_scores),
            "b2": np.einsum("nc->c", at_scores),
        }


def _one_hot(t, like):
    return np.eye(like.shape[1])[t] if np.ndim(t) == 1 else np.asarray(t)
