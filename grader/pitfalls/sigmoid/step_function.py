"""
title: `forward` answers only 0 or 1
why:   The step function has slope 0 nearly everywhere, so nothing could be learned through it. The sigmoid is
       its smooth counterpart.
hint:  Return the value of the curve, without comparing or rounding it.
book:  3.2.5
"""

import numpy as np


class Sigmoid:
    def __init__(self):
        self.out = None

    def forward(self, x):
        out = 1 / (1 + np.exp(-x))
        self.out = np.where(out > 0.5, 1.0, 0.0)
        return self.out

    def backward(self, dout):
        dx = dout * (1.0 - self.out) * self.out
        return dx
