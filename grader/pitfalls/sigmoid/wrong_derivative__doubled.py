"""
title: y is doubled where it should be squared
why:   The slope y(1 - y) is y - y ** 2 as well. Two times y is another number, and y - 2y is -y.
hint:  Compare `*` with `**` in `backward`.
book:  5.5.2
"""

import numpy as np


class Sigmoid:
    def __init__(self):
        self.out = None

    def forward(self, x):
        out = 1 / (1 + np.exp(-x))
        self.out = out
        return out

    def backward(self, dout):
        dx = dout * (self.out - self.out * 2)
        return dx
