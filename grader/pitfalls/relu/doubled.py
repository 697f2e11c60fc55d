"""
title: positive inputs come out twice as large
why:   x + |x| is 0 for a negative x, as it should be, but 2x for a positive one. Relu hands on what is above 0
       as it is.
hint:  Follow x = 3 through the formula by hand: 3 has to come out.
book:  5.5.1
"""

import numpy as np


class Relu:
    def __init__(self):
        self.mask = None

    def forward(self, x):
        self.mask = x <= 0
        return x + np.abs(x)

    def backward(self, dout):
        dx = dout.copy()
        dx[self.mask] = 0
        return dx
