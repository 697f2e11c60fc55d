"""
title: `backward` subtracts y from the whole product, not from 1
why:   Multiplication comes before subtraction. Without parentheses around 1 - y, Python computes the product
       first and takes y away at the end.
hint:  Put parentheses around the factor 1 - y.
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
        dx = dout * (1.0 * self.out) - self.out
        return dx
