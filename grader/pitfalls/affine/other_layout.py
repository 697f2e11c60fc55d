"""
title: `forward` expects `W` the other way round, one row an output
why:   Some libraries store weights like that. In this book `W` has one row an input and one column an output,
       so x @ W fits as it is.
hint:  Leave `W` as it is in `forward`; the transpose belongs in `backward`.
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
        out = np.dot(self.x, self.W.T) + self.b
        return out

    def backward(self, dout):
        dx = np.dot(dout, self.W)
        self.dW = np.dot(dout.T, self.x)
        self.db = np.sum(dout, axis=0)
        dx = dx.reshape(*self.original_x_shape)
        return dx
