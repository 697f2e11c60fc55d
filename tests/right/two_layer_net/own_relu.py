import numpy as np

from affine import Affine
from softmax_with_loss import SoftmaxWithLoss


class Relu:
    def forward(self, x):
        self.mask = (x <= 0)
        out = x.copy()
        out[self.mask] = 0
        return out

    def backward(self, dout):
        dout[self.mask] = 0
        return dout


class TwoLayerNet:
    def __init__(self, W1, b1, W2, b2):
        self.affine1, self.relu, self.affine2 = Affine(W1, b1), Relu(), Affine(W2, b2)
        self.last = SoftmaxWithLoss()

    def predict(self, x):
        y1 = self.affine1.forward(x)
        out1 = self.relu.forward(y1)
        y2 = self.affine2.forward(out1)
        return y2

    def loss(self, x, t):
        y2 = self.predict(x)
        return self.last.forward(y2, t)

    def gradient(self, x, t):
        self.loss(x, t)
        dy = self.last.backward()
        dout1 = self.affine2.backward(dy)
        dy1 = self.relu.backward(dout1)
        self.affine1.backward(dy1)
        return {"W1": self.affine1.dW, "b1": self.affine1.db, "W2": self.affine2.dW, "b2": self.affine2.db}
