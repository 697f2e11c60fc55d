"""
title: the gradient for x leaves out that mean and variance depend on x
why:   Every number of a column moves the column's mean and variance, and with them all the other numbers. Only
       `gamma / spread` times `dout` is the answer for a mean and a variance that stand still.
hint:  Draw the computation graph: by how many ways does x reach the result?
book:  6.3
"""

import numpy as np


class BatchNorm:

    def __init__(self, gamma, beta):
        self.gamma = gamma
        self.beta = beta

    def forward(self, x):
        centred = x - x.mean(axis=0)
        self.spread = np.sqrt((centred**2).mean(axis=0) + 1e-7)
        self.normal = centred / self.spread
        return self.gamma * self.normal + self.beta

    def backward(self, dout):
        self.dgamma = (dout * self.normal).sum(axis=0)
        self.dbeta = dout.sum(axis=0)
        inner = dout
        return self.gamma * inner / self.spread
