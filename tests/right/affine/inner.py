import numpy as np


class Affine:
    def __init__(self, W, b):
        self.W = W
        self.b = b

    def forward(self, x):
        self.x_shape = x.shape
        self.x = np.reshape(x, (x.shape[0], self.W.shape[0]))
        return np.inner(self.x, self.W.T) + self.b[np.newaxis, :]

    def backward(self, dout):
        self.dW = np.inner(self.x.T, dout.T)
        self.db = np.dot(dout.T, np.ones(dout.shape[0]))
        return np.inner(dout, self.W).reshape(self.x_shape)
