"""
title: `dW` is computed with the formula of dx
why:   dx asks how the loss changes with the input and uses `W`; `dW` asks how it changes with the weights and
       uses `x`. Its shape has to be that of `W`.
hint:  Replace the factor that does not belong in the gradient of the weights.
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
        self.dW = np.dot(dout, self.W.T)
        self.db = np.sum(dout, axis=0)
        dx = dx.reshape(*self.original_x_shape)
        return dx
