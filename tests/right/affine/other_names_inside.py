import numpy as np


class Affine:
    def __init__(self, weight, bias):
        self.weight = weight
        self.bias = bias
        self.grads = {}

    def forward(self, inputs):
        self.inputs = inputs
        rows = inputs.reshape(inputs.shape[0], -1)
        return rows.dot(self.weight) + self.bias

    def backward(self, gradient):
        rows = self.inputs.reshape(self.inputs.shape[0], -1)
        self.grads["W"] = rows.T.dot(gradient)
        self.grads["b"] = gradient.sum(axis=0)
        self.dW, self.db = self.grads["W"], self.grads["b"]
        return gradient.dot(self.weight.T).reshape(self.inputs.shape)
