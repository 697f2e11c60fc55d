"""
title: `backward` returns the mask itself as the gradient
both:  relu/missing-dout, relu/mask-inverted-in-backward
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
        dx = self.mask.astype(float)
        return dx
