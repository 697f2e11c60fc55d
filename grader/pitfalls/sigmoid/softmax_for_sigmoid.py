"""
title: `forward` divides by a sum over the entries, which makes it a softmax
why:   The sigmoid looks at each entry alone. In a softmax every answer depends on all the others.
hint:  Leave the sum out; this layer has none.
book:  5.5.2
"""

import numpy as np


class Sigmoid:
    def __init__(self):
        self.out = None

    def forward(self, x):
        out = np.exp(x) / np.sum(np.exp(x))
        self.out = out
        return out

    def backward(self, dout):
        dx = dout * (1.0 - self.out) * self.out
        return dx
