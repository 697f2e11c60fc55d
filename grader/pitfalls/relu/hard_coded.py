"""
title: the answer of one example is returned whatever the input is
why:   The numbers are right for the example in the book and for nothing else. A layer computes its answer from
       `x`.
hint:  Go through the example once more and write down the operation, not its result.
book:  5.5.1
"""

import numpy as np


class Relu:
    def __init__(self):
        self.mask = None

    def forward(self, x):
        self.mask = np.array([[False, True], [True, False]])
        out = np.array([[1.0, 0.0], [0.0, 3.0]])
        return out

    def backward(self, dout):
        dx = np.array([[1.0, 0.0], [0.0, 1.0]])
        return dx
