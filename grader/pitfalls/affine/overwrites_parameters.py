"""
title: `backward` stores the gradients in `self.W` and `self.b`
why:   The parameters are lost then: the next `forward` would multiply by a gradient. Gradients have names of
       their own, `self.dW` and `self.db`.
hint:  Read the names on the left of `=` in `backward`.
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
        self.W = np.dot(self.x.T, dout)
        self.b = np.sum(dout, axis=0)
        dx = dx.reshape(*self.original_x_shape)
        return dx
