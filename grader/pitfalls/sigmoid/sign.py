"""
title: `forward` falls where it should rise: x counts with the wrong sign
why:   With exp(x) in the denominator, or with 1 - y for y, a large input gives a number near 0 and a very
       negative one a number near 1.
hint:  Check the minus inside `np.exp`, and what is divided by what.
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
