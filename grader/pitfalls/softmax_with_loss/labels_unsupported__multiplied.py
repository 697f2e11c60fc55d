"""
title: labels are multiplied with the logarithms of all classes
why:   One-hot `t` picks one logarithm from its row, since all its other entries are 0. A label is the number of
       a class: the whole row is counted, as often as that number says.
hint:  Turn the labels into one-hot form first, or pick the one probability by its index.
book:  4.2.4
"""

import numpy as np


def softmax(x):
    x = x - np.max(x, axis=1, keepdims=True)
    return np.exp(x) / np.sum(np.exp(x), axis=1, keepdims=True)


class SoftmaxWithLoss:
    def __init__(self):
        self.loss = None
        self.y = None
        self.t = None

    def forward(self, x, t):
        self.t = t
        self.y = softmax(x)
        self.loss = 0
        for y_row, t_row in zip(self.y, t):
            self.loss += -np.sum(t_row * np.log(y_row + 1e-7)) / len(t)
        return self.loss

    def backward(self, dout=1):
        batch_size = self.t.shape[0]
        dx = self.y.copy()
        if self.t.size == self.y.size:
            dx -= self.t
        else:
            dx[np.arange(batch_size), self.t] -= 1
        return dx / batch_size
