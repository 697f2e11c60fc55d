"""
title: only the last sample of the batch is left in a gradient of the parameters
why:   Every sample of the batch has its share in the gradient of the weights, and the shares are added up. An
       assignment in the loop throws away what the samples before have left.
hint:  Look at what happens to `dW` and `db` from one turn of the loop to the next.
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
        for row, gradient in zip(self.x, dout):
            self.dW = np.outer(row, gradient)
            self.db = gradient
        dx = dx.reshape(*self.original_x_shape)
        return dx
