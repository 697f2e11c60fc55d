"""
title: a gradient of one layer is stored under a name of the other
why:   Copied lines keep their old layer: then one layer learns from what belongs to another one.
hint:  Compare the number of each key with the layer that its value comes from.
book:  5.7.2
"""

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
        dout = self.last_layer.backward(1)
        dout = self.affine2.backward(dout)
        dout = self.relu1.backward(dout)
        self.affine1.backward(dout)
        grads = {}
        grads["W1"], grads["b1"] = self.affine2.dW, self.affine2.db
        grads["W2"], grads["b2"] = self.affine2.dW, self.affine2.db
        return grads
