import numpy as np


class Sigmoid:
    def __init__(self):
        self.out = None

    def forward(self, x):
        positive = x >= 0
        out = np.zeros(x.shape)
        above, below = np.exp(-x[positive]), np.exp(x[~positive])
        out[positive] = 1 / (1 + above)
        out[~positive] = 1 / (1 + below)
        self.out = out
        return out

    def backward(self, dout):
        dx = dout * (1.0 - self.out) * self.out
        return dx
