"""
title: all Affine layers share one `W` and one `b`
why:   What belongs to the class exists once. When a second layer is made, the first one computes with the
       weights of the second.
hint:  Store the parameters on `self`, not on the class.
book:  5.6.2
"""

import numpy as np


class Affine:
    W = None
    b = None

    def __init__(self, W, b):
        Affine.W = W
        Affine.b = b
        self.x = None
        self.original_x_shape = None
        self.dW = None
        self.db = None

    def forward(self, x):
        self.original_x_shape = x.shape
        x = x.reshape(x.shape[0], -1)
        self.x = x
        out = np.dot(self.x, Affine.W) + Affine.b
        return out

    def backward(self, dout):
        dx = np.dot(dout, Affine.W.T)
        self.dW = np.dot(self.x.T, dout)
        self.db = np.sum(dout, axis=0)
        dx = dx.reshape(*self.original_x_shape)
        return dx
