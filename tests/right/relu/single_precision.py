import numpy as np


class Relu:
    def forward(self, x):
        x = x.astype(np.float32)
        self.mask = x <= 0
        x[self.mask] = 0
        return x

    def backward(self, dout):
        dx = dout.astype(np.float32)
        dx[self.mask] = 0
        return dx
