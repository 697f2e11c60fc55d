"""
title: `return` stands inside the loop, so only the first row is worked on
why:   A method ends at the first `return` that it reaches. The rows after the first one stay at 0.
hint:  Move `return` to the left until it is in line with `for`.
book:  5.5.2
"""

import numpy as np


class Sigmoid:
    def __init__(self):
        self.out = None

    def forward(self, x):
        self.out = np.zeros(x.shape)
        for i in range(x.shape[0]):
            self.out[i] = 1 / (1 + np.exp(-x[i]))
            return self.out

    def backward(self, dout):
        dx = np.zeros(dout.shape)
        for i in range(dout.shape[0]):
            dx[i] = dout[i] * (1.0 - self.out[i]) * self.out[i]
            return dx
