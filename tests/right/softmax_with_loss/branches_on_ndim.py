import numpy as np


class SoftmaxWithLoss:
    def forward(self, x, t):
        x = x - np.max(x, axis=1, keepdims=True)
        self.y = np.exp(x) / np.sum(np.exp(x), axis=1, keepdims=True)
        self.t = t
        n = t.shape[0]
        if t.ndim == 2:
            return -np.sum(t * np.log(self.y + 1e-7)) / n
        elif t.ndim == 1:
            return -np.sum(np.log(self.y[range(n), t] + 1e-7)) / n
        else:
            raise ValueError("t의 차원이 맞지 않습니다")

    def backward(self, dout=1):
        n = self.t.shape[0]
        if self.t.ndim == 2:
            return (self.y - self.t) / n
        dx = np.copy(self.y)
        dx[range(n), self.t] -= 1
        return dx / n
