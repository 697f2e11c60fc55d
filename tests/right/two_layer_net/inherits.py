import numpy as np

from affine import Affine
from relu import Relu
from softmax_with_loss import SoftmaxWithLoss


class Chain:
    def __init__(self, layers, last):
        self.layers = layers
        self.last = last

    def predict(self, x):
        for l in self.layers:
            x = l.forward(x)
        return x

    def loss(self, x, t):
        return self.last.forward(self.predict(x), t)

    def backward(self):
        d = self.last.backward()
        for l in reversed(self.layers):
            d = l.backward(d)
        return d


class TwoLayerNet(Chain):
    def __init__(self, W1, b1, W2, b2):
        super().__init__((Affine(W1, b1), Relu(), Affine(W2, b2)), SoftmaxWithLoss())

    def gradient(self, x, t):
        print("loss", self.loss(x, t))
        self.backward()
        grads = {}
        for i, l in enumerate((self.layers[0], self.layers[2]), start=1):
            grads[f"W{i}"] = l.dW
            grads[f"b{i}"] = l.db
        return grads
