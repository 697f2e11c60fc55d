"""
title: `backward` writes the zeros into `dout` itself
why:   The book does it like this, and in its own networks nobody looks at `dout` again. But the array belongs
       to the caller: where a gradient is used twice, as in a branch, the second reader gets erased numbers.
hint:  Change a copy of `dout`.
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
        dout[self.mask] = 0
        dx = dout
        return dx
