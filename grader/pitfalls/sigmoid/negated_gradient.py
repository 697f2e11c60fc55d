"""
title: the gradient has the wrong sign
why:   The sigmoid rises everywhere, so its slope is never negative. On the way through the graph there are two
       minus signs, one from the division and one from -x, and they cancel.
hint:  Check the order in 1 - y, or count the minus signs in your graph.
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
        dx = dout * self.out * (self.out - 1.0)
        return dx
