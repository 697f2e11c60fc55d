import numpy as np


class Sigmoid:
    def forward(self, x):
        x = x.astype("float32")
        self.out = np.float32(1) / (np.float32(1) + np.exp(-x))
        return self.out

    def backward(self, dout):
        return dout.astype("float32") * self.out * (np.float32(1) - self.out)
