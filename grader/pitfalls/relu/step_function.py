"""
title: `forward` answers 1 for positive inputs instead of the input itself
why:   That is the step function of the perceptron. Relu passes a positive input on unchanged, however large it
       is.
hint:  Check what is returned where `x` is positive: it should still be `x`.
book:  3.2.7
"""

import numpy as np


class Relu:
    def __init__(self):
        self.mask = None

    def forward(self, x):
        self.mask = x <= 0
        out = np.zeros(x.shape)
        out[x > 0] = 1
        return out

    def backward(self, dout):
        dx = dout.copy()
        dx[self.mask] = 0
        return dx
