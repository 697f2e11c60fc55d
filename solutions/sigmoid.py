"""Sigmoid (section 5.5.2): replace the two TODOs."""

import numpy as np


class Sigmoid:
    """Squeezes every number into the range from 0 to 1.

    `forward` may keep in `self` whatever `backward` will need; add an `__init__` if you like.
    Each layer keeps its own: two layers used in turn do not disturb each other.
    """

    def forward(self, x):
        """Return the activations for the inputs `x`.

        - `x` is an array of floats of any shape; the result has the same shape.
        - Each number becomes `1 / (1 + exp(-x))`. For very negative numbers that is 0; NumPy may print
          an overflow warning on the way there, which costs nothing.
        - `x` itself stays as it is.
        """
        # TODO: return 1 / (1 + exp(-x))
        # --- solution
        self.y = np.exp(-np.logaddexp(0, -x))  # the same number, and nothing overflows on the way
        return self.y
        # --- end of solution

    def backward(self, dout):
        """Return the gradient for the `x` of the latest `forward`.

        - `dout` is the gradient from the layer above, an array of the same shape as that `x`; so is the result.
        - With `y` for what `forward` returned, the result is `dout * y * (1 - y)`.
        - `dout` itself stays as it is.
        """
        # TODO: return dout * y * (1 - y), where y is what forward returned
        # --- solution
        return dout * self.y * (1 - self.y)
        # --- end of solution
