"""
title: `backward` multiplies matrices where numbers have to be multiplied one by one
why:   Each entry of `dout` is let through or switched off by the input in the same place. A matrix product
       mixes rows with columns, and most shapes do not even fit.
hint:  Look for `np.dot`, `np.matmul` or `@`, and think about which sign multiplies entry by entry.
book:  5.5.1
"""

import numpy as np


class Relu:
    def __init__(self):
        self.mask = None

    def forward(self, x):
        self.mask = x > 0
        return x * self.mask

    def backward(self, dout):
        dx = np.dot(dout, self.mask)
        return dx
