"""
title: the gradients are the local derivatives alone, without `dout`
why:   By the chain rule each of them is multiplied by the gradient from upstream. x.T, W.T and 1 are what this
       layer contributes, not the whole answer.
hint:  Every one of the three gradients contains `dout`.
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
        dx = self.W.T
        self.dW = self.x.T
        self.db = np.ones_like(self.b)
        return dx
