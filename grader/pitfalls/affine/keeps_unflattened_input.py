"""
title: `forward` flattens `x` for the product, but keeps the array with four axes for `backward`
why:   `self.x.T` reverses all the axes of an array, so with four of them `dW` gets four axes too, and no longer
       fits `W`.
hint:  Store the flattened array in `self.x`.
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
        self.x = x
        out = np.dot(x.reshape(x.shape[0], -1), self.W) + self.b
        return out

    def backward(self, dout):
        dx = np.dot(dout, self.W.T)
        self.dW = np.dot(self.x.T, dout)
        self.db = np.sum(dout, axis=0)
        dx = dx.reshape(*self.original_x_shape)
        return dx
