import numpy as np


class Relu:
    def __init__(self):
        self.x = None
        self.mask = None

    def forward(self, x):
        self.x = x
        self.mask = x <= 0
        return np.maximum(0, x)

    def backward(self, dout):
        dx = dout * self.x
        return dx
