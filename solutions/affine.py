"""Affine, the fully connected layer (section 5.6): replace the three TODOs."""

import numpy as np


class Affine:
    """Multiplies a batch of inputs by weights and adds a bias.

    N stands for the number of inputs in the batch, D for the numbers in each, C for the numbers in each output.
    Each layer keeps its own: two layers used in turn do not disturb each other.
    """

    def __init__(self, W, b):
        """Keep the parameters.

        - `W` has the shape (D, C), `b` the shape (C,).
        - Keep the very arrays, not copies: when an optimizer later changes `W` or `b` in place,
          the next `forward` calculates with the new numbers.
        """
        # TODO: keep W and b, the arrays themselves
        # --- solution
        self.W = W
        self.b = b
        # --- end of solution

    def forward(self, x):
        """Return `x @ W + b`, of shape (N, C).

        - `x` has the shape (N, D), or (N, d1, d2, ...): then each input is flattened to D = d1 * d2 * ... numbers.
        - `x`, `W` and `b` stay as they are.
        """
        # TODO: flatten each input, then return x @ W + b
        # --- solution
        self.shape = x.shape
        self.x = x.reshape(len(x), -1)
        return self.x @ self.W + self.b
        # --- end of solution

    def backward(self, dout):
        """Return the gradient for the `x` of the latest `forward`, and store those for `W` and `b`.

        - `dout` is the gradient from the layer above, of shape (N, C).
        - The result, `dout @ W.T`, has the shape that `x` had, (N, d1, d2, ...) included.
        - `self.dW` becomes `x.T @ dout` (with `x` flattened), of shape (D, C); `self.db` becomes the sum of `dout`
          over the batch, of shape (C,).
        - Each call replaces them: nothing is added to the gradients of earlier calls, nothing divided by N.
        - `dout`, `x`, `W` and `b` stay as they are.
        """
        # TODO: store self.dW and self.db, and return dout @ W.T in the shape of x
        # --- solution
        self.dW = self.x.T @ dout
        self.db = np.sum(dout, axis=0)
        return (dout @ self.W.T).reshape(self.shape)
        # --- end of solution
