"""
title: the loops expect exactly two axes
why:   The sigmoid works entry by entry, so the shape does not matter. After a convolution, for instance, a
       batch has four axes.
hint:  Let NumPy compute the whole array at once instead of counting rows and columns.
book:  5.5.2
"""

import numpy as np


class Sigmoid:
    def __init__(self):
        self.out = None

    def forward(self, x):
        rows, columns = x.shape
        self.out = np.zeros((rows, columns))
        for i in range(rows):
            for j in range(columns):
                self.out[i, j] = 1 / (1 + np.exp(-x[i, j]))
        return self.out

    def backward(self, dout):
        dx = dout * (1.0 - self.out) * self.out
        return dx
