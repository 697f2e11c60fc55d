import numpy as np


class Affine:
    def __init__(self, W, b):
        self.W = W
        self.b = b

    def forward(self, x):
        self.x = x
        return np.array([np.dot(self.W.T, row.ravel()) + self.b for row in x])

    def backward(self, dout):
        self.dW = sum(np.outer(row.ravel(), d) for row, d in zip(self.x, dout))
        self.db = sum(dout)
        return np.array([np.dot(self.W, d).reshape(row.shape) for row, d in zip(self.x, dout)])
