import numpy as np


class Relu:
    def __init__(self):
        self.mask = None

    def forward(self, x):
        self.mask = x <= 0
        out = x.copy()
        out = np.where(self.mask, 0, out)
        return out

    def backward(self, dout):
        dx = dout.copy()
        dx = np.where(self.mask, 0.01 * dx, dx)
        return dx
