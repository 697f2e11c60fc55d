"""
title: the layer works with a copy of what it was given
why:   The optimizer updates the arrays that it was given, in place. A copy made in the constructor never hears
       of it, so the layer goes on with the old weights and nothing is learned.
hint:  Keep the arrays that were passed in, not copies of them.
book:  5.7.2
"""

import numpy as np


class Affine:
    def __init__(self, W, b):
        self.W = W.copy()
        self.b = b.copy()
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
        dx = np.dot(dout, self.W.T)
        self.dW = np.dot(self.x.T, dout)
        self.db = np.sum(dout, axis=0)
        dx = dx.reshape(*self.original_x_shape)
        return dx
