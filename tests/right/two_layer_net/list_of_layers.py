import numpy as np

from affine import Affine
from relu import Relu
from softmax_with_loss import SoftmaxWithLoss


class TwoLayerNet:
    def __init__(self, *parameters):
        W1, b1, W2, b2 = parameters
        self.layers = [Affine(W1, b1), Relu(), Affine(W2, b2)]
        self.loss_layer = SoftmaxWithLoss()

    def predict(self, x):
        for layer in self.layers: x = layer.forward(x)
        return x

    def loss(self, x, t):
        return self.loss_layer.forward(self.predict(x), t)

    def gradient(self, x, t):
        self.loss(x, t)
        d = self.loss_layer.backward()
        for layer in self.layers[::-1]: d = layer.backward(d)
        a, _, b = self.layers
        return dict(W1=a.dW, b1=a.db, W2=b.dW, b2=b.db)
