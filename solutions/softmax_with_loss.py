"""SoftmaxWithLoss, the last layer: the reference."""

import numpy as np


def softmax(x):
    """Turn each row of scores into probabilities, without letting `exp` overflow."""
    exponentials = np.exp(x - np.max(x, axis=-1, keepdims=True))
    return exponentials / np.sum(exponentials, axis=-1, keepdims=True)


def cross_entropy_error(y, t):
    """Return the mean over the batch of -log(probability of the right class), for one-hot t or labels."""
    right = y[np.arange(len(t)), t] if t.ndim == 1 else np.sum(y * t, axis=1)
    return -np.mean(np.log(right + 1e-7))


class SoftmaxWithLoss:
    """Turns scores into probabilities and compares them with the right classes."""

    def forward(self, x, t):
        """Return the mean cross-entropy of softmax(x) and t."""
        self.y = softmax(x)
        self.t = np.eye(x.shape[1])[t] if t.ndim == 1 else t
        return cross_entropy_error(self.y, t)

    def backward(self, dout=1):
        """Return (y - t) / N."""
        return dout * (self.y - self.t) / len(self.t)
