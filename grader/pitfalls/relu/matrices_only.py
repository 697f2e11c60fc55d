"""
title: the loops expect exactly two axes
why:   Relu works entry by entry, so the shape does not matter. After a convolution, for instance, a batch has
       four axes.
hint:  Let NumPy compare the whole array at once instead of counting rows and columns.
book:  5.5.1
"""


class Relu:
    def __init__(self):
        self.mask = None

    def forward(self, x):
        rows, columns = x.shape
        self.mask = x <= 0
        out = x.copy()
        for i in range(rows):
            for j in range(columns):
                if self.mask[i, j]:
                    out[i, j] = 0
        return out

    def backward(self, dout):
        rows, columns = dout.shape
        dx = dout.copy()
        for i in range(rows):
            for j in range(columns):
                if self.mask[i, j]:
                    dx[i, j] = 0
        return dx
