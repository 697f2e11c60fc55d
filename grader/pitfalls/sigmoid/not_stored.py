"""
title: `forward` does not keep its output, so `backward` finds only None
why:   A name without `self.` is gone when the method ends. `backward` has nothing then to compute the slope
       from.
hint:  Store the output on `self` before you return it.
book:  5.5.2
"""

import numpy as np


class Sigmoid:
    def __init__(self):
        self.out = None

    def forward(self, x):
        out = 1 / (1 + np.exp(-x))
        return out

    def backward(self, dout):
        dx = dout * (1.0 - self.out) * self.out
        return dx
