"""
title: negative inputs come out with their sign flipped instead of as 0
why:   Relu is a switch: at or below 0 nothing passes. The absolute value lets every signal through.
hint:  Look at what happens to one negative number on its way through `forward`; 0 has to come out.
book:  5.5.1
"""


class Relu:
    def __init__(self):
        self.mask = None

    def forward(self, x):
        self.mask = x <= 0
        out = x.copy()
        out[self.mask] = -out[self.mask]
        return out

    def backward(self, dout):
        dx = dout.copy()
        dx[self.mask] = -dx[self.mask]
        return dx
