import numpy as np


class SoftmaxWithLoss:
    def forward(self, x, t):
        e = np.exp(x - x.max(axis=1, keepdims=True))
        self.y = e / e.sum(axis=1, keepdims=True)
        match t.shape:
            case (n,):
                self.t = np.zeros_like(self.y)
                self.t[np.arange(n), t] = 1
            case (n, _):
                self.t = t
        return -(self.t * np.log(self.y + 1e-7)).sum() / n

    def backward(self, dout=1):
        return (self.y - self.t) / len(self.y)
