"""
title: the denominator has no parentheses: `1 / 1 + np.exp(-x)` is 1 + exp(-x)
why:   Division comes before addition, so Python computes 1 / 1 first. The answers are larger than 1, where a
       sigmoid stays between 0 and 1.
hint:  Put parentheses around everything that belongs under the fraction line.
book:  5.5.2
"""

import numpy as np


class Sigmoid:
    def __init__(self):
        self.out = None

    def forward(self, x):
        out = 1 / 1 + np.exp(-x)
        self.out = out
        return out

    def backward(self, dout):
        dx = dout * (1.0 - self.out) * self.out
        return dx
