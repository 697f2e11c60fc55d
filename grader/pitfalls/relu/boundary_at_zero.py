"""
title: `backward` lets the gradient through where the input was exactly 0
why:   The book counts 0 among the entries that are switched off: the mask is True for `x` at or below 0. The
       output shows no difference, the gradient does.
hint:  Check on which side of your comparison 0 falls.
book:  5.5.1
"""


class Relu:
    def __init__(self):
        self.mask = None

    def forward(self, x):
        self.mask = x < 0
        out = x.copy()
        out[self.mask] = 0
        return out

    def backward(self, dout):
        dx = dout.copy()
        dx[self.mask] = 0
        return dx
