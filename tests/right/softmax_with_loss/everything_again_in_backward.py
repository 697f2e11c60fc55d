import numpy as np


def softmax(x):
    return np.exp(x - x.max(1, keepdims=True)) / np.exp(x - x.max(1, keepdims=True)).sum(1, keepdims=True)


class SoftmaxWithLoss:
    def forward(self, x, t):
        self.x, self.t = x, t
        if t.ndim == 1:
            p = np.take_along_axis(softmax(x), t[:, None], axis=1)[:, 0]
        else:
            p = np.einsum("ij,ij->i", softmax(x), t)
        return np.log(1 / (p + 1e-9)).mean()

    def backward(self, dout=1):
        t = self.t if self.t.ndim == 2 else np.eye(self.x.shape[1])[self.t]
        return (softmax(self.x) - t) / t.shape[0]
