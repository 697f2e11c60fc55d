"""Relu, the rectified linear unit: the reference."""

import numpy as np


class Relu:
    """Lets positive numbers pass and turns all others into 0."""

    def forward(self, x):
        """Return x where it is greater than 0, and 0 elsewhere."""
        self.positive = x > 0
        return np.where(self.positive, x, 0)

    def backward(self, dout):
        """Return dout where x was greater than 0, and 0 elsewhere."""
        return np.where(self.positive, dout, 0)
