"""SoftmaxWithLoss, the last layer (section 5.6.3): replace the two TODOs.

`softmax` and `cross_entropy_error` are complete; use them, or write your own.
"""

import numpy as np


def softmax(x):
    """Turn each row of scores into probabilities.

    The largest score of a row is subtracted first: that changes no probability, and `exp` cannot overflow.
    """
    exponentials = np.exp(x - np.max(x, axis=-1, keepdims=True))
    return exponentials / np.sum(exponentials, axis=-1, keepdims=True)


def cross_entropy_error(y, t):
    """Return the mean over the batch of -log(probability of the right class).

    `y` holds probabilities, shape (N, C); `t` is one-hot, shape (N, C), or holds labels, shape (N,).
    The 1e-7 keeps the logarithm finite where a probability is 0.
    """
    right = y[np.arange(len(t)), t] if t.ndim == 1 else np.sum(y * t, axis=1)
    return -np.mean(np.log(right + 1e-7))


class SoftmaxWithLoss:
    """Turns scores into probabilities and compares them with the right classes.

    N stands for the number of inputs in the batch, C for the number of classes.
    `forward` may keep in `self` whatever `backward` will need; add an `__init__` if you like.
    Each layer keeps its own: two layers used in turn do not disturb each other.
    """

    def forward(self, x, t):
        """Return the loss, one number: the mean cross-entropy over the batch.

        - `x` holds scores, shape (N, C). Each row goes through softmax by itself.
        - `t` says which class is right: either one-hot, shape (N, C), a 1.0 in each row, or as
          labels, shape (N,), whole numbers from 0 to C - 1. Both give the same loss.
        - With scores of about 1000 the loss is still finite.
        - `x` and `t` stay as they are.
        """
        # TODO: return the mean cross-entropy of softmax(x) and t
        # --- solution
        self.y = softmax(x)
        self.t = np.eye(x.shape[1])[t] if t.ndim == 1 else t
        return cross_entropy_error(self.y, t)
        # --- end of solution

    def backward(self, dout=1):
        """Return the gradient for the `x` of the latest `forward`, of shape (N, C).

        - With `y` for softmax(x) and `t` in one-hot form, the result is `(y - t) / N`; labels give the same.
        - It is called as `backward()` or `backward(1)`, both with the same result, and a second call gives it again.
        - `x` and `t` stay as they are.
        """
        # TODO: return (y - t) / N, for one-hot t and for labels
        # --- solution
        return dout * (self.y - self.t) / len(self.t)
        # --- end of solution
