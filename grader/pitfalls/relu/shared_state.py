"""
title: all Relu layers share one mask
why:   What belongs to the class, or stands outside of it, exists once. In a network with two Relu layers the second `forward` overwrites
       the mask that the first layer still needs.
hint:  Store the mask on `self`.
book:  5.5.1
"""


class Relu:
    mask = None

    def forward(self, x):
        Relu.mask = x <= 0
        out = x.copy()
        out[Relu.mask] = 0
        return out

    def backward(self, dout):
        dx = dout.copy()
        dx[Relu.mask] = 0
        return dx
