"""
title: only `backward` is the wrong way round: it lets the gradient through where the input was negative
why:   The mask is True where the signal stops. Multiplying by it keeps exactly the entries that should
       disappear.
hint:  Ask what True means in your mask, and use the opposite when you multiply.
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
        dx = dout * self.mask
        return dx
