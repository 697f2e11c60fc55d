"""
title: the constructor draws its own random weights instead of using `W`
why:   The network makes the initial weights and hands them to the layer, so that it can save and update them.
       Weights that the layer draws itself are known to nobody else.
hint:  Use the arguments of the constructor.
book:  5.7.2
"""

import numpy as np


class Affine:
    def __init__(self, W, b):
        self.W = 0.01 * np.random.randn(*W.shape)
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
        dx = dx.reshape(*self.original_x_shape)
        return dx
