"""
title: `backward` takes the slope at `dout` instead of at the input
why:   The slope is taken where the signal passed in `forward`. `dout` is the gradient from upstream, it says
       nothing about that place.
hint:  Use the output that `forward` stored.
book:  5.5.2
"""

import numpy as np


class Sigmoid:
    def __init__(self):
        self.out = None

    def forward(self, x):
        self.out = 1 / (1 + np.exp(-x))
        return self.out

    def backward(self, dout):
        self.out = 1 / (1 + np.exp(-dout))
        dx = self.out * (1.0 - self.out)
        return dx
