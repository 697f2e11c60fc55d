import numpy as np


class Sigmoid:
    def __init__(self):
        self.local_gradient = None

    def forward(self, x):
        y = 1 / (1 + np.exp(-x))
        self.local_gradient = y * (1 - y)
        return y

    def backward(self, dout):
        return self.local_gradient * dout
