"""
title: `db` has the shape (1, M) instead of (M,)
why:   A gradient has the shape of what it belongs to. With one axis too many, an update in place, `b -=
       learning_rate * db`, raises an error.
hint:  Let the sum drop the axis that it runs along.
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
        self.db = np.sum(dout, axis=0, keepdims=True)
        dx = dx.reshape(*self.original_x_shape)
        return dx
