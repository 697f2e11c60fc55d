"""
title: the layer writes into the array that came in as `x`
why:   After `reshape`, `self.x` usually still shares its numbers with the array of the caller. Whoever reads
       that array later finds other numbers in it.
hint:  Put the result into a new array instead of writing into `self.x`.
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
        self.dW = np.dot(self.x.T, dout)
        self.db = np.sum(dout, axis=0)
        self.x[...] = np.dot(dout, self.W.T)
        dx = self.x.reshape(*self.original_x_shape)
        return dx
