"""
title: `forward` changes `x` itself
why:   An operator such as `*=` works inside the array of the caller. The layer before may still need its output
       as it was.
hint:  Write the result of each step into a new array, without `*=` and the like on `x`.
book:  5.5.2
"""

import numpy as np


class Sigmoid:
    def __init__(self):
        self.out = None

    def forward(self, x):
        x *= -1
        self.out = 1 / (1 + np.exp(x))
        return self.out

    def backward(self, dout):
        dx = dout * (1.0 - self.out) * self.out
        return dx
