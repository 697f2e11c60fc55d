"""
title: `backward` returns x(1 - x)
both:  sigmoid/missing-dout, sigmoid/input-for-output
book:  5.5.2
"""

import numpy as np


class Sigmoid:
    def __init__(self):
        self.x = None
        self.out = None

    def forward(self, x):
        self.x = x
        self.out = 1 / (1 + np.exp(-x))
        return self.out

    def backward(self, dout):
        dx = (1.0 - self.x) * self.x
        return dx
