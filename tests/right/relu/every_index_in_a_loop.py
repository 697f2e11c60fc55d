import numpy as np


class Relu:
    def forward(self, x):
        self.positive = np.zeros(x.shape, dtype=bool)
        out = np.zeros(x.shape)
        for index in np.ndindex(*x.shape):
            if x[index] > 0:
                self.positive[index] = True
                out[index] = x[index]
        return out

    def backward(self, dout):
        dx = np.zeros(dout.shape)
        for index in np.ndindex(*dout.shape):
            if self.positive[index]:
                dx[index] = dout[index]
        return dx
