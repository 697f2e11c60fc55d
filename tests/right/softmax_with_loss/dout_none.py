import numpy as np


def softmax(x):
    x = x - x.max(axis=1, keepdims=True)
    return np.exp(x) / np.exp(x).sum(axis=1, keepdims=True)


class SoftmaxWithLoss:
    def forward(self, x, t):
        self.y = softmax(x)
        self.t = t
        n = len(x)
        p = self.y[np.arange(n), t] if t.ndim == 1 else self.y[np.arange(n), t.argmax(axis=1)]
        self.loss = np.log(p + 1e-7).sum() / -n
        return np.array(self.loss)

    def backward(self, dout=None):
        if dout is None:
            dout = 1
        n = len(self.y)
        dx = self.y.copy()
        dx[np.arange(n), self.t if self.t.ndim == 1 else self.t.argmax(axis=1)] -= 1
        return dx * dout / n
