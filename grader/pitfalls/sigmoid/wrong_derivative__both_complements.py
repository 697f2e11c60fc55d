"""
title: both factors of the slope are 1 - y
why:   The slope of the sigmoid is y(1 - y), one factor of each kind. Squaring one of them loses the symmetry of
       the curve: at y = 0.1 and at y = 0.9 the slope has to be equal.
hint:  One of the two factors is the output itself.
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
        dx = dout * (1.0 - self.out) * (1.0 - self.out)
        return dx
