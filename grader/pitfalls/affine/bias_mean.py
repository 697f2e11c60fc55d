"""
title: `db` is the mean over the batch instead of the sum
why:   The bias takes part in every sample, so the gradients add up. Where a mean is wanted, the 1/N is in the
       loss layer already and arrives in `dout`.
hint:  Use the sum along the same axis.
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
        self.dW = np.dot(self.x.T, dout)
        self.db = np.mean(dout, axis=0)
        dx = dx.reshape(*self.original_x_shape)
        return dx
