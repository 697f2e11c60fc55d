import numpy as np


class Affine:
    def __init__(self, W, b):
        self.W = W
        self.b = b
        self.is_tensor = False

    def forward(self, x):
        self.is_tensor = x.ndim != 2
        if self.is_tensor:
            self.saved_shape = x.shape
            x = x.reshape(x.shape[0], -1)
        self.x = x
        return np.dot(x, self.W) + self.b

    def backward(self, dout):
        dx = np.dot(dout, self.W.T)
        self.dW = np.dot(self.x.T, dout)
        self.db = np.sum(dout, axis=0)
        if self.is_tensor:
            dx = dx.reshape(*self.saved_shape)
        return dx
