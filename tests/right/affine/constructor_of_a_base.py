import numpy as np


class Layer:
    def __init__(self, *params):
        self.params = params

    def flat(self, x):
        return x.reshape(x.shape[0], -1)


class Linear(Layer):
    def forward(self, x):
        W, _ = self.params
        self.x = x
        return np.dot(self.flat(x), W)

    def backward(self, dout):
        W, _ = self.params
        self.dW = np.dot(self.flat(self.x).T, dout)
        return np.dot(dout, W.T).reshape(self.x.shape)


class Affine(Linear):
    def forward(self, x):
        return super().forward(x) + self.params[1]

    def backward(self, dout):
        self.db = np.sum(dout, axis=0)
        return super().backward(dout)
