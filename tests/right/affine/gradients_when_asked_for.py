import numpy as np


class Affine:
    def __init__(self, W, b):
        self._W = W
        self._b = b

    def forward(self, x):
        self._x = x
        self._rows = x.reshape(x.shape[0], -1)
        return self._rows @ self._W + self._b

    def backward(self, dout):
        self._gradient = self._rows, dout.copy()
        return (dout @ self._W.T).reshape(self._x.shape)

    @property
    def dW(self):
        rows, dout = self._gradient
        return rows.T @ dout

    @property
    def db(self):
        return self._gradient[1].sum(axis=0)
