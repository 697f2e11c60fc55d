"""
title: large scores are cut off at a limit before `np.exp`
why:   Nothing overflows any more, but scores beyond the limit have become equal, and what told them apart is
       lost. Only how far the scores of a row are apart counts, so a row may be shifted as a whole.
hint:  Shift each row so that its largest score is 0, in place of cutting it off.
book:  3.5.2
"""

import numpy as np


def softmax(x):
    x = np.clip(x, -500, 500)
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
        if self.t.size == self.y.size:
            dx = (self.y - self.t) / batch_size
        else:
            dx = self.y.copy()
            dx[np.arange(batch_size), self.t] -= 1
            dx = dx / batch_size
        return dx
