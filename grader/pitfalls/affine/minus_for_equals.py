"""
title: a line with `-` where `=` was meant computes a number and drops it
why:   `self.db - np.sum(...)` is a subtraction whose result goes nowhere, so `self.db` stays as it was.
hint:  Look for a line in `backward` that stores nothing.
book:  5.6.2
"""

import numpy as np


class Affine:
    def __init__(self, W, b):
        self.W = W
        self.b = b
        self.x = None
        self.original_x_shape = None
        self.dW = np.zeros_like(W)
        self.db = np.zeros_like(b)

    def forward(self, x):
        self.original_x_shape = x.shape
        x = x.reshape(x.shape[0], -1)
        self.x = x
        out = np.dot(self.x, self.W) + self.b
        return out

    def backward(self, dout):
        dx = np.dot(dout, self.W.T)
        self.dW = np.dot(self.x.T, dout)
        self.db - np.sum(dout, axis=0)
        dx = dx.reshape(*self.original_x_shape)
        return dx
