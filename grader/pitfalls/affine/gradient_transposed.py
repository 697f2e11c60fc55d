"""
title: `dW` is transposed: (M, D) instead of (D, M)
why:   A gradient has the shape of what it belongs to, so that `W -= learning_rate * dW` works entry by entry.
hint:  Compare `self.dW.shape` with `self.W.shape`, and swap the factors of the product.
book:  5.6.1
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
        self.dW = np.dot(dout.T, self.x)
        self.db = np.sum(dout, axis=0)
        dx = dx.reshape(*self.original_x_shape)
        return dx
