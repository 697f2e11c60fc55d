"""
title: the mask is stored under one name and read under another, which is still None
why:   Python accepts a new attribute name without a word. `out[None] = 0` raises nothing either: None selects
       the whole array, and all of it becomes 0.
hint:  Compare the names after `self.` letter by letter.
book:  5.5.1
"""


class Relu:
    def __init__(self):
        self.mask = None

    def forward(self, x):
        self.maks = x <= 0
        out = x.copy()
        out[self.mask] = 0
        return out

    def backward(self, dout):
        dx = dout.copy()
        dx[self.mask] = 0
        return dx
