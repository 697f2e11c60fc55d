"""
title: `forward` is as steep as tanh: half of x is missing
why:   The sigmoid can be had from tanh, as (1 + tanh(x / 2)) / 2. With tanh(x) in it, or with exp(-2x), the
       curve rises twice as fast.
hint:  Look at what x is multiplied by, or divided by, before the function is applied.
book:  5.5.2
"""

import numpy as np


class Sigmoid:
    def __init__(self):
        self.out = None

    def forward(self, x):
        out = (1 + np.tanh(x)) / 2
        self.out = out
        return out

    def backward(self, dout):
        dx = dout * (1.0 - self.out) * self.out
        return dx
