"""
title: `backward` returns the gradient of the weights and stores the gradient of the input
why:   What is returned goes on to the layer before and needs the shape of `x`. What is stored as `dW` is for
       the optimizer and needs the shape of `W`.
hint:  Compare both shapes, and swap the names.
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
        dx = np.dot(self.x.T, dout)
        self.dW = np.dot(dout, self.W.T)
        self.db = np.sum(dout, axis=0)
        return dx
