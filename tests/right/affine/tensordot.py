import numpy as np


class Affine:
    def __init__(self, W, b):
        self.W = W
        self.b = b

    def forward(self, x):
        self.x_shape = x.shape
        self.x = x.reshape(x.shape[0], -1)
        return np.tensordot(self.x, self.W, axes=1) + self.b

    def backward(self, dout):
        self.dW = np.tensordot(self.x, dout, axes=([0], [0]))
        self.db = np.tensordot(np.ones(len(dout)), dout, 1)
        return np.tensordot(dout, self.W, axes=([1], [1])).reshape(self.x_shape)
