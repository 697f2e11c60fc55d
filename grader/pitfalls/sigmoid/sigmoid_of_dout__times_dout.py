import numpy as np


class Sigmoid:
    def __init__(self):
        self.out = None

    def forward(self, x):
        self.out = 1 / (1 + np.exp(-x))
        return self.out

    def backward(self, dout):
        self.out = 1 / (1 + np.exp(-dout))
        dx = dout * self.out * (1.0 - self.out)
        return dx
