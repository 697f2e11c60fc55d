"""
title: `backward` returns y(y - 1), without `dout`
both:  sigmoid/negated-gradient, sigmoid/missing-dout
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
        dx = self.out * (self.out - 1.0)
        return dx
