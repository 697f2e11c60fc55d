import numpy as np


def sigmoid(x):
    positive = x >= 0
    negative = ~positive
    result = np.empty_like(x, dtype=float)
    result[positive] = 1 / (1 + np.exp(-x[positive]))
    exp = np.exp(x[negative])
    result[negative] = exp / (exp + 1)
    return result


class Sigmoid:
    def __init__(self):
        self.out = None

    def forward(self, x):
        self.out = sigmoid(x)
        return self.out

    def backward(self, dout):
        return dout * (1.0 - self.out) * self.out
