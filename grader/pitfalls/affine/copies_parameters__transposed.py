"""
title: `backward` works with a copy of `W` that was made in the constructor
why:   The optimizer updates the array that it was given, in place, and a copy never hears of it. The gradient goes
       on belonging to the first weights.
hint:  Keep the array that was passed in, and take it when it is needed.
book:  5.7.2
"""

import numpy as np


class Affine:
    def __init__(self, W, b):
        self.W = W
        self.transposed = W.T.copy()
        self.b = b
        self.x = None
        self.original_x_shape = None
        self.dW = None
        self.db = None

    def forward(self, x):
        self.original_x_shape = x.shape
        x = x.reshape(x.shape[0], -1)
        self.x = x
        out = np.dot(self.x, self.W) + self.b
        return out

    def backward(self, dout):
        dx = np.dot(dout, self.transposed)
        self.dW = np.dot(self.x.T, dout)
        self.db = np.sum(dout, axis=0)
        dx = dx.reshape(*self.original_x_shape)
        return dx
