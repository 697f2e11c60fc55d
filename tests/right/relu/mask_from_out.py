import numpy as np


class Relu:
    def __init__(self):
        self.out = None

    def forward(self, x):
        self.out = np.maximum(x, np.zeros_like(x))
        return self.out

    def backward(self, dout):
        dx = np.zeros_like(dout)
        dx[self.out != 0] = dout[self.out != 0]
        return dx
