import numpy as np
import torch
import torch.nn as nn
from torch.autograd import Variable


class Relu:
    def __init__(self):
        self.mask = None

    def forward(self, x):
        self.mask = (x <= 0)
        out = np.copy(x)
        out[self.mask] = 0
        return out

    def backward(self, dout):
        dx = np.copy(dout)
        dx[self.mask] = 0
        return dx
