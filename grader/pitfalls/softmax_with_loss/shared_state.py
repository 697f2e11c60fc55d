"""
title: all SoftmaxWithLoss layers share one y and one t
why:   What belongs to the class exists once. With two networks, a `forward` of the second overwrites what the
       first still needs for its `backward`.
hint:  Store y and t on `self`, not on the class.
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
    loss = None
    y = None
    t = None

    def forward(self, x, t):
        SoftmaxWithLoss.t = t
        SoftmaxWithLoss.y = softmax(x)
        self.loss = cross_entropy_error(SoftmaxWithLoss.y, SoftmaxWithLoss.t)
        return self.loss

    def backward(self, dout=1):
        batch_size = SoftmaxWithLoss.t.shape[0]
        if SoftmaxWithLoss.t.size == SoftmaxWithLoss.y.size:
            dx = (SoftmaxWithLoss.y - SoftmaxWithLoss.t) / batch_size
        else:
            dx = SoftmaxWithLoss.y.copy()
            dx[np.arange(batch_size), SoftmaxWithLoss.t] -= 1
            dx = dx / batch_size
        return dx
