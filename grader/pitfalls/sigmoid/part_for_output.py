"""
title: `backward` uses the exponential where the output y belongs
why:   The slope is y(1 - y), and y is all that `forward` returns. The exponential is only a step on the way to
       it, and can be far larger than 1.
hint:  Keep the value that `forward` returns, not one that it is made of.
book:  5.5.2
"""

import numpy as np


class Sigmoid:
    def __init__(self):
        self.out = None

    def forward(self, x):
        self.out = np.exp(-x)
        return 1 / (1 + self.out)

    def backward(self, dout):
        dx = dout * (1.0 - self.out) * self.out
        return dx
