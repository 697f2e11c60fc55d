"""
title: an input with four axes is not flattened to (N, D)
why:   `W` has D rows, so each sample has to be one row of D numbers. A batch of images arrives as (N, channels,
       height, width). `reshape` returns a new array, so calling it without keeping the result changes nothing.
hint:  Turn `x` into one row a sample at the start of `forward`, and work with that from there on.
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
        self.x = x
        out = np.dot(self.x, self.W) + self.b
        return out

    def backward(self, dout):
        dx = np.dot(dout, self.W.T)
        self.dW = np.dot(self.x.T, dout)
        self.db = np.sum(dout, axis=0)
        return dx
