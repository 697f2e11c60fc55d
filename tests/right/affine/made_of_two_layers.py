import numpy as np


class MatMul:
    def __init__(self, W):
        self.W = W

    def forward(self, x):
        self.x = x
        return np.dot(x, self.W)

    def backward(self, dout):
        self.dW = np.dot(self.x.T, dout)
        return np.dot(dout, self.W.T)


class Add:
    def __init__(self, b):
        self.b = b

    def forward(self, x):
        return x + self.b

    def backward(self, dout):
        self.db = np.sum(dout, axis=0)
        return dout


class Affine:
    def __init__(self, W, b):
        self.matmul = MatMul(W)
        self.add = Add(b)

    def forward(self, x):
        self.shape = x.shape
        return self.add.forward(self.matmul.forward(x.reshape(x.shape[0], -1)))

    def backward(self, dout):
        dx = self.matmul.backward(self.add.backward(dout))
        self.dW, self.db = self.matmul.dW, self.add.db
        return dx.reshape(self.shape)
