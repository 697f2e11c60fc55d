import numpy as np

from affine import Affine
from relu import Relu
from softmax_with_loss import SoftmaxWithLoss


class TwoLayerNet:
    def __init__(self, W1, b1, W2, b2):
        self.affine1 = Affine(W1, b1)
        self.relu1 = Relu()
        self.affine2 = Affine(W2, b2)
        self.last_layer = SoftmaxWithLoss()

    def predict(self, x):
        y1 = self.affine1.forward(x)
        out1 = self.relu1.forward(y1)
        return self.affine2.forward(out1)

    def loss(self, x, t):
        return self.last_layer.forward(self.predict(x), t)

    def gradient(self, x, t):
        self.loss(x, t)
        dout = self.predict(x)
        dout = self.affine2.backward(dout)
        dout = self.relu1.backward(dout)
        self.affine1.backward(dout)
        grads = {}
        grads["W1"], grads["b1"] = self.affine1.dW, self.affine1.db
        grads["W2"], grads["b2"] = self.affine2.dW, self.affine2.db
        return grads
