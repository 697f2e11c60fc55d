"""
title: dx is the product of `dout` with `dW.T` instead of with `W.T`
why:   `dW` has the shape of `W`, so nothing complains. But how the input acts on the output is decided by the
       weights; their gradient says how the weights should change.
hint:  Check the second factor in the line for dx.
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
        self.dW = np.dot(self.x.T, dout)
        dx = np.dot(dout, self.dW.T)
        self.db = np.sum(dout, axis=0)
        dx = dx.reshape(*self.original_x_shape)
        return dx
