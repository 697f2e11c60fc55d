"""
title: `dW` is an outer product, as for a single sample
why:   For one sample the gradient is the outer product of `x` and `dout`. For a batch these products have to be
       added up, and the matrix product x.T @ dout does exactly that; `np.outer` strings all rows together
       instead.
hint:  Use the matrix product, and check that the result has the shape of `W`.
book:  5.6.2
"""

import numpy as np


class Affine:
    def __init__(self, W, b):
        self.W = W
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
        dx = np.dot(dout, self.W.T)
        self.dW = np.outer(self.x, dout)
        self.db = np.sum(dout, axis=0)
        dx = dx.reshape(*self.original_x_shape)
        return dx
