"""
title: `np.exp(-1)` does not contain `x`
why:   Without `x` the answer is the same number for every input, about 0.73.
hint:  The exponent is minus the input.
book:  5.5.2
"""

import numpy as np


class Sigmoid:
    def __init__(self):
        self.out = None

    def forward(self, x):
        out = 1 / (1 + np.exp(-1))
        self.out = out
        return out

    def backward(self, dout):
        dx = dout * (1.0 - self.out) * self.out
        return dx
