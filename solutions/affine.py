"""Affine, the fully connected layer: the reference."""

import numpy as np


class Affine:
    """Multiplies a batch of inputs by weights and adds a bias."""

    def __init__(self, W, b):
        """Keep W and b, the arrays themselves."""
        self.W = W
        self.b = b

    def forward(self, x):
        """Flatten each input, then return x @ W + b."""
        self.shape = x.shape
        self.x = x.reshape(len(x), -1)
        return self.x @ self.W + self.b

    def backward(self, dout):
        """Store dW and db, and return dout @ W.T in the shape of x."""
        self.dW = self.x.T @ dout
        self.db = np.sum(dout, axis=0)
        return (dout @ self.W.T).reshape(self.shape)
