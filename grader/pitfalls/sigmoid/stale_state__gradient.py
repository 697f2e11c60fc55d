"""
title: `backward` always uses the output of the first `forward`
why:   The slope is taken at the output of the latest batch. An older output belongs to other inputs.
hint:  Store the output in each `forward`, without asking whether there is one already.
book:  5.5.2
"""

import numpy as np


class Sigmoid:
    def __init__(self):
        self.out = None

    def forward(self, x):
        out = 1 / (1 + np.exp(-x))
        if self.out is None:
            self.out = out
        return out

    def backward(self, dout):
        dx = dout * (1.0 - self.out) * self.out
        return dx
