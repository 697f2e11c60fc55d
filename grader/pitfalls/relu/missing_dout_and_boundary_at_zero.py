"""
title: `backward` returns 1 where the input was at least 0, without `dout`
both:  relu/missing-dout, relu/boundary-at-zero
book:  5.5.1
"""

import numpy as np


class Relu:
    def __init__(self):
        self.mask = None

    def forward(self, x):
        self.mask = x < 0
        out = x.copy()
        out[self.mask] = 0
        return out

    def backward(self, dout):
        dx = np.ones(dout.shape)
        dx[self.mask] = 0
        return dx
