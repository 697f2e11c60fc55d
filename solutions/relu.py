"""Relu, the rectified linear unit (section 5.5.1): replace the two TODOs."""

import numpy as np


class Relu:
    """Lets positive numbers pass and turns all others into 0.

    `forward` may keep in `self` whatever `backward` will need; add an `__init__` if you like.
    Each layer keeps its own: two layers used in turn do not disturb each other.
    """

    def forward(self, x):
        """Return the activations for the inputs `x`.

        - `x` is an array of any shape, of floats or of integers; the result has the same shape.
        - Where `x` is greater than 0 the result is `x`; everywhere else it is 0.
        - `x` itself stays as it is.
        """
        # TODO: return x where it is greater than 0, and 0 elsewhere
        # --- solution
        self.positive = x > 0
        return np.where(self.positive, x, 0)
        # --- end of solution

    def backward(self, dout):
        """Return the gradient for the `x` of the latest `forward`.

        - `dout` is the gradient from the layer above, an array of the same shape as that `x`; so is the result.
        - Where `x` was greater than 0 the result is `dout`; everywhere else, at exactly 0 too, it is 0.
        - `dout` itself stays as it is.
        """
        # TODO: return dout where x was greater than 0, and 0 elsewhere
        # --- solution
        return np.where(self.positive, dout, 0)
        # --- end of solution
