"""
title: `forward` computes the mask but returns `x` as it was
why:   A mask changes nothing by itself. Until 0 is written into the entries that it marks, negative inputs pass
       through.
hint:  Use the mask before you return.
book:  5.5.1
"""


class Relu:
    def __init__(self):
        self.mask = None

    def forward(self, x):
        self.mask = x <= 0
        out = x.copy()
        return out

    def backward(self, dout):
        dx = dout.copy()
        dx[self.mask] = 0
        return dx
