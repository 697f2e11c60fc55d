"""
title: `*` multiplies entry by entry; it is not the matrix product
why:   In each output every input of the sample is multiplied by its weight and all of it is summed. `*` sums
       nothing, and the two shapes do not fit.
hint:  Use the function for products of matrices.
book:  3.3.2
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
        out = self.x * self.W + self.b
        return out

    def backward(self, dout):
        dx = np.dot(dout, self.W.T)
        self.dW = np.dot(self.x.T, dout)
        self.db = np.sum(dout, axis=0)
        dx = dx.reshape(*self.original_x_shape)
        return dx
