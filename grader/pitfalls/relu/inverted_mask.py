"""
title: the mask is the wrong way round: positive entries become 0 and the others stay
why:   `out[self.mask] = 0` erases the entries where the mask is True. The ones to erase are those at or below
       0.
hint:  Print `self.mask` for one positive and one negative number, and turn the comparison round.
book:  5.5.1
"""


class Relu:
    def __init__(self):
        self.mask = None

    def forward(self, x):
        self.mask = x > 0
        out = x.copy()
        out[self.mask] = 0
        return out

    def backward(self, dout):
        dx = dout.copy()
        dx[self.mask] = 0
        return dx
