"""
title: outputs above a limit are cut off
why:   Relu has no ceiling. A unit that reaches the limit would stop learning, and its size would no longer
       count.
hint:  Take away the upper bound; only the lower one at 0 belongs to Relu.
book:  3.2.7
"""

import numpy as np


class Relu:
    def __init__(self):
        self.mask = None

    def forward(self, x):
        self.mask = (x <= 0) | (x >= 1)
        out = np.clip(x, 0, 1)
        return out

    def backward(self, dout):
        dx = dout.copy()
        dx[self.mask] = 0
        return dx
