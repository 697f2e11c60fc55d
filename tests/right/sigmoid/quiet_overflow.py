import functools

import numpy as np


def quiet(method):
    @functools.wraps(method)
    def wrapped(*args, **kwargs):
        with np.errstate(over="ignore"):
            return method(*args, **kwargs)

    return wrapped


class Sigmoid:
    @quiet
    def forward(self, x):
        self.y = 1 / (1 + np.exp(-x))
        return self.y

    @quiet
    def backward(self, dout):
        return dout * self.y * (1 - self.y)
