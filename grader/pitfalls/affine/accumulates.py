"""
title: `dW` and `db` are added to the gradients of earlier batches
why:   After an update the old gradients no longer count: each call of `backward` answers its own batch. Added
       up, the steps grow with every batch.
hint:  Replace the stored gradients in each call instead of adding to them.
book:  5.6.2
"""

import numpy as np


class Affine:
    def __init__(self, W, b):
        self.W = W
        self.b = b
        self.x = None
        self.original_x_shape = None
        self.dW = np.zeros(W.shape)
        self.db = np.zeros(b.shape)

    def forward(self, x):
        self.original_x_shape = x.shape
        x = x.reshape(x.shape[0], -1)
        self.x = x
        out = np.dot(self.x, self.W) + self.b
        return out

    def backward(self, dout):
        dx = np.dot(dout, self.W.T)
        self.dW += np.dot(self.x.T, dout)
        self.db += np.sum(dout, axis=0)
        dx = dx.reshape(*self.original_x_shape)
        return dx
