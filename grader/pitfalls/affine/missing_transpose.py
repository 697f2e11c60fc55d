"""
title: a transpose is missing in `backward`
why:   dx = dout @ W.T turns M columns back into D columns. Without the transpose the inner numbers of the two
       shapes agree only when `W` happens to be square, and then the result is wrong.
hint:  Write the shapes of all factors beside the product; the result for dx has to be (N, D) and that for `dW`
       (D, M).
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
        dx = np.dot(dout, self.W)
        self.dW = np.dot(self.x.T, dout)
        self.db = np.sum(dout, axis=0)
        dx = dx.reshape(*self.original_x_shape)
        return dx
