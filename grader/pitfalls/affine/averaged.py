"""
title: `backward` divides by the batch size
why:   The 1/N belongs to the mean in the loss. It arrives in `dout` already; what is divided a second time comes
       out N times too small.
hint:  Remove the division; this layer has no mean in `forward`.
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
        self.dW = np.dot(self.x.T, dout) / dout.shape[0]
        self.db = np.sum(dout, axis=0) / dout.shape[0]
        dx = dx.reshape(*self.original_x_shape)
        return dx
