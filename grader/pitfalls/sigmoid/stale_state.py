"""
title: the first output is kept and returned for every later input
why:   `forward` is called once for each batch. An output from an earlier batch fits neither the new input nor
       its gradient.
hint:  Compute the output anew in each `forward`, without asking whether there is one already.
book:  5.5.2
"""

import numpy as np


class Sigmoid:
    def __init__(self):
        self.out = None

    def forward(self, x):
        if self.out is None:
            self.out = 1 / (1 + np.exp(-x))
        return self.out

    def backward(self, dout):
        dx = dout * (1.0 - self.out) * self.out
        return dx
