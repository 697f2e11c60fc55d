"""
title: two assignments in one line store the number 0 where the gradient belongs
why:   In a chain of `=` every name on the left receives what stands at the very right. The gradient is the
       plain number 0 then, not an array, and `dout` itself is changed.
hint:  Write it as two lines: first a copy of the array, then the zeros.
book:  5.5.1
"""


class Relu:
    def __init__(self):
        self.mask = None

    def forward(self, x):
        self.mask = x <= 0
        out = x.copy()
        out[self.mask] = 0
        return out

    def backward(self, dout):
        dx = dout[self.mask] = 0
        return dx
