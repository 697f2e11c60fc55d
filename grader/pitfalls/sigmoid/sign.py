"""
title: the exponent has the wrong sign
why:   With exp(x) in the denominator the curve falls instead of rising: a large input gives a number near 0, a
       very negative one a number near 1.
hint:  Check the minus inside `np.exp`.
book:  5.5.2
"""

import numpy as np


class Sigmoid:
    def __init__(self):
        self.out = None

    def forward(self, x):
        out = 1 / (1 + np.exp(x))
        self.out = out
        return out

    def backward(self, dout):
        dx = dout * (1.0 - self.out) * self.out
        return dx
