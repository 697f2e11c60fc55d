import numpy as np


class SoftmaxWithLoss:
    def forward(self, x, t):
        e = np.exp(x - x.max(axis=1, keepdims=True))
        self.y = e / e.sum(axis=1, keepdims=True)
        self.t = t if t.ndim == 2 else np.eye(x.shape[1])[t]
        with np.errstate(divide="ignore"):
            log_p = np.log(np.sum(self.y * self.t, axis=1))
        return -np.mean(np.nan_to_num(log_p, neginf=-100.0))

    def backward(self, dout=1):
        return (self.y - self.t) / self.t.shape[0]
