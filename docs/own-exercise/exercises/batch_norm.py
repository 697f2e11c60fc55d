"""BatchNorm, batch normalisation while training (section 6.3): replace the three TODOs."""

import numpy as np


class BatchNorm:
    """Gives every column of a batch mean 0 and variance 1, then scales and shifts it.

    N stands for the number of inputs in the batch, D for the numbers in each.
    """

    def __init__(self, gamma, beta):
        """Keep the parameters, both of shape (D,): the arrays themselves, which an optimizer updates in place."""
        # TODO: keep gamma and beta
        raise NotImplementedError("keep gamma and beta")

    def forward(self, x):
        """Return the normalised batch, scaled by `gamma` and shifted by `beta`.

        - `x` has the shape (N, D); so has the result.
        - Mean and variance are those of each column; the variance is divided by N. About 1e-7 is added to it before the
          square root, so that nothing is divided by 0.
        - `x` stays as it is.
        """
        # TODO: normalise each column, then return gamma times it plus beta
        raise NotImplementedError("normalise each column, then return gamma times it plus beta")

    def backward(self, dout):
        """Return the gradient for the `x` of the latest `forward`, and store those for `gamma` and `beta`.

        - `dout` has the shape (N, D); so has the result. Mean and variance depend on `x` too.
        - `self.dgamma` and `self.dbeta` are sums over the batch, of shape (D,), replaced at each call.
        - `dout` stays as it is.
        """
        # TODO: store self.dgamma and self.dbeta, and return the gradient for x
        raise NotImplementedError("store self.dgamma and self.dbeta, and return the gradient for x")
