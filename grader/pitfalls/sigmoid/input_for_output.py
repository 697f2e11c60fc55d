"""
title: `backward` uses the input `x` where the output `y` belongs
why:   The slope is y(1 - y), and y is what `forward` returned. For an `x` of 3 the same formula would give -6.
hint:  Keep the result of `forward`, not its argument.
book:  5.5.2
"""

import numpy as np


class Sigmoid:
    def __init__(self):
        self.x = None
        self.out = None

    def forward(self, x):
        self.x = x
        self.out = 1 / (1 + np.exp(-x))
        return self.out

    def backward(self, dout):
        dx = dout * (1.0 - self.x) * self.x
        return dx
