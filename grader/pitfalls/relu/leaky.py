"""
title: negative inputs keep a small slope instead of becoming 0
why:   That is Leaky ReLU, a layer of its own. Relu lets nothing through at or below 0: the output is 0 there,
       and so is the gradient.
hint:  Look at what is put where `x` is negative; it should be 0, without any factor.
book:  5.5.1
"""

import numpy as np


class Relu:
    def __init__(self):
        self.mask = None

    def forward(self, x):
        self.mask = x <= 0
        out = x.copy()
        out = np.where(self.mask, 0.01 * out, out)
        return out

    def backward(self, dout):
        dx = dout.copy()
        dx = np.where(self.mask, 0.01 * dx, dx)
        return dx
