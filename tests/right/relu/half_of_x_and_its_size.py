import numpy as np


class Relu:
    def forward(self, x):
        self.x = x
        return 0.5 * (x + np.abs(x))

    def backward(self, dout):
        # sign is 0 at 0, so take the larger of 0 and sign
        return dout * np.maximum(np.sign(self.x), 0)
