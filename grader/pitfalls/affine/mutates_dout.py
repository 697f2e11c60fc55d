"""
title: `backward` changes `dout` itself
why:   The array belongs to the caller. Where a gradient is used twice, as in a branch, the second reader gets
       changed numbers.
hint:  Put the result into a new array.
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
        self.dW = np.dot(self.x.T, dout)
        for i in range(1, dout.shape[0]):
            dout[0] += dout[i]
        self.db = dout[0].copy()
        dx = dx.reshape(*self.original_x_shape)
        return dx
