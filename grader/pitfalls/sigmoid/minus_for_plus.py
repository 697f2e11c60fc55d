"""
title: the denominator subtracts the exponential from 1, instead of adding it
why:   With a minus the denominator is 0 at x = 0, and on one side of it the answers are negative. A sigmoid
       stays between 0 and 1.
hint:  Compare the sign between 1 and the exponential with the formula.
book:  5.5.2
"""

import numpy as np


class Sigmoid:
    def __init__(self):
        self.out = None

    def forward(self, x):
        out = 1 / (1 - np.exp(-x))
        self.out = out
        return out

    def backward(self, dout):
        dx = dout * (1.0 - self.out) * self.out
        return dx
