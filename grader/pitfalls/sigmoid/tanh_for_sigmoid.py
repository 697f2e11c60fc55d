"""
title: `forward` computes tanh
why:   The two curves look alike, but tanh runs from -1 to 1 and is 0 at 0. The sigmoid runs from 0 to 1 and is
       0.5 at 0.
hint:  Check the answer at `x` = 0.
book:  5.5.2
"""

import numpy as np


class Sigmoid:
    def __init__(self):
        self.out = None

    def forward(self, x):
        out = (np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x))
        self.out = out
        return out

    def backward(self, dout):
        dx = dout * (1.0 - self.out**2)
        return dx
