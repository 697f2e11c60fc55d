"""
title: `return` stands inside the loop, so only the first row is worked on
why:   A method ends at the first `return` that it reaches. The rows after the first one keep their negative
       entries.
hint:  Move `return` to the left until it is in line with `for`.
book:  5.5.1
"""


class Relu:
    def __init__(self):
        self.mask = None

    def forward(self, x):
        self.mask = x <= 0
        out = x.copy()
        for i in range(x.shape[0]):
            out[i][self.mask[i]] = 0
            return out

    def backward(self, dout):
        dx = dout.copy()
        for i in range(dout.shape[0]):
            dx[i][self.mask[i]] = 0
            return dx
