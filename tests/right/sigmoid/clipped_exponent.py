import numpy as np


class Sigmoid:
    def __init__(self):
        self.out = None

    def forward(self, x):
        # exp가 넘치지 않게
        x = np.clip(x, -500, 500)
        self.out = 1 / (1 + np.exp(-x))
        return self.out

    def backward(self, dout):
        dx = dout * (1.0 - self.out) * self.out
        return dx
