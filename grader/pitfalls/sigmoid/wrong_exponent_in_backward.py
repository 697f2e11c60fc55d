"""
title: `backward` multiplies by exp(x) where the graph has exp(-x)
why:   The exp node received -x in `forward`, so what it sends back is exp(-x), the value that it put out.
hint:  Check the sign of the exponent in `backward`.
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
        dx = dout * self.out**2 * np.exp(self.x)
        return dx
