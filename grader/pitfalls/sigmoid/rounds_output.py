"""
title: `forward` rounds its answer
why:   A rounded curve has little steps in it, and the gradient computed from it is wrong as well. Rounding is
       for printing.
hint:  Remove the rounding from the layer.
book:  5.5.2
"""

import numpy as np


class Sigmoid:
    def __init__(self):
        self.out = None

    def forward(self, x):
        out = np.round(1 / (1 + np.exp(-x)), 2)
        self.out = out
        return out

    def backward(self, dout):
        dx = dout * (1.0 - self.out) * self.out
        return dx
