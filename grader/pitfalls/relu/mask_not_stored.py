"""
title: the mask is a local variable of `forward`, so `backward` finds only None
why:   A name without `self.` is gone when the method ends. `dx[None] = 0` then selects the whole array, and
       every gradient becomes 0.
hint:  Keep the mask on `self` in `forward`.
book:  5.5.1
"""


class Relu:
    def __init__(self):
        self.mask = None

    def forward(self, x):
        mask = x <= 0
        out = x.copy()
        out[mask] = 0
        return out

    def backward(self, dout):
        dx = dout.copy()
        dx[self.mask] = 0
        return dx
