"""
title: only the first sample of the batch enters a gradient of the parameters
why:   All samples use the same weights, so their gradients add up. The first row alone ignores the rest of the
       batch.
hint:  Take the index away and let the product and the sum run over all rows.
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
        self.dW = np.outer(self.x[0], dout[0])
        self.db = dout[0]
        dx = dx.reshape(*self.original_x_shape)
        return dx
