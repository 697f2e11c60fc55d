"""
title: `backward` returns the slope of Relu alone and leaves `dout` out
why:   By the chain rule, the slope of this layer (1 or 0) multiplies the gradient that comes from upstream.
       Without `dout` nothing of the loss reaches the layers before.
hint:  Multiply the slope by `dout`.
book:  5.5.1
"""

import numpy as np


class Relu:
    def __init__(self):
        self.mask = None

    def forward(self, x):
        self.mask = x <= 0
        out = x.copy()
        out[self.mask] = 0
        return out

    def backward(self, dout):
        dx = np.ones(dout.shape)
        dx[self.mask] = 0
        return dx
