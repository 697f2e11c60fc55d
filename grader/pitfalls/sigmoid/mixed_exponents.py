"""
title: exp(x) is divided by 1 + exp(-x): the two signs do not belong together
why:   There are two right ways to write the sigmoid: 1 over 1 + exp(-x), or exp(x) over 1 + exp(x). A mixture
       of both grows without limit.
hint:  Keep to one of the two forms and check the exponents.
book:  5.5.2
"""

import numpy as np


class Sigmoid:
    def __init__(self):
        self.out = None

    def forward(self, x):
        out = np.exp(x) / (1 + np.exp(-x))
        self.out = out
        return out

    def backward(self, dout):
        dx = dout * (1.0 - self.out) * self.out
        return dx
