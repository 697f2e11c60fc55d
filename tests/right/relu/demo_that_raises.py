import numpy as np


class Relu:
    def __init__(self):
        self.mask = None

    def forward(self, x):
        self.mask = (x <= 0)
        out = x.copy()
        out[self.mask] = 0
        return out

    def backward(self, dout):
        return np.where(self.mask, 0, dout)


x = np.array([[1.0, -0.5], [-2.0, 3.0]])
layer = Relu()
y = layer.forword(x)
print(y)
assert False, "여기서부터는 나중에"
