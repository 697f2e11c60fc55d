"""
title: `backward` goes by the mask of the first `forward`, not of the latest
why:   Every batch has its own pattern of positive and negative entries, and the layer above answers the latest.
hint:  Let each `forward` replace the mask, without asking whether there is one already.
book:  5.5.1
"""


class Relu:
    def __init__(self):
        self.mask = None

    def forward(self, x):
        if self.mask is None:
            self.mask = x <= 0
        out = x.copy()
        out[x <= 0] = 0
        return out

    def backward(self, dout):
        dx = dout.copy()
        dx[self.mask] = 0
        return dx
