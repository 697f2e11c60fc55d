"""
title: `backward` decides by the sign of `dout`, not by the sign of the input
why:   Whether the signal passed was decided in `forward`. Through an open gate negative gradients have to pass
       as well as positive ones.
hint:  In `backward`, use what `forward` remembered about `x`.
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
        self.mask = dout <= 0
        dx = dout.copy()
        dx[self.mask] = 0
        return dx
