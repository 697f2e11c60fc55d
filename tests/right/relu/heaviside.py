import numpy as np


class Relu:
    def forward(self, x):
        self.step = np.heaviside(x, 0.0)
        return x * self.step

    def backward(self, dout):
        return dout * self.step
