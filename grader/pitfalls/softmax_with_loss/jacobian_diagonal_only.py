"""
title: the slope of softmax is taken as y(1 - y), as if each class stood alone
why:   A score also lowers the probabilities of all other classes, since a row adds up to 1. So the wrong
       classes get a gradient as well, and not only the right one.
hint:  Work out what the loss does when the score of a wrong class grows.
book:  5.6.3
"""

import numpy as np


def softmax(x):
    x = x - np.max(x, axis=1, keepdims=True)
    return np.exp(x) / np.sum(np.exp(x), axis=1, keepdims=True)


def cross_entropy_error(y, t):
    if t.size == y.size:
        t = t.argmax(axis=1)
    batch_size = y.shape[0]
    return -np.sum(np.log(y[np.arange(batch_size), t] + 1e-7)) / batch_size


class SoftmaxWithLoss:
    def __init__(self):
        self.loss = None
        self.y = None
        self.t = None

    def forward(self, x, t):
        self.t = t
        self.y = softmax(x)
        self.loss = cross_entropy_error(self.y, self.t)
        return self.loss

    def backward(self, dout=1):
        batch_size = self.y.shape[0]
        t = self.t
        if t.ndim == 1:
            t = np.eye(self.y.shape[1])[t]
        dy = -t / (self.y + 1e-7) / batch_size
        dx = dy * self.y * (1 - self.y)
        return dx
