import numpy as np


class Affine:
    def __init__(self, W, b):
        self.W = W
        self.b = b

    def forward(self, x):
        self.x = x
        flat = x.reshape((x.shape[0], int(np.prod(x.shape[1:]))))
        return np.add(np.matmul(flat, self.W), self.b)

    def backward(self, dout):
        flat = self.x.reshape((self.x.shape[0], int(np.prod(self.x.shape[1:]))))
        self.dW = np.matmul(np.transpose(flat), dout)
        self.db = np.add.reduce(dout)
        return np.matmul(dout, np.transpose(self.W)).reshape(self.x.shape)
