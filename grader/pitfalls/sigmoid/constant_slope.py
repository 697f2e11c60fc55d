"""
title: `backward` uses the slope 0.25 everywhere
why:   That is the slope at y = 0.5 only, where the curve is steepest. Elsewhere it is smaller and depends on
       the output.
hint:  Compute the slope from the stored output.
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
        dx = dout * 0.25
        return dx
