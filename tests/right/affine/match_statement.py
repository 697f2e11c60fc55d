import numpy as np


class Affine:
    def __init__(self, W, b):
        self.W = W
        self.b = b

    def forward(self, x):
        match x.shape:
            case (_, _):
                self.x = x
            case (n, *rest):
                self.x = x.reshape(n, np.prod(rest))
        self.shape = x.shape
        return self.x @ self.W + self.b

    def backward(self, dout):
        self.dW = self.x.T @ dout
        self.db = dout.sum(axis=0)
        match self.shape:
            case (_, _):
                return dout @ self.W.T
            case shape:
                return (dout @ self.W.T).reshape(shape)
