import numpy as np


class Relu:
    def forward(self, x):
        self.off = ~(x > 0)
        return np.clip(x, 0, None)

    def backward(self, dout):
        dx = np.array(dout)
        np.putmask(dx, self.off, 0)
        return dx
