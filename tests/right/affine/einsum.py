import numpy as np


class Affine:
    def __init__(self, W, b):
        self.W = W
        self.b = b

    def forward(self, x):
        self.x_shape = x.shape
        self.x = x.reshape(x.shape[0], -1)
        return np.einsum("ij,jk->ik", self.x, self.W) + self.b

    def backward(self, dout):
        self.dW = np.einsum("ij,ik->jk", self.x, dout)
        self.db = np.einsum("ik->k", dout)
        return np.einsum("ik,jk->ij", dout, self.W).reshape(self.x_shape)
