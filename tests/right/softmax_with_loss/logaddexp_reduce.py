import numpy as np


class SoftmaxWithLoss:
    def forward(self, x, t):
        self.x = x
        self.t = np.eye(x.shape[1])[t] if t.ndim == 1 else t
        return float(np.mean(np.logaddexp.reduce(x, axis=1) - np.sum(x * self.t, axis=1)))

    def backward(self, dout=1):
        y = np.exp(self.x - np.logaddexp.reduce(self.x, axis=1)[:, None])
        return (y - self.t) / self.x.shape[0]
