"""
title: `backward` returns `dout` as it came
why:   Where the input was at or below 0, the output stays 0 however `x` moves a little, so no gradient may flow
       there. Either nothing is erased, or the mask is never True: after `np.maximum` no output is below 0.
hint:  Print what says which entries to erase, for an input that is below 0.
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
        dx = dout.copy()
        return dx
