import numpy as np


class Sigmoid:
    def __init__(self):
        self.x = None

    @staticmethod
    def sigmoid(x):
        return 1 / (1 + np.exp(-x))

    def forward(self, x):
        self.x = x
        return self.sigmoid(x)

    def backward(self, dout):
        return dout * Sigmoid.sigmoid(self.x) * (1 - Sigmoid.sigmoid(self.x))
