"""
title: the slope is 1 - y², which belongs to tanh
why:   Each activation has its own derivative. For the sigmoid it is y(1 - y); 1 - y² is the one of the
       hyperbolic tangent.
hint:  Go back to the computational graph of the sigmoid and read off its slope.
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
        dx = dout * (1.0 - self.out**2)
        return dx
