import numpy as np


class Relu:
    def __init__(self):
        self.mask = None
        self.alpha = 0.1

    def forward(self, x):
        self.mask = x <= 0
        return np.where(self.mask, self.alpha * x, x)

    def backward(self, dout):
        return np.where(self.mask, self.alpha * dout, dout)
