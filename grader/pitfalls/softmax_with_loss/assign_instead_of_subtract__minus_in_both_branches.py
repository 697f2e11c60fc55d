"""
title: the gradient is minus t alone; y is no longer in it
why:   `y =- t` is read as `y = (-t)`, and what `y` held before is gone. The minus comes first where the left side is to
       be reduced, `-=`; a difference of its own is written with a minus alone.
hint:  Look at the signs in `backward`, and ask what is left of `self.y`.
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
        batch_size = self.t.shape[0]
        t = self.t if self.t.size == self.y.size else np.eye(self.y.shape[1])[self.t]
        self.y = -t
        dx = self.y / batch_size
        return dx
