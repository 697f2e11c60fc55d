"""
title: the second factor of the slope is 1 + y instead of 1 - y
why:   The slope of the sigmoid is y(1 - y): it never exceeds 0.25 and fades out at both ends. With a plus it
       grows with y.
hint:  Check the sign in the second factor.
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
        dx = dout * (1.0 + self.out) * self.out
        return dx
