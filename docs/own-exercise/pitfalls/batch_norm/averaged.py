"""
title: the gradients for gamma and beta are means over the batch, not sums
why:   The loss has been divided by the batch size already.
hint:  Look at how the batch is folded up in `backward`.
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
        self.dgamma = (dout * self.normal).mean(axis=0)
        self.dbeta = dout.mean(axis=0)
        inner = dout - dout.mean(axis=0) - self.normal * (dout * self.normal).mean(axis=0)
        return self.gamma * inner / self.spread
