"""
title: inputs are compared with 1 instead of 0
why:   Relu opens at 0. With another threshold, small positive inputs are erased too.
hint:  Check the number in the comparison that makes the mask.
book:  5.5.1
"""


class Relu:
    def __init__(self):
        self.mask = None

    def forward(self, x):
        self.mask = x <= 1
        out = x.copy()
        out[self.mask] = 0
        return out

    def backward(self, dout):
        dx = dout.copy()
        dx[self.mask] = 0
        return dx
