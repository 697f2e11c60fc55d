import numpy as np


class Affine:
    def __init__(self, W, b):
        self.W = W
        self.b = b
        self.dW = np.empty_like(W)
        self.db = np.empty_like(b)

    def forward(self, x):
        self.shape = x.shape
        self.x = x.reshape(x.shape[0], -1)
        out = np.empty((self.x.shape[0], self.W.shape[1]))
        np.dot(self.x, self.W, out=out)
        out += self.b
        return out

    def backward(self, dout):
        np.matmul(self.x.T, dout, out=self.dW)
        np.sum(dout, axis=0, out=self.db)
        return np.dot(dout, self.W.T).reshape(self.shape)
