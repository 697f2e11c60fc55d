"""
title: `backward` drops what comes after the decimal point when `x` was an array of integers
why:   `np.zeros_like(x)` takes over the type of `x`. When that holds integers, a gradient of 0.7 written into
       the new array becomes 0.
hint:  Make the array for the gradient like `dout`, not like `x`.
book:  5.5.1
"""

import numpy as np


class Relu:
    def __init__(self):
        self.x = None
        self.mask = None

    def forward(self, x):
        self.x = x
        self.mask = x <= 0
        return np.where(self.mask, 0, x)

    def backward(self, dout):
        dx = np.zeros_like(self.x)
        dx[~self.mask] = dout[~self.mask]
        return dx
