from copy import deepcopy

import numpy as np


class Relu:
    def __init__(self):
        self.mask = None

    def forward(self, x):
        self.mask = deepcopy(x) <= 0
        out = deepcopy(x)
        out[self.mask] = 0
        return out

    def backward(self, dout):
        dx = deepcopy(dout)
        dx[self.mask] = 0
        return dx
