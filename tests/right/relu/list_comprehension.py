import numpy as np


class Relu:
    def __init__(self):
        self.on = []

    def forward(self, x):
        flat = x.flatten()
        self.on = [value > 0 for value in flat]
        return np.array([v if v > 0 else 0 for v in flat]).reshape(x.shape)

    def backward(self, dout):
        return np.array([d if on else 0.0 for d, on in zip(dout.flatten(), self.on)]).reshape(dout.shape)
