"""
title: `return` stands inside the loop, so only the first sample is worked on
why:   A method ends at the first `return` that it reaches. The rows after the first one stay at 0.
hint:  Move `return` to the left until it is in line with `for`.
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
        out = np.zeros((self.x.shape[0], self.W.shape[1]))
        for i in range(self.x.shape[0]):
            out[i] = np.dot(self.x[i], self.W) + self.b
            return out

    def backward(self, dout):
        dx = np.dot(dout, self.W.T)
        self.dW = np.dot(self.x.T, dout)
        self.db = np.sum(dout, axis=0)
        dx = dx.reshape(*self.original_x_shape)
        return dx
