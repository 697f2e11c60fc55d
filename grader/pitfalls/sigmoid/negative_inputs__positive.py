"""
title: `forward` is right below 0, but for positive inputs it computes something else
why:   A form of its own on each side of 0 is a good way around an overflow, but both have to be the same
       function: 1 / (1 + exp(-x)).
hint:  Work out what `forward` does with x = 1, sign by sign: about 0.73 has to come out.
book:  5.5.2
"""

import numpy as np


class Sigmoid:
    def __init__(self):
        self.out = None

    def forward(self, x):
        positive = x >= 0
        out = np.zeros(x.shape)
        above, below = np.exp(-x[positive]), np.exp(x[~positive])
        out[positive] = 1 / (1 - above)
        out[~positive] = below / (1 + below)
        self.out = out
        return out

    def backward(self, dout):
        dx = dout * (1.0 - self.out) * self.out
        return dx
