"""
title: `backward` changes `dout` itself
why:   An operator such as `*=` works inside the array of the caller. Where a gradient is used twice, as in a
       branch, the second reader gets changed numbers.
hint:  Write the product into a new array.
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
        dout *= self.out
        dout *= 1.0 - self.out
        return dout
