import numpy as np


class RectifiedLinearUnit:
    def forward(self, x):
        self.mask = x > 0
        return self.mask * x

    def backward(self, dout):
        return self.mask * dout


Relu = RectifiedLinearUnit
