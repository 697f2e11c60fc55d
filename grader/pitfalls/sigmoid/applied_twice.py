"""
title: `backward` puts the stored output through the sigmoid once more
why:   What `forward` stored is y already. Another sigmoid on top gives a number between 0.5 and 0.74 that has
       nothing to do with the input any more.
hint:  Decide whether you store `x` or y, and apply the sigmoid once.
book:  5.5.2
"""

import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


class Sigmoid:
    def __init__(self):
        self.out = None

    def forward(self, x):
        self.out = sigmoid(x)
        return self.out

    def backward(self, dout):
        dx = dout * sigmoid(self.out) * (1.0 - sigmoid(self.out))
        return dx
