import math

import numpy as np


def sigmoid(v):
    if v >= 0:
        return 1 / (1 + math.exp(-v))
    return math.exp(v) / (1 + math.exp(v))


class Sigmoid:
    def forward(self, x):
        self.y = np.empty(x.shape)
        for i, v in np.ndenumerate(x):
            self.y[i] = sigmoid(v)
        return self.y

    def backward(self, dout):
        dx = np.empty(dout.shape)
        for i, d in np.ndenumerate(dout):
            dx[i] = d * self.y[i] * (1 - self.y[i])
        return dx
