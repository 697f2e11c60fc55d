"""
title: only one of the two terms of x + |x| is halved
why:   Division comes before addition. For a negative x the two terms then do not cancel, and for a positive one
       they do not add up to x.
hint:  Follow x = 2 and x = -2 through the formula by hand: 2 and 0 have to come out.
book:  5.5.1
"""

import numpy as np


class Relu:
    def __init__(self):
        self.mask = None

    def forward(self, x):
        self.mask = x <= 0
        return x + np.abs(x) / 2

    def backward(self, dout):
        dx = dout.copy()
        dx[self.mask] = 0
        return dx
