"""
title: `db` is `dout` itself, not summed over the batch
why:   In `forward` NumPy copies the bias into every row of the batch. On the way back these copies have to be
       added up again, one row with a number for each entry of `b`.
hint:  Add the rows of `dout`.
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
        self.db = dout
        dx = dx.reshape(*self.original_x_shape)
        return dx
