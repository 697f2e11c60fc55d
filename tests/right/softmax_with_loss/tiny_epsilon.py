import numpy as np

EPS = 1e-20


def softmax(a):
    a = np.exp(a - np.amax(a, axis=1, keepdims=True))
    return a / np.sum(a, axis=1, keepdims=True)


class SoftmaxWithLoss:
    def forward(self, x, t):
        self.y = softmax(x)
        self.t = t if t.shape == x.shape else np.identity(x.shape[1])[t]
        return np.average(-np.log((self.y * self.t).sum(axis=1) + EPS))

    def backward(self, dout=1):
        return (self.y - self.t) / len(self.t)
