"""
title: `backward` uses the denominator where the output y belongs
why:   The slope is y(1 - y), and y is all that `forward` returns. The denominator is only a step on the way to
       it, and always larger than 1.
hint:  Keep the value that `forward` returns, not one that it is made of.
book:  5.5.2
"""

import numpy as np


class Sigmoid:
    def __init__(self):
        self.out = None

    def forward(self, x):
        self.out = 1 + np.exp(-x)
        return 1 / self.out

    def backward(self, dout):
        dx = dout * (1.0 - self.out) * self.out
        return dx
