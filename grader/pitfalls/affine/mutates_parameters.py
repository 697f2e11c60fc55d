"""
title: the layer changes `W` or `b` itself
why:   The layer only computes outputs and gradients. When and by how much to step is decided by the optimizer,
       and with both at work every step happens twice.
hint:  Leave `self.W` and `self.b` as they are.
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
        self.db = np.sum(dout, axis=0)
        self.W -= 0.1 * self.dW
        self.b -= 0.1 * self.db
        dx = dx.reshape(*self.original_x_shape)
        return dx
