import numpy as np

from affine import Affine
from relu import Relu
from softmax_with_loss import SoftmaxWithLoss


class TwoLayerNet:
    def __init__(self, W1, b1, W2, b2):
        self.given = (W1, b1, W2, b2)
        self._make()

    def _make(self):
        W1, b1, W2, b2 = self.given
        self.a, self.r, self.b, self.s = Affine(W1, b1), Relu(), Affine(W2, b2), SoftmaxWithLoss()

    def predict(self, x):
        self._make()
        return self.b.forward(self.r.forward(self.a.forward(x)))

    def loss(self, x, t):
        return float(self.s.forward(self.predict(x), t))

    def gradient(self, x, t):
        scores = self.predict(x)
        self.s.forward(scores, t)
        self.a.backward(self.r.backward(self.b.backward(self.s.backward(1))))
        return {"W1": self.a.dW.copy(), "b1": self.a.db.copy(), "W2": self.b.dW.copy(), "b2": self.b.db.copy()}
