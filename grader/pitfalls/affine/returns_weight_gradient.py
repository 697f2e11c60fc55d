"""
title: `backward` returns the gradient of the weights
why:   `dW` is for the optimizer, which reads it from the layer. What is returned goes on to the layer before, as its
       `dout`, and that needs the gradient of `x`.
hint:  Return the gradient that has the shape of `x`.
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
        self.dW = np.dot(self.x.T, dout)
        self.db = np.sum(dout, axis=0)
        return self.dW
